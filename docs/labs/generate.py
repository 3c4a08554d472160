# %% [markdown]
# # Lab: one token, all the weights
#
# To say one more word, a language model reads all of its weights. You will work out how fast that
# can be at best, how much memory a conversation takes, and why many conversations at once cost
# hardly more than one.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: tokens in a second
#
# <!-- not a measurement: made up for the task -->
# A model has 7 billion weights of two bytes each. A GPU reads 1,400 billion bytes in a second. At
# most how many tokens can one text get in a second, if every token needs every weight once?

# %% guess 1
tokens = ...  # your prediction

# %% check 1
compare(tokens, 1400 / (7 * 2), " tokens")

# %% answer 1
tokens = 100

# %% [markdown]
# <!-- not a measurement: made up for the task -->
# No kernel can beat that. Smaller weights can. With more than one text at a time each gets no
# more, but all together do.
#
# ## 2. Write: bits, bytes and scales
#
# Weights are stored in `bits` bits each, packed without gaps, and each group of 32 of them shares
# one scale of two bytes; the last group may be smaller, and has a scale too. The packed bits of all
# weights together fill whole bytes. Return the bytes that `n` weights take.


# %% task 2
def weight_bytes(n, bits):
    return ...


# %% check 2
def _packed(n, bits):
    bit_string = "1" * bits * n
    groups = {k // 32 for k in range(n)}
    return len(range(0, len(bit_string), 8)) + 2 * len(groups)


check(weight_bytes, _packed, inputs=lambda n: (n, 3 + n % 3), sizes=(1, 31, 33, 100, 257))


# %% answer 2
def weight_bytes(n, bits):
    return (n * bits + 7) // 8 + 2 * ((n + 31) // 32)


# %% [markdown]
# ## 3. Write: generate with a cache
#
# Attention of the newest word looks at the keys and values of all words before it. Computed anew
# for each word, that is the whole text each time. `step` is given the newest word's `query`, `key`
# and `value` (arrays of `d` numbers) and a `cache`, a list of pairs. It must put the new pair into
# the cache and return the new word's result: scores are the dot products of query and keys divided
# by the root of `d`, then softmax, then the weighted sum of the values.


# %% task 3
def step(query, key, value, cache):
    return ...


# %% check 3
def _talk(words):
    cache, said = [], []
    for word in words:
        said.append(step(word, word[::-1], 2 * word, cache))
        if said[-1] is None or said[-1] is Ellipsis:
            return said[-1]
    return {"": said, "pairs in the cache at the end: ": len(cache)}


def _all_again(words):
    words = words.astype("float64")
    said = []
    for t in range(len(words)):
        scores = words[: t + 1, ::-1] @ words[t] / words.shape[1] ** 0.5
        weights = np.exp(scores) / np.exp(scores).sum()
        said.append(weights @ (2 * words[: t + 1]))
    return {"": np.array(said), "pairs in the cache at the end: ": len(words)}


check(through(step, _talk), _all_again, inputs=lambda n: (numbers(n, 4),), sizes=(1, 2, 7, 33))


# %% answer 3
def step(query, key, value, cache):
    cache.append((key, value))
    scores = np.array([query @ k for k, _ in cache]) / np.sqrt(len(query))
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return sum(w * v for w, (_, v) in zip(weights, cache))


# %% [markdown]
# ## 4. Write: room for how many?
#
# Memory holds `room` bytes beside the weights. A text of `words` words keeps `per_word` bytes for
# each; servers hand memory out in pages of `page` words, and a text that has begun a page has all
# of it. Return how many texts of that length fit.


# %% task 4
def texts_that_fit(room, words, per_word, page):
    return ...


# %% check 4
def _by_filling(room, words, per_word, page):
    texts = 0
    while True:
        for _ in range(0, words, page):
            room -= per_word * page
        if room < 0:
            return texts
        texts += 1


check(
    texts_that_fit,
    _by_filling,
    inputs=lambda n: (20_000, n, 10, 16),
    sizes=(1, 15, 16, 17, 33, 500),
)


# %% answer 4
def texts_that_fit(room, words, per_word, page):
    pages = (words + page - 1) // page
    return room // (pages * page * per_word)


# %% [markdown]
# ## Take home: share the trip
#
# <!-- not a measurement: made up for the task -->
# In one step the GPU reads the weights once, `weights` bytes, and does `work` operations for each
# of `texts` texts. It moves `bandwidth` bytes or does `rate` operations in a microsecond, both side
# by side. Return the smallest number of texts at which arithmetic takes at least as long as
# reading: up to there, another text costs nothing.


# %% task 5
def free_texts(weights, work, bandwidth, rate):
    return ...


# %% check 5
def _by_adding(weights, work, bandwidth, rate):
    texts = 1
    while texts * work * bandwidth < weights * rate:
        texts += 1
    return texts


check(free_texts, _by_adding, inputs=lambda n: (n, 12, 2, 9), sizes=(1, 7, 8, 33, 100))


# %% answer 5
def free_texts(weights, work, bandwidth, rate):
    return max(1, -(-weights * rate // (work * bandwidth)))
