# %% 1: reads only
def bytes_of_chain(n, operations):
    return operations * n * 4
# %% 1 at 6 12: as if it were fused, and nothing where there is nothing to do
def bytes_of_chain(n, operations):
    return 8 * n * min(operations, 1)
# %% 2: squares what lies in memory
@cuda.jit
def fused(x, y):
    i = cuda.grid(1)
    if i < y.size:
        y[i] = 2 * x[i] + 1
        y[i] = y[i] * y[i]
# %% 2: reads twice
@cuda.jit
def fused(x, y):
    i = cuda.grid(1)
    if i < y.size:
        y[i] = (2 * x[i] + 1) * (2 * x[i] + 1)
# %% 2 at 32 64: no bounds check
@cuda.jit
def fused(x, y):
    i = cuda.grid(1)
    v = 2 * x[i] + 1
    y[i] = v * v
# %% 3: three loads
@cuda.jit
def smooth(x, y):
    i = cuda.grid(1)
    if i < y.size:
        last = x.size - 1
        y[i] = (x[max(i - 1, 0)] + x[i] + x[min(i + 1, last)]) / 3
# %% 3: no barrier
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
        y[i] = (mine[t] + mine[t + 1] + mine[t + 2]) / np.float32(3)
# %% 3 at 32 64: forgets the last number of an array that ends inside a block
@cuda.jit
def smooth(x, y):
    mine = cuda.shared.array(34, np.float32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    last = x.size - 1
    if i <= last:
        mine[t + 1] = x[i]
        if t == 0:
            mine[0] = x[max(i - 1, 0)]
        if t == 31:
            mine[t + 2] = x[min(i + 1, last)]
    cuda.syncthreads()
    if i <= last:
        y[i] = (mine[t] + mine[t + 1] + mine[t + 2]) / np.float32(3)
# %% 4: one after the other
def finished(n, launch, work):
    return n * (launch + work)
# %% 4 at 5 14: the launch is always hidden
def finished(n, launch, work):
    return launch + n * work
