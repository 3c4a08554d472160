# %% [markdown]
# # Lab: catch a clock that lies
#
# A GPU call returns before its work is done. Here a small pretend GPU does the same, so that you
# can be fooled in safety, mend the timer, and learn to smell a number that cannot be.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: how long is a call that only asks?
#
# <!-- not a measurement: made up for the task -->
# `Device` plays a GPU with a clock of its own, in whole microseconds, so that it is the same on
# every computer. `launch(n)` asks for work on `n` numbers and returns. The call costs 5
# microseconds, the work itself 1 for each 100 numbers, begun or whole. `wait()` returns when all is
# done.


# %%
class Device:
    def __init__(self):
        self.now = 0  # what a clock on the wall shows
        self.busy_until = 0

    def launch(self, n):
        self.now += 5
        self.busy_until = max(self.now, self.busy_until) + -(-n // 100)

    def wait(self):
        self.now = max(self.now, self.busy_until)


# %% [markdown]
# Somebody reads the clock, launches work on 100,000 numbers, and reads the clock again. What is the
# difference, in microseconds?

# %% guess 1
seen = ...  # your prediction

# %% check 1
_device = Device()
_device.launch(100_000)
compare(seen, _device.now, " microseconds")

# %% answer 1
seen = 5  # the launch, and none of the work

# %% [markdown]
# That clock shows the same for ten numbers and for ten million.
#
# ## 2. Mend the timer
#
# Return how long the work on `n` numbers takes, with its launch, by the clock of `device`, which
# may still be **busy with something else** when you get it. What others left undone must not be on
# your clock.


# %% task 2
def time_of(device, n):
    return ...


# %% check 2
def _busy(n):
    device = Device()
    device.launch(7 * n)
    return (device, n)


check(time_of, lambda device, n: 5 + len(range(0, n, 100)), inputs=_busy, sizes=(1, 99, 101, 1234))


# %% answer 2
def time_of(device, n):
    device.wait()  # the work of others is done
    begin = device.now
    device.launch(n)
    device.wait()  # and so is mine
    return device.now - begin


# %% [markdown]
# ## 3. One number of many
#
# <!-- not a measurement: made up for the task -->
# Times scatter, and mostly to the same side: something gets in the way now and then, and seldom
# does a program run faster than it usually does. A mean gives one such moment the power to move
# everything. Write the median of a list `samples`: the middle one of them when sorted, or the mean
# of the two in the middle.


# %% task 3
def median(samples):
    return ...


# %% check 3
check(
    median,
    lambda samples: float(np.median(samples)),
    inputs=lambda n: ([float(x) for x in numbers(n)],),
    sizes=(1, 2, 5, 8, 31),
)


# %% answer 3
def median(samples):
    ordered = sorted(samples)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


# %% [markdown]
# ## 4. Run: your own machine
#
# The first call of a function often pays for things that no later call pays for. Here the first
# `numpy` product of this notebook beside the median of many more. How many times as long was the
# first? Predict, then run.

# %% guess 4
times_as_long = ...  # your prediction

# %% check 4
_m = numbers(64, 64)
_begin = time.perf_counter()
_m @ _m
_first = time.perf_counter() - _begin
compare(times_as_long, _first / seconds(lambda: _m @ _m), " times")

# %% answer 4
times_as_long = 10

# %% [markdown]
# There is no right answer here: run the notebook again from the top, and it is another one.
#
# ## Take home: is it possible at all?
#
# <!-- not a measurement: made up for the task -->
# Somebody says that they added two float32 arrays of `n` numbers into a third in `t` microseconds.
# Their memory moves at most `rate` bytes in a microsecond. Two arrays are read, one is written,
# four bytes for each number, and memory moves whole lines of 64 bytes: each array takes as many
# lines as it needs, the last one perhaps in part. Can it be true? Return `True` or `False`.


# %% task 5
def possible(n, t, rate):
    return ...


# %% check 5
def _claims(n, t, rate):
    lines = {(array, 4 * i // 64) for array in range(3) for i in range(n)}
    return 64 * len(lines) <= t * rate


check(possible, _claims, inputs=lambda n: (n, -(-12 * n // 8), 8), sizes=(16, 17, 1000, 1001))
check(possible, _claims, inputs=lambda n: (n, 24 * -(-n // 16), 8), sizes=(1, 16, 33))


# %% answer 5
def possible(n, t, rate):
    lines = 3 * ((4 * n + 63) // 64)
    return 64 * lines <= t * rate
