"""The fresh processes in which everything is measured, and what they say."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from survival import catalog, system
from survival.capture.host import environment, halted
from survival.errors import CaptureError
from survival.stats import MIN_SAMPLES

PATIENCE = {"full": 150.0, "quick": 20.0}
"""Seconds without a word from a worker after which it counts as hung and is stopped."""
LONGEST = 900.0
"""Seconds after which a process that measures ceilings or clocks, in ten or so, counts as hung."""
FIRST_CALLS = MIN_SAMPLES
"""Fresh processes per variant for the first_call scope, in a full capture."""


def own_process(fault: str, module: str, *args: str) -> str:
    """The JSON that a module of ours answers with, run in a process of its own.

    Raises CaptureError: `fault`, and what the process said of it.
    """
    command = [sys.executable, "-m", "survival.capture.host.answers", module, *args]
    env = environment.clean()
    done = system.run(command, catalog.ROOT, env=env, timeout=LONGEST)
    if done.returncode:
        raise CaptureError(f"{fault}: {system.why(done.returncode, done.stderr)}")
    said = done.stdout.strip()
    try:
        json.loads(said)
    except ValueError:
        raise CaptureError(f"{fault}: its process answered {said[:80]!r}") from None
    return said


Answer = dict[str, Any]
"""The fields of records.Variant that a process answers with."""
LISTS = {"check": "checks", "timing": "timings", "left_out": "left_out"}


class Running:
    """The process of a variant: its answer so far, and where it waits for its turn."""

    def __init__(self, job: dict[str, Any], patience: float) -> None:
        """Start it; a silence longer than `patience` seconds ends it."""
        self.answer: Answer = {"status": "measured", "checks": [], "timings": [], "left_out": []}
        self.turn: list[int] | None = BEFORE_ALL
        """Which size and turn it waits for; None once it has ended."""
        self._worker = Worker("variant", job, patience)
        self._said = self._worker.messages()

    def go_on(self) -> None:
        """Let it work until it asks for its next turn, or has ended."""
        for kind, value in self._said:
            if kind == "turn":
                self.turn = value
                return
            if kind in LISTS:
                self.answer[LISTS[kind]].append(value)
            elif kind in ("failed", "not_run"):
                self.answer = {"status": kind, "reason": value}
                break
        self.turn = None
        self.close()

    def ready(self) -> None:
        """Wait until it asks for its first turn."""
        if self.turn == BEFORE_ALL:
            self.go_on()

    def close(self) -> None:
        """End it."""
        self._said.close()
        self._worker.close()


BEFORE_ALL = [-1, -1]
"""Where a process is that has not asked for a turn: before the first of all sizes."""


def started(jobs: Sequence[dict[str, Any]], patience: float, at_once: int) -> list[Running]:
    """Start the processes of several variants, so many at once, and stop each before its timing.

    Loading, compiling and checking the smallest size keep one core busy, and are not timed: so they
    need not wait for each other, as the timing must.
    """
    running: list[Running] = []
    try:
        for job in jobs:
            if len(running) >= at_once:
                running[-at_once].ready()
            running.append(Running(job, patience))
        for each in running:
            each.ready()
    except BaseException:
        for each in running:
            each.close()
        raise
    return running


def run_in_turns(running: Sequence[Running]) -> list[Answer]:
    """Let the processes of several variants work, of which one does and the others are stopped.

    Whose size and turn is the lowest is next: so each block stands beside those that it is compared
    with.
    """
    while waiting := [(r.turn, i) for i, r in enumerate(running) if r.turn is not None]:
        running[min(waiting)[1]].go_on()
    return [r.answer for r in running]


class Worker:
    """A worker's process, from its start to its end."""

    def __init__(self, kind: str, job: dict[str, Any], patience: float) -> None:
        """Start it."""
        self._patience = patience
        self._process = subprocess.Popen(
            [sys.executable, "-m", "survival.capture.worker", kind, json.dumps(job)],
            cwd=catalog.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment.clean(library=job.get("library", "")),
            encoding="utf-8",
            errors="replace",
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors: list[str] = []
        self._threads = [threading.Thread(target=t, daemon=True) for t in (self._read, self._drain)]
        for t in self._threads:
            t.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _drain(self) -> None:  # a full pipe would block the worker
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._errors[:] = [*self._errors[-20:], line.strip()]

    def messages(self) -> Generator[tuple[str, Any]]:
        """What it says; a silence longer than `patience` seconds is the last.

        At ("turn", ...) it is stopped, until the next message is asked for: threads that wait would
        wait busily, and slow down whoever works.
        """
        while True:
            try:
                line = self._lines.get(timeout=self._patience)
            except queue.Empty:
                yield "failed", f"no answer within {self._patience:g} s: stopped"
                return
            if line is None:
                break
            for item in json.loads(line).items():
                if item == ("done", True):
                    return
                if item[0] != "turn":
                    yield item
                    continue
                stopped = halted.halt(self._process.pid)
                yield item
                halted.go_on(stopped)
                assert self._process.stdin is not None
                self._process.stdin.write("\n")
                self._process.stdin.flush()
        self._process.wait()
        self._threads[1].join(timeout=1)
        said = system.why(self._process.returncode, "\n".join(self._errors))
        yield "failed", f"its process: {said}"[:500]

    def close(self) -> None:
        """End it and what it has started, whatever they do."""
        if self._process.poll() is None:
            halted.end(self._process.pid)
        self._process.wait()
        for t in self._threads:  # they end when the pipes do
            t.join(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()


def messages(kind: str, job: dict[str, Any], patience: float) -> Generator[tuple[str, Any]]:
    """Start a worker, and yield its messages until it or the caller ends."""
    worker = Worker(kind, job, patience)
    try:
        yield from worker.messages()
    finally:
        worker.close()


def add_first_call(
    entry: dict[str, Any], path: Path, job: dict[str, Any], n: int, patience: float
) -> None:
    """Time first calls in fresh processes; if one fails or hangs, leave them out and say why.

    A size that the variant left out is left out here as well: its result was never checked.
    """
    from survival.capture.timers import Samples
    from survival.capture.turns.blocks import Block, timing

    if n not in {c["size"] for c in entry["checks"]}:
        reason = next(x["reason"] for x in entry["left_out"] if x["size"] == n)
        entry["left_out"].append({"size": n, "scope": "first_call", "reason": reason})
        return
    blocks: list[dict[str, Any]] = []
    timed = []
    calls, folder, order = job["first_calls"], job["folder"], job["order"]
    for i in range(calls):
        command = [sys.executable, "-m", "survival.capture.first_call", str(path), folder, str(n)]
        env = environment.clean(library=job.get("library", ""))
        done = system.run(command, catalog.ROOT, timeout=patience, env=env)
        if done.returncode or not done.stdout:
            failed = f"a first call failed: {system.why(done.returncode, done.stderr)[:200]}"
            late = f"a first call took longer than {patience:g} s"
            reason = late if done.returncode == system.TOO_LATE else failed
            entry["left_out"].append({"size": n, "scope": "first_call", "reason": reason})
            return
        # Each process stands for itself: two of a pass are as far apart as two of a machine.
        place = {"process": job["process"] * calls + i, "order": order}
        block = Block(0, time.monotonic(), Samples((float(done.stdout),), 1, ""))
        timed.append(block)
        blocks += timing(n, "first_call", [block], place, job["begun"])["blocks"]
    timer = f"time.perf_counter: {FIRST_CALLS} fresh processes, from import to first result"
    whole = timing(n, "first_call", timed, {"process": 0, "order": order})
    entry["timings"].append(whole | {"blocks": blocks, "timer": timer})
