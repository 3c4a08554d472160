"""mat1 and mat2 must have the same dtype."""

import numpy as np
import torch

layer = torch.nn.Linear(2, 2)  # its weights are float32
layer(torch.from_numpy(np.ones((1, 2))))  # NumPy makes float64
