# %% 2 at 256 512: rounds down
def blocks_for(n, per_block):
    return n // per_block
# %% 2: one block more, always
def blocks_for(n, per_block):
    return n // per_block + 1
# %% 3 at 32 64: no bounds check
@cuda.jit
def add(a, b, c):
    i = cuda.grid(1)
    c[i] = a[i] + b[i]
# %% 3: forgets the block
@cuda.jit
def add(a, b, c):
    i = cuda.threadIdx.x
    if i < c.size:
        c[i] = a[i] + b[i]
# %% 3: off by one
@cuda.jit
def add(a, b, c):
    i = cuda.grid(1)
    if i < c.size - 1:
        c[i] = a[i] + b[i]
# %% 4 at 64 128: as many turns as fit
@cuda.jit
def add_in_steps(a, b, c):
    for k in range(c.size // cuda.gridsize(1)):
        i = cuda.grid(1) + k * cuda.gridsize(1)
        c[i] = a[i] + b[i]
# %% 4: steps of a block
@cuda.jit
def add_in_steps(a, b, c):
    for i in range(cuda.grid(1), c.size, cuda.blockDim.x):
        c[i] = a[i] + b[i]
# %% 4: one number for each thread
@cuda.jit
def add_in_steps(a, b, c):
    i = cuda.grid(1)
    if i < c.size:
        c[i] = a[i] + b[i]
# %% 5 at 7 70: rounds down
def additions_to_pay(trip, cpu, gpu):
    return trip // (cpu - gpu)
# %% 5: the additions on the GPU are free
def additions_to_pay(trip, cpu, gpu):
    return -(-trip // cpu)
