"""The picture of two captures, from made-up ones: no reader ever sees these."""

import re
import shutil
from pathlib import Path

import pytest

from survival import records
from survival.errors import PageError
from survival.judge import repeats
from survival.pages.charts import captures, svg
from survival.pages.charts.layout import NARROW, WIDE, Frame
from survival.records import Repeats
from tests.survival.conftest import SIZES
from tests.survival.judge.test_repeats import FIRST, SECOND, wide
from tests.survival.pages.test_extension import CPU, HERE, convert


def made(shift: float = 1.2) -> Repeats:
    """Two captures whose first processes lie apart."""
    found = repeats.repeats(CPU, wide(1.0, **FIRST), wide(shift, **SECOND))
    assert found is not None
    return found


def test_a_machine_that_was_captured_once_says_so() -> None:
    """There is nothing to draw, and nothing is invented."""
    html = convert("/// captures |\n///")
    assert captures.NOT_YET in html
    assert "<svg" not in html


def test_both_pictures_count_all_timings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one process none overlap, by all of them each: the numbers link to the file."""
    monkeypatch.setattr(svg, "CACHE", tmp_path / "charts")
    shutil.copytree(HERE / "results", tmp_path / "results")
    shutil.copytree(HERE / "examples", tmp_path / "examples")
    records.write(tmp_path / "results" / CPU / records.REPEATS_FILE, made())
    html = convert("/// captures |\n///", tmp_path)
    assert html.count('<figure class="sv-chart"') == 2
    assert html.count(f'data-record="results/{CPU}/repeats.json"') == 4
    assert html.index(captures.WAYS[True]) < html.index(captures.WAYS[False])
    assert "hours apart" not in html


def test_a_mark_is_a_dot_within_and_a_cross_without() -> None:
    """Colour is not the only sign; both pictures have one scale."""
    found = made()
    domains = []
    for alone, inside in ((True, 0), (False, len(SIZES))):
        for frame in (WIDE, NARROW):
            bars, dots, crosses = captures.draw(found.timings, frame, alone=alone)["layer"]
            assert [len(x["data"]["values"]) for x in (bars, dots, crosses)] == [
                len(SIZES),
                inside,
                len(SIZES) - inside,
            ]
            assert dots["mark"]["shape"] != crosses["mark"]["shape"]
            domains.append(bars["encoding"]["y"]["scale"]["domain"])
    assert all(d == domains[0] for d in domains)


def test_what_lies_far_out_stays_in_the_picture() -> None:
    """A time of a hundredfold is drawn at the edge, and its tip says what it was."""
    drawn = captures.draw(made(100.0).timings, WIDE, alone=True)
    low, high = drawn["layer"][0]["encoding"]["y"]["scale"]["domain"]
    marks = [m for layer in drawn["layer"] for m in layer["data"]["values"]]
    assert all(low <= m[k] <= high for m in marks for k in ("low", "high", "y"))
    assert any("100 times" in m["t"] for m in marks)


def test_of_many_timings_some_are_drawn_evenly_picked() -> None:
    """From the first to near the last, none twice."""
    found = made()
    many = found.model_copy(update={"timings": found.timings * 30})
    assert len(captures.drawn(many)) == captures.DRAWN
    assert captures.drawn(found) == found.timings


def test_it_takes_no_argument() -> None:
    """As with the machines: it is of all of them."""
    with pytest.raises(PageError, match="takes no argument"):
        convert("/// captures | doubling\n///")


@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_axis_is_drawn(frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In layers that share an axis, one that wants none takes it from all."""
    monkeypatch.setattr(svg, "CACHE", tmp_path / "charts")
    drawn = svg.render(captures.draw(made().timings, frame, alone=True), "", "x", "", "")
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    assert {"1", "0.8", "time over the first capture's median (log scale)"} <= set(texts)
