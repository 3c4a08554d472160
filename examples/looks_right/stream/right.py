"""Square roots of sines, computed while the caller goes on."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

stream = ThreadPoolExecutor(1)


def run(x):
    return stream.submit(lambda: np.sqrt(np.abs(np.sin(x))))


def to_host(work):
    return work.result()


def seconds(x):
    run(x).result()  # the first call is slow
    begin = time.perf_counter()
    run(x).result()
    return time.perf_counter() - begin
