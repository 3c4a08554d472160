"""expected m1 and m2 to have the same dtype, but got: float != double."""

import numpy as np
import torch

from_numpy = torch.from_numpy(np.ones((2, 2)))  # NumPy makes float64
torch.ones(2, 2) @ from_numpy  # PyTorch made float32
