# %% [markdown]
# # Lab: a fair picture of the Mandelbrot set
#
# <!-- not a measurement: no order of programs of ours -->
# You will draw it twice, once in a way that loses against anything and once in a way that does not,
# and then watch what threads do that finish early: they wait.

# %% kit

# %%
where_am_i(kernels=True)
from numba import cuda

# %% [markdown]
# ## 1. Write: one point
#
# A point `c = x + iy` is in the set if `z = z * z + c`, begun with `z = 0`, never leaves the circle
# of radius 2. Return after how many steps it has left, and `limit` if it has not by then. Use real
# numbers: the new real part is `a * a - b * b + x`, the new imaginary part `2 * a * b + y`, and
# both need the old `a` and `b`. A point has left when `a * a + b * b` is more than 4.


# %% task 1
def steps(x, y, limit):
    return ...


# %% check 1
def _with_complex(x, y, limit):
    z = 0
    for count in range(limit):
        if z.real * z.real + z.imag * z.imag > 4:
            return count
        z = z * z + complex(x, y)
    return limit


check(
    steps,
    _with_complex,
    inputs=lambda n: (n / 32 - 2, n / 64 - 0.5, 20),
    sizes=(1, 15, 20, 33, 40, 50, 63, 75),
)


# %% answer 1
def steps(x, y, limit):
    a = b = 0.0
    for count in range(limit):
        if a * a + b * b > 4:
            return count
        a, b = a * a - b * b + x, 2 * a * b + y
    return limit


# %% [markdown]
# ## 2. Against what?
#
# The same for many points at once, with NumPy: every point takes every step, also those that left
# long ago. Predict how many times as fast it is as a loop in Python that takes one point after the
# other, with complex numbers, then run.

# %% guess 2
faster = ...  # your prediction


# %% check 2
def with_numpy(x, y, limit):
    a, b, count = np.zeros_like(x), np.zeros_like(x), np.zeros(x.shape, int)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(limit):
            inside = a * a + b * b <= 4
            count += inside
            a, b = np.where(inside, a * a - b * b + x, a), np.where(inside, 2 * a * b + y, b)
    return count


_x, _y = np.meshgrid(np.linspace(-2, 1, 60), np.linspace(-1, 1, 40))
_loop = seconds(lambda: [_with_complex(x, y, 30) for x, y in zip(_x.flat, _y.flat)])
compare(faster, _loop / seconds(with_numpy, _x, _y, 30), " times as fast")

# %% answer 2
faster = 20

# %% [markdown]
# No GPU was in it. A speed-up says as much about what you compare with as about what you have
# built.
#
# ## 3. Write: a kernel
#
# One thread for each point. `count[i]` becomes the number of steps of `x[i]`, `y[i]`.


# %% task 3
@cuda.jit
def draw(x, y, limit, count):
    i = cuda.grid(1)
    ...


# %% check 3
def _points(n):
    x, y = 2 * numbers(n) - 1.5, numbers(n, seed=1)
    moved = [with_numpy(x * np.float64(s), y * np.float64(s), 12) for s in (0.9999, 1, 1.0001)]
    safe = (moved[0] == moved[1]) & (moved[1] == moved[2])  # rounding does not decide
    return (np.where(safe, x, np.float32(0)), np.where(safe, y, np.float32(0)), 12)


picture = {
    "inputs": _points,
    "out": lambda n: n,
    "reference": with_numpy,
    "dtype": np.int32,
    "sizes": (1, 33, 90),
}
check_kernel(draw, **picture)


# %% answer 3
@cuda.jit
def draw(x, y, limit, count):
    i = cuda.grid(1)
    if i < count.size:
        a = b = np.float32(0)
        k = 0
        while k < limit and a * a + b * b <= 4:
            a, b = a * a - b * b + x[i], 2 * a * b + y[i]
            k += 1
        count[i] = k


# %% [markdown]
# The sentence says in how many of their steps threads waited: a warp goes on until its last thread
# is done. Points that lie side by side take similar numbers of steps. These were scattered.
#
# ## Take home: the price of one late thread
#
# `counts` says how many steps each point takes; each 32 neighbours form a warp (the last one may be
# smaller). A warp takes as many steps as its slowest thread, and all its threads take them or wait.
# Return how many thread-steps are spent waiting, in all warps together.


# %% task 4
def waited(counts):
    return ...


# %% check 4
check(
    waited,
    lambda counts: sum(
        max(counts[k // 32 * 32 : k // 32 * 32 + 32]) - counts[k] for k in range(len(counts))
    ),
    inputs=lambda n: ((numbers(n) * 50).astype(int),),
    sizes=(1, 31, 33, 100),
)


# %% answer 4
def waited(counts):
    total = 0
    for k in range(0, len(counts), 32):
        warp = counts[k : k + 32]
        total += len(warp) * max(warp) - sum(warp)
    return total
