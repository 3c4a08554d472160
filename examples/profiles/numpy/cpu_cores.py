"""a wait keeps no core at work."""

from time import perf_counter, process_time, sleep

import numpy as np

a = np.ones((1000, 1000), np.float32)
b = np.empty_like(a)
JOBS = {
    "a product": lambda: np.matmul(a, a, out=b),
    "square roots": lambda: np.sqrt(a, out=b),
    "a wait": lambda: sleep(0.01),
}


def cores(job):
    job()
    wall, cpu = perf_counter(), process_time()
    while perf_counter() < wall + 1:
        job()
    return (process_time() - cpu) / (perf_counter() - wall)


found = {name: cores(job) for name, job in JOBS.items()}
for name, number in found.items():
    print(f"{name:12} keeps {number:.2f} cores at work")
print("a wait keeps", "no core" if found["a wait"] < 0.2 else "a core", "at work")
