# %% [markdown]
# # Lab: read a profile
#
# A profiler prints a list of spans and sums. You will write the small functions that turn them into
# answers: how busy, whose time, what it waits for, and how many warps fit.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: a busy GPU?
#
# <!-- not a measurement: an invented trace, to reckon with -->
# A GPU has 132 multiprocessors. A program keeps one of them at work with one block, all the time,
# and `nvidia-smi` says 100 %. How many per cent of the multiprocessors are at work?

# %% guess 1
at_work = ...  # your prediction

# %% check 1
compare(at_work, 100 / 132, " %")

# %% answer 1
at_work = 1

# %% [markdown]
# ## 2. Write: the share of time in which a kernel ran
#
# `kernels` is a list of `(start, stop)`, in the order of a trace: not sorted, and some overlap,
# because they ran in two streams. The program took from 0 to `end`. Return the share of that time,
# between 0 and 1, in which at least one kernel ran.


# %% task 2
def busy(kernels, end):
    return ...


# %% check 2
_traces = [
    ([(0, 10), (20, 30)], 40),
    ([(0, 10), (5, 20), (30, 35)], 40),
    ([(0, 30), (5, 10), (12, 20)], 40),
    ([(20, 30), (0, 10)], 40),
    ([], 10),
    ([(0, 5), (5, 10), (2, 7)], 10),
]


def _busy(kernels, end):
    return np.mean([any(a <= t < b for a, b in kernels) for t in range(end)])


check(busy, _busy, inputs=_traces.__getitem__, sizes=range(6))


# %% answer 2
def busy(kernels, end):
    total, reached = 0, 0
    for start, stop in sorted(kernels):
        total += max(0, stop - max(start, reached))
        reached = max(reached, stop)
    return total / end


# %% [markdown]
# ## 3. Write: whose time is it?
#
# Spans of one thread lie within each other, as functions call each other. `spans` is a list of
# `(function, start, stop)`, where functions have numbers, sorted by their start, the outer one
# first. Return the number of the function whose spans have the most time **of their own**: without
# what those within them took.


# %% task 3
def costs_most(spans):
    return ...


# %% check 3
_calls = [
    [(7, 0, 10)],
    [(1, 0, 100), (2, 0, 70), (3, 5, 20), (4, 70, 90)],
    [(1, 0, 100), (2, 0, 70), (3, 1, 69), (4, 70, 100)],
    [(5, 0, 10), (6, 2, 4), (6, 5, 9), (5, 10, 13)],
    [(1, 0, 30), (2, 1, 10), (3, 2, 9), (2, 11, 25), (3, 12, 24)],
    [(9, 0, 50), (1, 0, 5), (1, 10, 15), (2, 20, 29), (1, 30, 35), (3, 36, 40)],
    [(1, 0, 100), (2, 0, 50), (3, 0, 40)],
]


def _costs_most(spans):
    own = {}
    for t in range(max(stop for _, _, stop in spans)):
        inner = [function for function, start, stop in spans if start <= t < stop]
        if inner:
            own[inner[-1]] = own.get(inner[-1], 0) + 1
    return max(own, key=own.get)


check(costs_most, _costs_most, inputs=lambda n: (_calls[n],), sizes=range(7))


# %% answer 3
def costs_most(spans):
    own, open_spans = {}, []
    for function, start, stop in spans:
        while open_spans and open_spans[-1][1] <= start:
            open_spans.pop()
        if open_spans:
            own[open_spans[-1][0]] -= stop - start
        own[function] = own.get(function, 0) + stop - start
        open_spans.append((function, stop))
    return max(own, key=own.get)


# %% [markdown]
# ## 4. Write: memory, arithmetic, or neither?
#
# <!-- not a measurement: a threshold that we set -->
# A kernel moved `moved` bytes and did `done` operations in `took` seconds, on a GPU whose memory
# gives `bandwidth` bytes per second and whose units do `rate` operations per second. Return `0` for
# memory or `1` for arithmetic, whichever it uses the larger share of; but `2` where both shares are
# below 60 %: then it waits for something else.


# %% task 4
def waits_for(moved, done, took, bandwidth, rate):
    return ...


# %% check 4
_kernels = [
    (900, 10, 1, 1000, 1000),
    (10, 900, 1, 1000, 1000),
    (100, 100, 1, 1000, 1000),
    (900, 900, 2, 1000, 3000),
    (300, 9000, 2, 1000, 5000),
    (700, 1300, 1, 1000, 2000),
]


def _waits_for(moved, done, took, bandwidth, rate):
    least = [moved / bandwidth, done / rate]
    return least.index(max(least)) if max(least) >= 0.6 * took else 2


check(waits_for, _waits_for, inputs=_kernels.__getitem__, sizes=range(6))


# %% answer 4
def waits_for(moved, done, took, bandwidth, rate):
    memory, arithmetic = moved / took / bandwidth, done / took / rate
    if max(memory, arithmetic) < 0.6:
        return 2
    return 0 if memory > arithmetic else 1


# %% [markdown]
# ## Take home: how many warps fit?
#
# A multiprocessor has four quarters with 16,384 registers each, and room for 64 warps in all. A
# warp has 32 threads, lies in one of the quarters, and gets its registers in pieces of 256: what it
# does not need of the last piece is lost. A block of `threads` threads comes with all its warps or
# not at all; they may lie in different quarters, and a last warp that is not full takes as much as
# a full one. Return how many warps are resident, where each thread has `registers` registers.


# %% task 5
def resident(threads, registers):
    return ...


# %% check 5
_launches = [(256, 32), (256, 64), (256, 120), (256, 33), (320, 40), (96, 72), (1024, 65)]
_launches.append((200, 40))


def _resident(threads, registers):
    pieces = next(p for p in range(1, 40) if p * 256 >= 32 * registers)
    warps = min(64, 4 * (16_384 // (256 * pieces)))
    block = len(range(0, threads, 32))
    return sum(block for _ in range(block, warps + 1, block))


check(resident, _resident, inputs=_launches.__getitem__, sizes=range(8))


# %% answer 5
def resident(threads, registers):
    block = -(-threads // 32)
    warp = -(-32 * registers // 256) * 256
    warps = min(64, 16_384 // warp * 4)
    return warps // block * block
