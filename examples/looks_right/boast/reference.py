"""2·x + y."""


def run(x, y):
    return 2 * x + y
