"""Which lines of a program are new against another one: marked in a listing of several.

A ladder of programs teaches by what changes from rung to rung. That is compared, never typed.
"""

import ast
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from survival.catalog import Variant
from survival.pages.blocks import fold

MOST = 0.5
"""Where a larger part of its lines is new, it is another program, and nothing is marked."""


class Change(NamedTuple):
    """What is new in a program."""

    against: Variant
    groups: list[tuple[int, int]]
    """First and last line of each group, counted from 1."""

    @property
    def lines(self) -> int:
        """How many lines are marked."""
        return sum(last - first + 1 for first, last in self.groups)


def nearest(variant: Variant, before: Sequence[Variant]) -> Change | None:
    """What is new against the program of those `before` that it shares most with.

    Of equals it is the last. Only programs of the same library are compared. None where it shares
    too little with each, and where nothing is new.
    """
    found = [
        Change(v, list(new(variant.source, v.source)))
        for v in reversed(before)
        if v.library == variant.library
    ]
    change = min(found, key=lambda c: c.lines, default=None)
    if change is None or not 0 < change.lines <= MOST * len(_open(variant.source)):
        return None
    return change


def new(source: str, other: str) -> Iterator[tuple[int, int]]:
    """Groups of lines of `source` that `other` lacks in that place, counted from 1.

    Neither its docstring, nor what is folded, nor empty lines.
    """
    mine, theirs = _open(source), _open(other)
    texts = list(mine.values()), list(theirs.values())
    numbers = list(mine)
    same = set()
    for block in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
        same.update(numbers[block.a : block.a + block.size])
    changed = enumerate(n for n in numbers if n not in same)
    for _, run in groupby(changed, lambda at: at[1] - at[0]):
        group = [number for _, number in run]
        yield group[0], group[-1]


def _open(source: str) -> dict[int, str]:
    """The lines that stand open in a listing and say something, by their number."""
    away = {n for first, last, _ in fold.ranges(source) for n in range(first, last + 1)}
    tree = ast.parse(source)
    if ast.get_docstring(tree) is not None:
        away.update(range(1, (tree.body[0].end_lineno or 1) + 1))
    return {
        n: line.rstrip()
        for n, line in enumerate(source.split("\n"), 1)
        if n not in away and line.strip()
    }
