"""The verb `python -m survival energy`: what programs draw, where a counter says it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from survival import catalog, records
from survival.capture import limits, processes
from survival.capture.energy import counters, measure
from survival.errors import CaptureError
from survival.judge.energy import rules
from survival.records import ENERGY_FILE, Energy


@click.command("energy")
@click.argument("examples", nargs=-1)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=catalog.RESULTS / records.LOCAL,
    help="Folder of a capture of this machine; the default is results/local.",
)
def measure_energy(examples: tuple[str, ...], into: Path) -> None:
    """Measure what the fastest programs of EXAMPLES draw (of all that are in INTO).

    About 25 seconds for each program, on a machine that does nothing else. Where there is no
    counter, that is recorded.
    """
    known = catalog.find()
    for name in examples:
        catalog.get(name)
    this = records.read_machine(into / "machine.json")
    if this.name != limits.machine_name():
        raise CaptureError(f"{into} is of '{this.name}', and this is '{limits.machine_name()}'")
    there, missing = counters.find()
    found = Energy.model_validate(
        {
            "schema_version": 1,
            "machine": this.name,
            "captured": datetime.now(UTC).isoformat(timespec="seconds"),
            "counters": [_counted(c, into, examples, known) for c in there],
            "missing": missing,
        }
    )
    for device, why in missing.items():
        click.echo(f"{device}: not measurable here: {why}")
    for finding in rules.judge_energy(found, known, ENERGY_FILE):
        if finding.rejects:
            raise CaptureError(f"not recorded: {finding.message}")
    records.write(into / ENERGY_FILE, found)
    click.echo(f"energy: recorded in {into / ENERGY_FILE}")


def _counted(
    counter: counters.Counter,
    into: Path,
    names: tuple[str, ...],
    known: dict[str, catalog.Example],
) -> dict[str, Any]:
    """The fields of records.Counter."""
    click.echo(f"{counter.device}: idle, then programs; {counter.source}")
    rest = measure.idle(counter)
    drawn = []
    for example, variant, size in measure.chosen(into, counter.device, names, known):
        click.echo(f"  {example.name} {variant.name} at {size}")
        job = {
            "device": counter.device,
            "problem": str(example.problem_path),
            "variant": str(variant.path),
            "size": size,
        }
        said = processes.own_process(
            f"the energy of {example.name} {variant.name}",
            "survival.capture.energy.measure",
            json.dumps(job),
        )
        drawn.append(
            {
                "example": example.name,
                "variant": variant.name,
                "size": size,
                "source_hash": example.source_hash(variant),
                "windows": json.loads(said),
            }
        )
    return {
        "device": counter.device,
        "scope": counter.scope,
        "source": counter.source,
        "limit_watts": counter.limit_watts,
        "idle": rest,
        "drawn": drawn,
    }
