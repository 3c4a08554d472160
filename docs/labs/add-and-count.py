# %% [markdown]
# # Lab: add up without a queue
#
# A thousand threads want to add to one number. You will let them race, put them in a queue, and
# then find the way in which hardly anybody waits.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Predict: how many rounds?
#
# A block of threads adds up its numbers in pairs: in each round, half of those that are left add
# the other half to theirs. Write how many rounds it takes until one number is left of `n`. An odd
# one out waits for the next round.


# %% task 1
def rounds(n):
    return ...


# %% check 1
def _by_halving(n):
    count = 0
    while n > 1:
        n, count = n - n // 2, count + 1
    return count


check(rounds, _by_halving, sizes=(1, 2, 3, 33, 256, 1000))


# %% answer 1
def rounds(n):
    count = 0
    while n > 1:
        n, count = (n + 1) // 2, count + 1
    return count


# %% [markdown]
# ## 2. Run: everybody into one
#
# Each thread adds its number to `total[0]`. Written as `total[0] += x[i]` that is two steps, a read
# and a write, and between the two another thread may come: a **race**. Try it, if you like; the
# check sees who met whom. `cuda.atomic.add(total, 0, value)` does both in one step.


# %% task 2
@cuda.jit
def add_all(x, total):
    i = cuda.grid(1)
    ...


# %% check 2
sums = {
    "inputs": lambda n: (numbers(n),),
    "out": lambda n: 1,
    "reference": lambda x: [x.sum(dtype="float64")],
    "start": 0,
    "sizes": (1, 31, 65, 150),
}
check_kernel(add_all, **sums)


# %% answer 2
@cuda.jit
def add_all(x, total):
    i = cuda.grid(1)
    if i < x.size:
        cuda.atomic.add(total, 0, x[i])


# %% [markdown]
# Right, and a queue: one atomic addition for each number, all on the same address, one after
# another.
#
# ## 3. Write: a total for each block
#
# Now let each block of 32 threads put its numbers into shared memory, add them up there in five
# rounds with a `cuda.syncthreads()` after each, and make a single atomic addition. Threads beyond
# the end bring a zero, because every thread of the block must come to every barrier. The check
# allows 5 atomic additions for 150 numbers.


# %% task 3
@cuda.jit
def add_by_blocks(x, total):
    part = cuda.shared.array(32, np.float32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    ...


# %% check 3
check_kernel(add_by_blocks, **sums, at_most={"atomics": 5})


# %% answer 3
@cuda.jit
def add_by_blocks(x, total):
    part = cuda.shared.array(32, np.float32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    part[t] = x[i] if i < x.size else 0
    cuda.syncthreads()
    half = 16
    while half > 0:
        if t < half:
            part[t] += part[t + half]
        cuda.syncthreads()
        half //= 2
    if t == 0:
        cuda.atomic.add(total, 0, part[0])


# %% [markdown]
# ## Take home: count letters
#
# `text` holds numbers from 0 to 7. Count how often each occurs, into `bins`. Give each block bins
# of its own, in shared memory, and add those up at the end: at most eight atomic additions to
# global memory for each block of 32 threads. (Shared memory begins with rubbish. Atomics work there
# too.)


# %% task 4
@cuda.jit
def count_letters(text, bins):
    mine = cuda.shared.array(8, np.int32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    ...


# %% check 4
check_kernel(
    count_letters,
    inputs=lambda n: ((numbers(n) * 8).astype("int32"),),
    out=lambda n: 8,
    reference=lambda text: np.bincount(text, minlength=8),
    start=0,
    dtype=np.int32,
    sizes=(1, 33, 150),
    at_most={"atomics": 40},
)


# %% answer 4
@cuda.jit
def count_letters(text, bins):
    mine = cuda.shared.array(8, np.int32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    if t < 8:
        mine[t] = 0
    cuda.syncthreads()
    if i < text.size:
        cuda.atomic.add(mine, text[i], 1)
    cuda.syncthreads()
    if t < 8:
        cuda.atomic.add(bins, t, mine[t])
