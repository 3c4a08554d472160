# %% 1: takes the new real part for the imaginary one
def steps(x, y, limit):
    a = b = 0.0
    for count in range(limit):
        if a * a + b * b > 4:
            return count
        a = a * a - b * b + x
        b = 2 * a * b + y
    return limit
# %% 1 at 40: looks after the step, and one too early
def steps(x, y, limit):
    a = b = 0.0
    for count in range(limit):
        a, b = a * a - b * b + x, 2 * a * b + y
        if a * a + b * b > 4:
            return count
    return limit
# %% 3 at 32 64: no bounds check
@cuda.jit
def draw(x, y, limit, count):
    i = cuda.grid(1)
    a = b = np.float32(0)
    k = 0
    while k < limit and a * a + b * b <= 4:
        a, b = a * a - b * b + x[i], 2 * a * b + y[i]
        k += 1
    count[i] = k
# %% 3: looks at the real part only
@cuda.jit
def draw(x, y, limit, count):
    i = cuda.grid(1)
    if i < count.size:
        a = b = np.float32(0)
        k = 0
        while k < limit and a * a <= 4:
            a, b = a * a - b * b + x[i], 2 * a * b + y[i]
            k += 1
        count[i] = k
# %% 4 at 32 64: whole warps only
def waited(counts):
    total = 0
    for k in range(len(counts) // 32):
        warp = counts[32 * k : 32 * k + 32]
        total += 32 * max(warp) - sum(warp)
    return total
# %% 4: all against the slowest of all
def waited(counts):
    return len(counts) * max(counts) - sum(counts)
