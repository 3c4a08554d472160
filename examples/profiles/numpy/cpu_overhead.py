"""the profiler turns the order around."""

import cProfile
from time import perf_counter


def square(x):
    return x * x


def many_calls():
    return sum(square(x) for x in range(20_000))


def one_loop():
    total = 0
    for x in range(45_000):
        total += x * x
    return total


def seconds(call, *args):
    start = perf_counter()
    call(*args)
    return perf_counter() - start


found = {}
for work in (many_calls, one_loop):
    clock = min(seconds(work) for _ in range(20))
    profiled = min(seconds(cProfile.Profile().runcall, work) for _ in range(20))
    found[work.__name__] = clock, profiled
    both = f"{1e3 * clock:5.2f} ms by the clock, {1e3 * profiled:5.2f} ms below cProfile"
    print(f"{work.__name__:10} {both}")
calls, loop = found["many_calls"], found["one_loop"]
turned = calls[0] < loop[0] and calls[1] > loop[1]
print("the profiler turns the order around" if turned else "the order stays")
