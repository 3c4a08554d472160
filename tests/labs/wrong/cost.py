# %% 2 at 0 4: bills what it took
def cents(seconds, usd):
    return 100 * seconds * usd / 3600
# %% 2: forgets the least
def cents(seconds, usd):
    return 100 * -int(-seconds // 1) * usd / 3600
# %% 2: dollars
def cents(seconds, usd):
    return max(60, -int(-seconds // 1)) * usd / 3600
# %% 3 at 1 2: forgets the start
def worth_it_from(seconds, start, factor, dearer):
    return 1 if factor > dearer else 0
# %% 3: the start is not billed at the dearer price
def worth_it_from(seconds, start, factor, dearer):
    if factor <= dearer:
        return 0
    n = 1
    while start * factor + dearer * n * seconds >= n * seconds * factor:
        n += 1
    return n
# %% 5 at 0 3 5: rounds down
def paid_on_day(price, rent, power, hours):
    a_day = hours * (rent - power)
    return price // a_day if a_day > 0 else 0
# %% 5: forgets the power
def paid_on_day(price, rent, power, hours):
    return -(-price // (hours * rent)) if hours * rent > 0 else 0
