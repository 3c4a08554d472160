# %% 2: stops the clock when the call returns
def time_of(device, n):
    device.wait()
    begin = device.now
    device.launch(n)
    return device.now - begin
# %% 2: the work of others is on the clock
def time_of(device, n):
    begin = device.now
    device.launch(n)
    device.wait()
    return device.now - begin
# %% 2 at 100 200: works it out, and rounds down
def time_of(device, n):
    return 5 + n // 100
# %% 3 at 1 31: the middle one, whatever the count
def median(samples):
    return sorted(samples)[len(samples) // 2]
# %% 3: the mean
def median(samples):
    return sum(samples) / len(samples)
# %% 3: does not sort
def median(samples):
    m = len(samples) // 2
    return samples[m] if len(samples) % 2 else (samples[m - 1] + samples[m]) / 2
# %% 5 at 16 160: bytes, not lines
def possible(n, t, rate):
    return 12 * n <= t * rate
# %% 5: forgets the array that is written
def possible(n, t, rate):
    return 64 * 2 * ((4 * n + 63) // 64) <= t * rate
