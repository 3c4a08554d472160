"""Every sample of a timing is on the page, with its median, and leads to its record."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from survival.pages.charts import samples
from survival.pages.charts.layout import NARROW, WIDE, Frame
from survival.pages.charts.specs import Point, Series
from survival.records import Timing
from survival.stats import summary
from tests.survival.pages.test_extension import (  # noqa: F401
    CPU,
    GPU,
    change,
    convert,
    copied,
    no_charts,
    plain,
)

PAGE = "/// samples | toy_sum cpu_numba 2^24 compute\n///"


def made_timing(*values: float) -> Timing:
    """A timing of these samples, in seconds."""
    return Timing(
        size=8,
        scope="compute",
        samples=list(values),
        calls_per_sample=1,
        timer="made up",
        **summary(values)._asdict(),
    )


def drawn(timing: Timing, frame: Frame) -> dict[str, Any]:
    """The specification of its chart."""
    points = tuple(Point(i, s, s, s, f"sample {i}") for i, s in enumerate(timing.samples, 1))
    return samples.draw(Series("x", "cpu", "square", points), timing, frame)


def test_the_page_says_what_the_record_has() -> None:
    """Median, interval, fastest and slowest, and a link for every sample and point."""
    html = convert(PAGE)
    text = plain(html)
    assert "Numba on the CPU, 16,777,216 elements, compute: 9 samples in the order" in text
    assert "Median 2.52 ms, its 95 % interval" in text
    assert html.count(f'data-record="results/{GPU}/toy_sum.json"') == 5 + 9
    link = r'<a xlink:href="([^"]*)" role="group" tabindex="-1" data-cards="([\d ]*)"><path'
    lines = re.findall(link, html)
    nine = " ".join("0" * 9)  # nine samples of one timing, which has one card
    assert lines == [(f"results/{machine}/toy_sum.json", nine) for machine in (GPU, CPU)]


@pytest.mark.usefixtures("no_charts")
def test_a_gpu_variant_is_not_yet_measured_without_one(copied: Path) -> None:  # noqa: F811
    """No GPU among the machines: the page says so, in one badge."""
    for name in ("machine", "toy_sum", "toy_picture"):
        (copied / "results" / GPU / f"{name}.json").unlink()
    html = convert("/// samples | toy_sum gpu_cupy 2^24 compute\n///", copied)
    assert plain(html) == "Not yet measured on a GPU."


@pytest.mark.usefixtures("no_charts")
def test_a_quick_capture_of_the_readers_own_stops_nothing(copied: Path) -> None:  # noqa: F811
    """A timing that only the reader's own capture lacks is left out; else its samples are shown."""
    own = copied / "results" / "local"
    (copied / "results" / CPU).rename(own)
    variants = json.loads((own / "toy_sum.json").read_text())["variants"]
    place = [v["name"] for v in variants].index("cpu_numba")
    assert "This machine" in convert(PAGE, copied, local=True)
    change(own / "toy_sum.json", lambda r: r["variants"][place].update(timings=[]))
    assert "This machine:" not in convert(PAGE, copied, local=True)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("values", "axis"),
    [
        ((1e-3,) * 7, "does not begin at zero"),
        ((2.21e-3, 2.22e-3, 2.24e-3, 2.25e-3, 2.3e-3, 2.31e-3, 4e-3), "does not begin at zero"),
        ((1e-6, 1.1e-6, 1.2e-6, 1.1e-6, 1e-6, 1.3e-6, 9e-2), "log scale"),
        ((3.0, 3.1, 3.2, 3.3, 3.4, 3.5), "does not begin at zero"),
    ],
)
def test_the_axis_shows_the_spread_and_says_how(
    values: tuple[float, ...], axis: str, frame: Frame
) -> None:
    """A long tail needs a logarithmic axis; both name themselves, and have ticks worth reading."""
    spec = drawn(made_timing(*values), frame)
    (marks,) = [x for x in spec["layer"] if x["mark"]["type"] == "point"]
    assert len(marks["data"]["values"]) == len(values)
    y = marks["encoding"]["y"]
    assert axis in y["axis"]["title"]
    low, high = y["scale"]["domain"]
    assert low < min(values) <= max(values) < high
    ticks = y["axis"]["values"]
    assert 2 <= len(ticks) <= 7
    assert low <= min(ticks) <= max(ticks) <= high
    labels = re.findall(r"\? '([^']*)'", y["axis"]["labelExpr"])
    assert len(set(labels)) == len(ticks)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_the_names_of_the_lines_never_touch(frame: Frame) -> None:
    """Median and fastest may be one value; their names are a line apart."""
    spec = drawn(made_timing(*(1e-3,) * 7), frame)
    names = [x["data"]["values"][0] for x in spec["layer"] if x["mark"]["type"] == "text"]
    heights = sorted(v["y"] for v in names)
    assert [v["t"][0] for v in names] == ["median", "fastest"]
    assert all(b - a >= frame.label_height - 1e-6 for a, b in pairwise(heights))
