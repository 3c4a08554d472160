"""CUDA C through CuPy's RawKernel: each pass is one kernel, one thread per point."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void one_pass(const float *old, const float *conductivity, float step,
                                    float *result, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n)
        return;
    float here = old[i];
    if (i > 0 && i < n - 1)
        here += step * conductivity[i] * ((old[i - 1] - here) + (old[i + 1] - here));
    result[i] = here;
}
"""
one_pass = cp.RawKernel(SOURCE, "one_pass")
BLOCK = 256


def to_device(heat, conductivity, steps):
    return cp.asarray(heat), cp.asarray(conductivity), steps


def run(heat, conductivity, steps):
    result, spare = cp.empty_like(heat), cp.empty_like(heat)
    grid = (heat.size + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    for step in steps:
        one_pass((grid,), (BLOCK,), (heat, conductivity, step, result, np.int32(heat.size)))
        heat, result, spare = result, spare, result
    return heat


def to_host(heat):
    return cp.asnumpy(heat)


if __name__ == "__main__":
    heat, conductivity = np.zeros(1001, np.float32), np.full(1001, 0.4, np.float32)
    heat[500] = 100
    heat = to_host(run(*to_device(heat, conductivity, np.ones(1000, np.float32))))
    for i in range(400, 601, 20):
        print(f"{heat[i]:5.2f}", "#" * int(50 * heat[i] / heat.max()))
