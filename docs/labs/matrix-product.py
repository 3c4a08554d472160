# %% [markdown]
# # Lab: multiply from tiles
#
# The obvious matrix product reads every number again and again. You will count how often, make
# threads share what they read, and see why the last word belongs to a library.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Write: the obvious kernel
#
# One thread for each number of `c`: the sum over `k` of `a[row, k] * b[k, column]`. Make it right
# for matrices of any shape. Columns follow `x`, so that neighbouring threads read neighbouring
# numbers of `b`.


# %% task 1
@cuda.jit
def multiply(a, b, c):
    column, row = cuda.grid(2)
    ...


# %% check 1
products = {
    "inputs": lambda n: (numbers(n, n + 2), numbers(n + 2, n + 1, seed=1)),
    "out": lambda n: (n, n + 1),
    "reference": lambda a, b: a.astype("float64") @ b,
    "threads": (8, 8),
    "blocks": lambda n: (-(-(n + 1) // 8), -(-n // 8)),
    "sizes": (1, 6, 13),
}
check_kernel(multiply, **products, at_most={"sectors per load": 3})


# %% answer 1
@cuda.jit
def multiply(a, b, c):
    column, row = cuda.grid(2)
    if row < c.shape[0] and column < c.shape[1]:
        total = np.float32(0)
        for k in range(a.shape[1]):
            total += a[row, k] * b[k, column]
        c[row, column] = total


# %% [markdown]
# ## 2. Predict, then write: how many loads?
#
# For two matrices of `n` by `n`, the obvious kernel loads `2 * n` numbers for each of `n * n`
# results. Now let blocks of `t` by `t` threads load each tile once and share it: each block goes
# along its row of tiles of `a` and its column of tiles of `b`, and loads both tiles for each step.
# Tiles at the edge are loaded as far as they lie inside the matrix. How many loads are there in
# all?


# %% task 2
def loads(n, t):
    return ...


# %% check 2
def _by_walking(n, t):
    count = 0
    edges = [min(t, n - k) for k in range(0, n, t)]
    for height in edges:
        for width in edges:
            for depth in edges:
                count += height * depth + depth * width
    return count


check(loads, _by_walking, inputs=lambda n: (n, 8), sizes=(1, 7, 8, 9, 20, 33))


# %% answer 2
def loads(n, t):
    tiles = (n + t - 1) // t
    return 2 * n * n * tiles


# %% [markdown]
# With tiles of `t`, about `t` times fewer loads. That is the whole trick, and libraries do it three
# times: for the block, for the warp and for the thread.
#
# ## 3. Write: with tiles
#
# Shared tiles of 8 by 8. In each step along `k`, all threads load one number of each tile (a zero
# outside the matrix), wait, multiply, and wait again before the tiles are overwritten. The check
# counts the loads.


# %% task 3
@cuda.jit
def multiply_tiles(a, b, c):
    of_a = cuda.shared.array((8, 8), np.float32)
    of_b = cuda.shared.array((8, 8), np.float32)
    column, row = cuda.grid(2)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    ...


# %% check 3
_n = products["sizes"][-1]
check_kernel(
    multiply_tiles, **products, at_most={"loads": 2 * (_n * (_n + 2) + (_n + 2) * (_n + 1))}
)


# %% answer 3
@cuda.jit
def multiply_tiles(a, b, c):
    of_a = cuda.shared.array((8, 8), np.float32)
    of_b = cuda.shared.array((8, 8), np.float32)
    column, row = cuda.grid(2)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    total = np.float32(0)
    for first in range(0, a.shape[1], 8):
        inside = row < a.shape[0] and first + x < a.shape[1]
        of_a[y, x] = a[row, first + x] if inside else 0
        inside = first + y < b.shape[0] and column < b.shape[1]
        of_b[y, x] = b[first + y, column] if inside else 0
        cuda.syncthreads()
        for k in range(8):
            total += of_a[y, k] * of_b[k, x]
        cuda.syncthreads()
    if row < c.shape[0] and column < c.shape[1]:
        c[row, column] = total


# %% [markdown]
# ## Take home: one large or many small?
#
# Your problem is `count` products of `a` (`m` by `k`) with different vectors `x` of length `k`. One
# by one, each loads all of `a`. Put side by side as columns they are one matrix, and one product.
# `vectors` is a list of arrays. Return the list of results, made by a **single** product.


# %% task 4
def all_at_once(a, vectors):
    return ...


# %% check 4
class Once(np.ndarray):
    made = 0

    def __matmul__(self, other):
        Once.made += 1
        return np.asarray(self) @ np.asarray(other)


def _made(a, vectors):
    Once.made = 0
    return {"": all_at_once(a.view(Once), vectors), "products made with @: ": Once.made}


check(
    through(all_at_once, _made),
    lambda a, vectors: {
        "": np.array([(a * v).sum(axis=1) for v in vectors]),
        "products made with @: ": 1,
    },
    inputs=lambda n: (numbers(5, n), [numbers(n, seed=k) for k in range(1 + n % 4)]),
    sizes=(1, 7, 33),
)


# %% answer 4
def all_at_once(a, vectors):
    together = a @ np.stack(vectors, axis=1)
    return list(together.T)
