"""JAX on the GPU: the same line, in full float32. By default, JAX multiplies in TF32."""

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
def multiply(a, b):
    return jax.numpy.matmul(a, b, precision="highest")


def to_device(a, b):
    return jax.device_put(a), jax.device_put(b)


def run(a, b):
    return multiply(a, b).block_until_ready()  # a call returns before its work is done


def to_host(c):
    return np.asarray(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
