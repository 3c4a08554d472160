"""Every variant in several fresh processes: who comes when, and one answer out of several."""

import math
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from survival.capture.timers import SURELY, Budget
from survival.catalog import Example
from survival.catalog import Variant as Program
from survival.stats import MIN_PROCESSES, MIN_SAMPLES, summary_of_processes

PASSES = {"full": MIN_PROCESSES, "quick": 1}
"""Fresh processes for each variant: a quick capture, which is not published, has one."""

T = TypeVar("T")


def share(budget: Budget, passes: int, first: bool) -> Budget:
    """What one of several processes may spend of a budget.

    What the first process has timed, the others time too, though it be a little slower there.
    """
    return replace(
        budget,
        target=budget.target / passes,
        limit=budget.limit / passes * (1 if first else SURELY),
        least=math.ceil(budget.least / passes),
        most=math.ceil(budget.most / passes),
    )


def rotated(items: Sequence[T], process: int, passes: int) -> list[T]:
    """The order of one pass: A B C, then C A B, then B C A, so that nobody always comes first."""
    by = process * max(1, len(items) // passes) % max(1, len(items))
    return [*items[len(items) - by :], *items[: len(items) - by]]


def twin_of(example: Example, with_gpu: bool) -> Program | None:
    """The variant that is captured twice, to see how often a program differs from itself.

    Drawn by the example's name: all kinds of program get their turn, and nobody chooses. Not
    Python, which takes the longest.
    """
    able = [
        v for v in example.variants if v.library != "python" and (v.device == "cpu" or with_gpu)
    ]
    return able[zlib.crc32(example.name.encode()) % len(able)] if able else None


def turns(example: Example, mode: str, with_gpu: bool) -> int:
    """How many steps the passes over an example have, for the share of a capture that is done."""
    twin = mode == "full" and twin_of(example, with_gpu) is not None
    return PASSES[mode] * (1 + len(example.variants) + twin)


def left_out(answer: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What a process left out, and why, by size and scope: the next one need not try it."""
    found: dict[str, dict[str, str]] = {}
    for x in answer.get("left_out", []):
        found.setdefault(str(x["size"]), {})[x["scope"]] = x["reason"]
    return found


def merged(answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One answer out of those of a variant's processes, in the order of the passes.

    Only what every process has timed is kept, or the interval would be of fewer than it says; and
    only what was timed often enough, which a machine that became busy meanwhile may have prevented.
    """
    for answer in answers:
        if answer["status"] != "measured":
            return answer
    checks: dict[int, dict[str, Any]] = {}
    missing: dict[tuple[int, str], dict[str, Any]] = {}
    timings: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for answer in answers:
        for c in answer["checks"]:
            worst = checks.setdefault(c["size"], dict(c))
            worst["error"] = max(worst["error"], c["error"])
        for x in answer["left_out"]:
            missing.setdefault((x["size"], x["scope"]), x)
        for t in answer["timings"]:
            timings.setdefault((t["size"], t["scope"]), []).append(t)
    kept = []
    for key, found in timings.items():
        n = sum(len(t["samples"]) for t in found)
        if len(found) < len(answers):
            reason = "not timed in every process"
        elif n < MIN_SAMPLES:
            reason = f"timed {n} times only before the time limit, and {MIN_SAMPLES} are the fewest"
        else:
            reason = ""
        if reason:
            missing.setdefault(key, {"size": key[0], "scope": key[1], "reason": reason})
        elif key not in missing:
            kept.append(joined(found))
    return {
        "status": "measured",
        "checks": list(checks.values()),
        "timings": kept,
        "left_out": list(missing.values()),
    }


def joined(timings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One timing out of those of several processes: the fields of records.Timing."""
    samples = [s for t in timings for s in t["samples"]]
    blocks = [b for t in timings for b in t["blocks"]]
    groups: dict[int, list[float]] = {}  # by process: of first calls, a pass has several
    begin = 0
    for b in blocks:
        groups.setdefault(b["process"], []).extend(samples[begin : begin + b["n"]])
        begin += b["n"]
    others = [t["others"] for t in timings if t["others"] is not None]
    return timings[0] | {
        "samples": samples,
        "blocks": blocks,
        "calls_per_sample": min(t["calls_per_sample"] for t in timings),
        "others": max(others) if others else None,
        "linearity": least_linear([t.get("linearity") for t in timings]),
        **summary_of_processes(list(groups.values()))._asdict(),
    }


def least_linear(seen: Sequence[float | None]) -> float | None:
    """The one of several checks for linearity that is furthest from 1; None without any."""
    known: list[float] = [x for x in seen if x is not None]
    worst = max(known, key=lambda x: abs(x - 1), default=None)
    return None if worst is None else round(worst, 3)
