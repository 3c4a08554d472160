"""CUDA C through cuda.core, NVIDIA's own Python: it compiles and launches; CuPy has the arrays."""

import numpy as np

try:
    import cupy as cp
    from cuda.core import Device, LaunchConfig, Program, ProgramOptions, launch
except ImportError:
    raise SystemExit("Needs cuda.core: pip install 'cuda-core[cu12]' cupy-cuda12x.") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void saxpy(float a, const float *x, const float *y, float *out, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        out[i] = a * x[i] + y[i];
}
"""
device = Device()
device.set_current()
options = ProgramOptions(arch=f"sm_{device.arch}")
saxpy = Program(SOURCE, "c++", options).compile("cubin").get_kernel("saxpy")
BLOCK = 256


def to_device(a, x, y):
    return a, cp.asarray(x), cp.asarray(y)


def run(a, x, y):
    out = cp.empty_like(x)
    config = LaunchConfig(grid=(x.size + BLOCK - 1) // BLOCK, block=BLOCK)  # rounded up
    pointers = x.data.ptr, y.data.ptr, out.data.ptr
    launch(device.default_stream, config, saxpy, np.float32(a), *pointers, np.int32(x.size))
    return out


def to_host(out):
    return cp.asnumpy(out)


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
