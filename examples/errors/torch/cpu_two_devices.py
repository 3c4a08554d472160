"""is not on the expected device."""

import torch

here = torch.ones(2)
there = torch.ones(2, device="meta")  # a device that every machine has
here + there
