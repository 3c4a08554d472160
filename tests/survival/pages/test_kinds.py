"""Kinds of evidence on a page: a bound and a cited figure look like what they are; one note."""

import html as escaping
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from survival import catalog
from survival.judge.elsewhere import bounds, cited
from survival.pages.charts import svg
from tests.survival.pages.test_extension import HERE, convert, copied, no_charts

__all__ = ["copied", "no_charts"]

CHART = "# Chapter\n\n/// chart | toy_sum\n///\n"
SCRIPT = catalog.ROOT / "docs" / "assets" / "bounds.js"


def lines(html: str) -> dict[str, list[float]]:
    """The bound of each GPU that a chart offers, over its sizes."""
    found = re.search(r'data-bounds="([^"]*)"', html)
    assert found
    told = json.loads(escaping.unescape(found[1]))
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


def test_the_script_draws_the_chosen_gpu_and_says_that_it_is_a_bound(tmp_path: Path) -> None:
    """In a browser: the choice that was kept is drawn within the plot, without a choice nothing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on PATH")
    page = tmp_path / "page.html"

    def shown(choice: str) -> str:
        keep = f"localStorage.setItem('sv-bound', {json.dumps(choice)})"
        body = f"<script>{keep}</script>{convert(CHART)}<script>{SCRIPT.read_text()}</script>"
        page.write_text(f"<!doctype html><meta charset=utf-8><body>{body}")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        flags = [f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()]
        done = subprocess.run(
            [*command, *flags], capture_output=True, text=True, timeout=60, check=True
        )
        return re.sub(r"<script>.*?</script>", "", done.stdout, flags=re.DOTALL)

    drawn = shown("NVIDIA T4")
    assert drawn.count('<path class="sv-bound-line"') == 2
    assert "a bound and no measurement: no program on this GPU (NVIDIA T4) can be faster" in drawn
    assert 'for="sv-bound"' in drawn
    d = re.search(r'sv-bound-line" d="([^"]+)"', drawn)
    plot = re.search(r'data-plot="([^"]+)"', drawn)
    assert d
    assert plot
    left, top, width, height, *_ = map(float, plot[1].split())
    for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", d[1]):
        assert left - 1 <= float(x) <= left + width + 1
        assert top - 1 <= float(y) <= top + height + 1
    none = shown("a GPU that is not there")
    assert "sv-bound-line" not in none
    assert 'id="sv-bound"' in none


@pytest.mark.usefixtures("no_charts")
def test_a_cited_figure_is_named_with_its_source_and_has_no_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On chart and table, as text: it is no number of ours, and leads to no record."""
    row = cited.every()[0].model_copy(
        update={"example": "toy_sum", "size": 1_000_000, "program": "<b>cited</b> program"}
    )
    seen = []
    monkeypatch.setattr(cited, "every", lambda *_: (row,))
    before = svg.render
    monkeypatch.setattr(svg, "render", lambda spec, *rest: seen.append(spec) or before(spec, *rest))
    html = convert(CHART + "\n/// timings | toy_sum\n///\n")
    assert "What others measured, on other machines" in html
    assert "&lt;b&gt;cited&lt;/b&gt; program on NVIDIA RTX A6000" in html
    assert row.source in html
    assert f"Open grey marks are cited, from other machines: {row.by}" in html
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
def test_one_note_stands_for_many_marks(copied: Path) -> None:
    """Without any GPU, the page's top says so once; listing and caption do not repeat it."""
    shutil.rmtree(copied / "results" / "made-up-gpu-for-tests")
    page = (
        "# Chapter\n\n/// head | toy_sum\nIs it?\n///\n\n/// listing | toy_sum\n///\n\n"
        "/// chart | toy_sum\n///\n\n/// timings | toy_sum\n///\n"
    )
    html = convert(page, copied)
    assert html.count("2 programs of this page are not yet measured on a GPU") == 1
    assert html.index("2 programs of this page") < html.index('class="sv-listing"')
    assert html.lower().count("not yet measured on a gpu") == 2  # the note, and the table's line
    assert "2 programs without a time here: not yet measured on a GPU" in html


@pytest.mark.usefixtures("no_charts")
def test_no_note_where_a_gpu_was_measured() -> None:
    """The made-up GPU has run all of them."""
    html = convert("# Chapter\n\n/// listing | toy_sum\n///\n", HERE)
    assert "tables and charts show the rest" not in html
