# %% 1 at 1 16: the first win
def crossover(sizes, first, second):
    return next((s for s, a, b in zip(sizes, first, second) if a > b), 0)
# %% 1: the last size, if it wins
def crossover(sizes, first, second):
    return sizes[-1] if first[-1] > second[-1] else 0
# %% 3 at 10 20: forgets the trip
def whole_job(total, moved, factor, trip):
    return total / (total - moved + moved / factor)
# %% 3: what was not moved is gone
def whole_job(total, moved, factor, trip):
    return total / (moved / factor + trip)
# %% 5 at 8 16: rounds down
def least_time(n, k, rate, bandwidth):
    return max(k * k * n * n // rate, 8 * n * n // bandwidth)
# %% 5: one after the other
def least_time(n, k, rate, bandwidth):
    return -(-k * k * n * n // rate) + -(-8 * n * n // bandwidth)
# %% 5: forgets that the result is written
def least_time(n, k, rate, bandwidth):
    return max(-(-k * k * n * n // rate), -(-4 * n * n // bandwidth))
# %% 5: forgets to compute
def least_time(n, k, rate, bandwidth):
    return -(-8 * n * n // bandwidth)
# %% 5: forgets to move
def least_time(n, k, rate, bandwidth):
    return -(-k * k * n * n // rate)
