"""What a rule says of a record, and what follows from it."""

from dataclasses import dataclass, replace
from typing import Literal

from survival.records import Reading, Timing
from survival.stats import Summary, summary, summary_of_processes

PHYSICS = 1.05
"""H5: how far above a measured ceiling a result may lie before it is an error of measurement."""

Severity = Literal["reject", "fail", "mark"]


@dataclass(frozen=True)
class Finding:
    """What a rule says of a record."""

    rule: str
    where: str
    says: str
    severity: Severity

    @property
    def message(self) -> str:
        """One line: rule, place, fault."""
        return f"{self.rule} {self.where}: {self.says}"

    @property
    def rejects(self) -> bool:
        """Whether the record must not be kept."""
        return self.severity == "reject"

    @property
    def fails(self) -> bool:
        """Whether the build must not go on."""
        return self.severity != "mark"


def for_release(findings: list[Finding]) -> list[Finding]:
    """H12: the same findings, where what is stale is no longer a mark but fails."""
    return [replace(f, severity="fail") if f.rule == "H12" else f for f in findings]


def summary_of(seen: Timing | Reading) -> Summary:
    """What the samples say, over processes where there are several."""
    if isinstance(seen, Timing):
        return summary_of_processes(list(seen.groups.values()))
    return summary(seen.samples)


def of_its_samples(seen: Timing | Reading) -> bool:
    """H7: whether the stated statistics are those of the samples."""
    stated = (seen.median, seen.low, seen.high, seen.q1, seen.q3)
    true = summary_of(seen)
    return all(abs(a - b) <= 1e-6 * b for a, b in zip(stated, true, strict=True))
