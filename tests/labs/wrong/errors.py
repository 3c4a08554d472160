# %% 1 at 2 3 4 5: the first one
def message_at(lines):
    for k, line in enumerate(lines):
        name = line.split(":")[0]
        if ": " in line and " " not in name and name.endswith(("Error", "Exception")):
            return k
    return -1
# %% 1: the last line
def message_at(lines):
    return len(lines) - 1
# %% 1: anything with the word in it
def message_at(lines):
    found = [k for k, line in enumerate(lines) if "Error: " in line or "Exception: " in line]
    return max(found, default=-1)
# %% 2 at 0 1 3: compares the minor versions too
def cause(table, driver, package):
    return 0 if not table else 1 if driver < package else 2
# %% 2: never thinks of no driver
def cause(table, driver, package):
    return 1 if driver[0] < package[0] else 2
# %% 4 at 0 1 4: forgets the blocks
def succeeds(pieces, wanted):
    return max(pieces, default=0) >= wanted
# %% 4: adds the gaps
def succeeds(pieces, wanted):
    return sum(piece // 2 for piece in pieces) >= -(-wanted // 2)
