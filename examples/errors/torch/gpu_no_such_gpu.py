"""invalid device ordinal."""

import torch

torch.ones(1, device=f"cuda:{torch.cuda.device_count()}")  # one more than there are
