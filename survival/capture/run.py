"""Runs, checks, times and records: `examples/` in, `results/` out."""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from survival import catalog, records, system
from survival.capture import ceilings, clock, disclosure, limits, machine, processes
from survival.capture import plan as planning
from survival.capture.host import environment, nvidia
from survival.capture.plan import Plan
from survival.capture.turns import passes, together
from survival.capture.turns.reference import Reference
from survival.capture.webgpu import adapter
from survival.catalog import Example
from survival.catalog import Variant as Program
from survival.errors import CaptureError, RecordError
from survival.judge import rules
from survival.judge.findings import Finding
from survival.records import (
    Clock,
    Gpu,
    Machine,
    Record,
    Round,
    Size,
    SizeLeftOut,
    Variant,
)

CACHE = catalog.ROOT / ".cache"
"""Where inputs and answers lie: on the disk of the repository, because /tmp is memory on some
systems."""
Progress = Callable[[str, float], None]
"""Called with what runs now, and the share of the whole that is done."""


def run(plan: Plan, progress: Progress) -> Iterator[tuple[str, list[Finding]]]:
    """Measure what is to do, yielding each example with what the judge says of its record.

    A record that the judge rejects is not written. Interrupting keeps what is done.
    """
    if not plan.todo:
        return
    planning.check_writable(CACHE)  # said before anything is measured
    gpu = machine.gpu()
    adapter.pick()
    progress("this machine's ceilings", 0.0)
    this = limits.this_machine(plan.mode, gpu)
    # What was measured here before keeps its own tries: see records.ceilings.
    before, kept = _kept(plan, this)
    if before:
        this = limits.with_tries(this, before)
    limits.hold(plan.folder, this, kept)
    gpu_works = isinstance(gpu, Gpu)
    steps = 1 + sum(1 + passes.turns(e, plan.mode, gpu_works) for e in plan.todo)
    done = 0

    def try_ceilings() -> None:
        nonlocal this
        progress("this machine's ceilings, again", done / steps)
        again = limits.measured_ceilings(plan.mode, this.capture)
        this = this.model_copy(update={"ceilings": limits.joined(this.ceilings, again)})
        limits.hold(plan.folder, this, kept)

    moments = _moments(len(plan.todo), ceilings.TRIES[plan.mode])
    with Reference() as reference:
        for i, example in enumerate(plan.todo):
            for _ in range(moments.count(i)):
                try_ceilings()

            def step(what: str, name: str = example.name) -> None:
                nonlocal done
                done += 1
                progress(f"{name} · {what}", min(1.0, done / steps))

            no_gpu = "" if isinstance(gpu, Gpu) else gpu
            record = measure(example, this, plan.mode, step, no_gpu, reference)
            findings = rules.judge_record(record, this, example)
            if any(f.rejects and f.rule == "H5" for f in findings):
                # Something was wrong, and which side is not known: both are measured again.
                try_ceilings()
                record = measure(example, this, plan.mode, step, no_gpu, reference)
                findings = rules.judge_record(record, this, example)
            path = plan.folder / f"{example.name}.json"
            if not any(f.rejects for f in findings):
                records.write(path, record)
                kept.append(record)
            # The judge names the place where a record is published.
            here = [
                replace(f, where=f.where.replace(record.path, planning.shown(path)))
                for f in findings
            ]
            yield example.name, here
        for _ in range(moments.count(len(plan.todo))):
            try_ceilings()
    progress("done", 1.0)


def _moments(examples: int, tries: int) -> list[int]:
    """Before which examples the ceilings are tried again after the first time, evenly spread.

    A moment says nothing of the next: a try at the end belongs to it as one at the beginning does.
    """
    return [round(examples * i / (tries - 1)) for i in range(1, tries)]


def _kept(plan: Plan, this: Machine) -> tuple[Machine | None, list[Record]]:
    """The machine in the plan's folder if it is this one, and what is not measured again of it."""
    try:
        before, found = records.read_capture(plan.folder)
    except RecordError:
        return None, []
    if before.name != this.name:
        return None, []
    again = {e.name for e in plan.todo}
    return before, [r for name, r in found.items() if name not in again]


def measure(
    example: Example,
    this: Machine,
    mode: str,
    step: Callable[[str], None],
    no_gpu: str,
    reference: Reference,
) -> Record:
    """Measure one example: the oracle first, then each variant in its fresh processes.

    `no_gpu` says why those that need CUDA cannot run here; empty if they can. `reference` is asked
    before each of them, and belongs to the whole capture.
    """
    problem = example.problem()
    planning.sweep(CACHE)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=f"tmp-{os.getpid()}-") as folder:
        job: dict[str, Any] = {
            "problem": str(example.problem_path),
            "folder": folder,
            "most_bytes": planning.MOST_BYTES[mode],
        }
        step("oracle")
        sizes, left_out = [], []
        for kind, value in processes.messages("oracle", job, processes.PATIENCE[mode]):
            if kind == "size":
                sizes.append(_size(example, value))
            elif kind == "size_left_out":
                left_out.append(SizeLeftOut(**value))
            elif kind == "disk":
                raise CaptureError(value)
            elif kind == "failed":
                raise CaptureError(f"{example.problem_path}: the oracle failed: {value}")
        if not sizes:
            raise CaptureError(f"{example.problem_path}: no size fits in this machine's memory")
        job |= {
            "sizes": [s.n for s in sizes],
            "labels": {str(s.n): s.label for s in sizes},
            "work": {str(s.n): s.bytes + s.operations for s in sizes},
        }
        # After the oracle, so that nothing of ours has run on it for a moment.
        gpu_others = None if no_gpu else nvidia.use_by_others()
        done = _passes(example, problem, job, mode, step, no_gpu, reference)
    record = Record(
        schema_version=2,
        example=example.name,
        machine=this.name,
        capture=this.capture,
        captured=datetime.now(UTC).replace(microsecond=0),
        mode=mode,  # type: ignore[arg-type]
        commit=planning.commit(),
        libraries=planning.library_versions(example),
        settings=environment.settings(),
        gpu_others=gpu_others,
        unit=problem.UNIT,
        tolerance=problem.TOLERANCE,
        tolerances=catalog.tolerances(problem),
        error_measure=problem.ERROR,
        sizes=sizes,
        sizes_left_out=left_out,
        variants=done.variants,
        twin=done.twin,
        rounds=done.rounds,
    )
    record = Record.model_validate(disclosure.masked(record.model_dump(mode="json")))
    return limits.relimited(record, this.ceilings)


def _size(example: Example, told: dict[str, Any]) -> Size:
    """A point of the sweep, with the work that the problem tells of it."""
    try:
        return Size(**told)
    except ValidationError as e:
        raise CaptureError(
            f"{example.problem_path}: work() at size {told['n']}: {records.misfit(e)}"
        ) from None


@dataclass(frozen=True)
class Done:
    """What the passes over an example gave."""

    variants: list[Variant]
    twin: Variant | None
    rounds: list[Round]


TWIN = "the same again"


def _passes(
    example: Example,
    problem: ModuleType,
    job: dict[str, Any],
    mode: str,
    step: Callable[[str], None],
    no_gpu: str,
    reference: Reference,
) -> Done:
    """Every variant in as many fresh processes as there are passes, in another order each time."""
    count = passes.PASSES[mode]
    twin = passes.twin_of(example, not no_gpu) if mode == "full" else None
    programs = {v.name: v for v in example.variants} | ({TWIN: twin} if twin else {})
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in programs}
    rounds: list[Round] = []
    patience, begun = processes.PATIENCE[mode], time.monotonic()
    first_call = getattr(problem, "FIRST_CALL_SIZE", 0)
    turned = _in_turns(example, programs, Path(job["folder"])) if mode == "full" else set()

    def prepared(process: int, order: int, name: str) -> dict[str, Any] | None:
        """What a program's process is to do in a pass; None where it cannot or need not run."""
        v, before = programs[name], answers[name]
        if v.device == "gpu" and not before and (why := adapter.why_not(v, no_gpu)):
            before.append({"status": "not_run", "reason": why})
        if any(a["status"] != "measured" for a in before):
            step(name)
            return None
        return job | {
            "variant": str(v.path),
            "device": v.device,
            "precision": v.precision,
            "library": v.library,
            "cuda": not no_gpu,
            "budget": asdict(passes.share(planning.BUDGETS[mode], count, process == 0)),
            "known": passes.left_out(before[0]) if before else {},
            "process": process,
            "order": order,
            "begun": begun,
            "first_calls": processes.FIRST_CALLS // count,
            "in_turns": len(turned) * (name in turned),
        }

    def one_pass(process: int) -> None:
        names = passes.rotated(list(programs), process, count)
        step("its programs start")
        jobs = {n: j for order, n in enumerate(names) if (j := prepared(process, order, n))}
        early = [n for n in jobs if programs[n].device == "cpu"]  # a GPU holds one at a time
        if not together.fit(len(early), Path(job["folder"]), min):
            early = []
        asked = [jobs[n] | {"early": True} for n in early]
        begin = processes.started(asked, patience, machine.usable_threads())
        running = dict(zip(early, begin, strict=True))
        try:
            for group in together.groups(names, turned):
                mine = [(order, name) for order, name in group if name in jobs]
                for order, name in mine:
                    step(f"{programs[name].name}, {TWIN}" if name == TWIN else name)
                    at = round(time.monotonic() - begun, 2)
                    rounds.append(Round(process=process, order=order, at=at, **reference.seconds()))
                    if name not in running:
                        running[name] = processes.Running(jobs[name], patience)
                answered = processes.run_in_turns([running[name] for _, name in mine])
                for (_, name), answer in zip(mine, answered, strict=True):
                    answers[name].append(answer)
                    asks = mode == "full" and name != TWIN and first_call in job["sizes"]
                    if asks and answer["status"] == "measured":
                        path = programs[name].path
                        processes.add_first_call(answer, path, jobs[name], first_call, patience)
        finally:
            for each in running.values():
                each.close()

    for process in range(count):
        one_pass(process)
    found = {name: _variant(example, programs[name], answers[name]) for name in programs}
    again = found.pop(TWIN, None)
    measured = again is not None and again.status == "measured"
    return Done(list(found.values()), again if measured else None, rounds)


def _in_turns(example: Example, programs: dict[str, Program], folder: Path) -> set[str]:
    """The programs of an example that are timed in turns, with the twin of one of them."""
    pages = [system.text(p) for p in system.content(catalog.ROOT / "docs", "**/*.md")]
    found = together.compared(example, pages)
    found |= {name for name, v in programs.items() if v.name in found}
    return found if together.fit(len(found), folder) else set()


def _variant(example: Example, v: Program, answers: list[dict[str, Any]]) -> Variant:
    """What all processes of a variant say together."""
    return Variant(
        name=v.name,
        device=v.device,
        library=v.library,
        precision=v.precision,
        transfers=v.transfers,
        source_hash=example.source_hash(v),
        **passes.merged(answers),
    )


def clock_is_fresh(folder: Path) -> bool:
    """Whether `folder` holds a check of this machine's clocks, made by today's check."""
    try:
        found = records.read_clock(folder / records.CLOCK_FILE)
    except RecordError:
        return False
    if found.source_hash not in clock.source_hashes():
        return False
    with_gpu = any(task.device == "gpu" for task in found.tasks)
    return found.machine == limits.machine_name() and (
        with_gpu or not isinstance(adapter.this_gpu(), Gpu)
    )


def check_clock(folder: Path) -> Clock:
    """Check this machine's clocks in a process of its own, in about ten seconds, and record it.

    Raises CaptureError if the check cannot be made and RecordError if it cannot be written.
    """
    planning.check_writable(folder)
    said = processes.own_process(
        "the clocks of this machine could not be checked", "survival.capture.clock"
    )
    tasks = json.loads(said)
    if isinstance(adapter.beside(), Gpu):
        adapter.pick()
        said = processes.own_process(
            "the clock of WebGPU programs could not be checked", "survival.capture.webgpu.clocks"
        )
        tasks += json.loads(said)
    found = Clock(
        schema_version=1,
        machine=limits.machine_name(),
        captured=datetime.now(UTC).replace(microsecond=0),
        source_hash=clock.source_hash(),
        libraries=planning.library_versions(),
        tasks=disclosure.masked(tasks),
    )
    records.write(folder / records.CLOCK_FILE, found)
    return found
