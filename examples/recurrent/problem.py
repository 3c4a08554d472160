"""Recurrent network."""

import numpy as np

WIDTH = 128  # numbers in the vector at each position, and in each layer's state
LAYERS = 2  # two layers have 2 * 6 * WIDTH**2 weights: as many as one transformer block

UNIT = "positions"
SIZES = (2**3, 2**6, 2**9, 2**10, 2**11, 2**12, 2**13, 2**14)
TEST_SIZES = (1, 2, 33, 130, 257)
ERROR = "relative L2 error"
# A gate's sum has 2 * 128 products; rounded to float32 at every step, one by one, such a sum is off
# by about 6e-8 * sqrt(256 / 6), 4e-7. A state forgets its errors as it forgets the rest.
TOLERANCE = 2e-6


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return n random vectors and the weights of two layers, for the input and for the state.

    The rows of each layer's weights are those of the gates reset, update and new, in this order, as
    in PyTorch and cuDNN. The weights have the range with which PyTorch begins.
    """
    x = rng.standard_normal((n, WIDTH), dtype=np.float32)
    shape = (2, LAYERS, 3 * WIDTH, WIDTH)
    weights = (2 * rng.random(shape, dtype=np.float32) - 1) / np.float32(WIDTH**0.5)
    return x, weights[0], weights[1]


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return np.asarray(1 / (1 + np.exp(-x)))


def reference(x: np.ndarray, w_input: np.ndarray, w_state: np.ndarray) -> np.ndarray:
    """Return the second layer's state after each position, in float64, shape (n, WIDTH).

    A gated recurrent unit with the reset gate behind the product, as cuDNN and PyTorch have it.
    """
    x = x.astype(np.float64)
    for w, u in zip(w_input.astype(np.float64), w_state.astype(np.float64), strict=True):
        gates, states, state = x @ w.T, np.empty_like(x), np.zeros(WIDTH)
        for t, (i_reset, i_update, i_new) in enumerate(gates.reshape(-1, 3, WIDTH)):
            s_reset, s_update, s_new = (u @ state).reshape(3, WIDTH)
            update = sigmoid(i_update + s_update)
            new = np.tanh(i_new + sigmoid(i_reset + s_reset) * s_new)
            states[t] = state = (1 - update) * new + update * state
        x = states
    return x


def work(inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of vectors, weights and states, and two operations per weight and position.

    The gates' own few operations are left out: 1 % of the rest.
    """
    x, w_input, w_state = inputs
    return {
        "bytes": x.nbytes + w_input.nbytes + w_state.nbytes + 4 * expected.size,
        "operations": 2 * len(x) * (w_input.size + w_state.size),
    }
