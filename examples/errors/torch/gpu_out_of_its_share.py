"""it would exceed per_process_memory_fraction limit."""

import os

os.environ["PYTORCH_ALLOC_CONF"] = "per_process_memory_fraction:0.01,throw_on_cudamalloc_oom:True"
import torch

torch.empty(2**40, device="cuda")
