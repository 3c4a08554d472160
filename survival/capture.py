"""Runs, checks, times and records: `examples/` in, `results/` out.

Each variant runs in a fresh process, each example is written as soon as it is done, and what is
fresh already is not measured again. The judge sees a record before it is written.
"""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import psutil

from survival import catalog, ceilings, clock, disclosure, judge, machine, records
from survival.catalog import Example
from survival.errors import CaptureError, RecordError
from survival.records import Ceilings, Clock, Gpu, Machine, Record, Size, SizeLeftOut
from survival.stats import MIN_SAMPLES
from survival.timers import Budget

BUDGETS = {"full": Budget(target=0.4, limit=30.0), "quick": Budget(target=0.08, limit=1.0)}
MOST_BYTES = {"full": 2**40, "quick": 2**28}
"""Data of one size (inputs and expected answer): a quick capture leaves larger sizes out."""
PATIENCE = {"full": 150.0, "quick": 20.0}
"""Seconds without a word from a worker after which it counts as hung and is stopped."""
FIRST_CALLS = MIN_SAMPLES
"""Fresh processes per variant for the first_call scope, in a full capture."""
BUSY_PERCENT = 20
"""Above this share of all cores, other programs are worth a warning."""

PACKAGES = ("numpy", "numba", "numba-cuda", "pycuda", "cuda-bench", "pyperf", "triton")
FRAMEWORKS = ("torch", "keras", "tensorflow", "tensorflow-cpu")
"""Packages that few examples use: only the records of those name them."""


Progress = Callable[[str, float], None]
"""Called with what runs now, and the share of the whole that is done."""


@dataclass(frozen=True)
class Plan:
    """What a capture will do."""

    todo: tuple[Example, ...]
    fresh: tuple[Example, ...]
    mode: Literal["full", "quick"]
    folder: Path


def plan(
    names: list[str],
    mode: Literal["full", "quick"],
    folder: Path,
    force: bool,
    root: Path = catalog.EXAMPLES,
) -> Plan:
    """Sort the named examples (all, if none is named) into those to measure and the fresh ones.

    Raises CatalogError for an unknown name and CaptureError if `folder` cannot be written.
    """
    examples = [catalog.get(n, root) for n in names] if names else list(catalog.find(root).values())
    _writable(folder)
    todo = [e for e in examples if force or _why_not_fresh(e, folder, mode)]
    return Plan(tuple(todo), tuple(e for e in examples if e not in todo), mode, folder)


def run(plan: Plan, progress: Progress) -> Iterator[tuple[str, list[judge.Finding]]]:
    """Measure what is to do, yielding each example with what the judge says of its record.

    A record that the judge rejects is not written. Interrupting keeps what is done.
    """
    if not plan.todo:
        return
    gpu = machine.gpu()
    progress("this machine's ceilings", 0.0)
    this = _machine(plan.mode, gpu)
    # What was measured here before and stays is held against the same ceilings, the best of both.
    before, kept = _kept(plan, this)
    if before:
        this = _raised(this, before)
    _hold(plan.folder, this, kept)
    steps = sum(1 + len(e.variants) for e in plan.todo) + 1
    done = 0
    for example in plan.todo:

        def step(what: str, name: str = example.name) -> None:
            nonlocal done
            done += 1
            progress(f"{name} · {what}", done / steps)

        record = measure(example, this, plan.mode, step, "" if isinstance(gpu, Gpu) else gpu)
        findings = judge.judge_record(record, this, example)
        if any(f.rejects and f.rule == "H5" for f in findings):
            # A ceiling measured while something else was running is too low, and would reject an
            # honest result. Measured again, ceilings can only rise.
            progress("this machine's ceilings, again", done / steps)
            this = _raised(this, _ceilings(plan.mode))
            _hold(plan.folder, this, kept)
            record = _relimited(record, this.ceilings)
            findings = judge.judge_record(record, this, example)
        path = plan.folder / f"{example.name}.json"
        if not any(f.rejects for f in findings):
            records.write(path, record)
            kept.append(record)
        # The judge names the place where a record is published.
        here = [replace(f, where=f.where.replace(record.path, shown(path))) for f in findings]
        yield example.name, here
    progress("done", 1.0)


def _kept(plan: Plan, this: Machine) -> tuple[Ceilings | None, list[Record]]:
    """What lies in the plan's folder, of this machine, and is not measured again.

    With the ceilings that it was held against; None where nothing is kept.
    """
    try:
        before, found = records.read_capture(plan.folder)
    except RecordError:
        return None, []
    again = {e.name for e in plan.todo}
    kept = [r for name, r in found.items() if before.name == this.name and name not in again]
    return (before.ceilings if kept else None), kept


def _hold(folder: Path, this: Machine, kept: list[Record]) -> None:
    """Write the machine, and the records with their limits by its ceilings."""
    records.write(folder / "machine.json", this)
    for record in kept:
        records.write(folder / f"{record.example}.json", _relimited(record, this.ceilings))


def measure(
    example: Example, this: Machine, mode: str, step: Callable[[str], None], no_gpu: str
) -> Record:
    """Measure one example: the oracle first, then each variant in a fresh process.

    `no_gpu` says why GPU variants cannot run here; empty if they can.
    """
    problem = example.problem()
    budget = BUDGETS[mode]
    # On the disk of the repository, because /tmp is memory on some systems.
    cache = catalog.ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        job: dict[str, Any] = {
            "problem": str(example.problem_path),
            "folder": folder,
            "most_bytes": MOST_BYTES[mode],
        }
        step("oracle")
        sizes, left_out = [], []
        for kind, value in _messages("oracle", job, PATIENCE[mode]):
            if kind == "size":
                sizes.append(Size(**value))
            elif kind == "size_left_out":
                left_out.append(SizeLeftOut(**value))
            elif kind == "failed":
                raise CaptureError(f"{example.problem_path}: the oracle failed: {value}")
        if not sizes:
            raise CaptureError(f"{example.problem_path}: no size fits in this machine's memory")
        job |= {
            "sizes": [s.n for s in sizes],
            "labels": {str(s.n): s.label for s in sizes},
            "work": {str(s.n): s.bytes + s.operations for s in sizes},
            "budget": asdict(budget),
        }
        variants = []
        for v in example.variants:
            step(v.name)
            entry: dict[str, Any] = {
                "name": v.name,
                "device": v.device,
                "library": v.library,
                "precision": v.precision,
                "transfers": v.transfers,
                "source_hash": example.source_hash(v),
            }
            if v.device == "gpu" and no_gpu:
                entry |= {"status": "not_run", "reason": no_gpu}
            else:
                entry |= _variant(
                    job | {"variant": str(v.path), "device": v.device, "precision": v.precision},
                    PATIENCE[mode],
                )
                at = getattr(problem, "FIRST_CALL_SIZE", 0)
                if mode == "full" and entry["status"] == "measured" and at in job["sizes"]:
                    _add_first_call(entry, v.path, folder, at, PATIENCE[mode])
            variants.append(records.Variant(**entry))
    record = Record(
        schema_version=1,
        example=example.name,
        machine=this.name,
        capture=this.capture,
        captured=datetime.now(UTC).replace(microsecond=0),
        mode=mode,  # type: ignore[arg-type]
        commit=commit(),
        libraries=_libraries(example),
        unit=problem.UNIT,
        tolerance=problem.TOLERANCE,
        tolerances=catalog.tolerances(problem),
        error_measure=problem.ERROR,
        sizes=sizes,
        sizes_left_out=left_out,
        variants=variants,
    )
    record = Record.model_validate(disclosure.masked(record.model_dump(mode="json")))
    return _relimited(record, this.ceilings)


def disclosed() -> str:
    """What a published capture of this machine says of it, before anything is measured."""
    gpu = machine.gpu()
    found = gpu if isinstance(gpu, Gpu) else None
    libraries = _libraries(*catalog.find().values())
    return disclosure.lines(_slug(), machine.cpu(), found, machine.system(), libraries)


def clock_is_fresh(folder: Path) -> bool:
    """Whether `folder` holds a check of this machine's clocks, made by today's check."""
    try:
        found = records.read_clock(folder / records.CLOCK_FILE)
    except RecordError:
        return False
    if found.source_hash != clock.source_hash():
        return False
    with_gpu = any(task.device == "gpu" for task in found.tasks)
    return found.machine == _slug() and (with_gpu or not isinstance(machine.gpu(), Gpu))


def check_clock(folder: Path) -> Clock:
    """Check this machine's clocks in a process of its own, in about ten seconds, and record it.

    Raises CaptureError if the check cannot be made and RecordError if it cannot be written.
    """
    _writable(folder)
    said = _own_process("the clocks of this machine could not be checked", "survival.clock")
    found = Clock(
        schema_version=1,
        machine=_slug(),
        captured=datetime.now(UTC).replace(microsecond=0),
        source_hash=clock.source_hash(),
        libraries=_libraries(),
        tasks=disclosure.masked(json.loads(said.splitlines()[-1])),
    )
    records.write(folder / records.CLOCK_FILE, found)
    return found


def _slug() -> str:
    gpu = machine.gpu()
    return machine.slug(machine.cpu(), gpu if isinstance(gpu, Gpu) else None)


def busy_percent() -> float:
    """Share of all cores that is in use right now, by anything: worth knowing before a capture."""
    return float(psutil.cpu_percent(interval=0.3))


def publish(folder: Path, results: Path) -> tuple[str, list[str]]:
    """Copy a full capture, whoever made it, to results/MACHINE; returns that name and the examples.

    What lies there already and is not in `folder` stays, held against the best ceilings of both.
    Raises RecordError if a record is quick, not of committed source, or breaks a rule.
    """
    this, found = records.read_capture(folder)
    there, kept = results / this.name, []
    if there.is_dir():
        before, old = records.read_capture(there)
        kept = [record for name, record in old.items() if name not in found]
        if kept:
            this = _raised(this, before.ceilings)
    for name, record in found.items():
        found[name] = record = _relimited(record, this.ceilings)
        broken = [*judge.fit_to_publish(record)]
        broken += [f for f in judge.judge_record(record, this, catalog.get(name)) if f.fails]
        if broken:
            raise RecordError(f"{folder / name}.json: {broken[0].message}")
    path = folder / records.CLOCK_FILE
    checked = {this.name: records.read_clock(path)} if path.exists() else {}
    told = records.Results(machines={this.name: this}, records={this.name: found}, clocks=checked)
    wrong = [f for f in judge.check_clocks(told, clock.source_hash()) if f.fails]
    wrong += judge.judge_clock(checked[this.name], this) if checked else []
    if wrong:
        raise RecordError(f"{path}: {wrong[0].message}")
    _hold(there, this, [*kept, *found.values()])
    records.write(there / records.CLOCK_FILE, checked[this.name])
    return this.name, list(found)


def _why_not_fresh(example: Example, folder: Path, mode: str) -> str:
    """Why an example must be measured again; empty if its record in `folder` is fresh."""
    try:
        record = records.read_record(folder / f"{example.name}.json")
        this = records.read_machine(folder / "machine.json")
    except RecordError as e:
        return str(e)
    if mode == "full" and record.mode == "quick":
        return "was a quick capture"
    if mode == "full" and records.is_dirty(record.commit) and not records.is_dirty(commit()):
        return "measured before its source was committed"
    if stale := judge.stale(record, example):
        return f"the source of {', '.join(stale)} has changed"
    if {v.name for v in record.variants} != {v.name for v in example.variants}:
        return "variants were added or removed"
    if this.gpu is None and isinstance(machine.gpu(), Gpu):
        return "a GPU is here now"
    if this.cpu.model != machine.cpu().model:
        return "measured on another machine"
    now = _libraries(example)
    if changed := [
        k for k in now.keys() | record.libraries if now.get(k) != record.libraries.get(k)
    ]:
        return f"other versions of {', '.join(sorted(changed))}"
    return ""


def _ceilings(mode: str) -> Ceilings:
    """Measure this machine's ceilings in a process of their own."""
    fault = "the ceilings of this machine could not be measured"
    return Ceilings.model_validate_json(_own_process(fault, "survival.ceilings", mode))


def _own_process(fault: str, module: str, *args: str) -> str:
    """What a module of ours prints, run in a process of its own.

    Raises CaptureError: `fault`, and the last line that the process said of it.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *args],
        cwd=catalog.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise CaptureError(f"{fault}: {last[0]}")
    return done.stdout


def _raised(this: Machine, again: Ceilings) -> Machine:
    """The machine with the better of two measurements of every ceiling."""
    a, b = this.ceilings, again
    launches = [x for x in (a.launch_seconds, b.launch_seconds) if x]
    both = Ceilings(
        memory=_best([*a.memory, *b.memory], "bytes_per_second"),
        operations=_best([*a.operations, *b.operations], "operations_per_second"),
        transfers=_best([*a.transfers, *b.transfers], "bytes_per_second"),
        launch_seconds=min(launches) if launches else None,
    )
    return this.model_copy(update={"ceilings": both})


def _best(rates: list[Any], field: str) -> list[Any]:
    """Of rates that are alike in every other field, the highest."""
    found: dict[str, Any] = {}
    for rate in rates:
        key = rate.model_dump_json(exclude={field})
        if key not in found or getattr(rate, field) > getattr(found[key], field):
            found[key] = rate
    return list(found.values())


def _machine(mode: Literal["full", "quick"], gpu: Gpu | str) -> Machine:
    """Describe this machine and measure its ceilings; the moment names the capture."""
    now = datetime.now(UTC).replace(microsecond=0)
    cpu = machine.cpu()
    found = gpu if isinstance(gpu, Gpu) else None
    return Machine(
        schema_version=1,
        name=machine.slug(cpu, found),
        capture=now.strftime("%Y%m%d-%H%M%S"),
        captured=now,
        mode=mode,
        system=machine.system(),
        python=".".join(map(str, sys.version_info[:3])),
        cpu=cpu,
        gpu=found,
        ceilings=_ceilings(mode),
        ceilings_timer=ceilings.timer(mode),
    )


def _variant(job: dict[str, Any], patience: float) -> dict[str, Any]:
    """Run one variant's process; the fields of records.Variant that it answers with."""
    checks, timings, left_out = [], [], []
    for kind, value in _messages("variant", job, patience):
        if kind == "check":
            checks.append(value)
        elif kind == "timing":
            timings.append(value)
        elif kind == "left_out":
            left_out.append(value)
        elif kind in ("failed", "not_run"):
            return {"status": kind, "reason": value}
    return {"status": "measured", "checks": checks, "timings": timings, "left_out": left_out}


def _messages(kind: str, job: dict[str, Any], patience: float) -> Iterator[tuple[str, Any]]:
    """Start a worker and yield its messages; a silence longer than `patience` seconds kills it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "survival.worker", kind, json.dumps(job)],
        cwd=catalog.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
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
                yield item
        process.wait()
        threads[1].join(timeout=1)
        said = f": {errors[-1]}" if errors else ""
        yield "failed", f"its process ended with code {process.returncode}{said}"[:500]
    finally:
        process.kill()
        process.wait()
        for t in threads:  # they end when the pipes do
            t.join(timeout=5)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


def _relimited(record: Record, ceilings: Ceilings) -> Record:
    """The record with the limit of every check, from these ceilings and the problem's work."""
    by_n = {s.n: s for s in record.sizes}
    variants = []
    for v in record.variants:
        checks = [
            c.model_copy(update={"limit": ceilings.limit(by_n[c.size], v.device, v.precision)})
            for c in v.checks
        ]
        variants.append(v.model_copy(update={"checks": checks}))
    return record.model_copy(update={"variants": variants})


def _add_first_call(
    entry: dict[str, Any], path: Path, folder: str, n: int, patience: float
) -> None:
    """Time first calls in fresh processes; if one fails or hangs, leave them out and say why."""
    from survival.timers import Samples
    from survival.worker import timing

    samples = []
    reason = ""
    for _ in range(FIRST_CALLS):
        try:
            done = subprocess.run(
                [sys.executable, "-m", "survival.first_call", str(path), folder, str(n)],
                cwd=catalog.ROOT,
                capture_output=True,
                text=True,
                timeout=patience,
                check=True,
            )
            samples.append(float(done.stdout.split()[-1]))
        except subprocess.TimeoutExpired:
            reason = f"a first call took longer than {patience:g} s"
        except (subprocess.CalledProcessError, ValueError, IndexError):
            reason = "a first call failed"
        if reason:
            entry["left_out"].append({"size": n, "scope": "first_call", "reason": reason})
            return
    timer = f"time.perf_counter: {FIRST_CALLS} fresh processes, from import to first result"
    entry["timings"].append(timing(n, "first_call", Samples(tuple(samples), 1, timer)))


def _libraries(*examples: Example) -> dict[str, str]:
    """Versions of the libraries that could have a part in these examples; installed ones only."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    words = {word for e in examples for v in e.variants for word in v.name.split("_")}
    frameworks = [name for name in FRAMEWORKS if name.split("-")[0] in words]
    for name in (*PACKAGES, *frameworks, "cupy-cuda12x", "cupy-cuda13x"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def commit() -> str:
    """The commit of this checkout, with "-dirty" after it if the code has changed since."""

    def git(*args: str) -> str:
        return subprocess.run(
            ["git", *args], cwd=catalog.ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        # Results change during a capture; what matters is whether the code did.
        dirty = git("status", "--porcelain", "--", "examples", "survival")
        return git("rev-parse", "HEAD") + ("-dirty" if dirty else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def shown(path: Path) -> str:
    """A path as a user would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as e:
        raise CaptureError(
            f"{folder}: cannot be written ({e.strerror}); make it writable, or name another "
            "folder with --into"
        ) from None
