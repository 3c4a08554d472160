# %% 2 at 0 3 4: adds up all spans
def busy(kernels, end):
    return sum(stop - start for start, stop in kernels) / end
# %% 2: looks at the one before only, and does not sort
def busy(kernels, end):
    total, reached = 0, 0
    for start, stop in kernels:
        total += stop - max(start, reached)
        reached = stop
    return total / end
# %% 3 at 0 1 5: takes the child for all of its parents
def costs_most(spans):
    own = {}
    for name, start, stop in spans:
        own[name] = own.get(name, 0) + stop - start
    own[spans[0][0]] -= sum(stop - start for name, start, stop in spans[1:])
    return max(own, key=own.get)
# %% 3: counts what is called as well
def costs_most(spans):
    own = {}
    for name, start, stop in spans:
        own[name] = own.get(name, 0) + stop - start
    return max(own, key=own.get)
# %% 3: takes off what the children of its children took twice
def costs_most(spans):
    own = {}
    for k, (name, start, stop) in enumerate(spans):
        within = sum(b - a for _, a, b in spans[k + 1 :] if start <= a and b <= stop)
        own[name] = own.get(name, 0) + stop - start - within
    return max(own, key=own.get)
# %% 4 at 0 1 2 4: forgets the time
def waits_for(moved, done, took, bandwidth, rate):
    memory, arithmetic = moved / bandwidth, done / rate
    if max(memory, arithmetic) < 0.6:
        return 2
    return 0 if memory > arithmetic else 1
# %% 4: never says neither
def waits_for(moved, done, took, bandwidth, rate):
    return 0 if moved / bandwidth > done / rate else 1
# %% 5 at 0 1 2: forgets the pieces and the block
def resident(threads, registers):
    return min(64, 4 * (16_384 // (32 * registers)))
# %% 5: takes the registers for one pool
def resident(threads, registers):
    block = -(-threads // 32)
    warp = -(-32 * registers // 256) * 256
    return min(64, 65_536 // warp) // block * block
# %% 5: loses the warp that is not full
def resident(threads, registers):
    warp = -(-32 * registers // 256) * 256
    return min(64, 16_384 // warp * 4) // (threads // 32) * (threads // 32)
