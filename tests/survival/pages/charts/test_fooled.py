"""A clock that is stopped too early is shown as what it is, beside the right one."""

from pathlib import Path

import pytest

from survival.pages.charts import fooled, specs
from survival.pages.charts.layout import NARROW, WIDE, Frame
from survival.records import Clock
from tests.survival.capture.test_clock import checked, copied, launched_copy, made_clock  # noqa: F401
from tests.survival.conftest import made_machine
from tests.survival.pages.test_extension import GPU, convert, plain

PAGE = "/// clock | fooled\n///"


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        (4e12, "4.0 times: impossible"),
        (1.06e12, "1.06 times: impossible"),
        (1.04e12, "104 %: possible, and still wrong"),
        (2e11, "20 %: possible, and still wrong"),
    ],
)
def test_a_rate_is_impossible_only_above_the_ceiling(rate: float, says: str) -> None:
    """The tolerance is the one of rule H5."""
    assert fooled.verdict(rate, 1e12).replace("\u00a0", " ") == says


@pytest.mark.usefixtures("checked")
def test_the_page_shows_both_rates_the_ceiling_and_a_verdict(checked: Path) -> None:  # noqa: F811
    """128 MiB in 1 µs and in 1 ms; on the made-up GPU memory does 2 TB/s at best."""
    html = convert(PAGE, checked)
    text = plain(html)
    assert "134 TB/s" in text
    assert "134 GB/s" in text
    assert "67 times: impossible" in text
    assert "By CuPy’s cpu_times" in text
    assert f'data-record="results/{GPU}/clock.json"' in html
    assert f'data-record="results/{GPU}/machine.json"' in html
    assert "<i>" not in html


def clock_of(*tasks: dict[str, object]) -> Clock:
    """A check with these tasks."""
    return made_clock(*tasks)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_the_lines_are_three_for_each_device(frame: Frame) -> None:
    """Dashed, solid, and a bound without marks; all within one chart, with every name on it."""
    large = launched_copy("gpu", right=2e-3)
    tasks = clock_of(launched_copy("cpu"), launched_copy("gpu"), large | {"name": "b"}).tasks
    series = fooled._series(made_machine(), list(tasks))
    assert [(s.label, s.dashed, s.ceiling) for s in series] == [
        (f"{device}, {what}", what == "wrong timer", what == "ceiling")
        for device in ("CPU", "GPU")
        for what in ("wrong timer", "right timer", "ceiling")
    ]
    assert [len(s.points) for s in series] == [1, 1, 1, 2, 2, 2]
    wrong = series[0].points[0]
    assert wrong.low < wrong.y < wrong.high
    spec = specs.over_sizes(series, frame, "bytes", None, "bandwidth", "B/s")
    texts = [
        "".join(" ".join(v["t"]) for v in layer["data"]["values"])
        for layer in spec["layer"]
        if layer["mark"]["type"] == "text"
    ]
    names = [s.label for s in series]
    if frame.narrow:  # letters at the lines, and below the plot whose they are
        letters = "ABCDEF"[: len(names)]
        names = [*letters, *map(" ".join, zip(letters, names, strict=True))]
    assert sorted(t.replace("  ", " ") for t in texts) == sorted(names)
