"""The ceilings that a capture holds its records against: measured, raised, written."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from survival import records
from survival.capture import ceilings, machine
from survival.capture.processes import own_process
from survival.capture.webgpu import adapter
from survival.errors import CaptureError
from survival.records import Ceilings, Gpu, Machine, Record


def hold(folder: Path, this: Machine, kept: list[Record]) -> None:
    """Write the machine, and the records with their limits by its ceilings."""
    records.write(folder / "machine.json", this)
    for record in kept:
        records.write(folder / f"{record.example}.json", relimited(record, this.ceilings))


def machine_name() -> str:
    """What results/ calls this machine."""
    gpu = adapter.this_gpu()
    return machine.slug(machine.cpu(), gpu if isinstance(gpu, Gpu) else None)


def measured_ceilings(mode: str) -> Ceilings:
    """Measure this machine's ceilings in a process of their own."""
    fault = "the ceilings of this machine could not be measured"
    found = Ceilings.model_validate_json(own_process(fault, "survival.capture.ceilings", mode))
    if isinstance(adapter.beside(), str):
        return found
    try:
        said = own_process("its limits", "survival.capture.webgpu.ceilings", mode)
    except CaptureError as e:  # the CPU is measured all the same
        adapter.give_up(f"the GPU that WebGPU offers could not be measured: {e}")
        return found
    return _better(found, Ceilings.model_validate_json(said))


def raised(this: Machine, again: Ceilings) -> Machine:
    """The machine with the better of two measurements of every ceiling."""
    return this.model_copy(update={"ceilings": _better(this.ceilings, again)})


def _better(a: Ceilings, b: Ceilings) -> Ceilings:
    launches = [x for x in (a.launch_seconds, b.launch_seconds) if x]
    return Ceilings(
        memory=_best([*a.memory, *b.memory], "bytes_per_second"),
        operations=_best([*a.operations, *b.operations], "operations_per_second"),
        transfers=_best([*a.transfers, *b.transfers], "bytes_per_second"),
        launch_seconds=min(launches) if launches else None,
    )


def _best(rates: list[Any], field: str) -> list[Any]:
    """Of rates that are alike in every other field, the highest."""
    found: dict[str, Any] = {}
    for rate in rates:
        key = rate.model_dump_json(exclude={field})
        if key not in found or getattr(rate, field) > getattr(found[key], field):
            found[key] = rate
    return list(found.values())


def this_machine(mode: Literal["full", "quick"], gpu: Gpu | str) -> Machine:
    """Describe this machine and measure its ceilings; the moment names the capture.

    `gpu` is CUDA's device, or why there is none: then a GPU of any maker may be.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    cpu = machine.cpu()
    measured = measured_ceilings(mode)
    here = gpu if isinstance(gpu, Gpu) else adapter.beside()
    found = here if isinstance(here, Gpu) else None
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
        ceilings=measured,
        ceilings_timer=ceilings.timer(mode),
    )


def relimited(record: Record, ceilings: Ceilings) -> Record:
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
