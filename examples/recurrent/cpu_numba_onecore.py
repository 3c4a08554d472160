"""Numba: the chain of steps compiled, on one core."""

import numba
import numpy as np

ONE, TWO = np.float32(1), np.float32(2)
D = 128  # a number that the compiler knows


@numba.njit
def sigmoid(x):
    return ONE / (ONE + np.exp(-x))


@numba.njit(fastmath={"reassoc", "contract"})  # any order of the sums: SIMD
def chain(gates, u, state, states):
    products = np.empty(3 * D, np.float32)
    for t in range(len(gates)):
        for i in range(3 * D):
            total = np.float32(0)
            for j in range(D):
                total += u[i, j] * state[j]
            products[i] = total
        for i in range(D):
            reset = sigmoid(gates[t, i] + products[i])
            update = sigmoid(gates[t, D + i] + products[D + i])
            new = (
                TWO * sigmoid(TWO * (gates[t, 2 * D + i] + reset * products[2 * D + i])) - ONE
            )  # tanh
            states[t, i] = new + update * (state[i] - new)
        state = states[t]


def run(x, w_input, w_state):
    for w, u in zip(w_input, w_state, strict=True):
        states = np.empty_like(x)
        chain(x @ w.T, u, np.zeros(x.shape[1], x.dtype), states)
        x = states
    return x


if __name__ == "__main__":
    rng = np.random.default_rng()
    x = rng.standard_normal((100, 128), dtype=np.float32)
    w_input, w_state = rng.random((2, 2, 384, 128), dtype=np.float32) / 16 - np.float32(1 / 32)
    print("first numbers of the last state:", run(x, w_input, w_state)[-1, :4])
