# %% 2 at 32 256: rounds down
def weight_bytes(n, bits):
    return n * bits // 8 + 2 * (n // 32)
# %% 2: forgets the scales
def weight_bytes(n, bits):
    return (n * bits + 7) // 8
# %% 2: each weight fills whole bytes
def weight_bytes(n, bits):
    return n * ((bits + 7) // 8) + 2 * ((n + 31) // 32)
# %% 3: the new word does not see itself
def step(query, key, value, cache):
    if not cache:
        cache.append((key, value))
        return value
    scores = np.array([query @ k for k, _ in cache]) / np.sqrt(len(query))
    weights = np.exp(scores) / np.exp(scores).sum()
    said = sum(w * v for w, (_, v) in zip(weights, cache))
    cache.append((key, value))
    return said
# %% 3 at 1: forgets to keep what it has seen
def step(query, key, value, cache):
    cache[:] = [(key, value)]
    return value
# %% 3: not divided by the root
def step(query, key, value, cache):
    cache.append((key, value))
    scores = np.array([query @ k for k, _ in cache])
    weights = np.exp(scores) / np.exp(scores).sum()
    return sum(w * v for w, (_, v) in zip(weights, cache))
# %% 4 at 16 160: no pages
def texts_that_fit(room, words, per_word, page):
    return room // (words * per_word)
# %% 4: a page more than is needed
def texts_that_fit(room, words, per_word, page):
    return room // ((words // page + 1) * page * per_word)
# %% 5: texts for nothing, and one more
def free_texts(weights, work, bandwidth, rate):
    return weights * rate // (work * bandwidth) + 1
# %% 5 at 8 80: rounds down
def free_texts(weights, work, bandwidth, rate):
    return max(1, weights * rate // (work * bandwidth))
