# %% [markdown]
# # Lab: train, and find out what waits
#
# A training step is a few matrix products and a lot of waiting. You will write the step itself,
# check its gradient the way nobody can argue with, and then feed it so that it does not starve.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Write: the gradient
#
# A layer predicts `x @ w`, and the loss is the mean over the batch of `(x @ w - y)` squared; `x` is
# `n` by `d`, `w` has `d` numbers, `y` has `n`. Return the gradient of the loss with respect to `w`.
# The check does not know any formula: it moves each weight a little and looks at the loss.


# %% task 1
def gradient(x, w, y):
    return ...


# %% check 1
def _by_moving(x, w, y, step=1e-4):
    def loss(weights):
        return np.mean((x.astype("float64") @ weights - y) ** 2)

    w = w.astype("float64")
    moves = np.eye(len(w)) * step
    return np.array([(loss(w + m) - loss(w - m)) / (2 * step) for m in moves])


check(
    gradient,
    _by_moving,
    inputs=lambda n: (numbers(n, 3), numbers(3, seed=n), numbers(n, seed=1)),
    sizes=(1, 5, 33, 100),
    tolerance=1e-4,
)


# %% answer 1
def gradient(x, w, y):
    return 2 * x.T @ (x @ w - y) / len(y)


# %% [markdown]
# ## 2. Write: batches
#
# Cut `n` pictures into batches of `size`, in order. The last batch may be smaller; it must not be
# lost. Return the list of batch sizes.


# %% task 2
def batches(n, size):
    return ...


# %% check 2
check(
    batches,
    lambda n, size: np.bincount(np.arange(n) // size),
    inputs=lambda n: (n, 32),
    sizes=(1, 31, 33, 100),
)


# %% answer 2
def batches(n, size):
    return [min(size, n - begin) for begin in range(0, n, size)]


# %% [markdown]
# ## 3. Predict: larger batches
#
# <!-- not a measurement: made up for the task -->
# A step costs 200 microseconds to launch and 2 for each picture; the GPU can begin when it has been
# launched. How many times as many pictures go through in a second with batches of 512 as with
# batches of 8?

# %% guess 3
times_as_many = ...  # your prediction

# %% check 3
compare(times_as_many, (512 / (200 + 2 * 512)) / (8 / (200 + 2 * 8)), " times as many")

# %% answer 3
times_as_many = 11

# %% [markdown]
# And hardly more beyond: from there on the pictures are the cost, and not the launches.
#
# ## 4. Write: what is it waiting for?
#
# Batch after batch, a loader needs `load` units of time, and a step needs `step`. One loader works
# ahead, into room for a single batch: it begins the next batch when the step has taken the last one
# away. Return how long the GPU stands idle in all, from the start to the end of the last of `n`
# steps.


# %% task 4
def idle(n, load, step):
    return ...


# %% check 4
def _clockwork(n, load, step):
    taken = finished = waited = 0
    for _ in range(n):
        ready = taken + load
        waited += max(0, ready - finished)
        taken = max(ready, finished)
        finished = taken + step
    return waited


check(idle, _clockwork, inputs=lambda n: (n, n % 7 + 1, 5), sizes=(1, 2, 4, 9, 20, 33))


# %% answer 4
def idle(n, load, step):
    return load + (n - 1) * max(0, load - step)


# %% [markdown]
# If that is most of the time, a faster GPU stands idle for longer.
#
# ## Take home: the same step from small pieces
#
# Your batch does not fit into memory. Return the gradient of task 1 for the whole batch, seeing at
# most `size` rows of `x` at a time: call your `gradient` on pieces and put the results together.
# Mind the last piece.


# %% task 5
def gradient_in_pieces(x, w, y, size):
    return ...


# %% check 5
def _whole(x, w, y, size):
    return _by_moving(x, w, y)


check(
    gradient_in_pieces,
    _whole,
    inputs=lambda n: (numbers(n, 3), numbers(3, seed=n), numbers(n, seed=1), 16),
    sizes=(1, 15, 17, 33, 100),
    tolerance=1e-4,
)


# %% answer 5
def gradient_in_pieces(x, w, y, size):
    total = np.zeros_like(w)
    for begin in range(0, len(y), size):
        piece = slice(begin, begin + size)
        total += gradient(x[piece], w, y[piece]) * len(y[piece])
    return total / len(y)
