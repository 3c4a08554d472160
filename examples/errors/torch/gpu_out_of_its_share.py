"""it would exceed per_process_memory_fraction limit."""

import torch

torch.cuda.set_per_process_memory_fraction(0.01)
torch.empty(2**40, device="cuda")
