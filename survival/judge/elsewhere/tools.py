"""The tools that a chapter compares: what installs them, which programs use them, what is old."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from survival import system
from survival.catalog import Example
from survival.errors import JudgeError, known
from survival.judge.elsewhere.bounds import keyed
from survival.judge.findings import Finding
from survival.judge.pins import Pins
from survival.records import INSTALLS, LINUX, Installs, Model
from survival.records.fields import Text

FILE = Path(__file__).with_name("tools.toml")
AGAIN = ".venv/bin/python -m survival installs"


class Tool(Model):
    """A tool, and what a reader types to have it."""

    title: Text
    """What a page calls it."""
    requires: Annotated[list[Text], Field(min_length=1)]
    """What is given to pip, without versions."""
    of: Text
    """The package whose built files tell the systems that it is for."""
    programs: dict[Text, Text]
    """Example to variant: the job, done with it."""


def every(path: Path = FILE) -> dict[str, Tool]:
    """All tools by key, in the order of the file. Raises JudgeError in one line."""
    return _every(system.text(path), path.name)


@lru_cache(maxsize=8)
def _every(text: str, name: str) -> dict[str, Tool]:
    return dict(keyed(text, name, Tool))


def get(key: str, path: Path = FILE) -> Tool:
    """One tool. Raises JudgeError, naming those that exist."""
    found = every(path)
    if key not in found:
        raise JudgeError(known("tool", key, found))
    return found[key]


def package(requirement: str) -> str:
    """The name in a requirement: `jax` of `jax[cuda13]==0.10.2`."""
    return re.split(r"[\[=]", requirement)[0]


def pinned(requirement: str, pins: Pins) -> str:
    """A requirement with the version that this repository pins, if it pins one."""
    versions = pins.get(package(requirement), frozenset())
    return f"{requirement}=={next(iter(versions))}" if len(versions) == 1 else requirement


def outdated(record: Installs | None, pins: Pins, path: Path = FILE) -> list[str]:
    """H12: a line for each tool that would install something else today, or was never asked for."""
    held = {i.tool: i for i in record.installs} if record else {}
    lines = []
    for key, tool in every(path).items():
        today = [pinned(r, pins) for r in tool.requires]
        if key not in held:
            lines.append(f"{key}: not asked for yet")
        elif held[key].requires != today:
            lines.append(f"{key}: of {', '.join(held[key].requires)}; today {', '.join(today)}")
    gone = [key for key in held if key not in every(path)]
    return [*lines, *(f"{key}: there is no such tool any more" for key in gone)]


def judge_tools(
    record: Installs | None, examples: Mapping[str, Example], pins: Pins, path: Path = FILE
) -> Iterator[Finding]:
    """H12 over the installs. Raises CatalogError where a tool's program does not exist."""
    for tool in every(path).values():
        for name, variant in tool.programs.items():
            examples[name].variant(variant)
    for line in outdated(record, pins, path):
        yield Finding(
            "H12", f"results/{INSTALLS}/{LINUX}.json", f"{line}; `{AGAIN}` does it", "mark"
        )
