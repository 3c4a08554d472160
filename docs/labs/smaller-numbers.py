# %% [markdown]
# # Lab: shrink what travels
#
# Round weights to four bits, pack two of them into a byte, and find out what a long text keeps in
# memory. Each step is a few lines of NumPy.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: how many bits are four bits?
#
# A block has 64 weights of four bits. They share a scale in float16 and a second number of as many
# bits, the block's smallest weight. How many bits is that for each weight?

# %% guess 1
bits = ...  # your prediction

# %% check 1
compare(bits, (64 * 4 + 16 + 16) / 64, " bits")

# %% answer 1
bits = 4 + 32 / 64

# %% [markdown]
# ## 2. Write: round in blocks
#
# Return the weights as they are after rounding: each block of `size` neighbours is divided by a
# scale of its own, so that its largest weight becomes 7 or -7, rounded to whole numbers, and
# multiplied by the scale again. `w` has one dimension, its length is a multiple of `size`, and no
# block is all zero.


# %% task 2
def rounded(w, size):
    return ...


# %% check 2
def _weights(n):
    return numbers(32 * n, seed=3) - np.float32(0.5), 32


def _rounded(w, size):
    found = np.empty(len(w))
    for first in range(0, len(w), size):
        scale = max(abs(float(x)) for x in w[first : first + size]) / 7
        for i in range(first, first + size):
            found[i] = round(float(w[i]) / scale) * scale
    return found


check(rounded, _rounded, inputs=_weights, sizes=(1, 2, 13), tolerance=1e-5)


# %% answer 2
def rounded(w, size):
    blocks = w.reshape(-1, size)
    scales = abs(blocks).max(axis=1, keepdims=True) / 7
    return (np.rint(blocks / scales) * scales).ravel()


# %% [markdown]
# ## 3. Write: two in a byte
#
# `q` has whole numbers from -8 to 7, an even number of them. Add 8 to each, which makes them 0 to
# 15, and put the first half of the array into the lower four bits of the bytes, the second half
# into the upper four. Return an array of `np.uint8`.


# %% task 3
def packed(q):
    return ...


# %% check 3
def _q(n):
    return ((numbers(2 * n, seed=5) * 16).astype(np.int8) - np.int8(8),)


def _packed(q):
    half = len(q) // 2
    return np.array([int(q[i]) + 8 + 16 * (int(q[half + i]) + 8) for i in range(half)], np.uint8)


check(packed, _packed, inputs=_q, sizes=(1, 2, 100), dtype=np.uint8)


# %% answer 3
def packed(q):
    small = (q + 8).astype(np.uint8)
    half = len(q) // 2
    return small[:half] | small[half:] << 4


# %% [markdown]
# ## 4. Predict: one short vector
#
# A model has 61 layers. Of each token, each of them keeps 576 numbers of two bytes. How many GB
# does it keep of a text with a hundred thousand tokens?

# %% guess 4
gigabytes = ...  # your prediction

# %% check 4
compare(gigabytes, 61 * 576 * 2 * 100_000 / 1e9, " GB")

# %% answer 4
gigabytes = 7.03

# %% [markdown]
# ## 5. Write: a cache with windows
#
# A model has `full` layers that keep every token of a text, and `short` layers that keep the last
# `window` tokens only. A token takes `size` bytes in a layer. Return the bytes of one text of `n`
# tokens.


# %% task 5
def cache(n, full, short, window, size):
    return ...


# %% check 5
def _cache(n, full, short, window, size):
    held = [n] * full + [sum(1 for at in range(n) if at >= n - window)] * short
    return sum(held) * size


check(cache, _cache, inputs=lambda n: (n, 3, 5, 128, 2048), sizes=(1, 100, 128, 129, 5000))


# %% answer 5
def cache(n, full, short, window, size):
    return (full * n + short * min(n, window)) * size


# %% [markdown]
# ## Take home: guess, and check in one trip
#
# A small model guesses `guesses` tokens. Each is right with the probability `right`, as long as all
# before it were right. One trip of the large model's weights keeps the right ones up to the first
# mistake, and adds one token of its own. A guess costs `cost` of such a trip. Return how many times
# as many tokens come out in the same time as with one token for each trip.


# %% task 6
def gain(guesses, right, cost):
    return ...


# %% check 6
def _gain(guesses, right, cost):
    tokens = sum((k + 1) * right**k * (1 - right) for k in range(guesses))
    return (tokens + (guesses + 1) * right**guesses) / (1 + guesses * cost)


_guessing = [(0, 0.8, 0.1), (1, 0.8, 0.1), (4, 0.8, 0.1), (16, 0.8, 0.1), (4, 0.3, 0.2), (4, 1, 0)]
check(gain, _gain, inputs=_guessing.__getitem__, sizes=range(6))


# %% answer 6
def gain(guesses, right, cost):
    return sum(right**k for k in range(guesses + 1)) / (1 + guesses * cost)
