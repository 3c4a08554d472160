"""A GPU that is not there: runs the examples' GPU programs on the CPU, strict about mistakes.

`emulator` compiles the CUDA C of an example, unchanged, with g++ and runs it thread by thread.
`cupy_like` and `pycuda_like` offer what the examples use of CuPy and PyCUDA, on NumPy arrays in
memory whose neighbourhood is guarded. Nothing outside the tests knows of this.
"""
