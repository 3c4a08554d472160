"""The samples of one process: compute and end to end in turns, a block of each at a time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from survival.capture import timers
from survival.capture.turns import passes
from survival.capture.turns.gpu_state import gpu_state
from survival.judge import comparisons, rules
from survival.stats import summary

TURNS = 2
"""How often compute and end to end are timed in turn, each with a share of the budget."""
WORTH = 3.0
"""Seconds: what took longer is not timed again for being disturbed, so that captures end."""


@dataclass(frozen=True)
class Block:
    """Samples in a row, when they ended by time.monotonic, and what the GPU said of itself."""

    turn: int
    at: float
    seen: timers.Samples
    state: dict[str, Any] = field(default_factory=dict)


Clocked = Callable[..., timers.Samples]


def taken(clocked: Clocked, turn: int, scope: str, took: float = 0.0) -> Block:
    """One block of a scope, whose call took `took` seconds if it was made already."""
    seen = clocked(scope, took)
    # NVML knows of CUDA's device: what was timed through WebGPU may be another.
    on_gpu = scope == "compute" and not seen.timer.startswith(("pyperf", "wgpu"))
    return Block(turn, time.monotonic(), seen, gpu_state() if on_gpu else {})


def more_turns(
    timed: dict[str, list[Block]],
    clocked: Clocked,
    took: dict[str, float],
    ready: Callable[[int], None] = lambda turn: None,
) -> None:
    """The further turns of every scope: compute first in the first, end to end in the next.

    So neither has the later, slower or faster, moments for itself. `ready` waits for other
    processes, if they take turns too. Raises timers.TooSlow.
    """
    for turn in range(1, TURNS):
        ready(turn)
        for scope in list(timed)[:: -1 if turn % 2 else 1]:
            timed[scope].append(taken(clocked, turn, scope, took.get(scope, 0.0)))


def seconds(blocks: list[Block]) -> list[float]:
    """The samples of all blocks, to six digits: the clock has no more."""
    return [float(f"{s:.6g}") for b in blocks for s in b.seen.seconds]


def impossible(timed: dict[str, list[Block]]) -> bool:
    """Whether the whole way took less time than a part of it: something else ran meanwhile."""
    if set(timed) != {"compute", "end_to_end"}:
        return False
    part, whole = (summary(seconds(timed[scope])) for scope in ("compute", "end_to_end"))
    return rules.contradict(part.low, whole.high)


def most_disturbed(timed: dict[str, list[Block]]) -> float:
    """The largest share of the processors that others took from any of these timings."""
    every = [b.seen.others or 0.0 for blocks in timed.values() for b in blocks]
    return max(every, default=0.0)


def worth_another_try(timed: dict[str, list[Block]]) -> bool:
    """Whether other programs disturbed what does not take long to time again."""
    every = [b.seen for blocks in timed.values() for b in blocks]
    long = sum(sum(seen.seconds) * seen.calls_per_sample for seen in every) > WORTH
    return comparisons.disturbed(most_disturbed(timed)) and not long


def timing(
    n: int, scope: str, blocks: list[Block], where: dict[str, int], begun: float = 0.0
) -> dict[str, Any]:
    """The fields of a records.Timing; `where` has process and order, `begun` is when all began."""
    samples = seconds(blocks)
    others = [b.seen.others for b in blocks if b.seen.others is not None]
    return {
        "size": n,
        "scope": scope,
        "samples": samples,
        "blocks": [
            where
            | {"round": b.turn, "at": round(b.at - begun, 2), "n": len(b.seen.seconds)}
            | b.state
            for b in blocks
        ],
        "calls_per_sample": min(b.seen.calls_per_sample for b in blocks),
        "timer": blocks[0].seen.timer,
        "others": round(max(others), 3) if others else None,
        "linearity": passes.least_linear([b.seen.linearity for b in blocks]),
        **summary(samples)._asdict(),
    }
