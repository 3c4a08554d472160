"""CuPy: up once, all passes on the GPU, down once."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(heat, conductivity, steps):
    return cp.asarray(heat), cp.asarray(conductivity), steps


def run(heat, conductivity, steps):
    heat, inner = heat.copy(), conductivity[1:-1]
    for step in steps:
        heat[1:-1] += inner * step * (heat[:-2] - 2 * heat[1:-1] + heat[2:])
    return heat


def to_host(heat):
    return cp.asnumpy(heat)


if __name__ == "__main__":
    heat, conductivity = np.zeros(1001, np.float32), np.full(1001, 0.4, np.float32)
    heat[500] = 100
    heat = to_host(run(*to_device(heat, conductivity, np.ones(1000, np.float32))))
    for i in range(400, 601, 20):
        print(f"{heat[i]:5.2f}", "#" * int(50 * heat[i] / heat.max()))
