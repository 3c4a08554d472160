# %% [markdown]
# # Lab: compare jobs, not parts
#
# Data sheets invite you to divide one big number by another. You will do it once, see why it tells
# you nothing, and then set up comparisons that do.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: cores against cores
#
# <!-- not a measurement: made up for the task -->
# A made-up CPU has 16 cores; each does 32 operations in a step and takes 4 steps in a nanosecond. A
# made-up GPU has 8,192 "cores"; each does 1 operation in a step, two steps in a nanosecond. It has
# 512 times as many cores. How many times as many operations does it do in a nanosecond?

# %% guess 1
times_as_many = ...  # your prediction

# %% check 1
compare(times_as_many, 8192 * 1 * 2 / (16 * 32 * 4), " times as many")

# %% answer 1
times_as_many = 8

# %% [markdown]
# What is called a core on the one side is a lane of a wide instruction on the other.
#
# ## 2. Write: how long at best?
#
# A job does `operations` and moves `bytes_moved` bytes. A machine does `rate` operations and moves
# `bandwidth` bytes in each unit of time, and both go on side by side; it can only start whole
# units. Return how many units the job takes at least.


# %% task 2
def least(operations, bytes_moved, rate, bandwidth):
    return ...


# %% check 2
def _units(operations, bytes_moved, rate, bandwidth):
    units = 0
    while operations > 0 or bytes_moved > 0:
        operations, bytes_moved, units = operations - rate, bytes_moved - bandwidth, units + 1
    return units


check(least, _units, inputs=lambda n: (n, 12 * n, 16, 8), sizes=(1, 7, 33, 100))
check(least, _units, inputs=lambda n: (n, n, 1, 8), sizes=(1, 7, 33, 100))


# %% answer 2
def least(operations, bytes_moved, rate, bandwidth):
    computing = (operations + rate - 1) // rate
    moving = (bytes_moved + bandwidth - 1) // bandwidth
    return max(computing, moving)


# %% [markdown]
# ## 3. Write: a fair ratio
#
# <!-- not a measurement: made up for the task -->
# Each result is a dictionary with `job`, `precision`, `cores` ("all" or "one"), `trip` (`True` if
# it is counted) and `time`. Return how many times as fast `b` is as `a`, as a number, but only if
# both did the same job in the same precision, the slower side was not held to one core, and both
# count the trip. Else return `0`: there is nothing to compare.


# %% task 3
def fair_ratio(a, b):
    return ...


# %% check 3
def _result(k, time_taken):
    return {
        "job": ("sum", "sort")[k % 2],
        "precision": ("float32", "float64")[k // 2 % 2],
        "cores": ("all", "one")[k // 4 % 2],
        "trip": k // 8 % 2 == 0,
        "time": time_taken,
    }


def _rule(a, b):
    alike = [a[key] == b[key] for key in ("job", "precision")]
    slower = max(a, b, key=lambda result: result["time"])
    return (
        a["time"] / b["time"]
        if all([*alike, slower["cores"] == "all", a["trip"], b["trip"]])
        else 0
    )


check(
    fair_ratio,
    _rule,
    inputs=lambda n: (_result(n, 12.0), _result(n // 16, 3.0 + n % 13)),
    sizes=(0, 1, 2, 4, 8, 12, 17, 34, 64, 77, 200),
)
check(fair_ratio, _rule, inputs=lambda n: (_result(4, 2.0), _result(0, 8.0)), sizes=(0,))


# %% answer 3
def fair_ratio(a, b):
    slower = a if a["time"] > b["time"] else b
    same = a["job"] == b["job"] and a["precision"] == b["precision"]
    if same and slower["cores"] == "all" and a["trip"] and b["trip"]:
        return a["time"] / b["time"]
    return 0


# %% [markdown]
# ## Take home: how many in flight?
#
# Memory answers each request after `latency` steps, and takes a new one in each step. A processor
# wants `rate` bytes in each step, and a request brings `line` bytes. Return how many requests must
# be under way at any time to keep that up. A CPU has a few dozen; a GPU keeps thousands of threads
# for it.


# %% task 4
def in_flight(latency, rate, line):
    return ...


# %% check 4
check(
    in_flight,
    lambda latency, rate, line: len(range(0, latency * rate, line)),
    inputs=lambda n: (n, 24, 64),
    sizes=(1, 7, 33, 100),
)


# %% answer 4
def in_flight(latency, rate, line):
    return (latency * rate + line - 1) // line
