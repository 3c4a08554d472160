# %% [markdown]
# # Lab: pay for the trip
#
# A link has a toll for each crossing and a price for each byte. You will count both, find the
# pattern that pays too often, and mend it without touching the work itself.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: what crosses?
#
# Here is a link that counts. `send` and `fetch` copy an array to the far side and back; `work`
# happens on the far side and costs nothing that crosses.


# %%
class Link:
    def __init__(self):
        self.bytes = self.crossings = 0

    def _cross(self, array):
        self.bytes += array.nbytes
        self.crossings += 1
        return array.copy()

    def send(self, array):
        return self._cross(array)

    def fetch(self, array):
        return self._cross(array)

    def work(self, array):
        return np.tanh(array) + 1


def every_time(link, x, times):
    for _ in range(times):
        there = link.send(x)
        x = link.fetch(link.work(there))
    return x


# %% [markdown]
# How many bytes cross when `every_time` does ten turns on 1,000 float32 numbers?

# %% guess 1
crossed = ...  # your prediction, in bytes

# %% check 1
_link = Link()
every_time(_link, numbers(1000), 10)
compare(crossed, _link.bytes, " bytes")

# %% answer 1
crossed = 80_000  # four bytes, 1,000 numbers, there and back, ten times

# %% [markdown]
# ## 2. Write: once is enough
#
# The same result as `every_time(link, x, times)` with the least that can cross. Use the `link` that
# you are given.


# %% task 2
def once(link, x, times):
    return ...


# %% check 2
def _work_and_toll(x, times):
    link = Link()
    result = once(link, x, times)
    return {"": result, "bytes over the link: ": link.bytes, "crossings: ": link.crossings}


def _least(x, times):
    for _ in range(times):
        x = np.tanh(x) + 1
    return {"": x, "bytes over the link: ": 2 * x.nbytes, "crossings: ": 2}


check(
    through(once, _work_and_toll),
    _least,
    inputs=lambda n: (numbers(n), 1 + n % 5),
    sizes=(1, 7, 33),
)


# %% answer 2
def once(link, x, times):
    there = link.send(x)
    for _ in range(times):
        there = link.work(there)
    return link.fetch(there)


# %% [markdown]
# ## 3. Write: in pieces, while others work
#
# An array is too large to send at once, or you want to begin before all of it has arrived. Cut its
# `n` numbers into pieces of at most `size`: return the pairs `(begin, end)`, in order, so that
# `x[begin:end]` are the pieces. No number may be lost, and none sent twice.


# %% task 3
def pieces(n, size):
    return ...


# %% check 3
check(
    pieces,
    lambda n, size: [(k, min(n, k + size)) for k in range(n) if k % size == 0],
    inputs=lambda n: (n, 8),
    sizes=(1, 7, 9, 33, 100),
)


# %% answer 3
def pieces(n, size):
    return [(begin, min(begin + size, n)) for begin in range(0, n, size)]


# %% [markdown]
# ## Take home: how many turns pay for one trip?
#
# A turn takes `here` microseconds where the data is, or `there` on the far side, which is smaller.
# The trip there and back takes `toll` microseconds and one more for each `rate` bytes or part of
# them, for `size` bytes in all. Return the smallest number of turns for which going is strictly
# sooner than staying. All are whole numbers.


# %% task 4
def turns_to_win(size, toll, rate, here, there):
    return ...


# %% check 4
def _by_trying(size, toll, rate, here, there):
    trip = toll + len(range(0, size, rate))
    turns = 0
    while trip + turns * there >= turns * here:
        turns += 1
    return turns


check(
    turns_to_win, _by_trying, inputs=lambda n: (n, 10, 16, 9, 4), sizes=(1, 16, 70, 100, 240, 1000)
)


# %% answer 4
def turns_to_win(size, toll, rate, here, there):
    trip = toll + (size + rate - 1) // rate
    return trip // (here - there) + 1
