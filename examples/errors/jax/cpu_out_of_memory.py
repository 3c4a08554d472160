"""RESOURCE_EXHAUSTED: Out of memory."""

import jax.numpy as jnp

jnp.ones(2**42)  # on a GPU the text begins the same
