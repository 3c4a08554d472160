"""Numba: a loop."""


def run(a):
    return a + a  # a < b & [[time]] in a listing stays as it is
