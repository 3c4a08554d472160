# %% [markdown]
# # Lab: the last digits
#
# Add the same numbers in another order, and other last digits come out. You will see where they go,
# get most of them back, and write the test that tells rounding from a bug.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Predict: a small number that vanishes
#
# float32 keeps 24 binary digits. From which whole number on does adding 1 change nothing any more?
# (Try it in a cell of your own, if you like: `np.float32(...) + np.float32(1)`.)

# %% guess 1
from_here_on = ...  # your prediction

# %% check 1
_k = 1
while np.float32(2.0**_k) + np.float32(1) != np.float32(2.0**_k):
    _k += 1
compare(from_here_on, 2.0**_k)

# %% answer 1
from_here_on = 2**24

# %% [markdown]
# ## 2. Write: keep what falls off
#
# Add float32 numbers in float32 arithmetic, and do not lose what falls off: keep a second number
# `lost`. For each `x`: `y = x - lost`; `new = total + y`; what fell off is `(new - total) - y`,
# which becomes `lost`; then `total` is `new`. (The rule is by Kahan, 1965.) The check adds numbers
# of very different sizes.


# %% task 2
def careful_sum(x):
    total = lost = np.float32(0)
    return ...


# %% check 2
def _mixed(n):
    x = numbers(n) - np.float32(0.4)
    x[::3] *= np.float32(1000)
    return (np.concatenate([[np.float32(2.0**24)], x]).astype(np.float32),)


check(
    careful_sum,
    lambda x: float(np.float32(x.astype("float64").sum())),
    inputs=_mixed,
    sizes=(1, 7, 100, 1001),
    tolerance=2e-7,
)


# %% answer 2
def careful_sum(x):
    total = lost = np.float32(0)
    for value in x:
        y = value - lost
        new = total + y
        lost = (new - total) - y
        total = new
    return total


# %% [markdown]
# ## 3. Write: the same every time
#
# Atomic additions come in any order, so two runs may differ. Write a kernel whose result cannot:
# one block of 32 threads, each adds the numbers `t`, `t + 32`, `t + 64` and so on, in that order;
# then the 32 parts are added in pairs, in shared memory, thread `t` adding the part of thread `t +
# half` for `half` 16, 8, 4, 2, 1. Thread 0 writes `total[0]`. The check allows no atomics, and not
# a single digit of difference.


# %% task 3
@cuda.jit
def same_sum(x, total):
    part = cuda.shared.array(32, np.float32)
    t = cuda.threadIdx.x
    ...


# %% check 3
def _in_that_order(x):
    parts = np.zeros(32, np.float32)
    for begin in range(0, len(x), 32):
        piece = x[begin : begin + 32]
        parts[: len(piece)] += piece
    while len(parts) > 1:
        parts = parts[: len(parts) // 2] + parts[len(parts) // 2 :]
    return parts


check_kernel(
    same_sum,
    inputs=lambda n: (1 / (numbers(n) + np.float32(0.01)),),
    out=lambda n: 1,
    reference=_in_that_order,
    blocks=lambda n: 1,
    sizes=(1, 33, 500),
    at_most={"atomics": 0},
    tolerance=0,
)


# %% answer 3
@cuda.jit
def same_sum(x, total):
    part = cuda.shared.array(32, np.float32)
    t = cuda.threadIdx.x
    mine = np.float32(0)
    for i in range(t, x.size, 32):
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


# %% [markdown]
# ## Take home: rounding, or a bug?
#
# Someone's float32 sum of `x` is `found`. Adding `n` numbers one after the other makes `n - 1`
# rounding errors, each at most half a unit in the last place: together at most about `(n - 1) *
# 2**-24` times the sum of the *absolute* values. Compare with a sum in float64 and return whether
# rounding explains the difference. A tolerance relative to the result itself fails where large
# numbers cancel.


# %% task 4
def rounding_explains(x, found):
    return ...


# %% check 4
def _within(x, found):
    import fractions

    exact = sum(fractions.Fraction(float(v)) for v in x)
    size = sum(fractions.Fraction(abs(float(v))) for v in x)
    return (
        abs(fractions.Fraction(found) - exact) <= (len(x) - 1) * fractions.Fraction(1, 2**24) * size
    )


def _claimed(n):
    x = numbers(n) - np.float32(0.5)
    off = (0.3, 0.9, 1.2, 30)[n % 4] * max(n - 1, 1) * 2.0**-24 * float(np.abs(x).sum())
    return (x, float(x.astype("float64").sum()) + off)


check(rounding_explains, _within, inputs=_claimed, sizes=(4, 6, 9, 31, 33, 100, 1001))


# %% answer 4
def rounding_explains(x, found):
    exact = x.astype("float64").sum()
    allowed = (len(x) - 1) * 2.0**-24 * np.abs(x.astype("float64")).sum()
    return bool(abs(found - exact) <= allowed)
