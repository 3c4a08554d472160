"""with arguments from the 'MPS' backend."""

import torch

torch.ones(1, device="mps")  # not on a Mac
