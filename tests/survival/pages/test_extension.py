"""The page extension, from Markdown to HTML; every number here is made up."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import markdown
import pytest

from survival import catalog, records
from survival.errors import PageError
from survival.pages.blocks import schema
from survival.pages.charts import plots, svg

HERE = Path(__file__).resolve().parent
PAGES = sorted((HERE / "cases").glob("*.md"))
GPU, CPU = "made-up-gpu-for-tests", "made-up-cpu-for-tests"


def load_made_up() -> ModuleType:
    """The module that writes the made-up records."""
    spec = importlib.util.spec_from_file_location("made_up", HERE / "made_up.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def convert(text: str, folder: Path = HERE, **options: Any) -> str:
    """The HTML of a page, with the results and examples in that folder."""
    settings = {"results": str(folder / "results"), "examples": str(folder / "examples"), **options}
    return str(
        markdown.markdown(
            text,
            extensions=[
                "tables",
                "toc",
                "pymdownx.superfences",
                "pymdownx.highlight",
                "survival.pages.extension",
            ],
            extension_configs={
                "survival.pages.extension": settings,
                "pymdownx.highlight": {"pygments_lang_class": True},
            },
        )
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with copies of the made-up results and examples, to be changed."""
    for name in ("results", "examples"):
        shutil.copytree(HERE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def no_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts as one line that says what they would be described as."""

    def stub(spec: dict[str, Any], css: str, ident: str, title: str, desc: str) -> str:
        return f'<svg class="{css}" id="{ident}"><title>{title}</title><desc>{desc}</desc></svg>'

    monkeypatch.setattr(svg, "render", stub)
    monkeypatch.setattr(plots.svg, "render", stub)


def change(path: Path, edit: Callable[[Any], None]) -> None:
    """Edit a JSON file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def plain(html: str) -> str:
    """The text of HTML, with ordinary spaces."""
    return " ".join(re.sub(r"<[^>]+>", "", html).replace("\u00a0", " ").split())


PART = re.compile(
    r'<div class="sv-part" data-machine="([^"]*)" [^>]*hidden><template>(.*?)</template></div>',
    re.DOTALL,
)


def alone(html: str) -> str:
    """A page without the parts of other machines, and without the links to them."""
    return re.sub(r'<p class="sv-parts".*?</p>', "", PART.sub("", html))


def parts(html: str) -> dict[str, str]:
    """What a page holds of each other machine."""
    return dict(PART.findall(html))


def said(html: str) -> dict[str, dict[int, str]]:
    """What each word of the text is on each machine whose number is not on the page."""
    pattern = r'<span data-said="(\d+)">(.*?)</span></li>'
    found = {folder: re.findall(pattern, part) for folder, part in parts(html).items()}
    return {folder: {int(n): plain(text) for n, text in every} for folder, every in found.items()}


class Ids(HTMLParser):
    """Collects ids, and what points at them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.wanted: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id of an element, and the ids that it names."""
        for name, value in attrs:
            if name == "id" and value:
                self.found[value] += 1
            if name in ("for", "aria-labelledby") and value:
                self.wanted |= set(value.split())


def test_the_made_up_records_are_what_made_up_writes(tmp_path: Path) -> None:
    """The committed fixtures are today's, so that they match the made-up sources."""
    load_made_up().write(tmp_path)
    for path in sorted((HERE / "results").rglob("*.json")):
        fresh = tmp_path / path.relative_to(HERE / "results")
        assert fresh.read_text() == path.read_text(), "run python tests/survival/pages/made_up.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
@pytest.mark.usefixtures("no_charts")
def test_pages_become_the_html_beside_them(page: Path) -> None:
    """Each pages/NAME.md becomes pages/NAME.html; UPDATE_PAGES=1 writes what it becomes now."""
    html = convert(page.read_text(encoding="utf-8")) + "\n"
    expected = page.with_suffix(".html")
    if os.environ.get("UPDATE_PAGES") == "1":
        expected.write_text(html)
    assert html == expected.read_text()


EXAMPLES = "toy_picture, toy_sum"
VARIANTS = "cpu_python, cpu_numpy, cpu_numpy_float64, cpu_numba, gpu_cupy, gpu_cupy_rawkernel"
SCOPES = "compute, end_to_end, first_call"
ERRORS = {
    "/// fields | Recrd\n///": "unknown file 'Recrd'; there are: Record, Machine, Clock",
    "/// fields |\n///": "fields: needs one of Record, Machine, Clock",
    "/// footprint |\n///": "footprint: needs one part; there are: memory, room, calculator",
    "/// footprint | rom\n///": (
        "footprint: unknown part 'rom'; there are: memory, room, calculator"
    ),
    "/// downloads | x\n///": "downloads: takes no argument",
    "/// listing | toy_som\n///": f"unknown example 'toy_som'; there are: {EXAMPLES}",
    "/// listing |\n///": f"listing: needs EXAMPLE; examples: {EXAMPLES}",
    "/// listing | toy_sum\n    variants: cpu_nunpy\n///": (
        f"example 'toy_sum': unknown variant 'cpu_nunpy'; there are: {VARIANTS}"
    ),
    "/// listing | toy_sum\n    variant: cpu_numpy\n///": (
        "listing: unknown option 'variant'; there are: variants"
    ),
    "/// listing | toy_sum\n    variants: [cpu_numpy\n///": (
        "/// listing: its options are not understood; each is a line of four spaces, NAME: VALUE, "
        "right below"
    ),
    "/// listing | toy_sum\nvariants: cpu_numpy\n///": (
        "listing: takes no content; options are indented by four spaces, and the next line is ///"
    ),
    "/// listing | toy_sum\n\nText.": "/// listing | toy_sum: is never closed by a line ///",
    "/// measured | toy_sum gpu_cupy\n\nText.": (
        "/// measured | toy_sum gpu_cupy: is never closed by a line ///"
    ),
    "Text.\n\n///": "/// closes a block that was not opened",
    "/// roofline |\n///": "roofline: needs the names of examples",
    "/// roofline | toy_sum nothing\n///": (
        "unknown example 'nothing'; there are: toy_picture, toy_sum"
    ),
    "/// listng | toy_sum\n///": (
        "unknown block 'listng'; there are: captures, chapters, chart, claim, clock, downloads, "
        "drawing, energy, explore, fields, footprint, head, listing, machine-code, machines, "
        "measure, measured, message, picture, prices, roofline, samples, start, timings, tools"
    ),
    "/// timings | toy_sum\n    size: 3\n///": (
        "unknown size '3'; there are: 256, 4096, 65536, 1048576, 16777216"
    ),
    "/// timings | toy_picture\n    size: 17 × 24\n///": (
        "unknown size '17 × 24'; there are: 384, 6144, 98304, 1572864, 6291456 "
        "(16 × 24, 64 × 96, 256 × 384, 1024 × 1536, 2048 × 3072)"
    ),
    "/// timings | toy_sum\n    machine: mine\n///": (
        f"no record of 'toy_sum' on machine 'mine'; there are: {GPU}, {CPU}"
    ),
    "/// chart | toy_sum\n    kind: pie\n///": (
        "chart: unknown kind 'pie'; there are: sizes, bars, ladder"
    ),
    "/// chart | toy_sum\n    scope: compute\n///": (
        "H4: chart cannot show the scope 'compute' alone; there are: both, end_to_end"
    ),
    "/// measured | toy_sum\nText.\n///": (
        f"measured: needs EXAMPLE VARIANT; examples: {EXAMPLES}"
    ),
    "/// measured | toy_sum gpu_x\nText.\n///": (
        f"example 'toy_sum': unknown variant 'gpu_x'; there are: {VARIANTS}"
    ),
    "/// machines | all\n///": "machines: takes no argument",
    "/// samples | toy_sum cpu_numpy 2^24\n///": (
        f"H4: ends in '2^24', not in a scope; there are: {SCOPES}"
    ),
    "/// samples |\n///": f"samples: needs EXAMPLE VARIANT SIZE SCOPE; scopes: {SCOPES}",
    "/// samples | toy_sum cpu_numpy 2^23 compute\n///": (
        "unknown size '2^23'; there are: 256, 4096, 65536, 1048576, 16777216"
    ),
    "/// samples | toy_sum cpu_python 2^24 compute\n///": (
        "samples: 'cpu_python' has no compute timing at 2^24 on any machine"
    ),
    "/// head | toy\nText.\n///": f"unknown example 'toy'; there are: {EXAMPLES}",
    "[[tmie toy_sum cpu_numpy 2^24 compute]]": (
        "unknown word 'tmie'; there are: compiled, crossover, error, expected, fraction, machine, "
        "price, rate, ratio, throughput, time"
    ),
    "[[time]]": f"time: needs EXAMPLE VARIANT SIZE SCOPE; scopes: {SCOPES}",
    "[[time toy cpu_numpy 2^24 compute]]": f"unknown example 'toy'; there are: {EXAMPLES}",
    "[[time toy_sum cpu_nunpy 2^24 compute]]": (
        f"example 'toy_sum': unknown variant 'cpu_nunpy'; there are: {VARIANTS}"
    ),
    "[[time toy_sum cpu_numpy 2^24]]": (f"H4: ends in '2^24', not in a scope; there are: {SCOPES}"),
    "[[ratio toy_sum gpu_cupy 2^24]]": (f"H4: ends in '2^24', not in a scope; there are: {SCOPES}"),
    "[[time toy_sum cpu_numpy 2^23 compute]]": (
        "unknown size '2^23'; there are: 256, 4096, 65536, 1048576, 16777216"
    ),
    "[[time toy_sum cpu_numpy 9^9^9 compute]]": (
        "unknown size '9^9^9'; there are: 256, 4096, 65536, 1048576, 16777216"
    ),
    "[[time toy_sum cpu_python 2^24 compute]]": (
        f"results/{GPU}/toy_sum.json: 'cpu_python' has no compute timing at 16777216; "
        "there are: 256, 4096, 65536, 1048576"
    ),
    "[[time toy_sum cpu_numpy 2^24 first_call]]": (
        f"results/{GPU}/toy_sum.json: 'cpu_numpy' has no first_call timing at 16777216; "
        "there are: none"
    ),
    "[[fraction toy_sum gpu_cupy 2^24 end_to_end]]": (
        "fraction: only compute has a physical limit to be held against"
    ),
    "[[crossover toy_sum first_call]]": (
        "H4: ends in 'first_call', not in a scope; there are: compute, end_to_end"
    ),
    "[[ratio toy_sum gpu_cupy 2^24 compute against cpu_numpy]]": (
        f"H2 results/{GPU}/toy_sum.json: a GPU is compared with the fastest CPU variant, "
        "which is 'cpu_numba' here, not 'cpu_numpy'"
    ),
    "[[ratio toy_sum cpu_numpy_float64 2^24 compute against cpu_numpy]]": (
        f"H3 results/{GPU}/toy_sum.json: 'cpu_numpy_float64' computes in float64, "
        "'cpu_numpy' in float32"
    ),
    "[[ratio toy_sum cpu_numba 2^24 compute]]": (
        f"results/{GPU}/toy_sum.json: 'cpu_numba' cannot be compared with itself"
    ),
    "[[ratio toy_sum gpu_cupy 2^24 compute against]]": (
        "ratio: 'against' is followed by one variant and nothing else"
    ),
    "[[machine cpu.speed]]": "unknown fact of a machine 'cpu.speed'; there are: title, date, ",
}


@pytest.mark.parametrize("text", ERRORS, ids=lambda t: " ".join(t.split())[:60])
def test_bad_input_stops_with_one_line(text: str) -> None:
    """Each mistake raises one line with the page, the line on it, and the names that exist."""
    before = "# Title\n\nText before.\n\n"
    with pytest.raises(PageError) as caught:
        convert(before + text + "\n")
    message = str(caught.value)
    line = 7 if text.startswith("Text.") else 5
    assert message.startswith(f"page({line}): {ERRORS[text]}")
    assert "\n" not in message


def test_numbers_carry_their_record() -> None:
    """A measured number is a <data> element whose record is a file, and whose value is exact."""
    html = convert("\n\n".join(p.read_text() for p in PAGES))
    records = set(re.findall(r'data-record="([^"]*)"', html))
    assert len(records) == 6
    for record in records:
        assert (HERE / record).is_file()
    found = re.search(r'<data [^>]*value="([^"]*)"[^>]*>5.03', html)
    assert found is not None
    assert float(found[1]) == pytest.approx(6e-7 + 3e-10 * 2**24, rel=1e-4)


def test_a_ratio_stands_beside_both_times() -> None:
    """H1: the ratio of two medians is written with the medians."""
    html = convert("[[ratio toy_sum gpu_cupy 2^24 end_to_end]]")
    assert plain(html) == "1.3 times as fast (1.89 ms against 2.52 ms, on a CPU with 16 cores)"


def test_overlapping_intervals_are_no_difference(copied: Path) -> None:
    """H8: where the intervals overlap, neither word nor table says faster or slower."""

    def same(record: Any) -> None:
        numba, cupy = (
            next(v for v in record["variants"] if v["name"] == n) for n in ("cpu_numba", "gpu_cupy")
        )
        slow = next(t for t in numba["timings"] if t["size"] == 2**20)
        for t in cupy["timings"]:
            if (t["size"], t["scope"]) == (2**20, "end_to_end"):
                t.update({k: slow[k] for k in ("samples", "median", "low", "high", "q1", "q3")})

    change(copied / "results" / GPU / "toy_sum.json", same)
    html = convert("[[ratio toy_sum gpu_cupy 2^20 end_to_end]]", copied)
    assert plain(html) == "no settled difference (162 µs against 162 µs, on a CPU with 16 cores)"
    table = convert("/// timings | toy_sum\n    size: 2^20\n///", copied)
    assert "no settled difference" in table


def test_text_of_records_is_escaped(copied: Path) -> None:
    """HTML in what a stranger's record says comes out as text, wherever it is shown."""
    bad = '<script>alert("x")</script>'

    def poison_machine(machine: Any) -> None:
        machine["cpu"]["model"] = machine["gpu"]["model"] = machine["system"] = bad
        machine["python"] = machine["ceilings_timer"] = machine["gpu"]["driver"] = bad

    def poison(record: Any) -> None:
        record["unit"] = record["error_measure"] = record["commit"] = bad
        record["libraries"] = {bad: bad}
        for size in record["sizes"]:
            size["label"] = bad
        for v in record["variants"]:
            v["source_hash"] = "0" * 16  # of today's source, such a unit would be refused
            for t in v["timings"]:
                t["timer"] = bad
            for x in v["left_out"]:
                x["reason"] = bad
        failed = record["variants"][-1]
        failed.update(status="failed", reason=bad, timings=[], checks=[])

    change(copied / "results" / GPU / "machine.json", poison_machine)
    for name in ("toy_sum", "toy_picture"):
        change(copied / "results" / GPU / f"{name}.json", poison)
    text = "\n\n".join(p.read_text() for p in PAGES if p.stem not in ("words", "timings"))
    text += "\n\n/// timings | toy_sum\n///\n\n/// chart | toy_sum\n    kind: ladder\n///"
    text += "\n\n[[time toy_sum cpu_numpy 2^24 compute]] [[machine title]] [[crossover toy_sum "
    html = convert(text + "compute]]", copied)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 20


def test_ids_are_unique() -> None:
    """However many listings, tables and charts: no id twice, and no label without its input."""
    ids = Ids(convert("\n\n".join(p.read_text() for p in PAGES)))
    assert ids.found.most_common(1)[0][1] == 1
    assert len(ids.found) > 50
    assert ids.wanted <= set(ids.found)


def test_stale_numbers_are_marked(copied: Path) -> None:
    """H12: badge, table, chart and word say that the source changed; a comment changes nothing."""
    source = copied / "examples" / "toy_sum" / "cpu_numpy.py"
    page = (
        "/// listing | toy_sum\n    variants: cpu_numpy\n///\n\n/// timings | toy_sum\n///\n\n"
        "/// chart | toy_sum\n///\n\n[[time toy_sum cpu_numpy 2^24 compute]]"
    )
    source.write_text(source.read_text() + "\n# a comment\n")
    assert "stale" not in convert(page, copied)
    source.write_text(source.read_text().replace("a + a", "2 * a"))
    html = convert(page, copied)
    assert "sv-badge--stale" in html
    assert "sv-badge--verified" not in html
    assert '<tr class="sv-cpu sv-stale">' in html
    assert "NumPy (stale)" in html
    assert 'class="sv-n sv-stale"' in alone(html).rsplit("<p>", 1)[1]


def test_without_results_everything_says_so(tmp_path: Path) -> None:
    """A site without any record builds; sizes, variants and scopes are checked all the same."""
    shutil.copytree(HERE / "examples", tmp_path / "examples")
    html = convert(
        "\n\n".join(p.read_text() for p in PAGES if "machine:" not in p.read_text()), tmp_path
    )
    assert "<data" not in html
    assert "Not yet measured." in html
    assert "not yet measured on a GPU" in html
    assert '<span class="sv-none">not yet measured</span>' in html
    assert "Shown" not in html
    with pytest.raises(PageError, match="unknown size '7'"):
        convert("[[time toy_sum cpu_numpy 7 compute]]", tmp_path)


def test_hidden_content_is_not_evaluated(tmp_path: Path) -> None:
    """Within `measured`, words and blocks of an unmeasured variant are never asked for.

    What is missing on every GPU is said once, by the note at the top of the page.
    """
    shutil.copytree(HERE / "examples", tmp_path / "examples")
    shutil.copytree(HERE / "results" / CPU, tmp_path / "results" / CPU)
    html = convert(
        "//// measured | toy_sum gpu_cupy\nSecret [[time nonsense]].\n\n# Heading\n\n"
        "/// listing | nonsense\n///\n\n```text\n[[x]]\n```\n\n- a\n- [[y z]]\n////\n\nAfter.",
        tmp_path,
    )
    assert plain(html) == (
        "1 program for this page is not yet measured on a GPU: the page shows the others. After."
    )


def test_the_reference_is_where_the_variant_was_measured(copied: Path) -> None:
    """A word prefers a machine that has the number over one listed before it that has not."""

    def failed(record: Any) -> None:
        for v in record["variants"]:
            if v["name"] == "cpu_numpy":
                v.update(status="failed", reason="made up", timings=[], checks=[])

    change(copied / "results" / GPU / "toy_sum.json", failed)
    html = convert("[[time toy_sum cpu_numpy 2^24 compute]]", copied)
    assert f'data-record="results/{CPU}/toy_sum.json"' in html
    assert "sv-badge--failed" in convert("/// listing | toy_sum\n///", copied)


def test_two_machines_with_one_gpu_have_two_labels(copied: Path) -> None:
    """A tab is named by its GPU, or in full where that would name two of them."""
    twin = copied / "results" / "twin"
    shutil.copytree(copied / "results" / GPU, twin)
    for path in twin.glob("*.json"):
        key = "name" if path.stem == "machine" else "machine"
        change(path, lambda record, key=key: record.update({key: "twin"}))
    change(twin / "machine.json", lambda m: m["cpu"].update(cores=99))
    labels = re.findall(r"<label[^>]*>(.*?)</label>", convert("/// timings | toy_sum\n///", copied))
    assert len(set(labels)) == len(labels) == 3
    assert "99 cores" in labels[1]


def test_a_record_that_breaks_a_rule_stops_the_build(copied: Path) -> None:
    """A result faster than physics is not shown: the finding is the error, with page and line."""

    def too_fast(record: Any) -> None:
        for v in record["variants"]:
            for t in v["timings"]:
                for key in ("median", "low", "high", "q1", "q3"):
                    t[key] /= 1000
                t["samples"] = [s / 1000 for s in t["samples"]]

    change(copied / "results" / GPU / "toy_sum.json", too_fast)
    with pytest.raises(PageError, match=rf"^page\(3\): H5 results/{GPU}/toy_sum.json \w+: size "):
        convert("One\n\n/// timings | toy_sum\n///", copied)


def test_a_broken_record_stops_the_build(copied: Path) -> None:
    """A file that is cut off is named, with the page and line that asked for it."""
    path = copied / "results" / GPU / "toy_sum.json"
    path.write_text(path.read_text()[:500])
    with pytest.raises(PageError, match=r"^page\(1\): .*toy_sum\.json: .*; capture it again$"):
        convert("[[time toy_sum cpu_numpy 2^24 compute]]", copied)


class TestLocal:
    """The reader's own capture, in results/local."""

    @pytest.fixture
    def local(self, copied: Path) -> Path:
        """The CPU machine as the reader's own, beside the published GPU machine."""
        (copied / "results" / CPU).rename(copied / "results" / "local")
        return copied

    def test_is_shown_last_and_only_if_asked_for(self, local: Path) -> None:
        """With `local` its tab says "This machine"; without, the page does not know of it."""
        page = "/// timings | toy_sum\n///\n\n/// machines |\n///"
        assert "This machine" not in convert(page, local)
        html = convert(page, local, local="true")
        assert re.findall(r"<label[^>]*>(.*?)</label>", html) == [
            "Made-up GPU &lt;b&gt;9000&lt;/b&gt;",
            "This machine",
        ]
        assert 'data-record="results/local/toy_sum.json"' in html

    def test_one_that_breaks_a_rule_is_left_out(self, local: Path) -> None:
        """It must not keep its owner from reading the guide."""

        def few(record: Any) -> None:
            for v in record["variants"]:
                v["timings"] = v["timings"][:1]

        change(local / "results" / "local" / "toy_sum.json", few)
        assert "This machine" not in convert("/// timings | toy_sum\n///", local, local=True)

    def test_a_size_that_it_left_out_is_not_an_error(self, local: Path) -> None:
        """A quick capture skips sizes; where nothing else was published, the word says so."""
        shutil.rmtree(local / "results" / GPU)
        html = convert("[[time toy_sum cpu_python 2^24 compute]]", local, local=True)
        assert plain(html) == "not yet measured"


def test_a_changed_record_is_read_again(copied: Path) -> None:
    """Live reload sees new measurements: what was read is used only while no file changes."""
    page = "[[machine cpu.cores]]"
    assert plain(alone(convert(page, copied))) == "16"
    change(copied / "results" / GPU / "machine.json", lambda m: m["cpu"].update(cores=12345))
    assert plain(alone(convert(page, copied))) == "12345"


def test_reading_time_counts_words_and_not_code() -> None:
    """Two hundred words a minute; a fence and a directive are not read."""
    text = "/// head |\nQuestion?\n///\n\n" + "word " * 600
    code = "\n\n```text\n" + "code " * 5000 + "\n```\n"
    assert "3 minutes" in plain(convert(text + code))


def test_a_chapter_without_measurements_says_nothing_of_machines() -> None:
    """Its opening has the reading time alone; one that is about examples says where they ran."""
    unmeasured = plain(convert("/// head |\nQuestion?\n///"))
    assert "Reading time" in unmeasured
    assert "Measured on" not in unmeasured
    assert "Measured on" in plain(convert("/// head | toy_sum\nQuestion?\n///"))


# ---- A real build ---------------------------------------------------------------------------

MKDOCS = """
site_name: Test
theme: mkdocs
docs_dir: docs
plugins: []
markdown_extensions:
  - pymdownx.superfences
  - pymdownx.highlight
  - survival.pages.extension:
      results: {results}
      examples: {examples}
"""


def build(folder: Path, page: str) -> subprocess.CompletedProcess[str]:
    """Build a site of one page, docs/deep/chapter.md, with MkDocs in a process of its own."""
    (folder / "docs" / "deep").mkdir(parents=True)
    (folder / "docs" / "deep" / "chapter.md").write_text(page)
    (folder / "mkdocs.yml").write_text(
        MKDOCS.format(results=folder / "results", examples=folder / "examples")
    )
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(catalog.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_number_travels_from_a_record_to_the_site(copied: Path) -> None:
    """A time written into a record stands on the built page, and links lead to the site's root."""
    known = 0.0123

    def write(record: Any) -> None:
        timing = next(
            t
            for v in record["variants"]
            if v["name"] == "cpu_numpy"
            for t in v["timings"]
            if t["size"] == 2**24
        )
        timing.update(dict.fromkeys(("median", "low", "high", "q1", "q3"), known))
        timing["samples"] = [known] * 9

    change(copied / "results" / GPU / "toy_sum.json", write)
    page = "---\ntitle: T\n---\n# T\n\n[[time toy_sum cpu_numpy 2^24 compute]]\n\n"
    done = build(copied, page + "/// timings | toy_sum\n///\n")
    assert done.returncode == 0, done.stderr
    html = (copied / "site" / "deep" / "chapter" / "index.html").read_text()
    paragraph = html.split("<data")[1].split("</p>")[0].removesuffix("</a></span>")
    assert 'value="0.0123"' in paragraph
    assert paragraph.endswith(">12.3\u00a0ms</data>")
    assert f'href="../../results/{GPU}/toy_sum.json"' in html


def test_a_typo_stops_the_build_in_one_line(copied: Path) -> None:
    """MkDocs names file, line (front matter counted) and what exists, without a traceback."""
    page = "---\ntitle: T\n---\n# T\n\n[[time toy_sum cpu_nunpy 2^24 compute]]\n"
    done = build(copied, page)
    assert done.returncode != 0
    said = done.stderr + done.stdout
    assert "Traceback" not in said
    message = f"example 'toy_sum': unknown variant 'cpu_nunpy'; there are: {VARIANTS}"
    assert f"deep/chapter.md(6): {message}" in said.splitlines()[-3] + said.splitlines()[-2]


# ---- Cards and the choice of a machine ------------------------------------------------------


def island(html: str) -> Any:
    """What a page holds for its script."""
    found = re.search(r"data-evidence='([^']*)'", html)
    assert found is not None
    return json.loads(unescape(found[1]))


def test_every_number_is_a_link_to_its_record_and_has_a_card() -> None:
    """Without a script each number leads to its record; its card is about the same record.

    So it is on the page, and in the part of each other machine, which has cards of its own.
    """
    html = convert("\n\n".join(p.read_text() for p in PAGES))
    assert next(iter(parts(html))) == CPU
    assert all(name.startswith("all-") for name in list(parts(html))[1:])
    found = []
    for place in (alone(html), *parts(html).values()):
        data = island(place)
        pattern = r'<a class="sv-src" href="([^"]*)"><data [^>]*data-record="([^"]*)"[^>]*>'
        links = re.findall(pattern, place)
        assert len(links) == place.count("<data ")
        for href, record in links:
            assert href == record
        cards = re.findall(r'data-record="([^"]*)"[^>]*data-card="(\d+)"', place)
        assert len(cards) == len(links)
        for record, card in cards:
            assert data["records"][data["cards"][int(card)]["r"]]["href"] == record
        found.append(len(links))
    assert found[0] > 100
    assert min(found) > 1
    assert "sv:" not in html


def test_a_part_is_of_one_machine() -> None:
    """Panels and numbers of other machines are in their part and nowhere else, each once."""
    html = convert("/// timings | toy_sum\n///\n\n/// chart | toy_sum\n///")
    assert list(parts(html)) == [CPU, "all-toy_sum"]
    part, page = parts(html)[CPU], alone(html)
    assert f"results/{CPU}/" not in parts(html)["all-toy_sum"]
    assert f"results/{GPU}/" not in part
    assert f"results/{CPU}/" not in page
    moved = re.findall(r'data-panel="([^"]*)".*?<a href="([^"#]*)#([^"]*)"', page)
    assert [ident for ident, _, _ in moved] == re.findall(r'<section id="([^"]*)"', part)
    assert {(ident == at, href) for ident, href, at in moved} == {(True, f"on-{CPU}.html")}
    assert len(moved) == 2
    assert island(page)["parts"] == [CPU]


def test_a_card_says_what_its_timing_says() -> None:
    """Program, size, scope, median, samples, error and limit are those of the record."""
    html = convert("[[time toy_sum gpu_cupy 2^24 end_to_end]] [[fraction toy_sum gpu_cupy 2^24]]")
    data = island(html)
    whole, compute = data["cards"]
    assert whole["median"].replace("\u00a0", " ") == "1.89 ms, 95 % interval 1.88–1.89 ms"
    assert (whole["scope"], whole["size"], whole["n"]) == ("end to end", "16,777,216 elements", "9")
    assert whole["error"] == "3.1e-8 (at most 1.0e-6), relative L2 error"
    assert "limit" not in whole
    assert compute["limit"].replace("\u00a0", " ").startswith("71 % of what this machine reaches")
    program = data["programs"][whole["p"]]
    assert (program["name"], program["device"]) == ("CuPy", "GPU")
    assert program["libraries"] == "python 3.13.0, numpy 9.9.9, driver 999.99"
    assert program["href"] == "examples/toy_sum/gpu_cupy.py"


def test_a_card_marks_what_is_stale_disturbed_or_quick(copied: Path) -> None:
    """The marks of a number are on its card as well."""
    source = copied / "examples" / "toy_sum" / "cpu_numba.py"
    word = "[[time toy_sum cpu_numba 256 compute]]"
    record = copied / "results" / GPU / "toy_sum.json"

    def disturbed(fields: dict[str, Any]) -> None:
        for v in fields["variants"]:
            for t in v["timings"]:
                t["others"] = 0.314

    change(record, disturbed)
    fresh = island(convert(word, copied))
    assert fresh["marks"][fresh["cards"][0]["noisy"]].startswith("other programs took 31 %")
    assert "stale" not in fresh["programs"][0]
    assert "quick" not in fresh["records"][0]
    source.write_text(source.read_text() + "\nx = 1\n")
    path = copied / "results" / GPU / "toy_sum.json"
    change(path, lambda record: record.update(mode="quick"))
    marked = island(convert(word, copied))
    assert "older" in marked["programs"][0]["stale"]
    assert marked["records"][0]["quick"] == 1


def test_a_time_of_one_process_has_two_digits_and_its_card_all() -> None:
    """The sign can be read on paper and by touch; a third keeps it within its interval."""
    html = convert(
        "[[time toy_sum cpu_numba 256 compute]], [[time toy_sum cpu_numpy 2^24 compute]]"
    )
    assert plain(alone(html)) == "5.0 µs, 5.03 ms"
    assert island(html)["cards"][0]["median"].startswith("5.04\u00a0µs, 95")


def test_a_machine_says_how_far_to_trust_it(copied: Path) -> None:
    """Old records of one process, and whether the whole was repeated."""
    shutil.rmtree(copied / "results" / CPU)
    said = plain(convert("/// machines |\n///", copied))
    assert "Processes per variantone, in 2 of 2 records" in said
    assert "Repeatednot yet repeated" in said
    assert "False alarms" not in said


def test_a_word_says_what_each_machine_measured() -> None:
    """A machine's part has the words that it can say; what is on the page is not said again."""
    html = convert("[[time toy_sum gpu_cupy 2^24 compute]] and [[machine cpu.cores]]")
    assert [folder for folder, _ in island(html)["machines"]] == [GPU, CPU]
    assert said(html) == {CPU: {1: "2"}}
    assert re.findall(r'data-word="(\d)" data-machine="([^"]*)"', html) == [("0", GPU), ("1", GPU)]
    assert plain(alone(html)) == "142 µs and 16"


def test_a_comparison_that_is_unfair_elsewhere_is_not_made(copied: Path) -> None:
    """H2: where another CPU variant is the fastest, a machine shows no ratio, and says so."""

    def slow(record: Any) -> None:
        for v in record["variants"]:
            if v["name"] == "cpu_numba":
                for t in v["timings"]:
                    for key in ("median", "low", "high", "q1", "q3"):
                        t[key] *= 100
                    t["samples"] = [100 * s for s in t["samples"]]

    twin = copied / "results" / "twin"
    shutil.copytree(copied / "results" / GPU, twin)
    for path in twin.glob("*.json"):
        key = "name" if path.stem == "machine" else "machine"
        change(path, lambda record, key=key: record.update({key: "twin"}))
    change(twin / "toy_sum.json", slow)
    word = "[[ratio toy_sum gpu_cupy 2^24 end_to_end against cpu_numba]]"
    html = convert(word, copied)
    assert plain(alone(html)).startswith("1.3 times as fast")
    assert said(html)["twin"][0].startswith("no fair comparison on Made-up GPU")


def test_with_one_machine_there_is_nothing_to_choose(copied: Path) -> None:
    """No other machines in the page's data, and no marks for the script to switch by."""
    shutil.rmtree(copied / "results" / CPU)
    html = convert("[[time toy_sum gpu_cupy 2^24 compute]]\n\n/// timings | toy_sum\n///", copied)
    assert "sv-word" not in html
    assert "sv-machines" not in html
    assert list(parts(html)) == ["all-toy_sum"]
    assert "machines" not in island(html)


def test_a_table_of_one_machine_by_the_authors_will_stays() -> None:
    """The option `machine` pins a table: the reader's choice does not switch it."""
    page = f"/// timings | toy_sum\n    machine: {CPU}\n///"
    assert "sv-machines" not in convert(page)
    assert f'data-machines="{GPU} {CPU}"' in convert("/// timings | toy_sum\n///")


def test_a_number_within_a_link_is_refused() -> None:
    """A link within a link is no HTML: the build stops at the line."""
    with pytest.raises(PageError, match=r"^page\(3\): a measured number within a link"):
        convert("# T\n\nSee [it takes [[time toy_sum gpu_cupy 2^24 compute]]](other.md).\n")


def test_a_page_cannot_forge_a_card() -> None:
    """What looks like a key in text, code or attributes of the author's stays as it is."""
    html = convert('Text data-card="sv:a/b" here, `data-card="sv:c/d"`.')
    assert "sv:a/b" in html
    assert "data-evidence" not in html


# ---- Fields of records ----------------------------------------------------------------------


@pytest.mark.parametrize("name", schema.FILES)
def test_every_field_is_explained(name: str) -> None:
    """Each field of each kind of object is listed with a type and a meaning."""
    for part in schema.parts(name):
        assert part.meaning, part.name
        for field in part.fields:
            assert field.meaning, f"{part.name}.{field.name} has no docstring in records.py"
            assert field.type


def test_fields_are_those_of_the_schema() -> None:
    """A field of the model is a row of its section, with its bounds; links lead to sections."""
    html = convert("/// fields | Record\n///")
    for model in (records.Record, records.Variant, records.Timing, records.Check):
        assert f'id="field-{model.__name__.lower()}"' in html
        for field in model.model_fields:
            assert f">{field}</th>" in html
    assert "list, 1 to 10,000, each: number, above 0, below 10⁶" in html
    for target in re.findall(r'href="#([\w-]+)"', html):
        assert f'id="{target}"' in html


def test_every_file_can_be_downloaded() -> None:
    """Each file under results/ is offered, and each offer is a file."""
    offered = set(re.findall(r'href="(results/[^"]*)"', convert("/// downloads |\n///")))
    assert offered == {str(p.relative_to(HERE)) for p in (HERE / "results").glob("*/*.json")}


@pytest.mark.usefixtures("no_charts")
@pytest.mark.parametrize("kind", ["sizes", "ladder"])
def test_a_caption_says_that_the_best_is_not_drawn(kind: str) -> None:
    """A reader looks for it in the chart; what is drawn has its name alone."""
    block = f"/// chart | toy_sum\n    kind: {kind}\n    variants: %s\n///"
    assert "the fastest on the CPU in float32 (Numba, not drawn) takes" in plain(
        convert(block % "cpu_numpy")
    )
    html = plain(convert(block % "cpu_numpy, cpu_numba"))
    assert "the fastest on the CPU in float32 (Numba) takes" in html
    assert "not drawn" not in html


def test_no_line_ends_between_a_number_and_its_unit() -> None:
    """In words, not in code: a space that keeps together is none that a program understands."""
    html = convert("Of 95\n% and 9.5 MB, 3 s, 5 steps, 7 × 5: `16 % 3`.\n\n    16 % 3\n")
    kept = "95~% and 9.5~MB, 3~s, 5 steps, 7~×~5: <code>16 % 3</code>".replace("~", "\u00a0")
    assert kept in html
    assert html.count("\u00a0") == 5


def test_a_remainder_in_a_kernels_text_is_part_of_the_text() -> None:
    """Pygments takes it for a place in a format: it stood without colour within the colour."""
    code = 'K = """\nuint a = b % 4u;\nuint c = d / 2;\n"""\nf"{K}"'
    html = convert(f"```python\n{code}\n```")
    text = html[html.index('"""') : html.rindex('"""')]
    assert "% 4u" in text
    assert not re.search(r'</span>[^<]*% 4u|class="si"', text)
