# %% 2 at 0 1 2: as if all shares were alike
def together(gradients, counts):
    return gradients.mean(axis=0)
# %% 2: divided by the number of GPUs after weighting
def together(gradients, counts):
    return counts @ gradients / len(counts)
# %% 3 at 0 1 2 3: cuts off what does not divide
def ring(rows):
    n = len(rows)
    size = rows.shape[1] // n
    out = rows.copy()
    for piece in range(n):
        out[:, piece * size : (piece + 1) * size] = rows[:, piece * size : (piece + 1) * size].sum(axis=0)
    return out
# %% 3 at 3: one lap only
def ring(rows):
    n = len(rows)
    pieces = [np.array_split(row.copy(), n) for row in rows]
    for step in range(n - 1):
        for i in range(n):
            piece = (i - 1 - step) % n
            pieces[i][piece] = pieces[i][piece] + pieces[i - 1][piece]
    return np.array([np.concatenate(p) for p in pieces])
# %% 4 at 0 1 3: forgets the delay
def best_number(seconds, size, rate, delay):
    return min(range(1, 17), key=lambda n: seconds / n + 2 * (n - 1) * size / n / rate)
# %% 4: one lap of the ring
def best_number(seconds, size, rate, delay):
    return min(range(1, 17), key=lambda n: seconds / n + (n - 1) * (size / n / rate + delay))
# %% 5 at 0 1 2: all or nothing
def held(parameters, n, stage):
    return parameters * 16 / (n if stage else 1)
# %% 5: the optimiser is cut last
def held(parameters, n, stage):
    cut = [2 / n if stage >= 1 else 2, 2 / n if stage >= 2 else 2, 12 / n if stage >= 3 else 12]
    return parameters * sum(cut)
