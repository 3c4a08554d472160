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


def run_variant(job: dict[str, Any], patience: float) -> Answer:
    """Run one variant's process, alone."""
    return run_in_turns([job], patience)[0]


def run_in_turns(jobs: Sequence[dict[str, Any]], patience: float) -> list[Answer]:
    """Run the processes of several variants at once, of which one works and the others are stopped.

    Whose size and turn is the lowest is next: so each block stands beside those that it is compared
    with. A process works until it asks to go on (see `messages`) or has ended.
    """
    answers: list[Answer] = [
        {"status": "measured", "checks": [], "timings": [], "left_out": []} for _ in jobs
    ]
    running = [messages("variant", job, patience) for job in jobs]
    at: dict[int, list[int]] = {i: [-1, i] for i in range(len(jobs))}
    try:
        while at:
            i = min(at, key=lambda i: at[i])
            del at[i]
            for kind, value in running[i]:
                if kind == "turn":
                    at[i] = value
                    break
                if kind in LISTS:
                    answers[i][LISTS[kind]].append(value)
                elif kind in ("failed", "not_run"):
                    answers[i] = {"status": kind, "reason": value}
                    break
    finally:
        for each in running:
            each.close()
    return answers


def messages(kind: str, job: dict[str, Any], patience: float) -> Generator[tuple[str, Any]]:
    """Start a worker and yield its messages; a silence longer than `patience` seconds kills it.

    At ("turn", ...) it is stopped, until the next message is asked for: threads that wait would
    wait busily, and slow down whoever works.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "survival.capture.worker", kind, json.dumps(job)],
        cwd=catalog.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment.clean(library=job.get("library", "")),
        encoding="utf-8",
        errors="replace",
    )
    lines: queue.Queue[str | None] = queue.Queue()
    errors: list[str] = []

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    def drain() -> None:  # a full pipe would block the worker
        assert process.stderr is not None
        for line in process.stderr:
            errors[:] = [*errors[-20:], line.strip()]

    threads = [threading.Thread(target=t, daemon=True) for t in (read, drain)]
    for t in threads:
        t.start()
    try:
        while True:
            try:
                line = lines.get(timeout=patience)
            except queue.Empty:
                yield "failed", f"no answer within {patience:g} s: stopped"
                return
            if line is None:
                break
            for item in json.loads(line).items():
                if item == ("done", True):
                    return
                if item[0] != "turn":
                    yield item
                    continue
                stopped = halted.halt(process.pid)
                yield item
                halted.go_on(stopped)
                assert process.stdin is not None
                process.stdin.write("\n")
                process.stdin.flush()
        process.wait()
        threads[1].join(timeout=1)
        said = system.why(process.returncode, "\n".join(errors))
        yield "failed", f"its process: {said}"[:500]
    finally:
        process.kill()
        process.wait()
        for t in threads:  # they end when the pipes do
            t.join(timeout=5)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


def add_first_call(
    entry: dict[str, Any], path: Path, job: dict[str, Any], n: int, patience: float
) -> None:
    """Time first calls in fresh processes; if one fails or hangs, leave them out and say why.

    A size that the variant left out is left out here as well: its result was never checked.
    """
    from survival.capture.timers import Samples
    from survival.capture.worker import Block, timing

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
