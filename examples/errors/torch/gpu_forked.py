"""Cannot re-initialize CUDA in forked subprocess."""

import multiprocessing

import torch

torch.ones(1, device="cuda")  # CUDA begins here, in the parent
with multiprocessing.get_context("fork").Pool(1) as pool:
    pool.apply(torch.ones, (1,), {"device": "cuda"})
