# %% 2 at 0 1 5 6: forgets where the arrays end
def saxpy_block(number, size, a, x, y):
    i = number * size + np.arange(size)
    return i, a * x[i % len(x)] + y[i % len(x)]
# %% 2: every block begins at the start
def saxpy_block(number, size, a, x, y):
    i = np.arange(min(size, len(x)))
    return i, a * x[i] + y[i]
# %% 2: every size-th element, as a thread would
def saxpy_block(number, size, a, x, y):
    i = np.arange(number, len(x), size)
    return i, a * x[i] + y[i]
# %% 3 at 0 1 5 6: rounds down
def blocks(n, size):
    return n // size
# %% 3: always one more
def blocks(n, size):
    return n // size + 1
# %% 5 at 0 1: the step is gone, not faster
def pays_after(share, factor, minutes, hours):
    return int(-(-60 * hours // (minutes * share / 2))) if factor > 1 else 0
# %% 5: rounds down
def pays_after(share, factor, minutes, hours):
    saved = minutes * share * (1 - 1 / factor)
    return int(60 * hours // saved) if saved > 0 else 0
# %% 5: the whole job is that much faster
def pays_after(share, factor, minutes, hours):
    saved = minutes * (1 - 1 / factor)
    return int(-(-60 * hours // saved)) if saved > 0 else 0
