# %% 1: forgets all but the last
def remember(a, x):
    return np.append(x[:1], a[1:] * x[:-1] + x[1:])
# %% 1 at 1 2: the factor of the word before
def remember(a, x):
    h, seen = 0.0, []
    for t in range(len(x)):
        h = a[min(t, 1)] * h + x[t] if len(x) > 1 else x[t]
        seen.append(h)
    return np.array(seen)
# %% 3: sees the future
def attend(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ v
# %% 3 at 1: does not see itself, unless it is alone
def attend(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    later = np.triu(np.ones(scores.shape, bool), 0)
    later[0, 0] = False
    scores = np.where(later, -np.inf, scores)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ v
# %% 3: overflows
def attend(q, k, v):
    with np.errstate(all="ignore"):
        scores = np.exp(q @ k.T / np.sqrt(q.shape[1])) * np.tril(np.ones((len(q), len(q))))
        return scores / scores.sum(axis=1, keepdims=True) @ v
# %% 4: the other way round
def join(first, second):
    a1, x1 = first
    a2, x2 = second
    return (a1 * a2, a1 * x2 + x1)
# %% 4: only the sums
def join(first, second):
    return (first[0] * second[0], first[1] + second[1])
# %% 4 at 2: of more than two steps it forgets that factors may shrink below the smallest
def join(first, second):
    a1, x1 = first
    a2, x2 = second
    return (max(a2 * a1, 0.05), a2 * x1 + x2)
# %% 5 at 8 64: half of all tiles, and half the diagonal
def score_bytes(n, t, heads, size):
    side = n // t
    return side * (side + 1) // 2 * t * t * heads * size
# %% 5: all tiles
def score_bytes(n, t, heads, size):
    return (-(-n // t) * t) ** 2 * heads * size
