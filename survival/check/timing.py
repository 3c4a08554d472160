"""The items of the clock: does it wait, does it beat the memory, what is it compared with."""

import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from survival import units
from survival.capture.machine import usable_threads
from survival.check.items import ITEMS, Found, Verdict
from survival.check.process import Process
from survival.check.reference import Reference
from survival.check.sweep import MOST_BYTES

LADDER = tuple(4**k for k in range(3, 12))
"""Sizes to time at: the largest whose inputs and reference are still small."""
AT_MOST = 0.3
"""Seconds of the reference at that size."""
HALF = 0.5
"""A claim of less than half of what we see is no matter of noise."""
SMALL = 65_536
"""What an author compares with is timed at this size at most: it may be a loop in Python."""
PAUSES = (0.2, 0.5, 1.0)
"""Seconds until a time that would fail a program is taken again: a neighbour's moment is over."""
CLOCKS = ("clock", "limit", "baseline")


def not_timed(why: str) -> dict[str, Verdict]:
    """The verdicts where nothing can be timed."""
    return {item: Verdict(item, "not checked", why) for item in CLOCKS}


def judge(
    found: Found,
    process: Process,
    reference: Reference,
    bandwidth: float | None,
    on_gpu: bool,
    progress: Callable[[str], None],
) -> dict[str, Verdict]:
    """Time a program in a process without poison. `bandwidth` is in bytes per second."""
    n, given = _size(reference, 4**11)
    progress(f"time at size {n:,}")
    has = process.start()["has"]
    rates = [] if bandwidth is None else [bandwidth]

    def moment() -> dict[str, Verdict]:
        timed = process.ask(do="timed", given=given)
        if "raised" in timed:
            return not_timed(f"size {n:,}: {timed['raised']} {timed['said']}".replace("  ", " "))
        if bandwidth is None and not on_gpu:
            rates.append(copy_rate(moved()))
        best = max(rates, default=0.0)
        least = moved() / best * HALF if best else 0.0
        return {
            "clock": _clock(timed, n, "seconds" in has, least),
            "limit": _limit(timed, n, moved(), best, least),
        }

    @functools.cache
    def moved() -> int:
        one = process.ask(do="run", given=given, fill="", in_place=False, times=1)
        return reference.bytes(given, reference.answer(given), one.get("results", [[]])[0])

    verdicts = confirmed(moment)
    if "baseline" in verdicts:
        return verdicts
    if "clock" in found.faults:
        verdicts["clock"] = Verdict("clock", "FAILED", found.faults["clock"])
    if verdicts["clock"].status == "FAILED":
        verdicts["limit"] = Verdict("limit", "not checked", "mend 'clock' first")
    compares = "baseline" in has
    return verdicts | confirmed(
        lambda: {"baseline": _baseline(process, reference, compares, progress)}
    )


def confirmed(moment: Callable[[], dict[str, Verdict]]) -> dict[str, Verdict]:
    """The verdicts of a moment; where one fails, those of the next, three times at most.

    On a machine that others share, a copy has been seen to take twice its time for a second.
    What is wrong with a program does not pass.
    """
    for pause in PAUSES:
        verdicts = moment()
        if all(v.status != "FAILED" for v in verdicts.values()):
            return verdicts
        time.sleep(pause)
    return moment()


def _size(reference: Reference, most: int) -> tuple[int, list[Any]]:
    """The largest size of the ladder that is still quick, and its inputs."""
    best: tuple[int, list[Any]] = (0, [])
    for n in LADDER:
        given = reference.inputs(n) if n <= most else None
        if given is None:
            continue
        if sum(getattr(g, "nbytes", 0) for g in given) > MOST_BYTES:
            break
        best = (n, given)
        begin = time.perf_counter()
        reference.call(*[g.copy() if isinstance(g, np.ndarray) else g for g in given])
        if time.perf_counter() - begin > AT_MOST / 4:
            break
    if not best[0]:
        for n in reversed(reference.sizes([100])):
            if (given := reference.inputs(n)) is not None:
                return n, given
    return best


def _clock(timed: dict[str, Any], n: int, claims: bool, least: float) -> Verdict:
    """Whether a time stops when the work is done."""
    early = timed["returned"] < HALF * timed["done"] and timed["done"] - timed["returned"] > 2e-5
    claimed, done = timed["claimed"], units.seconds(timed["done"])
    numbers = f"at size {n:,} returns after {units.seconds(timed['returned'])}, done after {done}"
    if claimed is None:
        if early:
            says = "run() returns before its work is done, and it defines no seconds(*inputs)"
            return Verdict("clock", "not checked", says, numbers)
        return Verdict("clock", "passed", "run() returns when its work is done", numbers)
    numbers += f", claims {units.seconds(claimed) if claimed > 0 else claimed}"
    if claimed < HALF * timed["shortest"] and early:
        says = "seconds() stops when run() returns, and the work goes on"
        return Verdict("clock", "FAILED", says, numbers)
    if least <= claimed < HALF * timed["shortest"]:
        says = "seconds() claims less than half of what a call takes here"
        return Verdict("clock", "FAILED", says, numbers)
    waits = "seconds() waits for it" if early else "run() returns when it is"
    return Verdict("clock", "passed", f"{ITEMS['clock']}: {waits}", numbers)


def _limit(
    timed: dict[str, Any], n: int, moved: int, bandwidth: float | None, least: float
) -> Verdict:
    """Whether a time is possible."""
    if not bandwidth:
        says = "say with --bandwidth what this GPU's memory can do, in GB/s"
        return Verdict("limit", "not checked", says)
    claimed = timed["claimed"]
    told = timed["shortest"] if claimed is None else claimed
    rate = units.prefixed(moved / told, "B/s") if told > 0 else "no time at all"
    numbers = f"{rate} at size {n:,}, where a copy reaches {units.prefixed(bandwidth, 'B/s')}"
    if told < least:
        whose = "the time that we measured" if claimed is None else "seconds()"
        says = f"{whose} means more bytes per second than memory can move"
        return Verdict("limit", "FAILED", says, numbers)
    return Verdict("limit", "passed", ITEMS["limit"], numbers)


def _baseline(
    process: Process, reference: Reference, has: bool, progress: Callable[[str], None]
) -> Verdict:
    """Whether what it is compared with is slower than what the reference does without effort."""
    if not has:
        return Verdict("baseline", "not checked", "it defines no baseline(*inputs)")
    n, given = _size(reference, SMALL)
    progress(f"its baseline at size {n:,}")
    found = process.ask(do="baseline", given=given)
    if "raised" in found:
        says = f"size {n:,}: {found['raised']} {found['said']}"
        return Verdict("baseline", "not checked", says)
    theirs = found["seconds"]
    ours, cores = reference.seconds(given)
    numbers = (
        f"at size {n:,} {units.seconds(theirs)} against {units.seconds(ours)} of the reference, "
        f"which kept {cores:.1f} of {usable_threads()} cores busy"
    )
    if ours < HALF * theirs:
        says = "the reference as it stands takes less than half of its time"
        return Verdict("baseline", "FAILED", says, numbers)
    says = f"{ITEMS['baseline']}; whether a better one exists, no program can say"
    return Verdict("baseline", "passed", says, numbers)


def copy_rate(moved: int) -> float:
    """Bytes per second that copies read and write here, with all cores, where so much moves.

    The best of a few tries, over arrays as large as the program's, so that a cache counts for both.
    """
    cores = usable_threads()
    source = np.ones(max(moved // 2, 4096), dtype=np.uint8)
    target = np.empty_like(source)
    target[:] = 0
    parts = list(zip(np.array_split(source, cores), np.array_split(target, cores), strict=True))
    best = 0.0
    with ThreadPoolExecutor(cores) as pool:
        for workers in (1, cores):
            for _ in range(5):
                begin = time.perf_counter()
                if workers == 1:
                    np.copyto(target, source)
                else:
                    list(pool.map(lambda p: np.copyto(p[1], p[0]), parts))
                best = max(best, 2 * source.nbytes / (time.perf_counter() - begin))
    return best
