"""CuPy: two operations per step and layer, a product and the gates."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

step = cp.ElementwiseKernel(
    "float32 i1, float32 i2, float32 i3, float32 s1, float32 s2, float32 s3, float32 state",
    "float32 next",
    """
    float reset = 1 / (1 + expf(-i1 - s1)), update = 1 / (1 + expf(-i2 - s2));
    float fresh = tanhf(i3 + reset * s3);
    next = fresh + update * (state - fresh);
    """,
    "step",
)


def to_device(x, w_input, w_state):
    return cp.asarray(x), cp.asarray(w_input), cp.asarray(w_state)


def run(x, w_input, w_state):
    n, d = x.shape
    for w, u in zip(w_input, w_state, strict=True):
        gates = (x @ w.T).reshape(n, 3, d)
        states, state = cp.empty_like(x), cp.zeros(d, x.dtype)
        for t in range(n):
            products = (u @ state).reshape(3, d)
            state = step(*gates[t], *products, state, states[t])
        x = states
    return x


def to_host(states):
    return cp.asnumpy(states)


if __name__ == "__main__":
    rng = np.random.default_rng()
    x = rng.standard_normal((100, 128), dtype=np.float32)
    w_input, w_state = rng.random((2, 2, 384, 128), dtype=np.float32) / 16 - np.float32(1 / 32)
    states = to_host(run(*to_device(x, w_input, w_state)))
    print("first numbers of the last state:", states[-1, :4])
