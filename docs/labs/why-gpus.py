# %% [markdown]
# # Lab: find the many things
#
# A GPU wants thousands of things to do that do not wait for each other. You will take jobs apart
# and count what can happen at once.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: latency and throughput
#
# <!-- not a measurement: made up for the task -->
# A van takes 1 parcel and needs 10 minutes for the way. A train takes 1,000 parcels and needs 60.
# Both come back as fast as they went, and set out again at once. From how many parcels on has the
# train delivered all of them no later than a single van? (The van's last way back does not count.)

# %% guess 1
parcels = ...  # your prediction

# %% check 1
compare(parcels, next(n for n in range(1, 100) if 10 * (2 * n - 1) >= 60), " parcels")

# %% answer 1
parcels = 4

# %% [markdown]
# One parcel is soonest by van. A thousand are not. Write it for any of the two: `way` minutes one
# way, `room` parcels for each journey, `n` parcels in all; return when the last has arrived.


# %% task 2
def delivered(n, way, room):
    return ...


# %% check 2
def _journeys(n, way, room):
    clock, left = 0, n
    while True:
        clock, left = clock + way, left - room
        if left <= 0:
            return clock
        clock += way


check(delivered, _journeys, inputs=lambda n: (n, 10, 8), sizes=(1, 7, 8, 9, 33, 100))


# %% answer 2
def delivered(n, way, room):
    journeys = (n + room - 1) // room
    return (2 * journeys - 1) * way


# %% [markdown]
# ## 2. Write: who waits for whom?
#
# A job is a list: `needs[k]` holds the numbers of the steps that must be done before step `k`, all
# smaller than `k`. Each step takes one unit of time, and there are as many workers as you like.
# Return how long the job takes: the longest chain.


# %% task 3
def longest_chain(needs):
    return ...


# %% check 3
def _job(n):
    at = (numbers(n) * np.arange(n)).astype(int)
    return ([[int(a)] if k % 3 and k else [] for k, a in enumerate(at)],)


def _by_waves(needs):
    done, time_passed = set(), 0
    while len(done) < len(needs):
        done |= {k for k, before in enumerate(needs) if set(before) <= done}
        time_passed += 1
    return time_passed


check(longest_chain, _by_waves, inputs=_job, sizes=(1, 5, 33, 100))
check(
    longest_chain, _by_waves, inputs=lambda n: ([list(range(k)) for k in range(n)],), sizes=(3, 9)
)


# %% answer 3
def longest_chain(needs):
    done_at = []
    for before in needs:
        done_at.append(1 + max((done_at[b] for b in before), default=0))
    return max(done_at)


# %% [markdown]
# Steps divided by the longest chain is how many workers the job can keep busy, on average. If that
# is three, a GPU has nothing to do here.
#
# ## 3. Write: break a chain
#
# Adding `n` numbers one after the other is a chain of `n - 1` additions. In pairs, it is much
# shorter. Return the sum of `x` so that no number passes through more than about `log2(n)`
# additions: in each round add neighbours, and let an odd last one through. The check hands you
# numbers that count.


# %% task 4
def sum_in_pairs(x):
    return ...


# %% check 4
class Counting:
    def __init__(self, value, depth=0):
        self.value, self.depth = value, depth

    def __add__(self, other):
        value = other.value if isinstance(other, Counting) else other
        deeper = max(self.depth, getattr(other, "depth", 0)) + 1
        return Counting(self.value + value, deeper)

    __radd__ = __add__


def _value_and_depth(values):
    result = sum_in_pairs([Counting(v) for v in values])
    depth = getattr(result, "depth", 0)
    return {"": getattr(result, "value", result), "additions on the longest way: ": depth}


check(
    through(sum_in_pairs, _value_and_depth),
    lambda values: {
        "": sum(values),
        "additions on the longest way: ": (len(values) - 1).bit_length(),
    },
    inputs=lambda n: (list(range(1, n + 1)),),
    sizes=(1, 2, 3, 33, 100),
)


# %% answer 4
def sum_in_pairs(x):
    x = list(x)
    while len(x) > 1:
        odd = [x[-1]] if len(x) % 2 else []
        x = [x[k] + x[k + 1] for k in range(0, len(x) - 1, 2)] + odd
    return x[0]


# %% [markdown]
# ## Take home: enough workers
#
# `n` steps that wait for nobody, `workers` that can each do one step per unit of time. A few of the
# steps, `chain` of them, must be done one after the other, before all others, by a single worker.
# Return how long it takes.


# %% task 5
def time_with(n, chain, workers):
    return ...


# %% check 5
check(
    time_with,
    lambda n, chain, workers: chain + len(range(0, n - chain, workers)),
    inputs=lambda n: (n, n // 10, 8),
    sizes=(1, 7, 9, 33, 100, 1003),
)


# %% answer 5
def time_with(n, chain, workers):
    return chain + (n - chain + workers - 1) // workers
