"""The variance of temperatures, in kelvin."""


def make_inputs(n, rng):
    return (rng.normal(293, 0.5, n).astype("float32"),)


def run(x):
    return ((x - x.mean()) ** 2).mean() if x.size else x.sum()
