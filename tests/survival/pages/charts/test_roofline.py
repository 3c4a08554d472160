"""The roofline: where lines and names stand. The numbers are made up."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survival.errors import PageError
from survival.judge import evidence
from survival.pages.charts.layout import NARROW, WIDE, place_on_roof, places_of_names
from survival.pages.charts.roofline import Roof, Spot, draw, lines, one_line, spots
from survival.pages.words.figures import Number

HERE = Path(__file__).resolve().parents[1]
ROOF = Roof("cpu", 2e10, 1e11, ("20 GB/s", "100 GFLOP/s"))


def spot(title: str, intensity: float, rate: float) -> Spot:
    """A made-up point."""
    return Spot(
        title, "cpu", "NumPy", "1,024 elements", intensity, Number("", rate, "x", ""), None, "k"
    )


@pytest.mark.parametrize(
    ("intensity", "rate"), [(0.1, 2e9), (1.0, 2e10), (5.0, 1e11), (100.0, 1e11)]
)
def test_the_roof_is_the_lower_of_memory_and_arithmetic(intensity: float, rate: float) -> None:
    """Left of the ridge the bandwidth counts, right of it the arithmetic."""
    assert ROOF.ridge == 5.0
    assert ROOF.at(intensity) == pytest.approx(rate)


@given(
    at=st.dictionaries(
        st.text("abcdefgh ", min_size=3, max_size=24),
        st.floats(0, 280, allow_nan=False),
        min_size=1,
        max_size=12,
    )
)
def test_names_never_touch_and_never_leave_the_plot(at: dict[str, float]) -> None:
    """In each row, every name ends before the next begins, and before the right edge."""
    places = places_of_names(at, 282, NARROW)
    assert places.keys() == at.keys()
    rows: dict[int, list[tuple[float, float]]] = {}
    for name, (start, row) in places.items():
        rows.setdefault(row, []).append((start, start + NARROW.text_width(name)))
        assert start + NARROW.text_width(name) <= 282 + 1e-9
        assert start <= at[name]
    for row in rows.values():
        row.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(row))
    for name, (start, row) in places.items():
        if start == at[name] - 2:  # not moved from the right edge
            end = start + NARROW.text_width(name)
            above = [at[n] for n, (_, r) in places.items() if r > row and at[n] > at[name]]
            assert all(end < x for x in above)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_everything_lies_within_the_axes(frame: object) -> None:
    """The domains hold every point and the roof's ridge, whatever lies far apart."""
    far = [spot("Low", 0.01, 1e7), spot("High", 3000.0, 9e10)]
    made = draw([ROOF], far, frame)  # type: ignore[arg-type]
    found = [
        (v["x"], v["y"], layer["encoding"])
        for layer in made["layer"]
        for v in layer["data"]["values"]
        if "scale" in layer["encoding"].get("y", {}) and layer["encoding"]["y"]["scale"]
    ]
    assert len(found) >= 2 + 3
    for x, y, encoding in found:
        low, high = encoding["x"]["scale"]["domain"]
        assert low <= x <= high * (1 + 1e-12)
        low, high = encoding["y"]["scale"]["domain"]
        assert low <= y <= high
        assert math.isfinite(y)


def test_an_example_without_arithmetic_has_no_place() -> None:
    """Moving alone, such as a transpose, is refused by name and not drawn at zero."""
    measured = evidence.load(HERE / "results", HERE / "examples", False).of("toy_sum")[0]
    record = measured.record
    still = record.model_copy(
        update={"sizes": [s.model_copy(update={"operations": 0}) for s in record.sizes]}
    )
    assert spots(measured)
    with pytest.raises(PageError, match="toy_sum does no arithmetic"):
        spots(replace(measured, record=still))


def test_of_two_names_on_one_line_the_upper_is_the_upper_points() -> None:
    """Though by their last digits one lies to the left of the other."""
    for low, high in ((0.4999, 0.5), (0.5, 0.4999)):
        both = [spot("Fast", high, 4e9), spot("Slow", low, 1e9)]
        rows = {n: row for n, (_, row) in places_of_names(lines(both), 282, WIDE).items()}
        assert rows["Fast"] > rows["Slow"]  # rows are counted upwards
        assert one_line(both)
    assert not one_line([spot("Fast", 0.5, 4e9), spot("Slow", 5.0, 1e9)])


@given(st.floats(0, 300), st.floats(20, 200), st.lists(st.floats(0, 330), max_size=4))
def test_words_on_a_roof_stand_clear_of_the_lines_from_names(
    knee: float, length: float, guides: list[float]
) -> None:
    """Within the plot always, and crossed only where no place is free."""
    end = 330
    start = place_on_roof(knee, end, length, guides)
    assert start >= 0
    assert start + length <= end + 1e-9
    crossed = any(start < g < start + length for g in guides)
    places = range(0, int(end - length))
    free = [p for p in places if not any(p - 7 < g < p + length + 7 for g in guides)]
    assert not (crossed and free)


def test_words_on_a_roof_stand_at_its_knee_if_nothing_is_there() -> None:
    """And before the line that runs through them there."""
    assert place_on_roof(180, 330, 117, []) == 180
    assert place_on_roof(180, 330, 117, [60, 296]) == 296 - 6 - 117
