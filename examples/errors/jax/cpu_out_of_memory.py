"""RESOURCE_EXHAUSTED: Out of memory."""

import jax.numpy as jnp

jnp.ones(2**42)  # JAX says the same of a CPU and of a GPU
