"""What the words below a chart say of its lines."""

from dataclasses import replace

from survival.pages.charts.captions import covered
from survival.pages.charts.specs import Point, Series


def line(label: str, *heights: float, first: int = 0) -> Series:
    """A line of one point for each height, at 1, 10, 100, ... from the `first` power of ten on."""
    points = tuple(Point(10 ** (first + i), y, y, y, "") for i, y in enumerate(heights))
    return Series(label, "cpu", "square", points)


SLOW, LOW, HIGH = (
    line("slow", 1.0, 10.0, 100.0),
    line("low", 0.001, 0.01),
    line("high", 0.001, 0.01),
)


def test_a_line_that_another_one_hides_is_named() -> None:
    """Which one it is, and under which it lies."""
    assert covered([SLOW, LOW, HIGH]) == ["The line of low is under that of high."]
    assert covered([LOW, replace(HIGH, suffix=" (stale)")])  # the scale is that of what is drawn


def test_a_line_of_which_something_is_seen_is_not() -> None:
    """One mark that is apart is enough to find a line."""
    assert covered([SLOW, LOW]) == []
    assert covered([SLOW, LOW, line("near", 0.0013, 0.0127)]) == []
    assert covered([SLOW, line("longer", 0.001, 0.01, 0.1), HIGH]) == []
    assert covered([SLOW, LOW, line("elsewhere", 0.01, 0.1, first=1)]) == []


def test_dashes_hide_nothing_but_dashes() -> None:
    """What is solid is seen between them."""
    dashed = replace(HIGH, dashed=True)
    assert covered([SLOW, LOW, dashed]) == []
    assert len(covered([SLOW, replace(LOW, dashed=True), dashed])) == 1


def test_what_is_cited_has_no_line() -> None:
    """Open marks hide nothing."""
    assert covered([SLOW, LOW, replace(HIGH, cited=True)]) == []
    assert covered([]) == []
