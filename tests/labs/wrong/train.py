# %% 1: forgets the two
def gradient(x, w, y):
    return x.T @ (x @ w - y) / len(y)
# %% 1: the sum, not the mean
def gradient(x, w, y):
    return 2 * x.T @ (x @ w - y)
# %% 1 at 32 64: divides by a batch of 32 or 64
def gradient(x, w, y):
    return 2 * x.T @ (x @ w - y) / (32 if len(y) <= 32 else 64)
# %% 2 at 32 64: drops the last
def batches(n, size):
    return [size] * (n // size)
# %% 2: the last is as large as the others
def batches(n, size):
    return [size] * -(-n // size)
# %% 4 at 4 11 18: as if loading and stepping were as long
def idle(n, load, step):
    return load
# %% 4: nothing is loaded ahead
def idle(n, load, step):
    return n * load
# %% 5 at 16 32: the mean of the pieces' means
def gradient_in_pieces(x, w, y, size):
    parts = [gradient(x[b : b + size], w, y[b : b + size]) for b in range(0, len(y), size)]
    return np.mean(parts, axis=0)
# %% 5: the sum of the pieces
def gradient_in_pieces(x, w, y, size):
    parts = [gradient(x[b : b + size], w, y[b : b + size]) for b in range(0, len(y), size)]
    return np.sum(parts, axis=0)
