# %% [markdown]
# # Lab: find the place where the lines cross
#
# Which side wins depends on the size, on the share of the work that can move, and on the operations
# for each byte. You will write the three small formulas that decide it, and use them on one job.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Write: the crossover
#
# <!-- not a measurement: made up for the task -->
# Two programs were timed at the same `sizes`, smallest first; `first` and `second` are the lists of
# their times. The **crossover** is the smallest size from which the second is faster *at all larger
# ones too*. A lucky win at a small size is none. Return the size, or `0` if the second never takes
# over.


# %% task 1
def crossover(sizes, first, second):
    return ...


# %% check 1
def _times(n):
    sizes = [2**k for k in range(n)]
    first, second = numbers(n) + np.arange(n) / 3, 1.2 + numbers(n, seed=1)
    return (sizes, [float(t) for t in first], [float(t) for t in second])


def _by_definition(sizes, first, second):
    wins = [a > b for a, b in zip(first, second, strict=True)]
    return next((s for k, s in enumerate(sizes) if all(wins[k:])), 0)


check(crossover, _by_definition, inputs=_times, sizes=(1, 3, 6, 7, 9, 11, 12, 14))


# %% answer 1
def crossover(sizes, first, second):
    found = 0
    for size, a, b in reversed(list(zip(sizes, first, second))):
        if a <= b:
            break
        found = size
    return found


# %% [markdown]
# ## 2. Predict, then write: what is left behind
#
# <!-- not a measurement: made up for the task -->
# A job of 100 seconds spends 80 of them in a loop that a GPU does eight times as fast. Predict how
# many times as fast the whole job gets.

# %% guess 2
times_as_fast = ...  # your prediction

# %% check 2
compare(times_as_fast, 100 / (20 + 80 / 8), " times as fast")

# %% answer 2
times_as_fast = 3.3

# %% [markdown]
# Now for any job, in whole seconds: `total` in all, `moved` of them in the loop, which becomes
# `factor` times as fast; the data's `trip` is on top. Return how many times as fast the job
# becomes.


# %% task 3
def whole_job(total, moved, factor, trip):
    return ...


# %% check 3
check(
    whole_job,
    lambda total, moved, factor, trip: total / sum([total - moved, moved / factor, trip]),
    inputs=lambda n: (100, min(n, 100), 10, n % 10),
    sizes=(1, 25, 50, 77, 100),
)


# %% answer 3
def whole_job(total, moved, factor, trip):
    return total / (total - moved + moved / factor + trip)


# %% [markdown]
# ## 3. Run: few operations, or many?
#
# <!-- not a measurement: made up for the task -->
# Your own processor, on 16 million numbers: once with one operation for each number, once with
# twenty. If arithmetic decided, the second would take twenty times as long. Predict how many times
# it takes.

# %% guess 4
times_as_long = ...  # your prediction

# %% check 4
_x = numbers(16_000_000)  # past the caches of most computers
_out = np.empty_like(_x)


def _many(x):
    for k in range(0, len(x), 40_000):  # a piece that stays in the cache
        for _ in range(20):
            np.multiply(x[k : k + 40_000], 1.01, out=_out[k : k + 40_000])


compare(times_as_long, seconds(_many, _x) / seconds(np.multiply, _x, 1.01, _out), " times as long")

# %% answer 4
times_as_long = 5

# %% [markdown]
# ## Take home: who sets the limit?
#
# <!-- not a measurement: made up for the task -->
# A blur of a picture of `n` by `n` float32 pixels adds up `k * k` pixels around each, and divides
# the sum once: `k * k - 1` additions and a division, so `k * k` operations for each pixel. Each
# pixel is read once and written once; the edges are as costly as the rest. A machine does `rate`
# operations and moves `bandwidth` bytes in a microsecond, both at once. Return the least time in
# whole microseconds, rounded up: of computing and moving, what takes longer.


# %% task 5
def least_time(n, k, rate, bandwidth):
    return ...


# %% check 5
def _limit(n, k, rate, bandwidth):
    operations = sum(k * k for _ in range(n * n))
    return max(len(range(0, operations, rate)), len(range(0, 8 * n * n, bandwidth)))


check(least_time, _limit, inputs=lambda n: (n, 7, 64, 16), sizes=(1, 7, 33))
check(least_time, _limit, inputs=lambda n: (n, 3, 64, 16), sizes=(1, 7, 33))


# %% answer 5
def least_time(n, k, rate, bandwidth):
    computing = (k * k * n * n + rate - 1) // rate
    moving = (8 * n * n + bandwidth - 1) // bandwidth
    return max(computing, moving)
