# %% [markdown]
# # Lab: read what it died of
#
# A message names what failed, not why. You will write the small reader that everybody needs: it
# finds the line that counts, tells causes of the same text apart, and works out who has the memory.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Write: the line that counts
#
# A traceback ends with the name of an error and its message. Some libraries print advice for their
# developers below it. `lines` is what a program printed. Find the **last** line that begins with
# the name of an error: letters, digits, dots and underscores, ending in `Error` or `Exception`, and
# then a colon and a space. Return its position in the list, or `-1` if there is none.


# %% task 1
def message_at(lines):
    return ...


# %% check 1
_printed = [
    ["torch.AcceleratorError: CUDA error: no kernel image is available", "Compile with TORCH_USE"],
    ["ValueError: first", "During handling of the above exception", "RuntimeError: second", ""],
    ["all is well: no Error: here", "42"],
    ["  ValueError: indented, part of a printed text", "MyException: at the end"],
    [],
    ["cupy_backends.cuda.api.runtime.CUDARuntimeError: cudaErrorNoDevice: no device"],
]


def _last(lines):
    named = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception): ")
    return max((k for k, line in enumerate(lines) if named.match(line)), default=-1)


check(message_at, _last, inputs=lambda n: (_printed[n],), sizes=range(6))


# %% answer 1
def message_at(lines):
    for k in range(len(lines) - 1, -1, -1):
        name, colon, _ = lines[k].partition(": ")
        plain = name.replace(".", "").replace("_", "").isalnum()
        if colon and plain and name.endswith(("Error", "Exception")):
            return k
    return -1


# %% [markdown]
# ## 2. Write: one text, several causes
#
# `cudaErrorInsufficientDriver` comes where the driver is too old, where there is none at all, and
# in a container that lacks the driver's library. Here are the first two. `table` tells whether
# `nvidia-smi` printed its table, `driver` the CUDA that the table names, as a pair such as
# `(12, 4)`, and `package` the CUDA that the library was made for. A driver of CUDA 12 runs the
# library of any CUDA 12, and of older ones. Return `0` where there is no driver, `1` where it is
# too old, and `2` for neither.


# %% task 2
def cause(table, driver, package):
    return ...


# %% check 2
_cases = [
    (True, (12, 4), (13, 0)),
    (False, (0, 0), (12, 4)),
    (True, (12, 4), (12, 9)),
    (True, (13, 0), (12, 9)),
    (False, (13, 0), (12, 0)),
    (True, (12, 9), (12, 10)),
    (True, (11, 8), (12, 0)),
]


def _cause(table, driver, package):
    return [2, 1][driver[0] < package[0]] if table else 0


check(cause, _cause, inputs=_cases.__getitem__, sizes=range(7))


# %% answer 2
def cause(table, driver, package):
    if not table:
        return 0
    return 1 if driver[0] < package[0] else 2


# %% [markdown]
# ## 3. Predict: who has the memory?
#
# A network has a billion weights in float32. You train it with Adam, which keeps two more numbers
# for each weight, beside the gradient. How many gigabytes are that, before a single activation?

# %% guess 3
gigabytes = ...  # your prediction

# %% check 3
compare(gigabytes, 1e9 * 4 * 4 / 1e9, " GB")

# %% answer 3
gigabytes = 16

# %% [markdown]
# ## Take home: free, and yet not there
#
# An allocator has handed out memory in pieces. `pieces` are the sizes of the free gaps, in MiB, in
# the order in which they lie. It can serve a request only from one gap, and only in whole blocks of
# 2 MiB. Return whether a request of `wanted` MiB succeeds.


# %% task 4
def succeeds(pieces, wanted):
    return ...


# %% check 4
_gaps = [
    ([10, 20, 30], 30),
    ([10, 20, 30], 31),
    ([7], 7),
    ([8], 7),
    ([], 1),
    ([3, 3, 3], 4),
]


def _fits(pieces, wanted):
    blocks = sum(1 for _ in range(0, wanted, 2))
    return any(len(range(0, piece - 1, 2)) >= blocks for piece in pieces)


check(succeeds, _fits, inputs=_gaps.__getitem__, sizes=range(6))


# %% answer 4
def succeeds(pieces, wanted):
    blocks = -(-wanted // 2)
    return any(piece // 2 >= blocks for piece in pieces)
