"""What a chart over sizes has at its axis, and how its key tells lines apart."""

from typing import Any

import pytest

from survival.pages.charts import specs
from survival.pages.charts.layout import NARROW, WIDE, Frame, size_ticks
from survival.pages.charts.specs import Point, Series


def line(label: str, shape: str, *, dashed: bool = False, again: int = 0) -> Series:
    """A line of two points."""
    points = tuple(Point(x, y, 0.9 * y, 1.1 * y, "") for x, y in ((1.0, 1e-3), (8.0, 5e-3)))
    return Series(label, "cpu", shape, points, dashed, again=again)


def key(layers: list[dict[str, Any]]) -> list[Any]:
    """The dashes of the pieces of lines that stand below the plot."""
    pieces = [m for m in layers if m["mark"]["type"] == "line" and "opacity" not in m["mark"]]
    below = [
        m for m in pieces if "field" in m["encoding"]["y"] and m["encoding"]["y"]["scale"] is None
    ]
    return [m["mark"].get("strokeDash") for m in below]


def test_a_narrow_chart_shows_in_its_key_which_line_is_dashed() -> None:
    """Compute and end to end have one mark and one colour: only the dashes tell them apart."""
    lines = [line("A", "square"), line("A", "square", dashed=True)]
    assert key(specs.over_sizes(lines, NARROW, "elements")["layer"]) == [None, [5, 3]]


@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
def test_few_sizes_are_ticks(frame: Frame) -> None:
    """So that each mark stands above its size; of many, or long ones, powers of ten do."""
    few = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert size_ticks([*few, *few], (0.9, 35), frame) == few
    long = [2.0**k for k in range(8, 27, 3)]
    assert (
        size_ticks(long, (200, 1e8), frame)
        == [1e3, 1e4, 1e5, 1e6, 1e7, 1e8][:: 2 if frame.narrow else 1]
    )
    close = [100.0, 110.0, 200.0]
    assert not set(size_ticks(close, (90, 220), frame)) & {110.0}


def test_programs_of_one_chart_have_colours_of_their_own() -> None:
    """All marks of a device in turn, and those of a second round beside the first."""
    first = [specs.colour(line("", shape)) for shape in specs.SHAPES["cpu"]]
    again = [specs.colour(line("", shape, again=1)) for shape in specs.SHAPES["cpu"]]
    assert len(set(first)) == len(specs.SHAPES["cpu"])
    assert all(a != b for a, b in zip(first, again, strict=True))
