# %% 2 at 1: one scale for all
def rounded(w, size):
    scale = abs(w).max() / 7
    return np.rint(w / scale) * scale
# %% 2: cuts off
def rounded(w, size):
    blocks = w.reshape(-1, size)
    scales = abs(blocks).max(axis=1, keepdims=True) / 7
    return ((blocks / scales).astype(int) * scales).ravel()
# %% 2: forgets the negative ones
def rounded(w, size):
    blocks = w.reshape(-1, size)
    scales = blocks.max(axis=1, keepdims=True) / 7
    return (np.rint(blocks / scales) * scales).ravel()
# %% 3 at 1: neighbours share a byte
def packed(q):
    small = (q + 8).astype(np.uint8)
    return small[::2] | small[1::2] << 4
# %% 3: the other way round
def packed(q):
    small = (q + 8).astype(np.uint8)
    half = len(q) // 2
    return small[half:] | small[:half] << 4
# %% 3: no offset
def packed(q):
    small = q.astype(np.uint8)
    half = len(q) // 2
    return small[:half] | small[half:] << 4
# %% 5 at 1 100 128: no window
def cache(n, full, short, window, size):
    return (full + short) * n * size
# %% 5: always the whole window
def cache(n, full, short, window, size):
    return (full * n + short * window) * size
# %% 6 at 0 1: every guess counts
def gain(guesses, right, cost):
    return (1 + guesses * right) / (1 + guesses * cost)
# %% 6: no token of its own
def gain(guesses, right, cost):
    return sum(right**k for k in range(1, guesses + 1)) / (1 + guesses * cost)
