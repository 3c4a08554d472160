# %% 2: what fell off has the wrong sign
def careful_sum(x):
    total = lost = np.float32(0)
    for value in x:
        y = value + lost
        new = total + y
        lost = (new - total) - y
        total = new
    return total
# %% 2 at 1: a plain loop
def careful_sum(x):
    total = np.float32(0)
    for value in x:
        total += value
    return total
# %% 3: in any order
@cuda.jit
def same_sum(x, total):
    t = cuda.threadIdx.x
    if t == 0:
        total[0] = 0
    cuda.syncthreads()
    for i in range(t, x.size, 32):
        cuda.atomic.add(total, 0, x[i])
# %% 3 at 32 64: whole rows only
@cuda.jit
def same_sum(x, total):
    part = cuda.shared.array(32, np.float32)
    t = cuda.threadIdx.x
    mine = np.float32(0)
    for k in range(x.size // 32):
        mine += x[32 * k + t]
    part[t] = mine
    cuda.syncthreads()
    half = 16
    while half > 0:
        if t < half:
            part[t] += part[t + half]
        cuda.syncthreads()
        half //= 2
    if t == 0:
        total[0] = part[0]
# %% 3: every thread a row of its own
@cuda.jit
def same_sum(x, total):
    part = cuda.shared.array(32, np.float32)
    t = cuda.threadIdx.x
    mine = np.float32(0)
    each = (x.size + 31) // 32
    for i in range(t * each, min(x.size, (t + 1) * each)):
        mine += x[i]
    part[t] = mine
    cuda.syncthreads()
    half = 16
    while half > 0:
        if t < half:
            part[t] += part[t + half]
        cuda.syncthreads()
        half //= 2
    if t == 0:
        total[0] = part[0]
# %% 4: relative to the result
def rounding_explains(x, found):
    exact = x.astype("float64").sum()
    return bool(abs(found - exact) <= (len(x) - 1) * 2.0**-24 * abs(exact))
# %% 4 at 4 8 16: what libraries take unless they are told
def rounding_explains(x, found):
    return bool(np.isclose(found, x.astype("float64").sum()))
# %% 4: float32 against float32
def rounding_explains(x, found):
    return bool(np.float32(found) == x.sum())
