"""CUDA out of memory. Tried to allocate."""

import torch

kept = [torch.empty(2**28, device="cuda")]  # 1 GiB
while True:
    kept.append(torch.empty_like(kept[-1]))
