"""the loop waits for load."""

import cProfile
import pstats

import numpy as np

rng = np.random.default_rng(1)
raw = rng.integers(0, 256, (64, 256), dtype=np.uint8)


def scaled(row):
    return [(255 - byte) / 255 for byte in row.tolist()]


def load():
    return np.array(list(map(scaled, raw)), np.float32)


def step(x, w):
    h = np.maximum(x @ w, 0)
    return w - 0.01 * (x.T @ h) / len(x)


def train(steps):
    w = rng.random((256, 32), np.float32) / 16
    for _ in range(steps):
        w = step(load(), w)


profile = cProfile.Profile()
profile.runcall(train, 100)
stats = pstats.Stats(profile).strip_dirs()
stats.sort_stats("cumulative").print_stats(7)
spent = {name: times[3] for (_, _, name), times in stats.stats.items()}
print("the loop waits for", max("load", "step", key=spent.get))
