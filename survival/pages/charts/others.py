"""What others measured, in a chart over sizes: open grey marks, with which nothing is compared."""

from itertools import groupby
from operator import attrgetter

from survival import units
from survival.catalog import size_label
from survival.judge.elsewhere import cited
from survival.judge.elsewhere.cited import Cited
from survival.judge.evidence import Measured
from survival.pages.charts.specs import Point, Series

SHAPES = ("cross", "diamond", "square", "triangle-up")
"""One for each source and machine; what tells them from ours is their grey."""
BEYOND = 16
"""How many times our largest size lies at most before what is cited. That lengthens the axis by a
fifth or so; what is larger, only the table has."""


def near(measured: Measured) -> list[Cited]:
    """What others measured within reach of our sizes, of each source the slowest first."""
    last = measured.record.sizes[-1].n
    found = [c for c in cited.figures(measured.example.name) if c.size <= BEYOND * last]
    return sorted(found, key=lambda c: (c.by, c.machine, c.size, -c.seconds))


def series(found: list[Cited]) -> list[Series]:
    """The marks of each source and machine; the caption has which program is which."""
    grouped = [list(of) for _, of in groupby(found, attrgetter("by", "machine"))]
    return [
        Series(
            f"{of[0].by}, cited: {of[0].machine}",
            "gpu",
            SHAPES[at % len(SHAPES)],
            tuple(Point(c.size, c.seconds, c.seconds, c.seconds, "") for c in of),
            cited=True,
        )
        for at, of in enumerate(grouped)
    ]


def legend(measured: Measured, found: list[Cited], *, sources: bool) -> str:
    """Whose marks they are, from when, and each program with its time; empty without any.

    With all of the `sources` where no table of the page has them.
    """
    if not found:
        return ""
    problem = measured.example.problem()
    parts = []
    for (by, machine, source, day), of in groupby(
        found, attrgetter("by", "machine", "source", "date")
    ):
        sizes = []
        for n, each in groupby(of, attrgetter("size")):
            told = "; ".join(f"{c.program}, {units.seconds(c.seconds)}" for c in each)
            sizes.append(f"{size_label(problem, n)} {problem.UNIT}: {told}")
        whole = f" ({source})" * sources
        parts.append(f"{by}{whole}, {units.date(day)}, {machine}, {'; '.join(sizes)}.")
    return f"Open grey marks are cited, from other machines: {' '.join(parts)} "
