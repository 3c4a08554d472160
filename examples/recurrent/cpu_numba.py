"""Numba: each layer is a chain on a core of its own, the second some steps behind the first."""

import numba
import numpy as np

ONE, TWO = np.float32(1), np.float32(2)
D = 128  # a number that the compiler knows
STEPS = 64  # so many by the first layer, while the second does those that it did before


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


@numba.njit(parallel=True)
def both(gates, behind, w_state, states, first, last):
    for layer in numba.prange(2):
        if layer == 0 and len(gates):
            chain(gates, w_state[0], states[0, last], states[0, last + 1 :])
        if layer == 1 and last > first:
            chain(behind, w_state[1], states[1, first], states[1, first + 1 :])


def run(x, w_input, w_state):
    n = len(x)
    gates = x @ w_input[0].T
    states = np.zeros((2, n + 1, D), np.float32)  # before the first position, zeros
    first = last = 0
    while first < n:
        behind = states[0, first + 1 : last + 1] @ w_input[1].T
        both(gates[last : last + STEPS], behind, w_state, states, first, last)
        first, last = last, min(last + STEPS, n)
    return states[1, 1:]


if __name__ == "__main__":
    rng = np.random.default_rng()
    x = rng.standard_normal((100, 128), dtype=np.float32)
    w_input, w_state = rng.random((2, 2, 384, 128), dtype=np.float32) / 16 - np.float32(1 / 32)
    print("first numbers of the last state:", run(x, w_input, w_state)[-1, :4])
