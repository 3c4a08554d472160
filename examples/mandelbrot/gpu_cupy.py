"""CuPy, fused: the whole loop is one kernel, written for one pixel."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

LOOP = """
    float zr = x, zi = y;
    int k = 0;
    for (; k < iterations; k++) {
        float zr2 = zr * zr, zi2 = zi * zi;
        if (zr2 + zi2 > 4.0f)
            break;
        zi = 2.0f * zr * zi + y;
        zr = zr2 - zi2 + x;
    }
    count = k;
"""
escape = cp.ElementwiseKernel(
    "float32 x, float32 y, int32 iterations", "uint16 count", LOOP, "escape"
)


def to_device(x, y, iterations):
    return cp.asarray(x), cp.asarray(y), iterations


def run(x, y, iterations):
    return escape(x, y[:, None], iterations)


def to_host(counts):
    return cp.asnumpy(counts)


if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 720)), np.float32(np.linspace(-1, 1, 480))
    counts = to_host(run(*to_device(x, y, 20)))
    for row in counts[::20, ::9]:
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
