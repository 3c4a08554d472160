"""device type tensor to numpy."""

import torch

torch.ones(1, device="cuda").numpy()
