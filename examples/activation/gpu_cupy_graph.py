"""CuPy: the nine kernels, recorded once as a CUDA graph and then launched together."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

kept = {}  # by size: a graph, and the arrays whose addresses are written into it


def gelu(x, t, y):
    cp.multiply(x, 0.044715, out=t)
    cp.multiply(t, x, out=t)
    cp.multiply(t, x, out=t)
    cp.add(x, t, out=t)
    cp.multiply(t, 0.79788456, out=t)
    cp.tanh(t, out=t)
    cp.add(t, 1, out=t)
    cp.multiply(x, 0.5, out=y)
    cp.multiply(y, t, out=y)


def record(n):
    x, t, y = (cp.zeros(n, cp.float32) for _ in range(3))
    gelu(x, t, y)  # once for real: compile now, not in the middle of the recording
    stream = cp.cuda.Stream(non_blocking=True)
    with stream:
        stream.begin_capture()
        gelu(x, t, y)  # is written down, and does not run
        graph = stream.end_capture()
    return graph, x, t, y


def to_device(x):
    if x.size not in kept:
        kept[x.size] = record(x.size)
    kept[x.size][1].set(x)  # always into the same array
    return (kept[x.size][1],)


def run(x):
    graph, _, _, y = kept[x.size]
    graph.launch()
    return y


def to_host(y):
    return cp.asnumpy(y)


if __name__ == "__main__":
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    for before, after in zip(x, to_host(run(*to_device(x))), strict=True):
        print(f"{before:5.1f} becomes {after:7.4f}")
