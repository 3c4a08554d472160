# %% 1 at 2 8 256: rounds down
def rounds(n):
    return n.bit_length() - 1
# %% 1: one number after the other
def rounds(n):
    return n - 1
# %% 2: a race
@cuda.jit
def add_all(x, total):
    i = cuda.grid(1)
    if i < x.size:
        total[0] += x[i]
# %% 2 at 32 64: no bounds check
@cuda.jit
def add_all(x, total):
    i = cuda.grid(1)
    cuda.atomic.add(total, 0, x[i])
# %% 3: every thread adds the sum of its block
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
    cuda.atomic.add(total, 0, part[0])
# %% 3: the queue of before
@cuda.jit
def add_by_blocks(x, total):
    i = cuda.grid(1)
    if i < x.size:
        cuda.atomic.add(total, 0, x[i])
# %% 3: no barrier in the loop
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
        half //= 2
    if t == 0:
        cuda.atomic.add(total, 0, part[0])
# %% 3 at 32 64: what lies beyond the end stays as it was
@cuda.jit
def add_by_blocks(x, total):
    part = cuda.shared.array(32, np.float32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    if i < x.size:
        part[t] = x[i]
    cuda.syncthreads()
    half = 16
    while half > 0:
        if t < half:
            part[t] += part[t + half]
        cuda.syncthreads()
        half //= 2
    if t == 0:
        cuda.atomic.add(total, 0, part[0])
# %% 4: the bins begin with rubbish
@cuda.jit
def count_letters(text, bins):
    mine = cuda.shared.array(8, np.int32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    if i < text.size:
        cuda.atomic.add(mine, text[i], 1)
    cuda.syncthreads()
    if t < 8:
        cuda.atomic.add(bins, t, mine[t])
# %% 4: straight to global memory
@cuda.jit
def count_letters(text, bins):
    i = cuda.grid(1)
    if i < text.size:
        cuda.atomic.add(bins, text[i], 1)
# %% 4 at 32 64: no bounds check
@cuda.jit
def count_letters(text, bins):
    mine = cuda.shared.array(8, np.int32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    if t < 8:
        mine[t] = 0
    cuda.syncthreads()
    cuda.atomic.add(mine, text[i], 1)
    cuda.syncthreads()
    if t < 8:
        cuda.atomic.add(bins, t, mine[t])
