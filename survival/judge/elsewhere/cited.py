"""What others measured, each figure with machine, method, source and date (H17).

A cited figure is no Timing and lies in no Record, so that no ratio, crossover or claim can use it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from survival import system
from survival.catalog import Example
from survival.errors import JudgeError
from survival.judge.elsewhere.bounds import rows
from survival.judge.findings import Finding
from survival.records import Model
from survival.records.fields import Name, Seconds, Text

FILE = Path(__file__).with_name("cited.toml")
Words = Annotated[Text, Field(min_length=2, max_length=200)]


class Cited(Model):
    """One time that somebody else measured for one of our problems."""

    example: Name
    """Which problem."""
    size: Annotated[int, Field(ge=1, lt=2**62)]
    """At which size, in the example's unit."""
    seconds: Seconds
    """Of one call, the data already in place."""
    program: Words
    """What was run."""
    machine: Words
    """On which GPU."""
    method: Words
    """How it was timed, or from which rate the time follows."""
    by: Words
    """The source in a word, for a chart."""
    source: Annotated[Text, Field(min_length=8)]
    """Where it stands."""
    date: date
    """Of which day the source is."""


def figures(example: str, path: Path = FILE) -> tuple[Cited, ...]:
    """What is cited for an example. Raises JudgeError for a row without source, date or sense."""
    return tuple(c for c in every(path) if c.example == example)


def every(path: Path = FILE) -> tuple[Cited, ...]:
    """All cited figures. Raises JudgeError, one line, for a row that cannot be believed."""
    return _every(system.text(path), path.name)


@lru_cache(maxsize=8)
def _every(text: str, name: str) -> tuple[Cited, ...]:
    found = tuple(rows(text, name, "cited", Cited))
    for row in found:
        if row.date > date.today():
            raise JudgeError(f"{name}: '{row.by}' for {row.example} is of the future: {row.date}")
    return found


def judge_cited(examples: Mapping[str, Example], path: Path = FILE) -> Iterator[Finding]:
    """H17: a figure is of an example that exists. Raises JudgeError, as `every` does."""
    for row in every(path):
        if row.example not in examples:
            says = f"'{row.program}' of {row.by} is of no example: {row.example}"
            yield Finding("H17", path.name, says, "fail")
