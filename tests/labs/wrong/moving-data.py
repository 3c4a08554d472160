# %% 2: there once, and back every time
def once(link, x, times):
    there = link.send(x)
    for _ in range(times):
        there = link.work(there)
        back = link.fetch(there)
    return back
# %% 2 at 8 16: whole eighths only
def once(link, x, times):
    there = link.send(x[: len(x) // 8 * 8])
    for _ in range(times):
        there = link.work(there)
    return link.fetch(there)
# %% 3 at 8 64: whole pieces only
def pieces(n, size):
    return [(k * size, (k + 1) * size) for k in range(n // size)]
# %% 3: the last piece is too long
def pieces(n, size):
    return [(k, k + size) for k in range(0, n, size)]
# %% 4 at 16 32: rounds the bytes down
def turns_to_win(size, toll, rate, here, there):
    return (toll + size // rate) // (here - there) + 1
# %% 4: even is enough
def turns_to_win(size, toll, rate, here, there):
    trip = toll + (size + rate - 1) // rate
    return -(-trip // (here - there))
# %% 4: the far side works for nothing
def turns_to_win(size, toll, rate, here, there):
    trip = toll + (size + rate - 1) // rate
    return trip // here + 1
