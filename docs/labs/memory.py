# %% [markdown]
# # Lab: turn a matrix without wasting memory
#
# The result of a transpose is easy to get right. What makes it slow cannot be seen in the result,
# so this lab counts it: how much memory a warp drags in for each of its loads and stores.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Predict: how many sectors?
#
# A warp is 32 threads that run one instruction together. A GPU fetches memory in sectors of 32
# bytes. The 32 threads of a warp read 32 float32 numbers: thread 0 reads number `first` of an
# array, and each thread after it a number `stride` further on. How many sectors must come? The
# array begins at the start of a sector. Guess for `first = 0` and `first = 1` with `stride = 1`
# before you write it for all.


# %% task 1
def sectors(first, stride):
    return ...


# %% check 1
check(
    sectors,
    lambda first, stride: len(np.unique((first + stride * np.arange(32)) * 4 // 32)),
    inputs=lambda n: (n, 1 + n // 8),
    sizes=(0, 1, 3, 17, 36, 57),
)


# %% answer 1
def sectors(first, stride):
    return len({4 * (first + thread * stride) // 32 for thread in range(32)})


# %% [markdown]
# Neighbours share: four sectors, or five if they begin inside one. From a stride of eight on, every
# thread has a sector of its own, and seven eighths of what was fetched is thrown away.
#
# ## 2. Run: the obvious transpose
#
# Each thread moves one number. Threads are numbered along `x` first, so the 32 threads of a warp
# here have the same `y` and neighbouring `x`. Make it right: `out[x, y]` becomes `a[y, x]`.


# %% task 2
@cuda.jit
def turn(a, out):
    x, y = cuda.grid(2)
    ...  # your lines; a has a.shape[0] rows


# %% check 2
check_kernel(
    turn,
    inputs=lambda n: (numbers(n, n + 3),),
    out=lambda n: (n + 3, n),
    reference=lambda a: a.T,
    threads=(32, 4),
    blocks=lambda n: (-(-(n + 3) // 32), -(-n // 4)),
    sizes=(1, 5, 33),
)


# %% answer 2
@cuda.jit
def turn(a, out):
    x, y = cuda.grid(2)
    if y < a.shape[0] and x < a.shape[1]:
        out[x, y] = a[y, x]


# %% [markdown]
# Read what was counted. Few sectors for each load, and about one *for each thread* for each store:
# neighbouring threads write to places a whole row apart.
#
# ## 3. Write: a tile on the chip
#
# Shared memory is small, on the chip, and does not care about rows. Let one warp turn a whole tile
# of 32 by 32: read it row by row, wait until all have done so, and write it row by row too, each
# thread other numbers than it has read. The check allows few sectors on both sides.
#
# Two things turn. Inside the tile, rows become columns. And the tile itself moves: the block
# `blockIdx.x`, `blockIdx.y` reads the tile at that column and row, and writes it at that row and
# column.


# %% task 3
@cuda.jit
def turn_tiles(a, out):
    tile = cuda.shared.array((32, 32), np.float32)
    x = cuda.threadIdx.x  # 0 to 31
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    ...  # read 32 rows, wait, write 32 rows


# %% check 3
tiles = {
    "inputs": lambda n: (numbers(8 * n, 8 * n + 32),),
    "out": lambda n: (8 * n + 32, 8 * n),
    "reference": lambda a: a.T,
    "threads": 32,
    "blocks": lambda n: (-(-(8 * n + 32) // 32), -(-8 * n // 32)),
    "sizes": (1, 5),
}
few = {"sectors per load": 4, "sectors per store": 4}
check_kernel(turn_tiles, **tiles, at_most=few)


# %% answer 3
@cuda.jit
def turn_tiles(a, out):
    tile = cuda.shared.array((32, 32), np.float32)
    x = cuda.threadIdx.x
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    for k in range(32):
        if top + k < a.shape[0] and left + x < a.shape[1]:
            tile[k, x] = a[top + k, left + x]
    cuda.syncthreads()
    for k in range(32):
        if left + k < out.shape[0] and top + x < out.shape[1]:
            out[left + k, top + x] = tile[x, k]


# %% [markdown]
# ## Take home: the banks
#
# The count above still speaks of bank conflicts, a great many. Shared memory has 32 banks, word `k`
# lies in bank `k % 32`, and what lies in one bank comes one after the other. A column of a tile
# that is 32 words wide lies in a single bank. Change the tile so that no two threads of the warp
# meet in one bank, and leave all else as it was. One number is enough.


# %% task 4
@cuda.jit
def turn_padded(a, out): ...  # your kernel from above, with another tile


# %% check 4
check_kernel(turn_padded, **tiles, at_most={**few, "bank conflicts": 0})


# %% answer 4
@cuda.jit
def turn_padded(a, out):
    tile = cuda.shared.array((32, 33), np.float32)  # a row of 33 words begins one bank later
    x = cuda.threadIdx.x
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    for k in range(32):
        if top + k < a.shape[0] and left + x < a.shape[1]:
            tile[k, x] = a[top + k, left + x]
    cuda.syncthreads()
    for k in range(32):
        if left + k < out.shape[0] and top + x < out.shape[1]:
            out[left + k, top + x] = tile[x, k]
