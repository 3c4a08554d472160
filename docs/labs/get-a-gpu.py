# %% [markdown]
# # Lab: which layer is broken?
#
# Card, driver, container, library, program: each needs the one below. You will write a small doctor
# that finds the first layer that fails, and teach it the rules by which versions fit.

# %% kit

# %%
where_am_i()

# %% [markdown]
# The kit above has just asked your machine two of these questions.
#
# ## 1. Predict: how many questions?
#
# Five layers, one of them is broken, and you may ask of any layer "does everything up to here
# work?". You are as unlucky as can be. How many questions do you need if you always ask in the
# middle of what is left?

# %% guess 1
questions = ...  # your prediction

# %% check 1
compare(questions, (5 - 1).bit_length(), " questions")

# %% answer 1
questions = 3

# %% [markdown]
# With five layers, going from the bottom up is as good, and you cannot get lost. With a hundred
# commits it is not.
#
# ## 2. Write: from the bottom up
#
# `works` is a list of `True` and `False`, lowest layer first; `names` are the layers' names.
# Everything above a broken layer fails too, and some of it says so in misleading words. Return the
# name of the first layer that fails, as its position in the list, or `-1` if all is well.


# %% task 2
def first_broken(works):
    return ...


# %% check 2
check(
    first_broken,
    lambda works: ([*works, False].index(False) + 1) % (len(works) + 1) - 1,
    inputs=lambda n: ([n % k != 0 for k in range(2, 9)],),
    sizes=(1, 2, 3, 5, 11, 35, 49),
)


# %% answer 2
def first_broken(works):
    for k, fine in enumerate(works):
        if not fine:
            return k
    return -1


# %% [markdown]
# ## 3. Write: does the library fit the driver?
#
# `driver` says up to which CUDA it takes programs, such as "12.4", and `library` which CUDA it was
# built for. One built for an older or the same CUDA runs. Within one major version, a newer minor
# one runs too (NVIDIA calls that minor version compatibility), unless the library
# `asks_driver_to_compile` instead of bringing finished machine code. Return whether it runs.
# Versions are text; compare them as numbers: "12.10" is newer than "12.9".


# %% task 3
def runs_on(driver, library, asks_driver_to_compile):
    return ...


# %% check 3
_versions = [
    ("12.4", "12.4", True),
    ("12.4", "12.9", True),
    ("12.4", "12.9", False),
    ("12.10", "12.9", True),
    ("12.9", "12.10", True),
    ("12.8", "11.8", True),
    ("12.8", "13.0", False),
    ("13.0", "12.9", True),
]


def _fits(driver, library, asks_driver_to_compile):
    have, want = [tuple(map(int, v.split("."))) for v in (driver, library)]
    return want <= have or (want[0] == have[0] and not asks_driver_to_compile)


check(runs_on, _fits, inputs=_versions.__getitem__, sizes=range(8))


# %% answer 3
def runs_on(driver, library, asks_driver_to_compile):
    have = [int(part) for part in driver.split(".")]
    want = [int(part) for part in library.split(".")]
    if want <= have:
        return True
    return want[0] == have[0] and not asks_driver_to_compile


# %% [markdown]
# ## Take home: does the kernel's code fit the card?
#
# A program carries machine code for some cards, as numbers such as 75 for compute capability 7.5,
# and perhaps an intermediate code (PTX) that a driver can translate for that card and all later
# ones. Machine code runs on cards of the same major number with the same or a higher minor one: 80
# runs on 86, not on 90, and 86 not on 80. `machine_code` is a list of numbers, `ptx` one number, or
# 0 for none. Return whether it runs on `card`.


# %% task 4
def has_code_for(card, machine_code, ptx):
    return ...


# %% check 4
_cards = [
    (80, [70, 80, 90], 0),
    (86, [70, 80, 90], 0),
    (89, [75, 86], 0),
    (80, [86], 0),
    (90, [80, 86], 0),
    (90, [80, 86], 80),
    (120, [90, 100], 90),
    (75, [80], 80),
    (100, [90], 0),
]


def _loads(card, machine_code, ptx):
    native = {(code // 10, minor) for code in machine_code for minor in range(code % 10, 10)}
    return (card // 10, card % 10) in native or 0 < ptx <= card


check(has_code_for, _loads, inputs=_cards.__getitem__, sizes=range(9))


# %% answer 4
def has_code_for(card, machine_code, ptx):
    for code in machine_code:
        if code // 10 == card // 10 and code <= card:
            return True
    return ptx != 0 and ptx <= card


# %% [markdown]
# Both rules are NVIDIA's: *CUDA Compatibility*, "Minor Version Compatibility", and the *CUDA
# Programming Guide*, chapter 1.3, read in November 2026.
