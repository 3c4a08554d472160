"""Torch not compiled with CUDA enabled."""

import torch

torch.ones(1, device="cuda")  # the build for CPUs
