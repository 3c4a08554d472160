"""CuPy inside a function that takes and returns NumPy arrays: up and down in every pass."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(*inputs):
    return inputs  # they stay on the host


def one_pass(heat, conductivity, step):
    heat, conductivity = cp.asarray(heat), cp.asarray(conductivity)
    heat[1:-1] += conductivity[1:-1] * step * (heat[:-2] - 2 * heat[1:-1] + heat[2:])
    return cp.asnumpy(heat)


def run(heat, conductivity, steps):
    for step in steps:
        heat = one_pass(heat, conductivity, step)
    return heat


def to_host(heat):
    return heat


if __name__ == "__main__":
    heat, conductivity = np.zeros(1001, np.float32), np.full(1001, 0.4, np.float32)
    heat[500] = 100
    heat = to_host(run(*to_device(heat, conductivity, np.ones(1000, np.float32))))
    for i in range(400, 601, 20):
        print(f"{heat[i]:5.2f}", "#" * int(50 * heat[i] / heat.max()))
