"""DefaultCPUAllocator: can't allocate memory."""

import torch

torch.empty(2**60)  # numbers of four bytes, in the computer's own memory
