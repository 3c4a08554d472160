"""Target 2 is out of bounds."""

import torch

scores = torch.ones(1, 2)  # two classes: 0 and 1
torch.nn.functional.cross_entropy(scores, torch.tensor([2]))
