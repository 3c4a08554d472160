"""[CpuDevice(id=0)]."""

import jax

print(jax.devices())  # no error: JAX computes on the CPU
