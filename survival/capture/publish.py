"""What a full capture says of its machine, and how it gets into results/MACHINE."""

from contextlib import suppress
from pathlib import Path

from survival import catalog, records
from survival.capture import clock, disclosure, limits, machine, plan
from survival.capture.webgpu import adapter
from survival.errors import CatalogError, RecordError
from survival.judge import clocks, rules
from survival.records import Gpu


def disclosed() -> str:
    """What a published capture of this machine says of it, before anything is measured."""
    gpu = adapter.this_gpu()
    found = gpu if isinstance(gpu, Gpu) else None
    libraries = plan.library_versions(*catalog.find().values())
    return disclosure.lines(
        *(limits.machine_name(), machine.cpu(), found, limits.numpys_simd()),
        *(machine.system(), libraries),
    )


def publish(folder: Path, results: Path) -> tuple[str, list[str]]:
    """Copy a full capture, whoever made it, to results/MACHINE; returns that name and the examples.

    What lies there already and is not in `folder` stays, and so do all tries of the ceilings.
    What is of an example of another branch is left out, and its name says so.
    Raises RecordError if a record is quick, not of committed source, or breaks a rule.
    """
    this, found = records.read_capture(folder)
    examples = {}
    for name in found:
        with suppress(CatalogError):
            examples[name] = catalog.get(name)
    strange = [f"{name} (left out: no such example here)" for name in found if name not in examples]
    found = {name: record for name, record in found.items() if name in examples}
    there, kept = results / this.name, []
    if there.is_dir():
        before, old = records.read_capture(there)
        kept = [record for name, record in old.items() if name not in found]
        this = limits.with_tries(this, before)
    for name, record in found.items():
        found[name] = record = limits.relimited(record, this.ceilings)
        broken = [*rules.fit_to_publish(record)]
        broken += [f for f in rules.judge_record(record, this, examples[name]) if f.fails]
        if broken:
            raise RecordError(f"{folder / name}.json: {broken[0].message}")
    path = folder / records.CLOCK_FILE
    checked = {this.name: records.read_clock(path)} if path.exists() else {}
    told = records.Results(machines={this.name: this}, records={this.name: found}, clocks=checked)
    wrong = [f for f in clocks.check_clocks(told, *clock.source_hashes()) if f.fails]
    wrong += clocks.judge_clock(checked[this.name], this) if checked else []
    if wrong:
        raise RecordError(f"{path}: {wrong[0].message}")
    limits.hold(there, this, [*kept, *found.values()])
    records.write(there / records.CLOCK_FILE, checked[this.name])
    again = folder / records.REPEATS_FILE
    if again.exists():
        records.write(there / records.REPEATS_FILE, records.read_repeats(again))
    drawn = folder / records.ENERGY_FILE
    if drawn.exists():
        records.write(there / records.ENERGY_FILE, records.read_energy(drawn))
    return this.name, [*found, *strange]
