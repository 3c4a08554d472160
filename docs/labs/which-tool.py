# %% [markdown]
# # Lab: one step down, and no further
#
# A library, a compiler, a kernel: each step down is more work, and more to check. You will write a
# kernel as Triton and cuTile want it, for a block at a time, and find out when it is worth writing.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: what can fusing give?
#
# <!-- not a measurement: a count of bytes -->
# `y = 0.5 * x * (1 + x)` in float32, one kernel for each of its three operations, or one for all.
# Each kernel reads its arrays and writes its result, four bytes an element; numbers stay in
# registers. How many times as many bytes go over memory without fusing?

# %% guess 1
factor = ...  # your prediction

# %% check 1
_unfused = (4 + 4) + (4 + 4) + (4 + 4 + 4)  # 0.5 * x, then 1 + x, then their product
compare(factor, _unfused / (4 + 4), " times")

# %% answer 1
factor = 3.5

# %% [markdown]
# ## 2. Write: a kernel for a block
#
# One call computes the block `number`: the elements from `number * size` on, `size` of them, of
# `out = a * x + y`. The arrays may end within the last block. Blocks run in any order, so none may
# touch what belongs to another.
#
# Return the numbers of the elements that the block computes, and their values, as two arrays.


# %% task 2
def saxpy_block(number, size, a, x, y):
    return ...


# %% check 2
def _block(number, size, a, x, y):
    first = min(len(x), number * size)
    last = min(len(x), first + size)
    return np.arange(first, last), np.array([a * x[i] + y[i] for i in range(first, last)])


_shapes = [(0, 4, 8), (1, 4, 8), (1, 4, 7), (2, 4, 9), (0, 8, 3), (3, 2, 8), (0, 1, 1)]


def _case(k):
    number, size, n = _shapes[k]
    rng = np.random.default_rng(k)
    return number, size, 1.5, rng.random(n), rng.random(n)


check(saxpy_block, _block, inputs=_case, sizes=range(7))


# %% answer 2
def saxpy_block(number, size, a, x, y):
    i = number * size + np.arange(size)
    i = i[i < len(x)]
    return i, a * x[i] + y[i]


# %% [markdown]
# That is the whole kernel. Triton writes the same with a mask in the place of `i[i < len(x)]`,
# because the shape of a block must not change.
#
# ## 3. Write: how many blocks?
#
# The launch needs the number of blocks of `size` that cover `n` elements, with none to spare.


# %% task 3
def blocks(n, size):
    return ...


# %% check 3
def _blocks(n, size):
    count = 0
    while count * size < n:
        count += 1
    return count


_launches = [(256, 256), (512, 256), (257, 256), (1, 256), (1000, 64), (4096, 1024), (0, 256)]
check(blocks, _blocks, inputs=_launches.__getitem__, sizes=range(7))


# %% answer 3
def blocks(n, size):
    return (n + size - 1) // size


# %% [markdown]
# ## 4. Predict: the best kernel in the world
#
# <!-- not a measurement: an invented share -->
# A step takes 4 % of a job. You make it so fast that it takes no time at all. By how many per cent
# does the whole job's time fall?

# %% guess 4
percent = ...  # your prediction

# %% check 4
compare(percent, 100 * 0.04, " %")

# %% answer 4
percent = 4

# %% [markdown]
# ## Take home: is it worth writing?
#
# A step takes `share` of a job's time (from 0 to 1). A kernel does it `factor` times as fast, and
# takes `hours` of your time to write and to check. A job takes `minutes`. Return the smallest
# number of jobs after which the minutes that it saved are at least those that it took, or `0` if
# it saves none.


# %% task 5
def pays_after(share, factor, minutes, hours):
    return ...


# %% check 5
def _after(share, factor, minutes, hours):
    saved = minutes * share * (factor - 1) / factor
    if saved <= 0:
        return 0
    jobs = 0
    while jobs * saved < 60 * hours:
        jobs += 1
    return jobs


_steps = [
    (0.5, 2, 4, 1),
    (0.5, 2, 8, 2),
    (0.5, 4, 10, 1),
    (0.25, 8, 3, 1),
    (0.5, 1, 10, 1),
    (1, 2, 7, 1),
]
check(pays_after, _after, inputs=_steps.__getitem__, sizes=range(6))


# %% answer 5
def pays_after(share, factor, minutes, hours):
    saved = minutes * share * (1 - 1 / factor)
    return int(-(-60 * hours // saved)) if saved > 0 else 0
