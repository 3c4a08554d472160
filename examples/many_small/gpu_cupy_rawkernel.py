"""CUDA C through CuPy's RawKernel: one launch for all steps, one block for all cells."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void walk(const float *x, float *gauge, int steps)
{
    __shared__ float flow[2][1024];  // a block has at most 1,024 threads: one per cell
    int i = threadIdx.x, left = i > 0 ? i - 1 : blockDim.x - 1;
    float mine = x[i];  // stays in a register to the end
    for (int k = 0; k < steps; k++) {
        float out = 0.25f * mine * mine;
        flow[k % 2][i] = out;  // two arrays in turn: some threads are still reading the other
        __syncthreads();
        mine += flow[k % 2][left] - out;
        if (i == 0)
            gauge[k] = mine;
    }
}
"""
walk = cp.RawKernel(SOURCE, "walk")


def to_device(x, steps):
    return cp.asarray(x), steps


def run(x, steps):
    gauge = cp.empty(steps, cp.float32)
    walk((1,), (x.size,), (x, gauge, np.int32(steps)))
    return gauge


def to_host(gauge):
    return cp.asnumpy(gauge)


if __name__ == "__main__":
    x = np.float32(0.5 + 0.4 * np.sin(np.linspace(0, 6 * np.pi, 1024)))
    for reading in to_host(run(*to_device(x, 2048)))[::64]:
        print(" " * int(60 * reading) + "*")
