"""The rules over energy: long windows, idle told, and no more than the device may draw."""

from collections.abc import Iterator, Mapping

from survival.catalog import Example
from survival.errors import CatalogError
from survival.judge.findings import PHYSICS, Finding
from survival.records import ENERGY_FILE, Energy, Results
from survival.records.drawn.energy import Counter, Window

WINDOW = 2.0
"""Seconds that a window lasts at least: counters are renewed about ten times in a second, and of an
A100 or H100 only a quarter of the time is sampled (Yang and others, "Part-time Power Measurements",
arXiv 2312.02741)."""
LEAST = 10
"""Windows, of a program and of idleness, below which nothing is said."""


def judge_energy(found: Energy, examples: Mapping[str, Example], path: str) -> Iterator[Finding]:
    """Windows are long and many enough, and none holds more than the limit of power (H5).

    Nothing draws less at work than when idle; what is of an older source is stale (H12).
    """
    for counter in found.counters:
        every = {"idle": counter.idle}
        for drawn in counter.drawn:
            name = f"{drawn.example} {drawn.variant} {drawn.size}"
            every[name] = drawn.windows
            if drawn.watts * PHYSICS < counter.idle_watts if counter.idle else False:
                says = f"draws {drawn.watts:.3g} W, and {counter.idle_watts:.3g} W when idle"
                yield Finding("energy", f"{path} {name}", says, "reject")
            if _changed(drawn.example, drawn.variant, drawn.source_hash, examples):
                yield Finding("H12", f"{path} {name}", "was measured of another source", "mark")
        for name, windows in every.items():
            for says, rule in _faults(windows, counter, name):
                yield Finding(rule, f"{path} {name}", says, "reject")


def _faults(windows: list[Window], counter: Counter, name: str) -> Iterator[tuple[str, str]]:
    if len(windows) < LEAST:
        yield f"{len(windows)} windows; {LEAST} are needed", "energy"
    if short := [w.seconds for w in windows if w.seconds < WINDOW]:
        yield f"a window of {min(short):.2g} s; a counter needs {WINDOW:g} s", "energy"
    if name != "idle" and any(w.calls == 0 for w in windows):
        yield "a window in which the program did not run", "energy"
    most = max((w.watts for w in windows), default=0.0)
    if most > PHYSICS * counter.limit_watts:
        yield f"{most:.4g} W, and the device may draw {counter.limit_watts:.4g} W", "H5"


def _changed(example: str, variant: str, digits: str, examples: Mapping[str, Example]) -> bool:
    try:
        return examples[example].source_hash(examples[example].variant(variant)) != digits
    except (KeyError, CatalogError):
        return True


def judge_all(results: Results, examples: Mapping[str, Example]) -> Iterator[Finding]:
    """Every published file of energy."""
    for folder, found in results.energies.items():
        path = f"results/{folder}/{ENERGY_FILE}"
        if found.machine != results.machines[folder].name:
            yield Finding("energy", path, f"is of machine '{found.machine}'", "fail")
        yield from judge_energy(found, examples, path)
