"""Python's own counts of what the explorables count, by explorable: settings, and the count.

A new explorable needs an entry here; tests/browser/test_explore.py holds it to all the rest.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Settings = dict[str, Any]


def grid(n: int, size: int, at: int) -> Settings:
    """Blocks, threads and what one of them does, by laying all of them out."""
    threads = np.arange(-(-n // size) * size).reshape(-1, size)
    ((block, thread),) = np.argwhere(threads == at)
    return {
        "blocks": len(threads),
        "threads": threads.size,
        "idle": int((threads >= n).sum()),
        "block": int(block),
        "thread": int(thread),
        "works": at < n,
    }


def stride(stride: int) -> Settings:
    """As the page's two programs count."""
    words = stride * np.arange(32)
    sectors = np.unique(4 * words // 32)
    queues = np.bincount(words % 32, minlength=32)
    return {
        "words": words.tolist(),
        "sectors": sectors.tolist(),
        "queues": queues.tolist(),
        "turns": int(queues.max()),
        "wanted": 4 / len(sectors),
    }


def divergence(steps: str, shape: str) -> Settings:
    """Steps that pixels need, and those that their warps take, in float32."""
    x = np.linspace(-2, 1, 192, dtype=np.float32)
    y = np.linspace(-1, 1, 128, dtype=np.float32)[:, None]
    re, im = (np.broadcast_to(v, (128, 192)).copy() for v in (x, y))
    n, inside = np.zeros((128, 192), int), np.ones((128, 192), bool)
    for _ in range(int(steps)):
        a, b = re * re, im * im
        inside &= a + b <= 4
        n += inside
        re, im = np.where(inside, a - b + x, re), np.where(inside, 2 * (re * im) + y, im)
    if shape == "dealt":
        dealt, state = np.arange(n.size), 1
        for i in range(n.size - 1, 0, -1):
            state = state * 48271 % 2147483647
            j = state % (i + 1)
            dealt[[i, j]] = dealt[[j, i]]
        warps = n.ravel()[dealt].reshape(-1, 32)
    else:
        wide, high = map(int, shape.split("x"))
        warps = n.reshape(128 // high, high, 192 // wide, wide).swapaxes(1, 2).reshape(-1, 32)
    return {"used": int(n.sum()), "taken": int(32 * warps.max(axis=1).sum())}


def warps(warps: int, work: int, wait: int) -> Settings:
    """What each does in 48 cycles: one list of turns, whoever has had one goes to its end."""
    turns, free, done = list(range(warps)), [0] * warps, [0] * warps
    did, busy = [""] * warps, ""
    for now in range(48):
        ready = [w for w in turns if free[w] <= now]
        for w in range(warps):
            did[w] += "i" if ready[:1] == [w] else "r" if w in ready else "w"
        busy += "i" if ready else "-"
        if ready:
            w = ready[0]
            turns.append(turns.pop(turns.index(w)))
            done[w] += 1
            if done[w] % work == 0:
                free[w] = now + 1 + wait
    return {"did": did, "busy": busy}


def roofs(bandwidth: float, rate: float, intensity: float) -> Settings:
    """The roofline's two limits."""
    seconds = {"memory": 1 / bandwidth, "arithmetic": intensity / rate}
    longer = max(seconds, key=seconds.__getitem__)
    return {"most": intensity / seconds[longer], "memory": longer == "memory"}


def share(share: float, factor: float, trip: float) -> Settings:
    """Amdahl's law with a trip."""
    after = 1 - share + share / factor + trip
    return {
        "rest": 1 - share,
        "moved": share / factor,
        "total": after,
        "speedup": 1 / after,
        "bound": 1 / (1 - share + trip),
    }


def trip(link: float, cpu: float, gpu: float, passes: int) -> Settings:
    """Tried out, pass by pass: the first at which going is no slower."""
    needed = next(n for n in range(1, 10_000) if 1 / link + n / gpu <= n / cpu + 1e-12)
    return {"stay": passes / cpu, "road": 1 / link, "work": passes / gpu, "needed": needed}


def orders(set: str, order: str) -> Settings:
    """NumPy's float32, one addition after the other."""
    numbers = {
        "ones": [2**24, *[1] * 7],
        "tenths": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
        "cancel": [10000, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, -10000],
    }[set]
    left = np.array(numbers, np.float32)
    exact = float(left.sum(dtype=np.float64))
    if order == "right":
        left = left[::-1]
    if order == "small":
        left = left[np.argsort(abs(left), kind="stable")]
    steps = []

    def add(a: np.float32, b: np.float32) -> np.float32:
        total = a + b
        steps.append([float(a), float(b), float(total), float(a) + float(b) - float(total)])
        return total

    if order == "pairs":
        while len(left) > 1:
            left = np.array([add(a, b) for a, b in zip(left[::2], left[1::2], strict=True)])
        total = left[0]
    else:
        total = left[0]
        for x in left[1:]:
            total = add(total, x)
    return {"steps": steps, "total": float(total), "exact": exact}


def each(*names: str, of: list[tuple[Any, ...]]) -> list[Settings]:
    """Settings by name."""
    return [dict(zip(names, values, strict=True)) for values in of]


ORDERS = ("left", "right", "small", "pairs")
COUNTS: dict[str, tuple[Callable[..., Settings], list[Settings]]] = {
    "grid": (
        grid,
        each(
            "n", "size", "at", of=[(10, 4, 6), (48, 16, 47), (1, 1, 0), (17, 5, 19), (33, 16, 32)]
        ),
    ),
    "stride": (stride, each("stride", of=[(n,) for n in (1, 2, 3, 8, 16, 32, 33, 34, 64, 65)])),
    "divergence": (
        divergence,
        each(
            "steps", "shape", of=[("20", "32x1"), ("20", "dealt"), ("100", "16x2"), ("500", "8x4")]
        ),
    ),
    "warps": (
        warps,
        each(
            "warps", "work", "wait", of=[(4, 2, 12), (1, 1, 1), (12, 6, 24), (7, 3, 17), (9, 1, 8)]
        ),
    ),
    "roofs": (
        roofs,
        each("bandwidth", "rate", "intensity", of=[(40e9, 260e9, 0.5), (3e12, 67e12, 300.0)]),
    ),
    "share": (
        share,
        each("share", "factor", "trip", of=[(0.9, 10, 0), (0.5, 1000, 0.2), (0, 8, 0.1)]),
    ),
    "trip": (
        trip,
        each(
            "link",
            "cpu",
            "gpu",
            "passes",
            of=[(12, 60, 300, 4), (25, 150, 2000, 9), (8, 150, 2000, 1)],
        ),
    ),
    "orders": (
        orders,
        each("set", "order", of=[(s, o) for s in ("ones", "tenths", "cancel") for o in ORDERS]),
    ),
}
