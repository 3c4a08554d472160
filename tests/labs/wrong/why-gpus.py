# %% 2 at 8 64: rounds down
def delivered(n, way, room):
    return (2 * (n // room) - 1) * way
# %% 2: the way back counts
def delivered(n, way, room):
    return 2 * -(-n // room) * way
# %% 3: counts the steps
def longest_chain(needs):
    return len(needs)
# %% 3 at 3: steps that wait for somebody, and one
def longest_chain(needs):
    return 1 + sum(1 for before in needs if before)
# %% 4 at 2 8 64: loses the odd one
def sum_in_pairs(x):
    x = list(x)
    while len(x) > 1:
        x = [x[k] + x[k + 1] for k in range(0, len(x) - 1, 2)]
    return x[0]
# %% 4: one after the other
def sum_in_pairs(x):
    total = x[0]
    for value in x[1:]:
        total = total + value
    return total
# %% 5 at 80 160: rounds down
def time_with(n, chain, workers):
    return chain + (n - chain) // workers
# %% 5: the chain is shared too
def time_with(n, chain, workers):
    return -(-n // workers)
