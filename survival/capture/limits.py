"""The ceilings that a capture holds its records against: tried, kept, written."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from survival import records
from survival.capture import ceilings, machine
from survival.capture.processes import own_process
from survival.capture.webgpu import adapter
from survival.errors import CaptureError
from survival.records import BEFORE, Ceilings, Gpu, Machine, Record, Simd, Tried, Try


def hold(folder: Path, this: Machine, kept: list[Record]) -> None:
    """Write the machine, and the records with their limits by its ceilings."""
    records.write(folder / "machine.json", this)
    for record in kept:
        records.write(folder / f"{record.example}.json", relimited(record, this.ceilings))


def machine_name() -> str:
    """What results/ calls this machine."""
    gpu = adapter.this_gpu()
    return machine.slug(machine.cpu(), gpu if isinstance(gpu, Gpu) else None)


def measured_ceilings(mode: str, capture: str) -> Ceilings:
    """Try this machine's ceilings once, in a process of their own."""
    fault = "the ceilings of this machine could not be measured"
    found = Ceilings.model_validate_json(own_process(fault, "survival.capture.ceilings", mode))
    if not isinstance(adapter.beside(), str):
        try:
            said = own_process("its limits", "survival.capture.webgpu.ceilings", mode)
            found = joined(found, Ceilings.model_validate_json(said))
        except CaptureError as e:  # the CPU is measured all the same
            adapter.give_up(f"the GPU that WebGPU offers could not be measured: {e}")
    return _changed(found, lambda tries: [_of(t, capture) for t in tries])


def _of(tried: Try, capture: str) -> Try:
    return tried.model_copy(update={"capture": capture})


def with_tries(this: Machine, before: Machine) -> Machine:
    """The machine with what was known of it before: all tries, and how well it repeats."""
    return this.model_copy(
        update={
            "ceilings": joined(before.ceilings, this.ceilings),
            "repeatability": this.repeatability or before.repeatability,
        }
    )


def joined(a: Ceilings, b: Ceilings) -> Ceilings:
    """Every ceiling of either, with the tries of both."""
    launched = [c for c in (a, b) if c.launch_seconds]
    seconds = [c.launch_seconds for c in launched if c.launch_seconds]
    before = [[Try(best=s)] for s in seconds]
    tries = [c.launch_tries or b for c, b in zip(launched, before, strict=True)]
    return Ceilings(
        memory=_rates([*a.memory, *b.memory], "bytes_per_second"),
        operations=_rates([*a.operations, *b.operations], "operations_per_second"),
        transfers=_rates([*a.transfers, *b.transfers], "bytes_per_second"),
        launch_seconds=min(seconds, default=None),
        launch_tries=_tries([t for each in tries for t in each], min),
    )


def _rates(rates: Sequence[Tried], field: str) -> list[Any]:
    """Of rates that are alike in every other field one, with the tries of all."""
    alike: dict[str, list[Tried]] = {}
    for rate in rates:
        alike.setdefault(rate.model_dump_json(exclude={field, "tries"}), []).append(rate)
    found = []
    for same in alike.values():
        tries = [t for r in same for t in r.tries or r.of(BEFORE)]
        change = {field: max(r.best for r in same), "tries": _tries(tries, max)}
        found.append(same[0].model_copy(update=change))
    return found


def _tries(tries: Sequence[Try], better: Callable[..., float]) -> list[Try]:
    """One try for each capture, with the values of all its processes; none counts twice."""
    found: dict[str, Try] = {}
    for t in tries:
        known = found.setdefault(t.capture, t)
        if known is not t:
            new = [v for v in t.values if v not in known.values]
            change = {"values": [*known.values, *new], "best": better(known.best, t.best)}
            found[t.capture] = known.model_copy(update=change)
    return list(found.values())


def _changed(found: Ceilings, change: Callable[[list[Try]], list[Try]]) -> Ceilings:
    """The ceilings with the tries of each changed."""

    def each(rates: Sequence[Tried]) -> list[Tried]:
        return [r.model_copy(update={"tries": change(r.tries)}) for r in rates]

    kinds = {k: each(getattr(found, k)) for k in ("memory", "operations", "transfers")}
    return found.model_copy(update={**kinds, "launch_tries": change(found.launch_tries)})


def numpys_simd() -> Simd:
    """What NumPy makes of this processor, asked as the programs are run."""
    said = own_process("NumPy did not say what it takes", "survival.capture.host.simd")
    return Simd.model_validate_json(said)


def this_machine(mode: Literal["full", "quick"], gpu: Gpu | str) -> Machine:
    """Describe this machine and try its ceilings once; the moment names the capture.

    `gpu` is CUDA's device, or why there is none: then a GPU of any maker may be.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    capture = now.strftime("%Y%m%d-%H%M%S")
    cpu = machine.cpu()
    measured = measured_ceilings(mode, capture)
    here = gpu if isinstance(gpu, Gpu) else adapter.beside()
    found = here if isinstance(here, Gpu) else None
    return Machine(
        schema_version=1,
        name=machine.slug(cpu, found),
        capture=capture,
        captured=now,
        mode=mode,
        system=machine.system(),
        python=".".join(map(str, sys.version_info[:3])),
        cpu=cpu,
        gpu=found,
        ceilings=measured,
        simd=numpys_simd(),
        ceilings_timer=ceilings.timer(mode, any(r.cold for r in measured.memory)),
    )


def relimited(record: Record, ceilings: Ceilings) -> Record:
    """The record with the limit of every check, by what its capture found the machine to reach."""
    by_n = {s.n: s for s in record.sizes}
    variants = []
    for v in record.variants:
        checks = []
        for c in v.checks:
            cold = v.cold(c.size)
            limit = ceilings.limit(by_n[c.size], v.device, v.precision, record.capture, cold)
            checks.append(c.model_copy(update={"limit": limit}))
        variants.append(v.model_copy(update={"checks": checks}))
    return record.model_copy(update={"variants": variants})
