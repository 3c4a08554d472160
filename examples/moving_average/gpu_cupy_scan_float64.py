"""CuPy: a scan, the sums of all samples so far in float64, and two of them for each window."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void average(const double *sums, float *means, int n, int window)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        means[i] = (sums[i + window - 1] - (i > 0 ? sums[i - 1] : 0.0)) / window;
}
"""
BLOCK = 256
average = cp.RawKernel(SOURCE, "average")


def to_device(samples, window):
    return cp.asarray(samples), window


def run(samples, window):
    sums = cp.cumsum(samples, dtype=cp.float64)  # sums[i]: of all samples up to and with i
    means = cp.empty(samples.size - window + 1, cp.float32)
    grid = (means.size + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    average((grid,), (BLOCK,), (sums, means, np.int32(means.size), np.int32(window)))
    return means


def to_host(means):
    return cp.asnumpy(means)


if __name__ == "__main__":
    samples = np.random.default_rng().random(100_000, dtype=np.float32) - np.float32(0.5)
    means = to_host(run(*to_device(samples, 1000)))
    print("the mean of each 1,000:", means[:3], "...")
