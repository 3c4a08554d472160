"""Failure finding "libnvrtc.so."""

from cupy_backends.cuda.libs import nvrtc

nvrtc.getVersion()  # CuPy without [ctk], on a machine without the toolkit
