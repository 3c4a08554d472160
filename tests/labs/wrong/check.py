# %% 1 at 0 1 2: asks whether the error is large
def good(got, want, tolerance):
    return got.shape == want.shape and not np.linalg.norm(got - want) > tolerance * 5
# %% 1: any shape will do
def good(got, want, tolerance):
    return bool(np.linalg.norm((got.ravel() - want.ravel())) <= tolerance * np.linalg.norm(want))
# %% 1 at 0 1 3 4: each element for itself
def good(got, want, tolerance):
    return got.shape == want.shape and bool((np.abs(got - want) <= tolerance * np.abs(want)).all())
# %% 3 at 4 5 6 7: NaN is what nobody wrote
def unwritten(program, x):
    out = np.full_like(x, np.nan)
    program(x, out)
    return int(np.isnan(out).sum())
# %% 3: trusts zeros
def unwritten(program, x):
    out = np.zeros_like(x)
    program(x, out)
    return int((out == 0).sum())
# %% 4 at 0 1 3 6: forgets that barriers are of a block
def race(a, b):
    return a[:2] != b[:2] and "store" in (a[3], b[3]) and a[2] == b[2]
# %% 4: loads are harmless
def race(a, b):
    return a[3] == b[3] == "store" and (a[0] != b[0] or a[2] == b[2])
# %% 5 at 0 3 6: forgets what is written
def impossible(seconds, read, written, gb_per_s):
    return seconds <= 0 or read / seconds > 1.05e9 * gb_per_s
# %% 5: leaves no room
def impossible(seconds, read, written, gb_per_s):
    return seconds <= 0 or (read + written) / seconds > 1e9 * gb_per_s
# %% 5: takes a gigabyte for 2**30 bytes
def impossible(seconds, read, written, gb_per_s):
    return seconds <= 0 or (read + written) / seconds > 1.05 * 2**30 * gb_per_s
