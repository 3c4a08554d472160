# %% [markdown]
# # Lab: pay for the job
#
# A price list is about hours, a bill is about jobs. You will write the lines that stand between
# them, and find out where a fast machine is the dear one.

# %% kit

# %%
where_am_i()

# %% [markdown]
# ## 1. Predict: how much faster?
#
# <!-- not a measurement: invented prices and times, to reckon with -->
# A machine with a GPU costs 2.40 dollars for an hour, one without 12 cents. How many times as fast
# must a job be on the GPU, from end to end, to cost the same?

# %% guess 1
factor = ...  # your prediction

# %% check 1
compare(factor, 240 / 12, " times")

# %% answer 1
factor = 20

# %% [markdown]
# ## 2. Write: what a job costs
#
# <!-- not a measurement: invented prices and times, to reckon with -->
# Many clouds bill by the second that has begun, and some of these at least one minute. Return the
# cents that such a one wants for a job of `seconds` at `usd` dollars for an hour.


# %% task 2
def cents(seconds, usd):
    return ...


# %% check 2
def _billed(seconds, usd):
    begun = int(seconds) + (seconds > int(seconds))
    return 100 * max(60, begun) * usd / 3600


_jobs = [(60.0, 1.2), (30.0, 1.2), (61.0, 3.0), (61.5, 3.0), (3600.0, 2.4), (0.5, 36.0)]
check(cents, _billed, inputs=_jobs.__getitem__, sizes=range(6))


# %% answer 2
def cents(seconds, usd):
    billed = max(60, -int(-seconds // 1))
    return billed * usd / 36


# %% [markdown]
# <!-- not a measurement: invented prices and times, to reckon with -->
# There a job of half a second costs as much as one of a minute. Put many into one machine's minute.
#
# ## 3. Write: with the start on the bill
#
# <!-- not a measurement: invented prices and times, to reckon with -->
# A GPU machine takes `start` seconds to come up, which are billed as well, and then does each job
# `factor` times as fast as the CPU machine, which is there already. It costs `dearer` times as much
# for an hour. `n` jobs take `n * seconds` on the CPU. Return the smallest number of jobs for which
# the GPU is cheaper, or `0` if it never is. (No rounding up of seconds here.)


# %% task 3
def worth_it_from(seconds, start, factor, dearer):
    return ...


# %% check 3
def _from(seconds, start, factor, dearer):
    for n in range(1, 10_000):
        if dearer * (start * factor + n * seconds) < n * seconds * factor:
            return n
    return 0


_machines = [
    (10, 60, 40, 20),
    (10, 0, 40, 20),
    (10, 60, 20, 20),
    (10, 60, 10, 20),
    (7, 33, 50, 11),
    (60, 60, 40, 20),
]
check(worth_it_from, _from, inputs=_machines.__getitem__, sizes=range(6))


# %% answer 3
def worth_it_from(seconds, start, factor, dearer):
    if factor <= dearer:
        return 0
    n = 1
    while dearer * (start * factor + n * seconds) >= n * seconds * factor:
        n += 1
    return n


# %% [markdown]
# ## 4. Predict: an idle month
#
# <!-- not a measurement: invented prices and times, to reckon with -->
# You rent a GPU for a month of 30 days. It works for 36 hours in all of them. By what factor is a
# job dearer than on a machine that is rented at the same price, and only while it works?

# %% guess 4
dearer_by = ...  # your prediction

# %% check 4
compare(dearer_by, 30 * 24 / 36, " times")

# %% answer 4
dearer_by = 20

# %% [markdown]
# ## Take home: rent or buy?
#
# A card costs `price` dollars. It saves `rent` dollars for each hour in which it works, and draws
# power for `power` dollars in that hour; it works `hours` on each day. Return on which day, counted
# from 1, it has paid for itself at the evening, or `0` if it never does.


# %% task 5
def paid_on_day(price, rent, power, hours):
    return ...


# %% check 5
def _day(price, rent, power, hours):
    saved = 0
    for day in range(1, 20_000):
        saved += hours * (rent - power)
        if saved >= price:
            return day
    return 0


_cards = [
    (1000, 2, 1, 10),
    (1001, 2, 1, 10),
    (1000, 2, 2, 10),
    (1000, 1, 2, 10),
    (999, 3, 1, 24),
    (1000, 2, 1, 0),
]
check(paid_on_day, _day, inputs=_cards.__getitem__, sizes=range(6))


# %% answer 5
def paid_on_day(price, rent, power, hours):
    a_day = hours * (rent - power)
    return -(-price // a_day) if a_day > 0 else 0
