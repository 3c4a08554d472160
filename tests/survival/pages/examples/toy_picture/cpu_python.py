"""Pure Python."""


def to_device(a):
    return (a.tolist(),)


def run(a):
    return [x + x for x in a]


def to_host(c):
    return c
