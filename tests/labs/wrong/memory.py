# %% 1 at 0 8 16 64: bytes over 32, wherever they begin
def sectors(first, stride):
    return min(32, 4 * stride)
# %% 1: one for each thread
def sectors(first, stride):
    return 32
# %% 1: forgets that a number has four bytes
def sectors(first, stride):
    return len({(first + thread * stride) // 32 for thread in range(32)})
# %% 2: the bounds are those of the result
@cuda.jit
def turn(a, out):
    x, y = cuda.grid(2)
    if x < a.shape[0] and y < a.shape[1]:
        out[x, y] = a[y, x]
# %% 2 at 32: a square in mind
@cuda.jit
def turn(a, out):
    x, y = cuda.grid(2)
    if x < a.shape[1]:
        out[x, y] = a[y, x]
# %% 3: no barrier
@cuda.jit
def turn_tiles(a, out):
    tile = cuda.shared.array((32, 32), np.float32)
    x = cuda.threadIdx.x
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    for k in range(32):
        if top + k < a.shape[0] and left + x < a.shape[1]:
            tile[k, x] = a[top + k, left + x]
    # none
    for k in range(32):
        if left + k < out.shape[0] and top + x < out.shape[1]:
            out[left + k, top + x] = tile[x, k]
# %% 3: through the tile, and still a column at a time
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
        if top + k < a.shape[0] and left + x < a.shape[1]:
            out[left + x, top + k] = tile[k, x]
# %% 3: the tile turns, and stays where it was
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
        if top + k < out.shape[0] and left + x < out.shape[1]:
            out[top + k, left + x] = tile[x, k]
# %% 3 at 4: no bounds
@cuda.jit
def turn_tiles(a, out):
    tile = cuda.shared.array((32, 32), np.float32)
    x = cuda.threadIdx.x
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    for k in range(32):
        if True:
            tile[k, x] = a[top + k, left + x]
    cuda.syncthreads()
    for k in range(32):
        if True:
            out[left + k, top + x] = tile[x, k]
# %% 4: the tile as it was
@cuda.jit
def turn_padded(a, out):
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
# %% 4: a row too many instead of a column
@cuda.jit
def turn_padded(a, out):
    tile = cuda.shared.array((33, 32), np.float32)
    x = cuda.threadIdx.x
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    for k in range(32):
        if top + k < a.shape[0] and left + x < a.shape[1]:
            tile[k, x] = a[top + k, left + x]
    cuda.syncthreads()
    for k in range(32):
        if left + k < out.shape[0] and top + x < out.shape[1]:
            out[left + k, top + x] = tile[x, k]
# %% 4: two columns too many
@cuda.jit
def turn_padded(a, out):
    tile = cuda.shared.array((32, 34), np.float32)
    x = cuda.threadIdx.x
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    for k in range(32):
        if top + k < a.shape[0] and left + x < a.shape[1]:
            tile[k, x] = a[top + k, left + x]
    cuda.syncthreads()
    for k in range(32):
        if left + k < out.shape[0] and top + x < out.shape[1]:
            out[left + k, top + x] = tile[x, k]
# %% 4 at 4: no bounds
@cuda.jit
def turn_padded(a, out):
    tile = cuda.shared.array((32, 33), np.float32)
    x = cuda.threadIdx.x
    left, top = 32 * cuda.blockIdx.x, 32 * cuda.blockIdx.y
    for k in range(32):
        if True:
            tile[k, x] = a[top + k, left + x]
    cuda.syncthreads()
    for k in range(32):
        if True:
            out[left + k, top + x] = tile[x, k]
