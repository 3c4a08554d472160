# %% [markdown]
# # Lab: catch what looks right
#
# Code that somebody else wrote passes its own tests. You will write the four small tools that catch
# it all the same: a comparison that no NaN slips through, a look at memory that nobody wrote to, a
# judge of races, and one of times that are too good.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Write: is it close enough?
#
# `got` is what a program answered, `want` the right answer in float64. Return whether the answer is
# good: the same shape, and the norm of the difference at most `tolerance` times the norm of `want`.
# The norm of an array of any shape is `np.linalg.norm(array.ravel())`. Beware of what NaN does to a
# comparison.


# %% task 1
def good(got, want, tolerance):
    return ...


# %% check 1
def _closeness(n):
    want = np.array([3.0, 4.0, 0.0])
    got = [
        np.array([3.0, 4.0, 0.0]),
        np.array([3.0, 4.0, 0.1]),
        np.array([3.0, 4.0, 1e-6]),
        np.array([3.0, np.nan, 0.0]),
        np.array([[3.0, 4.0, 0.0]]),
        np.array([3.0, 4.0, np.inf]),
    ]
    return got[n], want, 1e-5


def _good(got, want, tolerance):
    if got.shape != want.shape or not np.isfinite(got).all():
        return False
    return bool(np.linalg.norm(got - want) <= tolerance * np.linalg.norm(want))


check(good, _good, inputs=_closeness, sizes=range(6))


# %% answer 1
def good(got, want, tolerance):
    if got.shape != want.shape:
        return False
    off = np.linalg.norm((got - want).ravel())
    return bool(off <= tolerance * np.linalg.norm(want.ravel()))


# %% [markdown]
# A comparison with NaN is false. So ask whether the error is small, never whether it is large.
#
# ## 2. Predict: what is left out?
#
# A kernel is launched with `n // 256` blocks of 256 threads, one element for each thread. How many
# of 1000 elements are not touched?

# %% guess 2
left_out = ...  # your prediction

# %% check 2
compare(left_out, 1000 - 1000 // 256 * 256, " elements")

# %% answer 2
left_out = 232

# %% [markdown]
# ## 3. Write: who left memory as it was?
#
# `program(x, out)` writes its answer into `out`, or should. Fresh memory often holds zeros, or the
# right answer of the last call. Return the **number of elements** of the answer that depend on what
# lay in `out` before; `out` is as long as `x` and of its type. An answer may be NaN by right, so it
# will not do to fill `out` with NaN and count what is left of it.


# %% task 3
def unwritten(program, x):
    return ...


# %% check 3
def _all(x, out):
    out[:] = np.sqrt(x)


def _positive(x, out):
    np.copyto(out, np.sqrt(np.abs(x)), where=x > 0)


def _adds(x, out):
    out[1:] = x[1:]
    out[0] += x[0]


def _half(x, out):
    out[: len(x) // 2 * 2] = x[: len(x) // 2 * 2]


_programs = [_all, _positive, _half, _adds]


def _given(n):
    x = numbers(7 + n % 2) - np.float32(0.5)
    return _programs[n // 2], x


def _unwritten(program, x):
    with np.errstate(invalid="ignore"):
        found = []
        for fill in (1.0, 2.0):
            out = np.full_like(x, fill)
            program(x, out)
            found.append(out)
    a, b = found
    return int(((a != b) & ~(np.isnan(a) & np.isnan(b))).sum())


with np.errstate(invalid="ignore"):
    check(unwritten, _unwritten, inputs=_given, sizes=range(8))


# %% answer 3
def unwritten(program, x):
    one, two = np.full_like(x, 1), np.full_like(x, 2)
    program(x, one)
    program(x, two)
    same = (one == two) | (np.isnan(one) & np.isnan(two))
    return int(x.size - same.sum())


# %% [markdown]
# ## 4. Write: is it a race?
#
# One element is touched twice, by two threads or by one: accesses `a` and `b`. Each is a tuple
# `(block, thread, barriers, kind)`: how many barriers of its block the thread has passed before,
# and `"load"`, `"store"` or `"atomic"`. `thread` is a number within its block. Return whether it is
# a race: nobody knows which comes first, and it matters. Barriers order the threads of one block
# only. Two loads do no harm, nor do two atomics.


# %% task 4
def race(a, b):
    return ...


# %% check 4
_pairs = [
    ((0, 1, 0, "store"), (0, 2, 0, "load")),
    ((0, 1, 0, "store"), (0, 2, 1, "load")),
    ((0, 1, 0, "store"), (1, 1, 1, "load")),
    ((0, 1, 0, "load"), (1, 2, 0, "load")),
    ((0, 1, 0, "atomic"), (1, 2, 0, "atomic")),
    ((0, 1, 0, "atomic"), (1, 2, 0, "store")),
    ((0, 1, 0, "store"), (0, 1, 0, "load")),
    ((0, 1, 0, "atomic"), (0, 2, 0, "load")),
]


def _race(a, b):
    if a[:2] == b[:2] or (a[3] == b[3] and a[3] != "store"):
        return False
    return a[0] != b[0] or a[2] == b[2]


check(race, _race, inputs=_pairs.__getitem__, sizes=range(8))


# %% answer 4
def race(a, b):
    (block, thread, barriers, kind), (its_block, its_thread, its_barriers, its_kind) = a, b
    if (block, thread) == (its_block, its_thread):
        return False
    if kind == its_kind and kind in ("load", "atomic"):
        return False
    return block != its_block or barriers == its_barriers


# %% [markdown]
# ## Take home: can that be true?
#
# <!-- not a measurement: invented claims, and a threshold of ours -->
# Somebody claims `seconds` for a program that must read `read` bytes and write `written` bytes. The
# memory of the machine moves `gb_per_s` gigabytes per second. Return whether that is impossible. A
# copy that was measured is never the very best, so leave room: call it impossible only where more
# than `1.05` times the rate would be needed. A time of zero, or less, is impossible too.


# %% task 5
def impossible(seconds, read, written, gb_per_s):
    return ...


# %% check 5
_claims = [
    (1.0, 10**9, 0, 1.0),
    (1.0, 10**9, 10**9, 1.0),
    (1.0, 1.04e9, 0, 1.0),
    (0.001, 10**6, 0, 2.0),
    (0.0, 10**6, 10**6, 2.0),
    (0.0005, 10**6, 10**6, 2.0),
    (-1.0, 1, 1, 1.0),
    (1.0, 1.1e9, 0, 1.0),
]


def _impossible(seconds, read, written, gb_per_s):
    return not seconds > 0 or (read + written) / seconds > 1.05e9 * gb_per_s


check(impossible, _impossible, inputs=_claims.__getitem__, sizes=range(8))


# %% answer 5
def impossible(seconds, read, written, gb_per_s):
    least = (read + written) / (1.05 * gb_per_s * 1e9)
    return seconds <= 0 or seconds < least
