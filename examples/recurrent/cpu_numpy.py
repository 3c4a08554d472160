"""NumPy: the inputs of all positions in one product, the states one after the other."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def run(x, w_input, w_state):
    n, d = x.shape
    for w, u in zip(w_input, w_state, strict=True):
        gates = (x @ w.T).reshape(n, 3, d)  # no state in it: every position at once
        states, state = np.empty_like(x), np.zeros(d, x.dtype)
        for t in range(n):  # each step needs the state that the last one left
            products = (u @ state).reshape(3, d)
            reset, update = sigmoid(gates[t, :2] + products[:2])
            new = np.tanh(gates[t, 2] + reset * products[2])
            states[t] = state = new + update * (state - new)
        x = states
    return x


if __name__ == "__main__":
    rng = np.random.default_rng()
    x = rng.standard_normal((100, 128), dtype=np.float32)
    w_input, w_state = rng.random((2, 2, 384, 128), dtype=np.float32) / 16 - np.float32(1 / 32)
    print("first numbers of the last state:", run(x, w_input, w_state)[-1, :4])
