# %% 1: rows and columns are mixed up
@cuda.jit
def multiply(a, b, c):
    row, column = cuda.grid(2)
    if row < c.shape[0] and column < c.shape[1]:
        total = np.float32(0)
        for k in range(a.shape[1]):
            total += a[row, k] * b[k, column]
        c[row, column] = total
# %% 1 at 7: looks at the column only
@cuda.jit
def multiply(a, b, c):
    column, row = cuda.grid(2)
    if row < 7 and column < c.shape[1]:
        total = np.float32(0)
        for k in range(a.shape[1]):
            total += a[row, k] * b[k, column]
        c[row, column] = total
# %% 1: every step into memory
@cuda.jit
def multiply(a, b, c):
    column, row = cuda.grid(2)
    if row < c.shape[0] and column < c.shape[1]:
        for k in range(a.shape[1]):
            c[row, column] += a[row, k] * b[k, column]
# %% 2 at 8 32: as if tiles always fitted
def loads(n, t):
    return 2 * n * n * n // t
# %% 2: whole tiles at the edge too
def loads(n, t):
    tiles = (n + t - 1) // t
    return 2 * (tiles * t) ** 2 * tiles
# %% 3: no second barrier
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
    if row < c.shape[0] and column < c.shape[1]:
        c[row, column] = total
# %% 3: the obvious kernel
@cuda.jit
def multiply_tiles(a, b, c):
    column, row = cuda.grid(2)
    if row < c.shape[0] and column < c.shape[1]:
        total = np.float32(0)
        for k in range(a.shape[1]):
            total += a[row, k] * b[k, column]
        c[row, column] = total
# %% 3 at 6: whole tiles along k only
@cuda.jit
def multiply_tiles(a, b, c):
    of_a = cuda.shared.array((8, 8), np.float32)
    of_b = cuda.shared.array((8, 8), np.float32)
    column, row = cuda.grid(2)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    total = np.float32(0)
    for step in range(a.shape[1] // 8):
        first = 8 * step
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
# %% 4: one by one
def all_at_once(a, vectors):
    return [a @ v for v in vectors]
# %% 4 at 4 8: the first only
def all_at_once(a, vectors):
    return list((a @ np.stack(vectors[:1], axis=1)).T)
