"""JAX on the CPU: the same line, compiled by XLA, on all cores."""

import numpy as np

try:
    import jax
except ImportError:
    raise SystemExit("This program needs JAX: pip install jax.") from None

cpu = jax.devices("cpu")[0]


@jax.jit
def multiply(a, b):
    return a @ b


def to_device(a, b):
    return jax.device_put(a, cpu), jax.device_put(b, cpu)


def run(a, b):
    return multiply(a, b).block_until_ready()  # a call returns before its work is done


def to_host(c):
    return np.asarray(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
