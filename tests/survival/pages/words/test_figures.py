"""Tables and charts from made-up records."""

import math
import re
import xml.etree.ElementTree as etree
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survival import units
from survival.capture import timers, worker
from survival.capture.webgpu import adapter
from survival.errors import RecordError
from survival.judge import evidence
from survival.judge.evidence import Measured
from survival.pages.charts import captions, layout, plots, specs, svg
from survival.pages.charts.layout import NARROW, WIDE
from survival.pages.charts.specs import Point, Series
from survival.pages.words import digits, figures, tables
from survival.records import Record

HERE = Path(__file__).resolve().parents[1]
FRAMES = pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])


@pytest.fixture(autouse=True)
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are drawn afresh."""
    monkeypatch.setattr(svg, "CACHE", tmp_path / "charts")


@pytest.fixture
def measured() -> Measured:
    """The made-up sum on the made-up GPU machine."""
    found = evidence.load(HERE / "results", HERE / "examples", False).reference("toy_sum")
    assert found is not None
    return found


def drawn(measured: Measured, kind: str = "sizes", **options: Any) -> str:
    """The HTML of a chart."""
    size = measured.record.sizes[3]
    settings = {"scopes": captions.BOTH, "variants": [], "size": size, "axis": "", "details": ""}
    settings |= options
    return str(plots.chart(measured, "chart", kind=kind, **settings))


def svgs(html: str) -> list[etree.Element]:
    """Each SVG of a page, parsed."""
    return [etree.fromstring(s) for s in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def words(element: etree.Element, tag: str) -> list[str]:
    """The texts of all elements of that name."""
    return ["".join(e.itertext()) for e in element.iter(f"{{{svg.SVG}}}{tag}")]


# ---- Tables ---------------------------------------------------------------------------------


def test_the_headline_size_is_the_largest_that_most_have(measured: Measured) -> None:
    """Python is left out at the largest size, and does not drag the headline down."""
    assert measured.record.variant("cpu_python").timing(2**24, "compute") is None
    assert figures.headline_size(measured.record).n == 2**24


def test_a_table_has_every_variant_the_fastest_first(measured: Measured) -> None:
    """CPU and GPU alike; what has no time comes last, in the order of the listing's tabs."""
    table = tables.table(measured, measured.record.size(2**20))
    assert {(r.device, r.label) for r in table.rows} == {
        (v.device, v.label) for v in measured.example.variants
    }
    times = [r.seconds for r in table.rows]
    assert times == sorted(times)
    assert times[0] < times[-1]


def test_bars_are_linear_from_zero_on_one_scale(measured: Measured) -> None:
    """A bar is as long as its time, in compute and end to end alike; a tiny one is still seen."""
    near = [v for v in measured.record.variants if v.name in ("cpu_numpy", "cpu_numba")]
    record = measured.record.model_copy(update={"variants": near})
    table = tables.table(replace(measured, record=record), record.size(2**20))
    cells = [c for r in table.rows for c in r.cells[:2]]
    longest = max(float(c.number.value) for c in cells if c.number)
    assert not table.dots
    assert len([c for c in cells if c.number]) >= 4
    for cell in filter(lambda c: c.number, cells):
        assert cell.number is not None
        share = 100 * float(cell.number.value) / longest
        assert cell.width == pytest.approx(max(share, tables.SMALLEST_BAR), abs=0.06)


def test_times_that_are_far_apart_are_dots_on_the_scale_of_the_chart(measured: Measured) -> None:
    """Ten times as long is as far to the right, wherever it is; none is lost at the left end."""
    table = tables.table(measured, measured.record.size(2**20))
    cells = [c for r in table.rows for c in r.cells[:2] if c.number]
    assert table.dots
    places = sorted((math.log(float(c.number.value)), c.width) for c in cells if c.number)
    (first, low), (last, high) = places[0], places[-1]
    assert 0 < low < high < 100
    for seconds, place in places:
        along = (seconds - first) / (last - first)
        assert place == pytest.approx(low + along * (high - low), abs=0.2)


def test_a_column_has_one_unit(measured: Measured) -> None:
    """Every number of a column, times its unit, is the median in the record."""
    table = tables.table(measured, measured.record.size(2**20))
    units = {"µs": 1e-6, "ms": 1e-3}
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            if cell.number:
                written = float(cell.number.text.replace(",", "")) * units[column.unit]
                assert written == pytest.approx(float(cell.number.value), rel=0.006)


@pytest.mark.parametrize(
    ("times", "text", "rate"),
    [
        ((1.28e-6, 1.20e-6, 1.41e-6), "1.3 µs", "78 GB/s"),
        ((1.28e-6, 1.27e-6, 1.29e-6), "1.28 µs", "78 GB/s"),
        ((1.24e-6, 1.20e-6, 1.41e-6), "1.2 µs", "81 GB/s"),
        ((155e-3, 152e-3, 165e-3), "155 ms", "650 kB/s"),
        ((996e-6, 900e-6, 1100e-6), "1.0 ms", "100 MB/s"),
    ],
    ids=["wide", "would leave its interval", "one process", "and again", "the next unit"],
)
def test_a_time_of_one_process_has_two_digits(
    measured: Measured, times: tuple[float, float, float], text: str, rate: str
) -> None:
    """Its interval does not know the next process; a third digit only keeps it inside."""
    variant = measured.record.variant("cpu_numpy")
    names = dict(zip(("median", "low", "high"), times, strict=True))
    timing = variant.timings[0].model_copy(update=names)
    number = figures.time(measured, variant, timing, "compute")
    assert number.text.replace(units.NBSP, " ") == text
    assert number.value == times[0]
    n = digits.of_time(timing, measured.machine, 1e5)
    assert units.prefixed(1e5 / times[0], "B/s", n).replace(units.NBSP, " ") == rate


def test_a_cell_without_a_time_says_why(measured: Measured) -> None:
    """Left out is not left blank: a word in the cell, and the whole reason with it."""
    table = tables.table(measured, measured.record.size(2**24))
    row = next(r for r in table.rows if r.label == "Python")
    cell = row.cells[0]
    assert (cell.number, cell.missing) == (None, "too slow")
    assert cell.reason == "at 16,777,216: one call takes about 0.67 s"


def test_a_variant_without_transfers_is_left_out_in_both_scopes(measured: Measured) -> None:
    """Its end to end is its compute, so that one reason stands in both cells."""
    numpy = measured.record.variant("cpu_numpy").model_dump()
    numpy["timings"] = [t for t in numpy["timings"] if t["size"] != 2**24]
    numpy["left_out"] = [{"size": 2**24, "scope": "compute", "reason": "out of memory"}]
    fields = measured.record.model_dump() | {"variants": [numpy]}
    record = Record.model_validate(fields)
    table = tables.table(replace(measured, record=record), record.size(2**24))
    row = next(r for r in table.rows if r.label == "NumPy")
    assert [c.missing for c in row.cells] == ["too large", "too large"]


class GPUValidationError(Exception):
    """By its name, what wgpu raises."""


BEYOND = GPUValidationError("...\nBuffer binding 0 range 9 exceeds `max_x` limit 4")
SLOW = timers.Budget(target=1, limit=1)
REASONS = {
    f"at 64: {adapter.too_large(BEYOND)}": "too large",
    worker.no_room(MemoryError("out of memory")): "too large",
    "needs about 9.0 GiB, more than half of the free memory": "too large",
    f"at 64: {timers.foreseen(9, SLOW)}": "too slow",
    "a first call took longer than 60 s": "too slow",
    "a first call failed: out of memory": "failed",
    "65536 runs in a submission hardly take longer than an empty one": "not timed",
    "not timed in every process": "not timed",
    "timed 3 times only before the time limit, and 6 are the fewest": "not timed",
}


@pytest.mark.parametrize(("reason", "word"), REASONS.items())
def test_the_word_for_a_size_that_was_left_out_is_true(reason: str, word: str) -> None:
    """What a GPU's limits forbid, or no clock can tell, was not too slow."""
    assert tables.left_out(reason) == word


def test_the_best_are_marked(measured: Measured) -> None:
    """One CPU variant and one GPU variant, or one for each scope where they differ."""
    table = tables.table(measured, measured.record.size(2**24))
    marks = {r.label: r.marks for r in table.rows if r.marks}
    assert marks == {
        "Numba": ("best CPU",),
        "CuPy": ("best GPU, end to end",),
        "CuPy, CUDA C kernel": ("best GPU, compute",),
    }


def test_ratios_name_their_scope_and_their_base(measured: Measured) -> None:
    """Against the best CPU of the same precision; Python against what all others are held to."""
    table = tables.table(measured, measured.record.size(2**20))
    said = {r.label: [(s, figures.plain([p])) for s, p in r.ratios] for r in table.rows}
    assert said["Numba"] == [("", "the best CPU")]
    assert said["NumPy"] == [("", "1.9× slower")]
    assert said["NumPy, float64"] == [("", "the best CPU in float64")]
    assert said["Python"] == [("compute", "258× slower"), ("end to end", "582× slower")]
    assert said["CuPy"] == [
        ("compute", "9.9× faster"),
        ("end to end", "1.04× faster, not settled"),
    ]


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("1048576", 2**20),
        ("1,048,576", 2**20),
        ("2^20", 2**20),
        ("1024x1024", 2**20),
        ("1024 × 1024", 2**20),
    ],
)
def test_sizes_can_be_written_in_several_ways(measured: Measured, text: str, n: int) -> None:
    """As a number, a power or a product."""
    assert evidence.find_size(measured.record.sizes, text).n == n


@given(st.text(max_size=20))
def test_no_text_breaks_the_search_for_a_size(text: str) -> None:
    """Anything that is not a size is refused by name, and takes no time."""
    with pytest.raises(RecordError, match="unknown size"):
        evidence.find_size([], text)


# ---- Layout ---------------------------------------------------------------------------------


@given(
    st.lists(st.floats(-1000, 1000), max_size=30),
    st.floats(1, 40),
    st.floats(0, 100),
    st.floats(110, 900),
)
def test_spread_labels_never_overlap(
    wanted: list[float], gap: float, low: float, high: float
) -> None:
    """They keep their order, their distance and the frame, whatever the wishes."""
    placed = layout.spread(wanted, gap, low, high)
    room = (high - low) / max(1, len(wanted) - 1)
    assert len(placed) == len(wanted)
    for a, b in pairwise(sorted(placed)):
        assert b - a >= min(gap, room) - 1e-6
    assert all(low - 1e-6 <= p <= high + 1e-6 for p in placed)
    for (w, p), (v, q) in pairwise(sorted(zip(wanted, placed, strict=True))):
        assert w == v or p <= q


@given(st.lists(st.floats(0, 500), min_size=1, max_size=8))
def test_labels_with_room_stay_where_they_want(wanted: list[float]) -> None:
    """Labels that are far enough apart already are not moved."""
    far = sorted({round(w / 20) * 20.0 for w in wanted})
    assert layout.spread(far, 15, 0, 500) == pytest.approx(far)


@given(st.floats(1e-9, 100), st.floats(1.0, 1e8))
def test_a_log_axis_has_ticks_within_its_domain(low: float, factor: float) -> None:
    """At least two, whatever the range, and none outside."""
    domain = layout.padded(low, low * factor, 0.05)
    ticks = layout.powers(domain, 9)
    assert 2 <= len(ticks) <= 9
    assert all(domain[0] <= t <= domain[1] for t in ticks)


# ---- Charts ---------------------------------------------------------------------------------


def test_a_chart_has_a_point_for_each_timing(measured: Measured) -> None:
    """Each is there in both widths, with its exact values as a tooltip."""
    expected = sum(t.scope != "first_call" for v in measured.record.variants for t in v.timings)
    charts_ = svgs(drawn(measured))
    assert len(charts_) == 2
    for chart in charts_:
        tips = [tip for said in words(chart, "title")[1:] for tip in said.split("\n")]
        assert len(tips) == expected
        marks = [path for path in chart.iter(f"{{{svg.SVG}}}path") if len(path)]
        assert sum(max(1, path.attrib["d"].count("M")) for path in marks) == expected
        assert len(marks) < expected / 3  # one element for all marks of a line
        assert "CuPy on the GPU, 16,777,216 elements, end to end: 1.89 ms (1.88–1.89 ms)" in tips


@pytest.mark.parametrize("kind", plots.KINDS)
def test_charts_are_small_well_formed_and_described(measured: Measured, kind: str) -> None:
    """XML with a title and a description of its own ids, no class but ours, no color but ours."""
    ids: list[str] = []
    for chart, name in zip(svgs(drawn(measured, kind)), ("wide", "narrow"), strict=True):
        ids += [e.attrib["id"] for e in chart.iter() if "id" in e.attrib]
        assert chart.attrib["class"] == f"sv-{name}"
        assert chart.attrib["role"] == "img"
        assert chart.attrib["aria-labelledby"].split() == ids[-2:]
        assert "the fastest on the CPU in float32 (Numba) takes" in words(chart, "desc")[0]
        assert len(etree.tostring(chart)) < 21_000
        for element in chart.iter():
            assert element is chart or "class" not in element.attrib
            for paint in ("fill", "stroke"):
                value = element.attrib.get(paint, "none")
                assert value in ("none", "transparent") or value.startswith("var(--sv-")
    assert len(ids) == len(set(ids)) == 4


def test_the_crossover_is_marked(measured: Measured) -> None:
    """On the chart and in words, end to end; a chart of the CPU alone does not speak of it."""
    wide, narrow = svgs(drawn(measured))
    assert "the GPU wins end to end from 1,048,576 elements" in words(wide, "text")
    assert "GPU wins from 1,048,576" in words(narrow, "text")
    assert (
        "End to end, the GPU wins from a size between 65,536 and 1,048,576 elements on."
        in words(wide, "desc")[0]
    )
    alone = drawn(measured, variants=["cpu_numpy"])
    assert "GPU wins" not in alone
    assert "best GPU" not in alone


@FRAMES
def test_texts_stay_within_the_frame_and_apart(measured: Measured, frame: layout.Frame) -> None:
    """No text leaves the drawing, and no two texts overlap, by a cautious guess of their widths."""
    chart = svgs(drawn(measured))[frame is NARROW]
    boxes = list(_boxes(chart))
    assert len(boxes) > 15
    for left, top, right, bottom, text in boxes:
        assert left >= -1, text
        assert right <= frame.width + 1, text
        assert top >= -1, text
        assert bottom <= float(chart.attrib["height"]) + 1, text
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]
            assert apart, (a, b)


def _boxes(element: etree.Element, x: float = 0, y: float = 0) -> Any:
    """Left, top, right, bottom of each text, and the text."""
    moved = re.findall(r"translate\(([^,]*),([^)]*)\)", element.attrib.get("transform", ""))
    x, y = x + sum(float(a) for a, _ in moved), y + sum(float(b) for _, b in moved)
    if element.tag == f"{{{svg.SVG}}}text":
        lines = [e.text or "" for e in element.iter() if e.text]
        size = float(element.attrib["font-size"].removesuffix("px"))
        bold = 1.1 if element.attrib.get("font-weight") == "600" else 1
        width = max(0.54 * bold * size * len(t) for t in lines)
        start = {"start": 0.0, "middle": width / 2, "end": width}[
            element.attrib.get("text-anchor", "start")
        ]
        height = 13 * (len(lines) - 1)
        yield (
            x - start,
            y - 0.72 * size,
            x - start + width,
            y + height + 0.2 * size,
            " ".join(lines),
        )
    for child in element:
        yield from _boxes(child, x, y)


def test_programs_of_one_device_differ_in_colour_within_its_family(measured: Measured) -> None:
    """Blue for the CPU, orange for the GPU, and of each as many as there are programs."""
    page = drawn(measured)
    for device in specs.SHAPES:
        programs = [v for v in measured.variants() if v.device == device and v.timings]
        used = set(re.findall(rf'stroke="(var\(--sv-{device}[^"]*\))"', page))
        assert len(used) == min(len(programs), len(specs.FAMILY)) > 1


def test_thirty_programs_of_one_device_have_a_mark_each() -> None:
    """A shape comes again in another colour: the ninth program looked like the first."""
    names = [f"cpu_numpy_{i}" for i in range(30)]
    many = SimpleNamespace(variants=lambda: [SimpleNamespace(name=n, device="cpu") for n in names])
    marks = [
        Series(name, "cpu", shape, (), again=again)
        for name, (shape, again) in plots.shapes(many).items()  # type: ignore[arg-type]
    ]
    assert len({(s.shape, specs.colour(s)) for s in marks}) == 30


def test_a_tool_has_the_same_mark_in_every_example() -> None:
    """The plain program of a tool, or its first; what is left over goes to the others."""

    def marks(*names: str) -> dict[str, tuple[str, int]]:
        variants = [SimpleNamespace(name=n, device=n[:3]) for n in names]
        return plots.shapes(SimpleNamespace(variants=lambda: variants))  # type: ignore[arg-type]

    few = marks("cpu_numba_onecore", "cpu_numba", "cpu_numpy", "gpu_cupy_rawkernel", "gpu_torch")
    assert few["cpu_numpy"] == ("square", 0)
    assert few["cpu_numba"] == ("diamond", 0)
    assert few["cpu_numba_onecore"] == ("triangle-up", 0)  # as Keras has no program here
    many = marks("cpu_torch", "cpu_keras_tensorflow", "cpu_numba_simd", "cpu_numpy_blocks")
    assert many["cpu_numpy_blocks"] == few["cpu_numpy"]
    assert many["cpu_numba_simd"] == few["cpu_numba"]
    assert many["cpu_keras_tensorflow"] == few["cpu_numba_onecore"]
    assert marks("cpu_numba", "gpu_torch")["gpu_torch"] == few["gpu_torch"]


@FRAMES
def test_many_long_names_still_fit(frame: layout.Frame) -> None:
    """Twelve lines with long names that end at one point: wrapped, spread, and room to draw."""
    series = [
        Series(
            f"Numba, one core, float64 {i}",
            "gpu" if i % 2 else "cpu",
            "circle",
            tuple(Point(10.0**k, 1e-3 * 2**k, 1e-3 * 2**k, 1e-3 * 2**k, "tip") for k in range(5)),
        )
        for i in range(12)
    ]
    spec = specs.over_sizes(series, frame, "elements", (100.0, "the GPU wins from 100"))
    assert spec["width"] >= 0.4 * frame.width
    chart = etree.fromstring(svg.render(spec, "c", "i", "t", "d"))
    boxes = [b for b in _boxes(chart) if "Numba" in b[4]]
    assert len(boxes) == 12
    if frame.narrow:  # below the plot, which has the whole width; at its lines are letters
        assert [b[4].split()[0] for b in boxes] == list("ABCDEFGHIJKL")
        assert spec["width"] >= 0.7 * frame.width
    tops = sorted(b[1] for b in boxes)
    heights = {b[3] - b[1] for b in boxes}
    assert all(b - a >= max(heights) for a, b in pairwise(tops))


def test_bars_become_a_ladder_where_they_would_show_nothing(measured: Measured) -> None:
    """From zero within a factor of twenty; above, dots on a log axis that says so (H16)."""
    near = drawn(measured, "bars", variants=["cpu_numpy", "cpu_numba"])
    assert "log scale" not in near
    for chart in svgs(near):
        assert "0" in words(chart, "text")
        starts = {
            e.attrib["d"].split(",")[0]
            for e in chart.iter(f"{{{svg.SVG}}}path")
            if e.attrib.get("fill-opacity") or "on the CPU" in "".join(e.itertext())
        }
        assert starts == {"M0"}
    assert "log scale" in drawn(measured, "bars")
    assert "log scale" in drawn(measured, "ladder", variants=["cpu_numpy", "cpu_numba"])


def test_a_chart_writes_the_digits_that_the_text_writes(measured: Measured) -> None:
    """Two, and a third only where it was earned: beside the mark, and in what a mark says."""
    size = measured.record.size(2**20)
    html = drawn(measured, "ladder", size=size)
    texts = {t.replace(units.NBSP, " ") for chart in svgs(html) for t in words(chart, "text")}
    for v in measured.variants():
        if (t := v.timing(size.n, "compute")) is not None:
            said = figures.time(measured, v, t, "compute").text.replace(units.NBSP, " ")
            assert said in texts
            assert f"compute: {said} (" in html.replace(units.NBSP, " ")


def test_a_chart_of_one_scope_speaks_of_that_scope_alone(measured: Measured) -> None:
    """Compute solid and end to end dashed on one chart; alone, end to end needs no dashes."""
    both, alone = drawn(measured), drawn(measured, scopes=["end_to_end"])
    assert "Solid lines: compute, the data already in place; dashed: end to end, with" in both
    assert "the result back, where it" in both
    assert 'stroke-dasharray="5,3"' in both
    trip = "bringing the data to the GPU and the result back counts"
    assert f"All times are end to end: {trip}." in alone
    assert 'stroke-dasharray="5,3"' not in alone
    assert "compute" not in alone


def test_a_chart_explains_its_marks(measured: Measured) -> None:
    """Two readers did not know what the line through a dot is."""
    assert "Its line, the 95 % interval, says how sure it is." in drawn(measured, "ladder").replace(
        units.NBSP, " "
    )
    whole = "dashed: end to end, with bringing the data to the GPU and the result back"
    assert f"{whole}, where it differs." in drawn(measured)
    assert f"{whole}. " in drawn(measured, variants=["cpu_python", "gpu_cupy"])


def test_an_axis_says_what_the_sizes_are(measured: Measured) -> None:
    """A reader did not know that a model's tokens counted its texts."""
    assert "elements (log scale)" in drawn(measured)
    other = drawn(measured, axis="sums, one for each")
    assert "sums, one for each (log scale)" in other
    assert "elements (log scale)" not in other


def test_what_is_missing_on_a_chart_is_named(measured: Measured) -> None:
    """A variant that was left out at the size shown is not missing in silence."""
    html = drawn(measured, "ladder", size=measured.record.size(2**24))
    assert "Left out at this size: Python. " in html
    assert "Left out" not in drawn(measured)


def test_nothing_to_draw_says_so(measured: Measured) -> None:
    """Variants that were not measured leave a badge, not an empty frame."""
    found = [
        m
        for m in evidence.load(HERE / "results", HERE / "examples", False).of("toy_sum")
        if m.machine.gpu is None
    ]
    html = drawn(found[0], variants=["gpu_cupy"])
    assert html == ('<p class="sv-badge sv-badge--unmeasured">Not yet measured on a GPU.</p>')


def test_a_chart_is_drawn_once(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it comes from the cache; a cache that cannot be written only costs time."""
    first = drawn(measured)
    with monkeypatch.context() as patch:
        patch.setattr(svg, "draw", lambda spec: pytest.fail("drawn again"))
        assert drawn(measured) == first
    monkeypatch.setattr(svg, "CACHE", Path("/dev/null/charts"))
    assert drawn(measured) == first


def test_axis_labels_are_written_for_people() -> None:
    """Powers of ten as times and counts."""
    assert [layout.time_tick(10.0**k) for k in range(-9, 1, 3)] == ["1 ns", "1 µs", "1 ms", "1 s"]
    assert math.isclose(layout.powers((1e-7, 1e-1), 9)[0], 1e-7)
