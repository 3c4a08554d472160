"""Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False."""

import torch

# What torch.load does for each tensor of a file that was saved on a GPU.
torch.serialization.default_restore_location(torch.UntypedStorage(1), "cuda:0")
