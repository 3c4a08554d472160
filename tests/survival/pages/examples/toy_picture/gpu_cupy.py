"""CuPy."""

import cupy as cp


def to_device(a):
    return (cp.asarray(a),)


def run(a):
    return a + a


def to_host(c):
    return cp.asnumpy(c)
