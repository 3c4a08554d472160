"""Found no NVIDIA driver on your system."""

import torch

torch.ones(1, device="cuda")  # a build for CUDA, on a machine without a driver
