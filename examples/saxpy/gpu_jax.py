"""JAX on the GPU: the same expression, compiled into one kernel by XLA."""

import os

import numpy as np

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # else it takes most of the memory
try:
    import jax
except ImportError:
    raise SystemExit("This program needs JAX: pip install 'jax[cuda13]'.") from None

if jax.default_backend() == "cpu":
    raise SystemExit("This program needs a GPU that JAX can use: pip install 'jax[cuda13]'.")


@jax.jit
def saxpy(a, x, y):
    return a * x + y


def to_device(a, x, y):
    return tuple(map(jax.device_put, (a, x, y)))


def run(a, x, y):
    return saxpy(a, x, y).block_until_ready()  # a call returns before its work is done


def to_host(out):
    return np.asarray(out)


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
