"""Numba-CUDA: the kernel in Python, one thread per pixel."""

import numpy as np

try:
    from numba import cuda
except ImportError:
    raise SystemExit("This needs numba-cuda: pip install 'numba-cuda[cu12]' 'numpy<2.5'.") from None

if not cuda.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

BLOCK = (32, 8)


@cuda.jit
def escape(x, y, iterations, counts):
    j, i = cuda.grid(2)
    if i < y.size and j < x.size:
        zr, zi = x[j], y[i]
        k = 0
        while k < iterations and zr * zr + zi * zi <= 4:
            zr, zi = zr * zr - zi * zi + x[j], (zr + zr) * zi + y[i]
            k += 1
        counts[i, j] = k


def to_device(x, y, iterations):
    return cuda.to_device(x), cuda.to_device(y), iterations


def run(x, y, iterations):
    counts = cuda.device_array((y.size, x.size), np.uint16)
    # Rounded up: the blocks at the right and at the bottom may stick out.
    grid = (x.size + BLOCK[0] - 1) // BLOCK[0], (y.size + BLOCK[1] - 1) // BLOCK[1]
    escape[grid, BLOCK](x, y, iterations, counts)
    return counts


def to_host(counts):
    return counts.copy_to_host()


if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 720)), np.float32(np.linspace(-1, 1, 480))
    counts = to_host(run(*to_device(x, y, 20)))
    for row in counts[::20, ::9]:
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
