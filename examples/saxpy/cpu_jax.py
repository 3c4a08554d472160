"""JAX on the CPU: the same expression, compiled into one loop by XLA."""

import numpy as np

try:
    import jax
except ImportError:
    raise SystemExit("This program needs JAX: pip install jax.") from None

cpu = jax.devices("cpu")[0]


@jax.jit
def saxpy(a, x, y):
    return a * x + y


def to_device(a, x, y):
    return tuple(jax.device_put(value, cpu) for value in (a, x, y))


def run(a, x, y):
    return saxpy(a, x, y).block_until_ready()  # a call returns before its work is done


def to_host(out):
    return np.asarray(out)


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
