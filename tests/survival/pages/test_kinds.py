"""Kinds of evidence on a page: a bound and a cited figure look like what they are; one note."""

import html as escaping
import json
import math
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survival import catalog, units
from survival.judge.elsewhere import bounds, cited
from survival.pages.blocks import sections
from survival.pages.charts import svg
from tests.survival.pages.blocks.test_claimed import add_twin
from tests.survival.pages.test_extension import HERE, convert, copied, no_charts

__all__ = ["copied", "no_charts"]

CHART = "# Chapter\n\n/// chart | toy_sum\n///\n"
SCRIPT = catalog.ROOT / "docs" / "assets" / "bounds.js"


def lines(html: str) -> dict[str, list[float]]:
    """The bound of each GPU that a chart offers, over its sizes."""
    found = re.search(r'data-bounds="([^"]*)"', html)
    assert found
    (told,) = json.loads(escaping.unescape(found[1]))
    assert len(told["sizes"]) == len(next(iter(told["gpus"].values()))[0])
    return {name: seconds for name, (seconds, _, _) in told["gpus"].items()}


@pytest.mark.usefixtures("no_charts")
def test_a_chart_offers_the_bound_of_each_data_sheet() -> None:
    """Worked out from the example's own work, with source and day; none is drawn unasked."""
    html = convert(CHART)
    found = lines(html)
    assert {s.name for s in bounds.data_sheets()} >= set(found)
    assert "NVIDIA H100 SXM" in found
    assert all(s >= 0 for seconds in found.values() for s in seconds)
    assert "data sheet" in html
    assert "sv-bound-line" not in html
    assert "<script" not in html


def test_the_plot_says_where_a_script_may_draw() -> None:
    """Left, top, width, height, and both ends of both axes; on both widths."""
    html = convert(CHART)
    plots = re.findall(r'<svg[^>]* data-plot="([^"]*)"', html)
    assert len(plots) >= 2
    for plot in plots:
        left, top, width, height, x0, x1, y0, y1 = map(float, plot.split())
        assert min(left, top, width, height) > 0
        assert 0 < x0 < x1
        assert 0 < y0 < y1


AT_ONE_SIZE = "/// chart | toy_sum\n    kind: {}\n    size: 2^24\n    variants: {}\n///\n"
CPUS = "cpu_numpy, cpu_numba"
TWO = "toy_sum.cpu_numpy, toy_sum.gpu_cupy, toy_twin.gpu_cupy"
CHARTS = {
    "over sizes": CHART,
    "ladder": AT_ONE_SIZE.format("ladder", "cpu_numba, gpu_cupy"),
    "bars": AT_ONE_SIZE.format("bars", CPUS),
    "beyond a ladder": AT_ONE_SIZE.format("ladder", CPUS),
    "of two examples": f"/// chart | toy_sum toy_twin\n    variants: {TWO}\n///\n",
}


@pytest.mark.parametrize("which", CHARTS)
def test_the_script_draws_the_chosen_gpu_and_says_that_it_is_a_bound(
    which: str, copied: Path, tmp_path: Path
) -> None:
    """In a browser: the choice that was kept is drawn within the plot, without a choice nothing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on PATH")
    add_twin(copied)
    page = tmp_path / "page.html"
    chart = convert(CHARTS[which], copied)

    def shown(choice: str) -> str:
        keep = f"localStorage.setItem('sv-bound', {json.dumps(choice)})"
        body = f"<script>{keep}</script>{chart}<script>{SCRIPT.read_text()}</script>"
        page.write_text(f"<!doctype html><meta charset=utf-8><body>{body}")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        flags = [f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()]
        done = subprocess.run(
            [*command, *flags], capture_output=True, text=True, timeout=60, check=True
        )
        return re.sub(r"<script>.*?</script>", "", done.stdout, flags=re.DOTALL)

    drawn = shown("NVIDIA T4")
    beyond, works = which == "beyond a ladder", 1 + (which == "of two examples")
    assert drawn.count('class="sv-bound-line"') == 2 * works * (not beyond)  # on both widths
    assert drawn.count('class="sv-bound-mark"') == 2 * beyond
    assert "bound and no measurement: no program on this GPU (NVIDIA T4) can be faster" in drawn
    assert ("Thin dotted line" in drawn) == (not beyond)
    assert ("(beyond this axis: the triangle)" in drawn) == beyond
    assert 'for="sv-bound"' in drawn
    names = re.findall(r'<g class="sv-bound">.*?</g>', drawn, re.DOTALL)
    assert names[0].count(">Toy sum</text>") == (2 if works == 2 else 0)  # both have that title
    plot = re.search(r'data-plot="([^"]+)"', drawn)
    assert plot
    left, top, width, height, low, high, *y = map(float, plot[1].split())
    start = r"translate\(" if beyond else "[ML]"
    places = re.findall(start + r"([\d.]+) ([\d.]+)", names[0])
    assert places
    for x, at in places:
        assert left - 1 <= float(x) <= left + width + 1
        assert top - 1 <= float(at) <= top + height + 1
    if not y and not beyond:  # an upright line, where the axis has the bound
        seconds = lines(chart)["NVIDIA T4"][0]
        along = math.log(seconds / low) / math.log(high / low) if low else seconds / high
        assert [float(x) for x, _ in places] == pytest.approx([left + width * along] * 2, abs=0.1)
    none = shown("a GPU that is not there")
    assert "sv-bound-line" not in none
    assert 'id="sv-bound"' in none


@pytest.mark.usefixtures("no_charts")
@pytest.mark.parametrize("chosen", ["", "\n    variants: cpu_numpy, gpu_cupy"])
def test_a_cited_figure_is_named_with_its_source_and_has_no_card(
    chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On chart and table, as text: it is no number of ours, and leads to no record."""
    row = cited.every()[0].model_copy(
        update={"example": "toy_sum", "size": 1_000_000, "program": "<b>cited</b> program"}
    )
    seen = []
    monkeypatch.setattr(cited, "every", lambda *_: (row,))
    before = svg.render
    monkeypatch.setattr(svg, "render", lambda spec, *rest: seen.append(spec) or before(spec, *rest))
    chart = CHART.replace(" toy_sum", f" toy_sum{chosen}")
    html = convert(chart + "\n/// timings | toy_sum\n///\n")
    assert "What others measured, on other machines" in html
    assert "&lt;b&gt;cited&lt;/b&gt; program on NVIDIA RTX A6000" in html
    assert row.source in html
    says = f"Open grey marks are cited, from other machines: {row.by}, {units.date(row.date)}, "
    says += f"{row.machine}, 1,000,000 elements: &lt;b&gt;cited&lt;/b&gt; program, 445"
    assert says in html
    told = re.search(r'<details class="sv-cited">.*?</details>', html, re.DOTALL)
    assert told
    assert "<data" not in told[0]
    assert "var(--sv-muted)" in json.dumps([spec["layer"] for spec in seen])


@pytest.mark.usefixtures("no_charts")
def test_a_cited_figure_far_beyond_our_sizes_is_in_the_table_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would squeeze the chart, which does not name its source either."""
    row = cited.every()[0].model_copy(update={"example": "toy_sum", "size": 2**40})
    monkeypatch.setattr(cited, "every", lambda *_: (row,))
    html = convert(CHART + "\n/// timings | toy_sum\n///\n")
    assert row.source in html
    assert "Open grey marks" not in html


@pytest.mark.usefixtures("no_charts")
@pytest.mark.parametrize("option", ["scope: end_to_end", "kind: ladder\n    size: 2^20"])
def test_a_cited_figure_is_of_data_in_place_and_of_its_own_size(
    option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside times of another kind, or at another size, it would be compared."""
    row = cited.every()[0].model_copy(update={"example": "toy_sum", "size": 2**20})
    monkeypatch.setattr(cited, "every", lambda *_: (row,))
    chart = CHART.replace(" toy_sum", f" toy_sum\n    {option}")
    assert "Open grey marks" not in convert(chart)


@pytest.mark.usefixtures("no_charts")
def test_one_note_stands_for_many_marks(copied: Path) -> None:
    """Without any GPU, the page's top says so once; listing and caption do not repeat it."""
    shutil.rmtree(copied / "results" / "made-up-gpu-for-tests")
    page = (
        "# Chapter\n\n/// head | toy_sum\nIs it?\n///\n\n/// listing | toy_sum\n///\n\n"
        "/// chart | toy_sum\n///\n\n/// timings | toy_sum\n///\n"
    )
    html = convert(page, copied)
    assert html.count("2 programs for this page are not yet measured on a GPU") == 1
    assert html.index("2 programs for this page") < html.index('class="sv-listing"')
    assert html.lower().count("not yet measured on a gpu") == 2  # the note, and the table's line
    assert "2 programs without a time here: not yet measured on a GPU" in html


def test_a_program_that_several_jobs_run_counts_once() -> None:
    """The note says how many programs are not measured, and a reader counts files."""
    examples = catalog.find()
    page: Any = SimpleNamespace(evidence=SimpleNamespace(of=lambda _: []), never=set())
    for name in ("smaller", "smaller_prompt"):
        assert sections.never_on_a_gpu(page, examples[name])
    folder = examples["smaller"].problem_path.parent
    assert len(page.never) == len(list(folder.glob("gpu_*.py"))) > 1


@pytest.mark.usefixtures("no_charts")
def test_no_note_where_a_gpu_was_measured() -> None:
    """The made-up GPU has run all of them."""
    html = convert("# Chapter\n\n/// listing | toy_sum\n///\n", HERE)
    assert "the page shows the others" not in html
