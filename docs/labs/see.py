# %% [markdown]
# # Lab: slide a filter, and count what it costs
#
# A convolution is a small window that slides over a picture. You will write one, as the machine
# does it too, count its work, and compare two trainings the way that does not flatter the larger
# batch.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Write: one window for each thread
#
# `out[i, j]` becomes the sum of `picture[i + u, j + v] * weights[u, v]` over the window. There is
# no padding: a picture of `n` by `m` and a window of 3 by 3 leave `n - 2` by `m - 2`. Columns
# follow `x`.


# %% task 1
@cuda.jit
def filtered(picture, weights, out):
    j, i = cuda.grid(2)
    ...


# %% check 1
def _slid(picture, weights):
    k = len(weights)
    windows = np.lib.stride_tricks.sliding_window_view(picture.astype("float64"), (k, k))
    return np.einsum("ijuv,uv->ij", windows, weights)


check_kernel(
    filtered,
    inputs=lambda n: (numbers(n + 2, n + 5), numbers(3, 3, seed=1)),
    out=lambda n: (n, n + 3),
    reference=_slid,
    threads=(8, 4),
    blocks=lambda n: (-(-(n + 3) // 8), -(-n // 4)),
    sizes=(1, 6, 11),
)


# %% answer 1
@cuda.jit
def filtered(picture, weights, out):
    j, i = cuda.grid(2)
    if i < out.shape[0] and j < out.shape[1]:
        total = np.float32(0)
        for u in range(weights.shape[0]):
            for v in range(weights.shape[1]):
                total += picture[i + u, j + v] * weights[u, v]
        out[i, j] = total


# %% [markdown]
# ## 2. Predict, then write: how large, and how much?
#
# A window of `k` by `k` moves in steps of `stride` over a picture of `n` by `n` with `pad` zeros on
# every side. Only whole windows count. Return the side of the result.


# %% task 2
def side(n, k, stride, pad):
    return ...


# %% check 2
check(
    side,
    lambda n, k, stride, pad: sum(1 for b in range(0, n + 2 * pad, stride) if b + k <= n + 2 * pad),
    inputs=lambda n: (n + 4, 5, 1 + n % 3, n % 2),
    sizes=(1, 4, 7, 8, 10, 31, 33),
)


# %% answer 2
def side(n, k, stride, pad):
    return (n + 2 * pad - k) // stride + 1


# %% [markdown]
# ## 3. Write: a convolution is a matrix product
#
# Libraries often lay the windows out as the rows of a matrix, so that one product does all the
# filters. Return the matrix: one row for each window of `k` by `k`, from the left, then from the
# top, each window read row by row.


# %% task 3
def windows_as_rows(picture, k):
    return ...


# %% check 3
check(
    windows_as_rows,
    lambda p, k: np.lib.stride_tricks.sliding_window_view(p, (k, k)).reshape(-1, k * k),
    inputs=lambda n: (numbers(n + 2, n + 2 + n % 2), 3),
    sizes=(1, 2, 5, 9),
)


# %% answer 3
def windows_as_rows(picture, k):
    high, wide = picture.shape
    return np.array(
        [
            picture[i : i + k, j : j + k].ravel()
            for i in range(high - k + 1)
            for j in range(wide - k + 1)
        ]
    )


# %% [markdown]
# Each number of the picture now stands there up to nine times: memory is paid so that one large
# product can be done instead of many small ones.
#
# ## Take home: time to the same accuracy
#
# Two trainings: each is a list, `accuracies` after each step, and the `step_time` of one step, in
# whole microseconds. The larger batch has longer steps, and fewer of them are needed, up to a
# point. Return after how much time a training has reached `goal` and stays there to its end, or `0`
# if it never does.


# %% task 4
def time_to(goal, accuracies, step_time):
    return ...


# %% check 4
def _reached(goal, accuracies, step_time):
    good = np.asarray(accuracies) >= goal
    bad = np.flatnonzero(~good)
    last_bad = bad[-1] + 1 if len(bad) else 0
    return 0 if last_bad == len(good) else (last_bad + 1) * step_time


check(
    time_to,
    _reached,
    inputs=lambda n: (0.6, [float(a) for a in numbers(n) / 2 + np.arange(n) / (2 * n) + 0.1], 7),
    sizes=(1, 2, 5, 10, 20, 33),
)


# %% answer 4
def time_to(goal, accuracies, step_time):
    steps = len(accuracies)
    while steps > 0 and accuracies[steps - 1] >= goal:
        steps -= 1
    return 0 if steps == len(accuracies) else (steps + 1) * step_time
