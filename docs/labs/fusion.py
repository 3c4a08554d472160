# %% [markdown]
# # Lab: do more on each trip
#
# Every operation of an array library is a trip through memory and a launch. You will count the
# trips, fold them into one, and decide when a launch is worth its cost.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Predict, then write: bytes of a chain
#
# `y = x * 2`, `y = y + 1`, `y = y * y`, one after the other on `n` float32 numbers. Each operation
# reads an array and writes one. Return the bytes that move for a chain of `operations` that are not
# fused.


# %% task 1
def bytes_of_chain(n, operations):
    return ...


# %% check 1
class Memory:
    def __init__(self):
        self.bytes = 0


def _count(n, operations):
    memory, x = Memory(), np.zeros(n, np.float32)
    for _ in range(operations):
        y = x + 1
        memory.bytes += x.nbytes + y.nbytes
        x = y
    return memory.bytes


check(bytes_of_chain, _count, inputs=lambda n: (n, n % 6), sizes=(1, 7, 33, 100))


# %% answer 1
def bytes_of_chain(n, operations):
    return operations * n * (4 + 4)


# %% [markdown]
# ## 2. Write: one kernel instead of three
#
# `y[i]` becomes `(2 * x[i] + 1)` squared: read once, write once. The check counts the loads and the
# stores of all threads: one of each for each number.


# %% task 2
@cuda.jit
def fused(x, y):
    i = cuda.grid(1)
    ...


# %% check 2
check_kernel(
    fused,
    inputs=lambda n: (numbers(n),),
    out=lambda n: n,
    reference=lambda x: (2 * x.astype("float64") + 1) ** 2,
    sizes=(1, 33, 100),
    at_most={"loads": 100, "stores": 100},
)


# %% answer 2
@cuda.jit
def fused(x, y):
    i = cuda.grid(1)
    if i < y.size:
        v = np.float32(2) * x[i] + np.float32(1)  # stays in a register
        y[i] = v * v


# %% [markdown]
# ## 3. Write: neighbours share
#
# `y[i]` becomes the mean of `x[i - 1]`, `x[i]` and `x[i + 1]`; beyond the ends, take the number at
# the end. Three loads for each number are two too many: let a block of 32 threads bring its
# numbers, and one more on each side, into shared memory once. For 100 numbers the check allows 110
# loads.


# %% task 3
@cuda.jit
def smooth(x, y):
    mine = cuda.shared.array(34, np.float32)  # one more on each side
    t, i = cuda.threadIdx.x, cuda.grid(1)
    ...


# %% check 3
def _means(x):
    wide = np.pad(x.astype("float64"), 1, mode="edge")
    return (wide[:-2] + wide[1:-1] + wide[2:]) / 3


check_kernel(
    smooth,
    inputs=lambda n: (numbers(n),),
    out=lambda n: n,
    reference=_means,
    sizes=(1, 33, 100),
    at_most={"loads": 110},
)


# %% answer 3
@cuda.jit
def smooth(x, y):
    mine = cuda.shared.array(34, np.float32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    last = x.size - 1
    if i <= last:
        mine[t + 1] = x[i]
        if t == 0:
            mine[0] = x[max(i - 1, 0)]
        if t == 31 or i == last:
            mine[t + 2] = x[min(i + 1, last)]
    cuda.syncthreads()
    if i <= last:
        y[i] = (mine[t] + mine[t + 1] + mine[t + 2]) / np.float32(3)


# %% [markdown]
# ## Take home: launches that overlap
#
# The CPU needs `launch` microseconds to ask for a kernel and goes on at once to the next; the GPU
# does them in order, and each takes `work`. The GPU can begin a kernel when it has been asked for
# and the one before is done. Return when the last of `n` kernels is done. Which of the two numbers
# decides, and what would recording all `n` launches into a graph change?


# %% task 4
def finished(n, launch, work):
    return ...


# %% check 4
def _timeline(n, launch, work):
    done = 0
    for k in range(1, n + 1):
        done = max(done, k * launch) + work
    return done


check(finished, _timeline, inputs=lambda n: (n, 5, 1 + n % 9), sizes=(1, 2, 7, 33, 100))


# %% answer 4
def finished(n, launch, work):
    return n * max(launch, work) + min(launch, work)
