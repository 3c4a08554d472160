"""H12: what should be captured again, on which machine, why, and by which command."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from survival import catalog
from survival.catalog import Example
from survival.judge import compiled, messages
from survival.judge import pins as pinned
from survival.judge.pins import Pins
from survival.records import COMPILED, LOCAL, MESSAGES, Record, Results

NO_PINS: Pins = MappingProxyType({})


def stale(record: Record, example: Example) -> list[str]:
    """H12: names of the variants whose source is not the one that was measured."""
    today = {v.name: example.source_hashes(v) for v in example.variants}
    return [v.name for v in record.variants if v.source_hash not in today.get(v.name, ())]


def why_stale(record: Record, example: Example | None, pins: Pins) -> dict[str, str]:
    """H12: stale variants that ran, each with why, as a sentence goes on after "measured"."""
    found = {name: f"with {why}" for name, why in pinned.outdated(record, pins).items()}
    if example:
        ran = {v.name for v in record.variants if v.status != "not_run"}
        old = [name for name in stale(record, example) if name in ran]
        found |= dict.fromkeys(old, "on an older version of its source, or of its problem")
    return found


def not_measured(record: Record, example: Example) -> list[str]:
    """H2, H12: CPU variants that the record lacks: one of them may be the fastest."""
    known = {v.name for v in record.variants}
    return [v.name for v in example.variants if v.device == "cpu" and v.name not in known]


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
        if self.folder == COMPILED:
            return [compiled.AGAIN.format(f'"{" ".join(self.why)}"')]
        if self.folder == MESSAGES:
            return [messages.AGAIN.format(" ".join(self.why))]
        steps = [f'make capture EXAMPLE="{" ".join(self.why)}"'] if self.why else []
        if self.clock and not steps:
            steps = [".venv/bin/python -m survival clock"]
        return steps if self.folder == LOCAL else [*steps, ".venv/bin/python -m survival publish"]


def find(
    results: Results,
    examples: dict[str, Example],
    pins: Pins,
    *clock_hashes: str,
) -> list[Again]:
    """All machines with something stale; `clock_hashes` are of today's check of the clocks."""
    found = []
    for folder in results.order():
        why = {}
        for name, record in results.records[folder].items():
            if name not in examples:
                continue  # the judge fails it already
            old_ones = why_stale(record, examples[name], pins)
            if old_ones:
                why[name] = [
                    f"{variant}: measured {reason}" for variant, reason in old_ones.items()
                ]
            if lacks := not_measured(record, examples[name]):
                why[name] = why.get(name, []) + [f"{variant}: not measured" for variant in lacks]
        clock = results.clocks.get(folder)
        old = clock is not None and clock.source_hash not in clock_hashes
        if why or old:
            found.append(Again(folder, results.machines[folder].title, why, old))
    if why := compiled.outdated(results, examples, pins):
        found.append(Again(COMPILED, "any machine with Linux", why, clock=False))
    return found


def find_messages(results: Results, pins: Pins, examples: Path = catalog.EXAMPLES) -> list[Again]:
    """What programs should say again, errors and profiles."""
    why = messages.outdated(results, examples, pins)
    return [Again(MESSAGES, "any machine with these libraries", why, clock=False)] if why else []


def text(found: list[Again]) -> str:
    """For a terminal."""
    if not found:
        return "nothing is stale"
    lines = []
    for again in found:
        where = "this machine" if again.folder == LOCAL else again.machine
        what = "compile" if again.folder == COMPILED else "capture"
        lines.append(f"results/{again.folder}: {what} again on {where}")
        for example, reasons in again.why.items():
            lines += [f"  {example} {reason}" for reason in reasons]
        if again.clock:
            lines.append("  clock: the timers changed since they were checked")
        lines += [f"    {command}" for command in again.commands]
    return "\n".join(lines)
