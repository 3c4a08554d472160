# %% [markdown]
# # Lab: what crosses the link?
#
# Several GPUs are several memories with a link between them. You will average gradients, write the
# ring that adds them up, and find out how many GPUs are too many. All of it runs on the CPU: the
# GPUs are rows of an array.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: the ring
#
# Eight GPUs have gradients of 1 GB each, and all want the sum. In a ring each sends to its
# neighbour only. How many GB does each of them send?

# %% guess 1
sent = ...  # your prediction

# %% check 1
compare(sent, sum(1 / 8 for _ in range(2 * (8 - 1))), " GB")

# %% answer 1
sent = 1.75

# %% [markdown]
# ## 2. Write: the mean of several shares
#
# Each GPU has the mean gradient over its own pictures: a row of `gradients`. It had `counts`
# pictures, and the last share of an epoch is often smaller. Return the mean over all pictures.


# %% task 2
def together(gradients, counts):
    return ...


# %% check 2
def _together(gradients, counts):
    total = np.zeros(gradients.shape[1])
    for gradient, count in zip(gradients.astype(float), counts):
        total += gradient * count
    return total / sum(counts)


_counts = [[4], [8, 8], [8, 8, 8, 8], [8, 3], [16, 16, 5], [1, 2, 3, 4]]
check(
    together,
    _together,
    inputs=lambda i: (numbers(len(_counts[i]), 5), np.array(_counts[i])),
    sizes=range(6),
)


# %% answer 2
def together(gradients, counts):
    weights = counts / counts.sum()
    return weights @ gradients


# %% [markdown]
# ## 3. Write: the ring
#
# `rows[i]` is what GPU `i` has. Each row is cut into as many pieces as there are rows
# (`np.array_split` cuts into pieces that may differ by one). In the first lap, piece after piece is
# added up on its way round; in the second, the sums go round. Return the rows at the end: the sum
# of all, in each. A GPU may read its left neighbour only: row `i - 1`.


# %% task 3
def ring(rows):
    n = len(rows)
    pieces = [np.array_split(row.copy(), n) for row in rows]
    # First lap: in each step, GPU i adds to its piece (i - 1 - step) % n its left neighbour's.
    # Second lap: in each step, GPU i takes a piece from its left neighbour.
    return ...  # np.array([np.concatenate(p) for p in pieces])


# %% check 3
def _ring(rows):
    return np.tile(rows.astype(float).sum(axis=0), (len(rows), 1))


_shapes = [(2, 6), (4, 12), (3, 9), (1, 4), (3, 10), (5, 13), (4, 3)]
check(ring, _ring, inputs=lambda i: (numbers(*_shapes[i]),), sizes=range(7))


# %% answer 3
def ring(rows):
    n = len(rows)
    pieces = [np.array_split(row.copy(), n) for row in rows]
    for step in range(n - 1):
        for i in range(n):
            piece = (i - 1 - step) % n
            pieces[i][piece] = pieces[i][piece] + pieces[i - 1][piece]
    for step in range(n - 1):
        for i in range(n):
            piece = (i - step) % n
            pieces[i][piece] = pieces[i - 1][piece]
    return np.array([np.concatenate(p) for p in pieces])


# %% [markdown]
# ## 4. Write: how many are worth it?
#
# A step takes `seconds` on one GPU. On `n` it takes an `n`th of that, and then the ring:
# `2 (n - 1)` messages, each of an `n`th of `size` bytes, at `rate` bytes per second and after a
# wait of `delay` seconds. Return the number of GPUs, from 1 to 16, with the shortest step; the
# smaller number, if two take equally long.


# %% task 4
def best_number(seconds, size, rate, delay):
    return ...


# %% check 4
def _best(seconds, size, rate, delay):
    best, shortest = 1, seconds
    for n in range(2, 17):
        messages = 2 * n - 2
        step = seconds / n + messages * (size / n / rate + delay)
        if step < shortest:
            best, shortest = n, step
    return best


_machines = [
    (1.0, 1e6, 1e11, 0.0),
    (1e-3, 1e9, 1e9, 0.0),
    (1e-3, 0.0, 1e9, 1e-5),
    (0.1, 1e9, 1e10, 1e-5),
    (0.15, 1e9, 1e10, 1e-3),
    (0.4, 1e9, 1e10, 1e-2),
    (1e-2, 4e5, 1e9, 5e-5),
]
check(best_number, _best, inputs=_machines.__getitem__, sizes=range(7))


# %% answer 4
def best_number(seconds, size, rate, delay):
    def step(n):
        return seconds / n + 2 * (n - 1) * (size / n / rate + delay)

    return min(range(1, 17), key=step)


# %% [markdown]
# ## Take home: what each must hold
#
# Training in mixed precision with Adam takes 2 bytes for each weight, 2 for its gradient and 12 for
# the optimiser. Plain data parallel keeps all of it on every GPU. ZeRO cuts the optimiser's share
# into `n` parts (stage 1), the gradients too (stage 2), the weights too (stage 3). Return the bytes
# on each of `n` GPUs for a network of so many `parameters` (its weights) and a `stage`, where 0 is
# plain.


# %% task 5
def held(parameters, n, stage):
    return ...


# %% check 5
def _held(parameters, n, stage):
    each = 0
    for bytes_each, cut_from in ((2, 3), (2, 2), (12, 1)):
        each += parameters * bytes_each / (n if stage >= cut_from else 1)
    return each


_runs = [(1e9, 1, 0), (1e9, 8, 0), (7e9, 8, 3), (7e9, 8, 1), (7e9, 8, 2), (1e9, 3, 3), (1e9, 1, 3)]
check(held, _held, inputs=_runs.__getitem__, sizes=range(7))


# %% answer 5
def held(parameters, n, stage):
    weights = 2 / n if stage >= 3 else 2
    gradients = 2 / n if stage >= 2 else 2
    optimiser = 12 / n if stage >= 1 else 12
    return parameters * (weights + gradients + optimiser)
