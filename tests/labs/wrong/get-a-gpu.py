# %% 2 at 1 3: the last that fails
def first_broken(works):
    return max((k for k, fine in enumerate(works) if not fine), default=-1)
# %% 2: counts what fails
def first_broken(works):
    return works.count(False) - 1
# %% 3: compares text
def runs_on(driver, library, asks_driver_to_compile):
    if library <= driver:
        return True
    return library[:2] == driver[:2] and not asks_driver_to_compile
# %% 3 at 0 1 5: newer never runs
def runs_on(driver, library, asks_driver_to_compile):
    have = [int(part) for part in driver.split(".")]
    want = [int(part) for part in library.split(".")]
    return want <= have
# %% 3: the same major is enough
def runs_on(driver, library, asks_driver_to_compile):
    return int(library.split(".")[0]) <= int(driver.split(".")[0])
# %% 4 at 0 4 5: only the very card
def has_code_for(card, machine_code, ptx):
    return card in machine_code or 0 < ptx <= card
# %% 4: older machine code runs everywhere
def has_code_for(card, machine_code, ptx):
    return any(code <= card for code in machine_code) or 0 < ptx <= card
# %% 4: the same major is enough
def has_code_for(card, machine_code, ptx):
    return any(code // 10 == card // 10 for code in machine_code) or 0 < ptx <= card
