"""What capture writes and everything else reads: `results/MACHINE/machine.json` and `EXAMPLE.json`.

A record may come from a stranger's machine, so nothing in it is trusted further than this schema:
names are short and plain, numbers are finite and bounded, text is bounded (and escaped wherever it
is shown). All times are in seconds, sizes of memory in bytes, rates in units per second.
"""

import json
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from survival.errors import RecordError, known, one_line

SCHEMA_VERSION = 1
LOCAL = "local"
"""The folder of results/ that git ignores: what this machine measured for its own reader."""

NOT_EXAMPLES = ("machine.json", "clock.json")
"""Files beside the records of a machine that are no record of an example."""
CLOCK_FILE = "clock.json"

MAX_FILE_BYTES = 16 * 2**20


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(one_line)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Seconds = Annotated[float, Field(gt=0, lt=1e6, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, lt=1e19, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Device = Literal["cpu", "gpu"]
Scope = Literal["compute", "end_to_end", "first_call"]
Precision = Literal["float64", "float32", "tf32", "float16", "bfloat16"]
TWO_BYTES: tuple[Precision, ...] = ("float16", "bfloat16")


class Model(BaseModel):
    """No unknown fields, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Timing(Model):
    """One variant at one size in one scope, with every sample; the statistics follow from them."""

    size: Count
    """The size that was timed, in the example's unit."""
    scope: Scope
    """What the clock saw: `compute`, `end_to_end` or `first_call`."""
    samples: Annotated[list[Seconds], Field(min_length=1, max_length=10_000)]
    """Seconds per call, one entry per sample, in the order measured."""
    calls_per_sample: Annotated[int, Field(ge=1)]
    """How many calls each sample is the mean of: short work is timed in batches."""
    median: Seconds
    """Median of the samples, in seconds."""
    low: Seconds
    """Lower end of the 95 % confidence interval of the median, by ranks."""
    high: Seconds
    """Upper end of the same interval."""
    q1: Seconds
    """First quartile of the samples, in seconds."""
    q3: Seconds
    """Third quartile of the samples, in seconds."""
    timer: Text
    """The library that held the clock, its version and its settings."""
    others: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of the processors that other programs, and other virtual machines, took meanwhile.

    Missing where it was too short to tell, and for what a GPU computes.
    """

    @property
    def n(self) -> int:
        """The number of samples."""
        return len(self.samples)


class LeftOut(Model):
    """A size or scope that was not timed, and why."""

    size: Count
    """The size, in the example's unit."""
    scope: Scope
    """The scope that was not timed there."""
    reason: Text
    """Why: too slow for the time limit, too large for the memory, or failed."""


class Limit(Model):
    """The shortest time that the hardware allows for one size, by the ceilings in machine.json."""

    seconds: Seconds
    """The longer of bytes over bandwidth and operations over rate, in seconds."""
    bound_by: Literal["memory", "operations"]
    """Which of the two is the longer one."""
    bytes_per_second: Rate
    """The best rate measured for a working set of this size on this device."""
    operations_per_second: Rate
    """The best rate measured for this precision on this device."""


class Check(Model):
    """The answer at one size, held against the oracle before anything was timed."""

    size: Count
    """The size that was checked, in the example's unit."""
    error: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """How far the answer was from the oracle's, by the record's `error_measure`."""
    limit: Limit | None = None
    """The physical limit at this size; missing where no ceiling was measured for it."""


class Variant(Model):
    """What one variant did on this machine."""

    name: Name
    """The file's name without .py: DEVICE_LIBRARY[_TRAIT]."""
    device: Device
    """Where it computes."""
    library: Name
    """The library that it is written with."""
    precision: Precision
    """What it computes in."""
    transfers: bool
    """Whether it has to_device/to_host; if not, its end_to_end is its compute, timed once."""
    source_hash: Hash
    """Of the syntax trees of the variant and its problem: a changed comment changes nothing."""
    status: Literal["measured", "failed", "not_run"]
    """`failed`: ran and was wrong or stopped. `not_run`: could not run on this machine."""
    reason: Text = ""
    """Why it failed or was not run; empty if it was measured."""
    checks: Annotated[list[Check], Field(max_length=100)] = []
    """One per size that was tried; nothing is timed whose answer is wrong."""
    timings: Annotated[list[Timing], Field(max_length=300)] = []
    """One per size and scope that was timed."""
    left_out: Annotated[list[LeftOut], Field(max_length=300)] = []
    """One per size and scope that was not, with the reason."""

    @model_validator(mode="after")
    def _status_fits(self) -> Self:
        if self.status != "measured" and not self.reason:
            raise ValueError(f"variant '{self.name}' is {self.status} without a reason")
        if self.status != "measured" and self.timings:
            raise ValueError(f"variant '{self.name}' is {self.status} and yet has timings")
        return self

    def timing(self, size: int, scope: Scope) -> Timing | None:
        """The timing at a size in a scope, or None where it was not measured.

        A variant that moves no data has one timing for `compute` and `end_to_end`: the same call.
        """
        if scope == "end_to_end" and not self.transfers:
            scope = "compute"
        return next((t for t in self.timings if (t.size, t.scope) == (size, scope)), None)

    def check(self, size: int) -> Check | None:
        """The check against the oracle at a size, or None."""
        return next((c for c in self.checks if c.size == size), None)


class Size(Model):
    """One point of the sweep and the work that any variant must do there."""

    n: Annotated[int, Field(ge=1, lt=2**62)]
    """The size, in the example's unit."""
    label: Text
    """How a page writes it."""
    bytes: Count
    """The fewest bytes that must move: each input read once, each output written once."""
    operations: Count
    """The arithmetic operations that the best known algorithm needs."""

    def bytes_in(self, precision: Precision) -> int:
        """`bytes`, for a variant of that precision: half of it where a number takes two bytes."""
        return self.bytes // 2 if precision in TWO_BYTES else self.bytes


class SizeLeftOut(Model):
    """A point of the sweep that no variant was tried at, and why."""

    n: Annotated[int, Field(ge=1, lt=2**62)]
    """The size, in the example's unit."""
    label: Text
    """How a page writes it."""
    reason: Text
    """Why, such as too little memory."""


class Record(Model):
    """One example on one machine: one capture of all its variants."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    example: Name
    """The example's name; the file is called like it."""
    machine: Slug
    """The machine's name; the folder is called like it."""
    capture: Slug
    """Which run of `capture` this belongs to: numbers of different captures are never compared."""
    captured: AwareDatetime
    """When it was captured, with the time zone."""
    mode: Literal["full", "quick"]
    """`quick` takes fewer samples and no first calls; what is published is `full`."""
    commit: Text
    """The commit of the repository, with "-dirty" if there were changes; "unknown" outside git."""
    libraries: Annotated[dict[Text, Text], Field(max_length=40)]
    """Version of Python and of every library used, by name."""
    unit: Text
    """What a size counts."""
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """The largest error at which an answer counts as right."""
    tolerances: dict[Precision, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    """The same for variants of these precisions, where it is another."""
    error_measure: Text
    """The name of the error's measure."""
    sizes: Annotated[list[Size], Field(min_length=1, max_length=100)]
    """The sweep, in ascending order."""
    sizes_left_out: Annotated[list[SizeLeftOut], Field(max_length=100)] = []
    """Points of the sweep that no variant was tried at."""
    variants: Annotated[list[Variant], Field(max_length=100)]
    """What each variant did."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [v.name for v in self.variants]
        if len(set(names)) != len(names):
            raise ValueError("two variants have one name")
        sizes = {s.n for s in self.sizes}
        for v in self.variants:
            named = [i.size for items in (v.checks, v.timings, v.left_out) for i in items]
            for n in named:
                if n not in sizes:
                    raise ValueError(f"variant '{v.name}' names size {n}, not in sizes")
            cells = [(t.size, t.scope) for t in v.timings]
            if len(set(cells)) != len(cells):
                raise ValueError(f"variant '{v.name}' has two timings of one size and scope")
        return self

    def variant(self, name: str) -> Variant:
        """The variant of that name.

        Raises RecordError, naming the variants that exist.
        """
        for v in self.variants:
            if v.name == name:
                return v
        raise RecordError(
            f"{self.path}: " + known("variant", name, [v.name for v in self.variants])
        )

    def allowed(self, variant: Variant) -> float:
        """The largest error at which an answer of this variant counts as right."""
        return self.tolerances.get(variant.precision, self.tolerance)

    def size(self, n: int) -> Size:
        """The size of that n. Raises RecordError, naming the sizes that exist."""
        for s in self.sizes:
            if s.n == n:
                return s
        raise RecordError(f"{self.path}: " + known("size", n, [s.n for s in self.sizes]))

    def amount(self, size: Size) -> str:
        """A size with its unit: "1024 × 1536 pixels", "1 token", "1 pass", "64 MiB"."""
        if self.unit == "bytes" and size.label.endswith("B"):
            return size.label
        first, _, rest = self.unit.partition(" ")
        one = f"{first.removesuffix('es' if first.endswith('sses') else 's')} {rest}".strip()
        return f"{size.label} {one if size.label == '1' else self.unit}"

    @property
    def path(self) -> str:
        """Where a published record of this machine and example lies, seen from the repository."""
        return f"results/{self.machine}/{self.example}.json"


def is_dirty(commit: str) -> bool:
    """Whether a commit, as a record names it, had changes that were not committed."""
    return commit.endswith("-dirty")


class Cpu(Model):
    """The processor, as the operating system describes it."""

    model: Text
    """Its name."""
    architecture: Text
    """Such as x86_64."""
    cores: Annotated[int, Field(ge=1)]
    """Physical cores that this system may use."""
    threads: Annotated[int, Field(ge=1)]
    """Hardware threads that this system may use."""
    virtual: bool
    """Whether this is a virtual machine, which shares its hardware with others."""
    l2_bytes: Count = 0
    """Bytes of L2 cache; 0 if the system does not say."""
    l3_bytes: Count = 0
    """Bytes of L3 cache; 0 if the system does not say."""
    memory_bytes: Count
    """Bytes of main memory."""


class Gpu(Model):
    """The first CUDA device, as the driver describes it."""

    model: Text
    """Its name."""
    compute_capability: Text
    """NVIDIA's version of what the hardware can do."""
    multiprocessors: Annotated[int, Field(ge=1)]
    """How many streaming multiprocessors it has."""
    memory_bytes: Count
    """Bytes of its own memory."""
    l2_bytes: Count
    """Bytes of its L2 cache."""
    driver: Text
    """Version of the driver."""
    cuda: Text
    """The newest CUDA version that the driver supports."""


class MemoryRate(Model):
    """The best bandwidth of one stream kernel on one working set."""

    device: Device
    """Whose memory."""
    kernel: Literal["copy", "add", "read"]
    """What the kernel did: one array to another, two to a third, or reading one."""
    working_set: Annotated[int, Field(ge=1, lt=2**63)]
    """Bytes of all arrays together."""
    bytes_per_second: Rate
    """The best rate measured."""


class OperationRate(Model):
    """The best rate of arithmetic in one precision: a library's matrix product, or a loop."""

    device: Device
    """Which device computed."""
    precision: Precision
    """In which precision."""
    operations_per_second: Rate
    """The best rate measured."""
    order: Annotated[int, Field(ge=1)] | None = None
    """The matrices were order x order; none where a loop of multiply-adds in registers was best."""


class TransferRate(Model):
    """Copying between host and GPU memory."""

    direction: Literal["to_device", "to_host"]
    """Which way."""
    host_memory: Literal["pageable", "pinned"]
    """Whether the host's memory was pinned, so that the GPU could fetch it by itself."""
    bytes: Count
    """Bytes of one copy."""
    bytes_per_second: Rate
    """The best rate measured."""


class Ceilings(Model):
    """What this machine can do at best, over all its captures; its records are held against it."""

    memory: Annotated[list[MemoryRate], Field(min_length=1, max_length=200)]
    """Bandwidth over working sets from caches to memory."""
    operations: Annotated[list[OperationRate], Field(min_length=1, max_length=20)]
    """Rate of a matrix product, by precision."""
    transfers: Annotated[list[TransferRate], Field(max_length=20)] = []
    """Copies between host and GPU; none without a GPU."""
    launch_seconds: Seconds | None = None
    """From launching an empty kernel to knowing that it ended."""

    def memory_rate(self, device: Device, working_set: int) -> float:
        """Bytes per second that `device` reached at best on a working set of that size or larger.

        Caches make small working sets faster, so a working set is held against the largest measured
        one that is not larger than it, or the best of any larger one (which can only be noise).
        Raises RecordError if no rate was measured on that device.
        """
        rates = sorted(
            (r.working_set, r.bytes_per_second) for r in self.memory if r.device == device
        )
        if not rates:
            raise RecordError(f"no memory bandwidth was measured on the {device}")
        floor = max((w for w, _ in rates if w <= working_set), default=rates[0][0])
        return max(rate for w, rate in rates if w >= floor)

    def operation_rate(self, device: Device, precision: Precision) -> float:
        """Operations per second that `device` reached at best in that precision.

        Raises RecordError if none was measured.
        """
        rates = [
            r.operations_per_second
            for r in self.operations
            if (r.device, r.precision) == (device, precision)
        ]
        if not rates:
            raise RecordError(f"no {precision} rate was measured on the {device}")
        return max(rates)

    def limit(self, size: Size, device: Device, precision: Precision) -> Limit:
        """The shortest time for a size: the longer of moving its bytes and doing its operations.

        The roofline model (Williams, Waterman & Patterson, CACM 2009). Raises RecordError if a
        rate that it needs was not measured.
        """
        moved = size.bytes_in(precision)
        bandwidth = self.memory_rate(device, moved)
        rate = self.operation_rate(device, precision)
        moving, computing = moved / bandwidth, size.operations / rate
        return Limit(
            seconds=max(moving, computing),
            bound_by="memory" if moving >= computing else "operations",
            bytes_per_second=bandwidth,
            operations_per_second=rate,
        )


class Machine(Model):
    """Hardware, driver and ceilings. All of it is read by the program, never typed."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    name: Slug
    """What this guide calls it; the folder is called like it. It names no host and no owner."""
    capture: Slug
    """Which run of `capture` this belongs to."""
    captured: AwareDatetime
    """When it was captured, with the time zone."""
    mode: Literal["full", "quick"]
    """`quick` takes fewer samples."""
    system: Text
    """Operating system and its version."""
    python: Text
    """Version of Python."""
    cpu: Cpu
    """The processor."""
    gpu: Gpu | None
    """The GPU; null without one."""
    ceilings: Ceilings
    """What the machine can do at best."""
    ceilings_timer: Text
    """How the ceilings were timed."""

    @property
    def title(self) -> str:
        """What a page calls this machine."""
        cpu = f"{self.cpu.model}, {self.cpu.cores} core{'s' * (self.cpu.cores > 1)}"
        if self.gpu:
            return f"{self.gpu.model} ({cpu})"
        return f"{cpu}, virtual machine" if self.cpu.virtual else cpu


class Reading(Model):
    """What one timer said of one task."""

    timer: Name
    """pyperf, timeit, cuda_bench, triton or cupyx; of a launch, until it returns or finishes.

    cupyx_cpu is what CuPy's benchmark calls cpu_times: it, too, ends when the call returns.
    """
    settings: Text
    """The library, its version and how it was set."""
    samples: Annotated[list[Seconds], Field(min_length=1, max_length=10_000)]
    """Seconds per call, one entry per sample."""
    calls_per_sample: Annotated[int, Field(ge=1, lt=2**31)]
    """How many calls each sample is the mean of."""
    median: Seconds
    """Median of the samples, in seconds."""
    low: Seconds
    """Lower end of the 95 % confidence interval of the median, by ranks."""
    high: Seconds
    """Upper end of the same interval."""
    q1: Seconds
    """First quartile of the samples, in seconds."""
    q3: Seconds
    """Third quartile of the samples, in seconds."""


class ClockTask(Model):
    """Something whose time is known, or must be the same by every timer."""

    name: Name
    """What the task is called."""
    device: Device
    """Where it runs."""
    kind: Literal["sleep", "spin", "copy", "kernel", "launch", "launched_copy"]
    """Launches are timed rightly and wrongly, to show the difference; no rule compares the two."""
    label: Text
    """How a page writes it."""
    known_seconds: Seconds | None = None
    """How long it takes at least, where that is known."""
    bytes: Count = 0
    """How many bytes a copy or a kernel reads and writes; 0 where that says nothing."""
    readings: Annotated[list[Reading], Field(max_length=10)]
    """One per timer that timed it."""
    unusable: Annotated[dict[Name, Text], Field(max_length=10)] = {}
    """Timers that could not time it, and why."""


class Clock(Model):
    """The timers of one machine held against each other: `results/MACHINE/clock.json`."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    machine: Slug
    """The machine's name; the folder is called like it."""
    captured: AwareDatetime
    """When it was captured, with the time zone."""
    source_hash: Hash
    """Of the syntax trees of the check and of the adapters that it checks."""
    libraries: Annotated[dict[Text, Text], Field(max_length=40)]
    """Version of Python and of every library used, by name."""
    tasks: Annotated[list[ClockTask], Field(min_length=1, max_length=50)]
    """What was timed."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [t.name for t in self.tasks]
        if len(set(names)) != len(names):
            raise ValueError("two tasks have one name")
        for t in self.tasks:
            timers = [r.timer for r in t.readings]
            if len(set(timers)) != len(timers):
                raise ValueError(f"task '{t.name}' was timed twice by one timer")
        return self

    @property
    def path(self) -> str:
        """Where a published one lies, seen from the repository."""
        return f"results/{self.machine}/{CLOCK_FILE}"


M = TypeVar("M", bound=Model)


def _read(path: Path, model: type[M]) -> M:
    """Read and validate one file; every fault becomes one line that names the file and field."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise RecordError(f"{path}: a link, or no plain file; replace it by the file itself")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RecordError(f"{path}: larger than {MAX_FILE_BYTES >> 20} MiB; refused")
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise RecordError(f"{path}: no such record; `make capture` writes it") from None
    except OSError as e:
        raise RecordError(f"{path}: cannot be read ({e.strerror})") from None
    except ValidationError as e:
        first = e.errors(include_url=False, include_input=False)[0]
        # A key of the file may be part of the place, and is as little to be trusted as a value.
        where = one_line(".".join(str(part) for part in first["loc"]))[:200] or "the file"
        if first["loc"] == ("schema_version",):
            raise RecordError(
                f"{path}: written with another schema version than {SCHEMA_VERSION}; "
                "capture it again with `make capture`"
            ) from None
        raise RecordError(
            f"{path}: {where}: {one_line(first['msg'])[:300]}; capture it again"
        ) from None


def read_record(path: Path) -> Record:
    """Read `results/MACHINE/EXAMPLE.json`. Raises RecordError with one line."""
    record = _read(path, Record)
    if record.example != path.stem:
        raise RecordError(f"{path}: holds example '{record.example}', not '{path.stem}'")
    return record


def read_machine(path: Path) -> Machine:
    """Read `results/MACHINE/machine.json`. Raises RecordError with one line."""
    return _read(path, Machine)


def read_clock(path: Path) -> Clock:
    """Read `results/MACHINE/clock.json`. Raises RecordError with one line."""
    return _read(path, Clock)


def read_capture(folder: Path) -> tuple[Machine, dict[str, Record]]:
    """Machine and records by example in one folder, whatever the folder is called.

    Raises RecordError with one line.
    """
    if not folder.is_dir():
        raise RecordError(f"{folder}: no such folder")
    machine = _read(folder / "machine.json", Machine)
    found = {}
    for path in sorted(folder.glob("*.json")):
        if path.name in NOT_EXAMPLES:
            continue
        record = _read(path, Record)
        if (record.example, record.machine) != (path.stem, machine.name):
            raise RecordError(
                f"{path}: holds example '{record.example}' of machine '{record.machine}', "
                f"not '{path.stem}' of '{machine.name}'"
            )
        found[path.stem] = record
    return machine, found


def _dump(item: Model) -> str:
    """JSON that a person can read: indented, but with the samples of a timing on one line."""
    text = json.dumps(item.model_dump(mode="json"), indent=1, ensure_ascii=False)
    return re.sub(r"\[([-+\d.e,\s]+)\]", lambda m: f"[{' '.join(m[1].split())}]", text) + "\n"


def write(path: Path, item: Model) -> None:
    """Write a record, machine or clock whole or not at all: an interruption leaves the old file.

    Raises RecordError if the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False) as f:
            f.write(_dump(item))
        Path(f.name).chmod(0o644)
        Path(f.name).replace(path)
    except OSError as e:
        raise RecordError(f"{path}: cannot be written ({e.strerror})") from None


class Results(Model):
    """Everything in results/: per folder name, its machine and its records by example."""

    machines: dict[str, Machine]
    records: dict[str, dict[str, Record]]
    clocks: dict[str, Clock] = {}
    """By folder name too; a machine may have none yet."""

    def of(self, example: str) -> Iterator[tuple[str, Machine, Record]]:
        """All (folder, machine, record) that hold this example, in `order()`."""
        for folder in self.order():
            if example in self.records[folder]:
                yield folder, self.machines[folder], self.records[folder][example]

    def published(self) -> "Results":
        """The same without the reader's own."""
        return Results(
            machines={k: m for k, m in self.machines.items() if k != LOCAL},
            records={k: r for k, r in self.records.items() if k != LOCAL},
            clocks={k: c for k, c in self.clocks.items() if k != LOCAL},
        )

    def order(self) -> list[str]:
        """Folder names: published machines with a GPU first, the reader's own last."""
        return sorted(self.machines, key=lambda f: (f == LOCAL, self.machines[f].gpu is None, f))


def _visible(folder: Path) -> list[Path]:
    """What lies in a folder and is not hidden, in order; nothing if it is no folder."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if not p.name.startswith("."))


def read_results(root: Path) -> Results:
    """Read results/ at `root`, which may be missing; each folder in it needs a machine.json.

    All of it is published as it is, but for LOCAL and what is hidden: nothing else may lie there.
    Raises RecordError with one line.
    """
    machines: dict[str, Machine] = {}
    records: dict[str, dict[str, Record]] = {}
    clocks: dict[str, Clock] = {}
    for folder in _visible(root):
        files = _visible(folder)
        if folder.name == LOCAL:
            files = [f for f in files if f.suffix == ".json"]
        elif folder.is_symlink() or not folder.is_dir():
            raise RecordError(f"{folder}: a link, or no folder of a machine; remove it")
        for file in files:
            if file.suffix != ".json":
                raise RecordError(f"{file}: neither a record nor a machine or clock; remove it")
        if not files:
            continue
        machine = machines[folder.name] = read_machine(folder / "machine.json")
        if folder.name not in (machine.name, LOCAL):
            raise RecordError(
                f"{folder}: holds machine '{machine.name}'; rename the folder to that"
            )
        records[folder.name] = {f.stem: read_record(f) for f in files if f.name not in NOT_EXAMPLES}
        if folder / CLOCK_FILE in files:
            clocks[folder.name] = read_clock(folder / CLOCK_FILE)
    return Results(machines=machines, records=records, clocks=clocks)
