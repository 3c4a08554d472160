# %% [markdown]
# # Lab: the chain and the square
#
# A recurrent network reads a text word by word; attention looks at all words at once. You will
# write the heart of both, count the steps that must wait, and break a chain that looks unbreakable.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Write: a network that remembers
#
# `h` begins at 0. For each word `x[t]`, `h` becomes `a[t] * h + x[t]`. Return the `h` after each
# word, as an array.


# %% task 1
def remember(a, x):
    return ...


# %% check 1
def _in_one_sum(a, x):
    a, x = a.astype("float64"), x.astype("float64")
    return np.array(
        [sum(x[s] * np.prod(a[s + 1 : t + 1]) for s in range(t + 1)) for t in range(len(x))]
    )


check(remember, _in_one_sum, inputs=lambda n: (numbers(n), numbers(n, seed=1)), sizes=(1, 2, 7, 33))


# %% answer 1
def remember(a, x):
    h, seen = 0.0, []
    for keep, word in zip(a, x):
        h = keep * h + word
        seen.append(h)
    return np.array(seen)


# %% [markdown]
# ## 2. Predict: steps that wait
#
# <!-- not a measurement: made up for the task -->
# A text has 4,096 words. A step of the chain takes one unit of time, whatever the number of
# workers. Attention looks at 4,096 times 4,096 pairs of words. A pair takes one unit as well, and a
# GPU does 16,384 pairs at once. How many times as long does the chain take?

# %% guess 2
times_as_long = ...  # your prediction

# %% check 2
compare(times_as_long, 4096 / (4096 * 4096 / 16384), " times as long")

# %% answer 2
times_as_long = 4

# %% [markdown]
# <!-- not a measurement: made up for the task -->
# And for a text four times as long? Then the two are equal: the square has caught up.
#
# ## 3. Write: look at all words at once
#
# For each word a score against each word, `q @ k.T`, divided by the root of the number of columns
# of `q`. A word must not see what comes after it. Then softmax over each row, times `v`. Subtract
# each row's largest score before the exponential, or large scores overflow.


# %% task 3
def attend(q, k, v):
    return ...


# %% check 3
def _word_by_word(q, k, v):
    q, k, v = (m.astype("float64") for m in (q, k, v))
    rows = []
    for t in range(len(q)):
        scores = [float(np.dot(q[t], k[s])) / q.shape[1] ** 0.5 for s in range(t + 1)]
        weights = [np.exp(s - max(scores)) for s in scores]
        rows.append(sum(w * v[s] for s, w in enumerate(weights)) / sum(weights))
    return np.array(rows)


check(
    attend,
    _word_by_word,
    inputs=lambda n: (60 * numbers(n, 4), 60 * numbers(n, 4, seed=1), numbers(n, 3, seed=2)),
    sizes=(1, 2, 7, 33),
    tolerance=1e-4,
)


# %% answer 3
def attend(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    later = np.triu(np.ones(scores.shape, bool), 1)
    scores = np.where(later, -np.inf, scores)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ v


# %% [markdown]
# ## Take home: break the chain
#
# The chain of task 1 *can* be broken, because two of its steps, `first` and `second`, make one of
# the same kind: first `h` becomes `a1 * h + x1`, then `a2 * h + x2`. Write what both together are,
# as a pair. Then the check joins `n` steps in pairs, in about `log2(n)` rounds. Some networks
# are built so that this works; one with a `tanh` around each step cannot be joined.


# %% task 4
def join(first, second):
    a1, x1 = first
    a2, x2 = second
    return ...


# %% check 4
def _joined(steps):
    while len(steps) > 1:
        odd = [steps[-1]] if len(steps) % 2 else []
        steps = [join(*steps[k : k + 2]) for k in range(0, len(steps) - 1, 2)] + odd
        if lacks := [step for step in steps if step is None or step is Ellipsis]:
            return lacks[0]
    return steps[0]


def _one_by_one(steps):
    h, kept = 0.0, 1.0
    for a, x in steps:
        h, kept = a * h + x, a * kept
    return (kept, h)


check(
    through(join, _joined),
    _one_by_one,
    inputs=lambda n: ([(float(a), float(x)) for a, x in numbers(n, 2) + 0.2],),
    sizes=(2, 3, 7, 20),
)


# %% answer 4
def join(first, second):
    a1, x1 = first
    a2, x2 = second
    return (a2 * a1, a2 * x1 + x2)


# %% [markdown]
# ## Take home, too: what the square costs
#
# A text has `n` words. A score for a pair of words takes `size` bytes, and there are `heads` of
# them for each pair. They are laid out in tiles of `t` by `t` pairs. A word sees itself and what
# came before; a tile is kept whole if at least one of its pairs is seen, and else not at all.
# Return the bytes of the tiles that are kept.


# %% task 5
def score_bytes(n, t, heads, size):
    return ...


# %% check 5
def _kept(n, t, heads, size):
    tiles = {(row // t, column // t) for row in range(n) for column in range(row + 1)}
    return len(tiles) * t * t * heads * size


check(score_bytes, _kept, inputs=lambda n: (n, 8, 2, 4), sizes=(1, 7, 9, 33, 50))


# %% answer 5
def score_bytes(n, t, heads, size):
    side = (n + t - 1) // t
    return side * (side + 1) // 2 * t * t * heads * size
