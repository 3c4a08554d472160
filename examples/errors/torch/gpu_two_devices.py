"""Expected all tensors to be on the same device."""

import torch

model = torch.nn.Linear(2, 2, device="cuda")
model(torch.ones(1, 2))  # this one stayed on the CPU
