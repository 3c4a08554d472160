"""H12: what should be captured again, on which machine, why, and by which command."""

from dataclasses import dataclass

from survival import judge
from survival.catalog import Example
from survival.pins import Pins
from survival.records import LOCAL, Results


@dataclass(frozen=True)
class Again:
    """What is stale on one machine."""

    folder: str
    machine: str
    why: dict[str, list[str]]
    """Example to lines that name the variant and the reason."""
    clock: bool
    """Whether the check of the clocks is older than the timers that it checked."""

    @property
    def commands(self) -> list[str]:
        """What to type on that machine."""
        steps = [f'make capture EXAMPLE="{" ".join(self.why)}"'] if self.why else []
        if self.clock and not steps:
            steps = [".venv/bin/python -m survival clock"]
        return steps if self.folder == LOCAL else [*steps, ".venv/bin/python -m survival publish"]


def find(
    results: Results, examples: dict[str, Example], pins: Pins, clock_hash: str
) -> list[Again]:
    """All machines with something stale; `clock_hash` is that of today's check of the clocks."""
    found = []
    for folder in results.order():
        why = {}
        for name, record in results.records[folder].items():
            if name not in examples:
                continue  # the judge fails it already
            stale = judge.why_stale(record, examples[name], pins)
            if stale:
                why[name] = [f"{variant}: measured {reason}" for variant, reason in stale.items()]
            if lacks := judge.not_measured(record, examples[name]):
                why[name] = why.get(name, []) + [f"{variant}: not measured" for variant in lacks]
        clock = results.clocks.get(folder)
        old = clock is not None and clock.source_hash != clock_hash
        if why or old:
            found.append(Again(folder, results.machines[folder].title, why, old))
    return found


def text(found: list[Again]) -> str:
    """For a terminal."""
    if not found:
        return "nothing is stale"
    lines = []
    for again in found:
        where = "this machine" if again.folder == LOCAL else again.machine
        lines.append(f"results/{again.folder}: capture again on {where}")
        for example, reasons in again.why.items():
            lines += [f"  {example} {reason}" for reason in reasons]
        if again.clock:
            lines.append("  clock: the timers changed since they were checked")
        lines += [f"    {command}" for command in again.commands]
    return "\n".join(lines)
