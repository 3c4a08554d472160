# %% [markdown]
# # Lab: write a kernel and count its threads
#
# A kernel says what one thread does. You will write one, launch it at sizes that do not divide
# evenly, and find out how much work it takes to pay for a trip.
#
# Run the cells in order. Where you see `...`, it is your turn; the cell below each task tells you
# whether it is right. Stuck? Every task has an answer folded away below it.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Predict: who has nothing to do?
#
# You add two arrays of 1,000 numbers, one thread for each number. Threads come in blocks of 256,
# and only whole blocks can be launched. How many threads will have nothing to do?

# %% guess 1
idle = ...  # your prediction, a number

# %% answer 1
idle = 24  # four blocks are 1,024 threads

# %% [markdown]
# Now write it for any size: how many blocks of `per_block` threads does it take to have a thread
# for each of `n` numbers?


# %% task 2
def blocks_for(n, per_block):
    return ...


# %% check 2
check(
    blocks_for,
    lambda n, per_block: sum(1 for _ in range(0, n, per_block)),
    inputs=lambda n: (n, 256),
    sizes=(1, 255, 256, 257, 1000),
)


# %% answer 2
def blocks_for(n, per_block):
    return (n + per_block - 1) // per_block  # rounded up


# %% [markdown]
# The prediction from above, beside what comes out:

# %% check 1
compare(idle, 4 * 256 - 1000, " threads")

# %% [markdown]
# ## 2. Write the kernel
#
# `cuda.grid(1)` is this thread's number in the whole grid. Rounding up makes threads too many: they
# must keep their hands off the arrays. Write what one thread does: `c[i]` becomes `a[i] + b[i]`.
#
# The check fills `c` with values that are no numbers before it launches your kernel, so that
# nothing looks done that is not. Without a GPU it stops every thread that leaves an array. A GPU
# would not.


# %% task 3
@cuda.jit
def add(a, b, c):
    i = cuda.grid(1)
    ...  # your lines


# %% check 3
check_kernel(
    add,
    inputs=lambda n: (numbers(n), numbers(n, seed=1)),
    out=lambda n: n,
    reference=lambda a, b: a.astype("float64") + b,
)


# %% answer 3
@cuda.jit
def add(a, b, c):
    i = cuda.grid(1)
    if i < c.size:
        c[i] = a[i] + b[i]


# %% [markdown]
# The sentence says what was counted. A **sector** is 32 bytes, the least that a GPU fetches from
# its memory: 32 neighbouring float32 numbers lie in four of them. The last warp has fewer threads
# that work, so the mean is below four.
#
# ## 3. Fewer threads than numbers
#
# A launch need not have a thread for each number. This one always has 64 threads, whatever the
# size. Let each thread begin at its own number and go on in steps of all threads,
# `cuda.gridsize(1)`, until the array ends.


# %% task 4
@cuda.jit
def add_in_steps(a, b, c): ...  # a loop


# %% check 4
check_kernel(
    add_in_steps,
    inputs=lambda n: (numbers(n), numbers(n, seed=1)),
    out=lambda n: n,
    reference=lambda a, b: a.astype("float64") + b,
    blocks=lambda n: 2,
    sizes=(1, 63, 65, 200),
)


# %% answer 4
@cuda.jit
def add_in_steps(a, b, c):
    for i in range(cuda.grid(1), c.size, cuda.gridsize(1)):
        c[i] = a[i] + b[i]


# %% [markdown]
# ## Take home: when has the trip paid?
#
# Moving your arrays to the GPU and back costs `trip` microseconds, once. After that every addition
# takes `cpu` microseconds where the data was, or `gpu` where it is now. How many additions must you
# do until the GPU, with its trip, is at least as soon? All three are whole numbers, and `gpu` is
# smaller than `cpu`.


# %% task 5
def additions_to_pay(trip, cpu, gpu):
    return ...


# %% check 5
def _by_trying(trip, cpu, gpu):
    count = 0
    while trip + count * gpu > count * cpu:
        count += 1
    return count


check(additions_to_pay, _by_trying, inputs=lambda n: (n, 9, 2), sizes=(1, 7, 20, 100, 1001))


# %% answer 5
def additions_to_pay(trip, cpu, gpu):
    saved = cpu - gpu
    return (trip + saved - 1) // saved
