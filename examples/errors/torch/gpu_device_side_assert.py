"""CUDA error: device-side assert triggered."""

import torch

scores = torch.ones(1, 2, device="cuda")  # two classes: 0 and 1
loss = torch.nn.functional.cross_entropy(scores, torch.tensor([2], device="cuda"))
print(loss)  # the first line that waits for the GPU
