"""index out of range in self."""

import torch

words = torch.nn.Embedding(4, 2)  # a vocabulary of four: 0 to 3
words(torch.tensor([4]))
