"""Reads and writes results/: every file whole or not at all, every fault one line."""

import json
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from survival import system
from survival.errors import RecordError, one_line
from survival.records.browser import BROWSER, Browser
from survival.records.clock import CLOCK_FILE, Clock
from survival.records.compiled import COMPILED, Compiled
from survival.records.drawn.energy import ENERGY_FILE, Energy
from survival.records.example import Record
from survival.records.fields import LOCAL, RECORD_VERSIONS, SCHEMA_VERSION, Model
from survival.records.installs import INSTALLS, Installs
from survival.records.machine import Machine
from survival.records.messages import MESSAGES, Messages
from survival.records.repeats import REPEATS_FILE, Repeats

NOT_EXAMPLES = ("machine.json", CLOCK_FILE, ENERGY_FILE, REPEATS_FILE)
"""Files beside the records of a machine that are no record of an example."""

MAX_FILE_BYTES = 16 * 2**20

M = TypeVar("M", bound=Model)


def _read(path: Path, model: type[M]) -> M:
    """Read and validate one file; every fault becomes one line that names the file and field."""
    again = "copy it again in the page" if model is Browser else "capture it again"
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
        if e.errors(include_url=False, include_input=False)[0]["loc"] == ("schema_version",):
            versions = RECORD_VERSIONS if model is Record else (SCHEMA_VERSION,)
            expected = " or ".join(map(str, versions))
            raise RecordError(
                f"{path}: written with another schema version than {expected}; {again}"
                + " with `make capture`" * (model is not Browser)
            ) from None
        raise RecordError(f"{path}: {misfit(e)}; {again}") from None


def misfit(error: ValidationError) -> str:
    """The first place that does not fit the schema, and why, in one line."""
    first = error.errors(include_url=False, include_input=False)[0]
    # A key of a file may be part of the place, and is as little to be trusted as a value.
    where = one_line(".".join(str(part) for part in first["loc"]))[:200] or "the file"
    return f"{where}: {one_line(first['msg'])[:300]}"


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


def read_energy(path: Path) -> Energy:
    """Read `results/MACHINE/energy.json`. Raises RecordError with one line."""
    return _read(path, Energy)


def read_repeats(path: Path) -> Repeats:
    """Read `results/MACHINE/repeats.json`. Raises RecordError with one line."""
    return _read(path, Repeats)


def read_compiled(path: Path) -> Compiled:
    """Read `results/compiled/EXAMPLE.json`. Raises RecordError with one line."""
    found = _read(path, Compiled)
    if found.example != path.stem:
        raise RecordError(f"{path}: holds example '{found.example}', not '{path.stem}'")
    return found


def read_browser(path: Path) -> Browser:
    """Read `results/browser/NAME.json`, or what a reader copied. Raises RecordError, one line."""
    return _read(path, Browser)


def read_messages(path: Path) -> Messages:
    """Read `results/messages/LIBRARY.json`. Raises RecordError with one line."""
    found = _read(path, Messages)
    if found.library != path.stem:
        raise RecordError(f"{path}: holds library '{found.library}', not '{path.stem}'")
    return found


def read_installs(path: Path) -> Installs:
    """Read `results/installs/SYSTEM.json`. Raises RecordError with one line."""
    return _read(path, Installs)


def read_capture(folder: Path) -> tuple[Machine, dict[str, Record]]:
    """Machine and records by example in one folder, whatever the folder is called.

    Raises RecordError with one line.
    """
    if not folder.is_dir():
        raise RecordError(f"{folder}: no such folder")
    machine = _read(folder / "machine.json", Machine)
    found = {}
    for path in system.content(folder, "*.json"):
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
    # A block or round on one line, without what it does not know.
    text = re.sub(r'\{\s*("process": [^{}\[\]]*?)\s*\}', lambda m: _one_line(m[1]), text)
    return re.sub(r"\[([-+\d.e,\s]+)\]", lambda m: f"[{' '.join(m[1].split())}]", text) + "\n"


def _one_line(fields: str) -> str:
    known = [f.strip() for f in fields.split(",") if not f.endswith(": null")]
    return "{" + ", ".join(known) + "}"


def write(path: Path, item: Model) -> None:
    """Write a record, machine or clock whole or not at all: an interruption leaves the old file.

    Raises RecordError if the folder cannot be written.
    """
    try:
        system.write(path, _dump(item))
    except OSError as e:
        raise RecordError(f"{path}: cannot be written ({e.strerror})") from None


class Results(Model):
    """Everything in results/: per folder name, its machine and its records by example."""

    machines: dict[str, Machine]
    records: dict[str, dict[str, Record]]
    clocks: dict[str, Clock] = Field(default_factory=dict)
    """By folder name too; a machine may have none yet."""
    repeats: dict[str, Repeats] = Field(default_factory=dict)
    """By folder name; of machines that were captured twice."""
    energies: dict[str, Energy] = Field(default_factory=dict)
    """By folder name; of machines that were asked for their counters."""
    compiled: dict[str, Compiled] = Field(default_factory=dict)
    """What the compiler made of kernels, by example; it is of no machine."""
    browser: dict[str, Browser] = Field(default_factory=dict)
    """What browsers measured, by the file's name; they are of no machine that we know."""
    messages: dict[str, Messages] = Field(default_factory=dict)
    """What programs said, errors and profiles, by library; of no machine either."""
    installs: dict[str, Installs] = Field(default_factory=dict)
    """What tools download when they are installed, by system; of no machine either."""

    def of(self, example: str) -> Iterator[tuple[str, Machine, Record]]:
        """All (folder, machine, record) that hold this example, in `order()`."""
        for folder in self.order():
            if example in self.records[folder]:
                yield folder, self.machines[folder], self.records[folder][example]

    def order(self) -> list[str]:
        """Folder names: published machines with a GPU first, the reader's own last."""
        return sorted(self.machines, key=lambda f: (f == LOCAL, self.machines[f].gpu is None, f))


def read_results(root: Path, local: bool = False) -> Results:
    """Read results/ at `root`, which may be missing; each folder in it needs a machine.json.

    But for COMPILED, BROWSER, MESSAGES and INSTALLS, which are of no machine.

    All of it is published as it is, but for LOCAL and what is hidden: nothing else may lie there.
    LOCAL is read only where it is asked for; what is damaged in it stops nobody, and is left out.
    Raises RecordError with one line.
    """
    machines: dict[str, Machine] = {}
    records: dict[str, dict[str, Record]] = {}
    clocks: dict[str, Clock] = {}
    repeats: dict[str, Repeats] = {}
    energies: dict[str, Energy] = {}
    for folder in system.content(root, "*"):
        of_none = folder.name in (COMPILED, BROWSER, MESSAGES, INSTALLS)
        if of_none or (folder.name == LOCAL and not local):
            continue
        try:
            found = _read_folder(folder)
        except RecordError:
            if folder.name == LOCAL:
                continue
            raise
        if found:
            machines[folder.name], records[folder.name], clock, again, drawn = found
            if clock:
                clocks[folder.name] = clock
            if again:
                repeats[folder.name] = again
            if drawn:
                energies[folder.name] = drawn
    return Results(
        machines=machines,
        records=records,
        clocks=clocks,
        repeats=repeats,
        energies=energies,
        compiled=_read_all(root / COMPILED, read_compiled, "compiled kernels"),
        browser=_read_all(root / BROWSER, read_browser, "a browser"),
        messages=_read_all(root / MESSAGES, read_messages, "what programs said"),
        installs=_read_all(root / INSTALLS, read_installs, "what is installed"),
    )


def _read_all(folder: Path, read: Callable[[Path], M], what: str) -> dict[str, M]:
    """What lies in a folder that is of no machine, and may be missing. Raises RecordError."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise RecordError(f"{folder}: a link, or no folder; remove it")
    found = {}
    for file in system.content(folder, "*") if folder.exists() else []:
        if file.suffix != ".json":
            raise RecordError(f"{file}: no record of {what}; remove it")
        found[file.stem] = read(file)
    return found


def _read_folder(
    folder: Path,
) -> tuple[Machine, dict[str, Record], Clock | None, Repeats | None, Energy | None] | None:
    """What lies in one folder of results/; None if it is empty. Raises RecordError."""
    files = system.content(folder, "*") if folder.is_dir() else []
    if folder.name == LOCAL:
        files = [f for f in files if f.suffix == ".json"]
    elif folder.is_symlink() or not folder.is_dir():
        raise RecordError(f"{folder}: a link, or no folder of a machine; remove it")
    for file in files:
        if file.suffix != ".json":
            raise RecordError(f"{file}: neither a record nor a machine or clock; remove it")
    if not files:
        return None
    machine = read_machine(folder / "machine.json")
    if folder.name not in (machine.name, LOCAL):
        raise RecordError(f"{folder}: holds machine '{machine.name}'; rename the folder to that")
    found = {f.stem: read_record(f) for f in files if f.name not in NOT_EXAMPLES}
    clock, again, drawn = (folder / name for name in (CLOCK_FILE, REPEATS_FILE, ENERGY_FILE))
    return (
        machine,
        found,
        read_clock(clock) if clock in files else None,
        read_repeats(again) if again in files else None,
        read_energy(drawn) if drawn in files else None,
    )
