"""is an NVIDIA driver library and can only be found via system search."""

from cuda.core import Device

Device()
