"""Recurrent network, gradient."""

import numpy as np

WIDTH = 128  # numbers in the vector at each position, and in each layer's state
LAYERS = 2

UNIT = "positions"
SIZES = (2**3, 2**6, 2**8, 2**9, 2**10, 2**11)
TEST_SIZES = (1, 2, 33, 130)
ERROR = "relative L2 error"
# A gradient adds a product per position, up to 2,048. Each is off by about 1e-6, from the sums
# before it in both directions, and the errors have random signs.
TOLERANCE = 5e-6


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return n random vectors, n targets, and the weights of two layers as in `recurrent`."""
    x, target = rng.standard_normal((2, n, WIDTH), dtype=np.float32)
    shape = (2, LAYERS, 3 * WIDTH, WIDTH)
    weights = (2 * rng.random(shape, dtype=np.float32) - 1) / np.float32(WIDTH**0.5)
    return x, target, weights[0], weights[1]


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return np.asarray(1 / (1 + np.exp(-x)))


def forward(x: np.ndarray, w: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return for one layer: the states, and what the gates let through, for each position."""
    inputs = (x @ w.T).reshape(-1, 3, WIDTH)
    states, gates = np.empty_like(x), np.empty((len(x), 4, WIDTH))
    state = np.zeros(WIDTH)
    for t, i in enumerate(inputs):
        s = (u @ state).reshape(3, WIDTH)
        reset, update = sigmoid(i[:2] + s[:2])
        new = np.tanh(i[2] + reset * s[2])
        gates[t] = reset, update, new, s[2]
        states[t] = state = new + update * (state - new)
    return states, gates


def backward(
    x: np.ndarray, w: np.ndarray, u: np.ndarray, kept: tuple[np.ndarray, ...], slope: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of x, w and u from the slope of the loss at each of the states.

    From the last position to the first: what a state is worth depends on the steps after it.
    """
    states, gates = kept
    before = np.vstack([np.zeros((1, WIDTH)), states[:-1]])
    d_inputs, d_products = (np.empty((len(x), 3, WIDTH)) for _ in range(2))
    d_state = np.zeros(WIDTH)
    for t in reversed(range(len(x))):
        reset, update, new, product = gates[t]
        d_state = d_state + slope[t]
        d_new = d_state * (1 - update) * (1 - new * new)
        d_update = d_state * (before[t] - new) * update * (1 - update)
        d_reset = d_new * product * reset * (1 - reset)
        d_inputs[t] = d_reset, d_update, d_new
        d_products[t] = d_reset, d_update, d_new * reset
        d_state = d_state * update + d_products[t].ravel() @ u
    d_inputs, d_products = (d.reshape(len(x), 3 * WIDTH) for d in (d_inputs, d_products))
    return d_inputs @ w, d_inputs.T @ x, d_products.T @ before


def reference(
    x: np.ndarray, target: np.ndarray, w_input: np.ndarray, w_state: np.ndarray
) -> np.ndarray:
    """Return the gradient of the mean squared error at all weights, in float64.

    Its rows are those of the weights: input weights of both layers, then their state weights.
    """
    layers = [
        (w.astype(np.float64), u.astype(np.float64)) for w, u in zip(w_input, w_state, strict=True)
    ]
    inputs, kept = [x.astype(np.float64)], []
    for w, u in layers:
        kept.append(forward(inputs[-1], w, u))
        inputs.append(kept[-1][0])
    slope = 2 * (inputs[-1] - target) / target.size
    d_w, d_u = np.empty((LAYERS, 3 * WIDTH, WIDTH)), np.empty((LAYERS, 3 * WIDTH, WIDTH))
    for layer in reversed(range(LAYERS)):
        w, u = layers[layer]
        slope, d_w[layer], d_u[layer] = backward(inputs[layer], w, u, kept[layer], slope)
    return np.concatenate([d_w, d_u]).reshape(-1, WIDTH)


def work(inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of inputs and gradient, and six operations per weight and position.

    Two of them are of the forward pass; two make the weight's gradient, and two hand the slope on.
    The first layer's input weights have nobody to hand it to.
    """
    x, _, w_input, w_state = inputs
    handing = w_input.size + w_state.size - w_input[0].size
    return {
        "bytes": sum(a.nbytes for a in inputs) + 4 * expected.size,
        "operations": len(x) * (4 * (w_input.size + w_state.size) + 2 * handing),
    }
