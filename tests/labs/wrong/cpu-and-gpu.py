# %% 2 at 16 32: rounds down
def least(operations, bytes_moved, rate, bandwidth):
    return max(operations // rate, bytes_moved // bandwidth)
# %% 2: arithmetic only
def least(operations, bytes_moved, rate, bandwidth):
    return -(-operations // rate)
# %% 2: one after the other
def least(operations, bytes_moved, rate, bandwidth):
    return -(-operations // rate) + -(-bytes_moved // bandwidth)
# %% 3 at 0 16: divides whatever it gets
def fair_ratio(a, b):
    return a["time"] / b["time"] if a["job"] == b["job"] else 0
# %% 3: looks at all but the cores
def fair_ratio(a, b):
    same = a["job"] == b["job"] and a["precision"] == b["precision"]
    return a["time"] / b["time"] if same and a["trip"] and b["trip"] else 0
# %% 3: the ratio is upside down
def fair_ratio(a, b):
    slower = a if a["time"] > b["time"] else b
    same = a["job"] == b["job"] and a["precision"] == b["precision"]
    if same and slower["cores"] == "all" and a["trip"] and b["trip"]:
        return b["time"] / a["time"]
    return 0
# %% 4 at 8 16: rounds down
def in_flight(latency, rate, line):
    return latency * rate // line
# %% 4: forgets the latency
def in_flight(latency, rate, line):
    return -(-rate // line)
