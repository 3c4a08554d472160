"""Unknown backend: 'gpu' requested, but no platforms that are instances of gpu are present."""

import jax

jax.devices("gpu")
