"""H11, H13, H14, H17: what is typed is found, and what may be typed is not."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from survival import catalog
from survival.judge import evidence
from survival.judge.prose import lint, orders, quantities

TIMES = [
    "3 ms", "3ms", "3.2\u00a0ms", "3&nbsp;ms", "**3** ms", "3 *ms*", "0.0046 s", "3 s", "12 µs",
    "12 μs", "12 us", "5–6 ns", "1,200 ns", "1e-3 s", "2 h", "3 min", "3 milliseconds",
    "3\nmilliseconds", "three milliseconds", "a millisecond", "half a second", "half a millisecond",
    "one second", "ten seconds", "a few microseconds", "some microseconds", "tens of microseconds",
    "an hour", "two hours", "a 10-second run", "thirty minutes", "3 days", "400 cycles",
    "several hundred clock cycles", "3 ps", "12 picoseconds", "40 msecs", "400 clocks",
    "within seconds", "3\u00ad ms", "3&shy;ms", "`3.2 ms`", "`3.2` ms", "about `it took 3 ms`",
]  # fmt: skip
RATES = [
    "12 GB/s", "12GB/s", "1.5 TB/s", "20 GiB/s", "900 MB / s", "3 TFLOP/s", "10 GFLOPS", "1.5 GHz",
    "100 Gbit/s", "15 tokens/s", "15 tokens per second", "300 images a second",
    "12 billion additions per second", "twelve gigabytes per second",
    "hundreds of tokens per second", "millions of pixels per second", "30 frames/second",
    "terabytes per second", "32 GT/s", "60 fps", "30 TFLOPs", "30 teraflops", "900 images per sec",
    "3 GB s⁻¹", "3 GB s^-1", "`12 GB/s`",
]  # fmt: skip
RATIOS = [
    "885×", "885 ×", "885x", "3X", "2.5×", "3 times", "4 times faster", "2.5 times as fast",
    "ahead by 2.5 times", "ahead by three times", "ten times as fast", "three times faster",
    "twice as fast", "twice the speed", "half as long", "half the time", "a third of the time",
    "two thirds of the bandwidth", "a factor of ten", "a factor of 12", "a speed-up of 12",
    "a speedup of 885", "tenfold", "10-fold", "doubles the throughput", "halving the time",
    "an order of magnitude", "two orders of magnitude", "3 orders of magnitude",
    "hundreds of times faster", "thousands of times slower", "a factor in the hundreds",
    "where the speed-up is 12", "where the speed-ups are about ten", "4:1", "1/3 of the time",
    "a tenth of it",
]  # fmt: skip
SHARES = [
    "40 %", "40%", "faster by 40 %", "87.5 % of the limit", "fifty percent", "3 per cent",
    "95 out of 100 of the limit",
]  # fmt: skip
ELSEWHERE = [
    "30 W", "700W", "30 watts", "a few watts", "0.5 kWh", "12 J", "700 joules", "2 kilowatt-hours",
    "3 pJ", "3 nJ", "3 µJ", "3 mJ", "12 picojoules", "5000 mAh",
    "$2", "$2 an hour", "$ 2.50 per hour", "€30", "20 dollars", "two euros", "30 cents", "20 USD",
]  # fmt: skip


def said(text: str) -> list[str]:
    """The messages for a page."""
    return [f.message for f in lint.lint("docs/x.md", text)]


def quoted(message: str) -> str:
    """What a message says was typed."""
    return re.findall(r'"([^"]*)"', message)[0]


@pytest.mark.parametrize(
    ("typed", "instead"),
    [(t, "[[time ...]]") for t in TIMES]
    + [(t, "[[rate ...]]") for t in RATES]
    + [(t, "[[ratio ...]]") for t in RATIOS]
    + [(t, "[[fraction ...]]") for t in SHARES],
)
@pytest.mark.parametrize(
    "around", ["It took {} on our GPU.\n", "- one\n- two, {}, three\n", "# A heading of {}\n"]
)
def test_a_typed_measurement_is_found(typed: str, instead: str, around: str) -> None:
    """H13: once, with the word to use instead, in paragraphs, lists and headings."""
    if around.startswith("#"):
        typed = typed.replace("\n", " ")
    found = said(around.format(typed))
    assert len(found) == 1
    assert found[0].startswith("H13 docs/x.md(")
    assert (
        f"is typed; inject it with {instead} or cite it: a footnote with source and year"
        in found[0]
    )


@pytest.mark.parametrize("typed", ELSEWHERE)
def test_a_figure_that_is_never_measured_here_needs_its_source(typed: str) -> None:
    """H17: power, energy and prices cannot be injected, only cited."""
    found = said(f"It takes {typed} here.\n")
    assert len(found) == 1
    assert found[0].startswith("H17 docs/x.md(1): ")
    assert "was not measured here; cite it: a footnote with source and year" in found[0]


@pytest.mark.parametrize("row", quantities.ROWS, ids=lambda row: row.sentence)
def test_each_row_of_the_table_is_needed(row: quantities.Row, monkeypatch: Any) -> None:
    """It finds the sentence that stands beside it, and nothing else finds all of that."""
    (found,) = quantities.find(row.sentence)
    assert found.instead == row.instead
    others = [p for r, p in zip(quantities.ROWS, quantities.PATTERNS, strict=True) if r != row]
    monkeypatch.setattr(quantities, "PATTERNS", others)
    assert [q.words for q in quantities.find(row.sentence)] != [found.words]


@pytest.mark.parametrize("sentence", orders.ORDERS)
def test_each_pattern_of_an_order_is_needed(sentence: str) -> None:
    """It finds the sentence that stands beside it, and no other does."""
    assert orders.order(sentence)
    others = [p for s, p in orders.ORDERS.items() if s != sentence]
    assert not re.search(rf"\b(?:{'|'.join(others)})\b", sentence, re.IGNORECASE)


@pytest.mark.parametrize("sentence", orders.MEANS)
def test_each_pattern_of_a_mean_is_needed(sentence: str) -> None:
    """It finds the sentence that stands beside it, and no other does."""
    assert orders.means(sentence)
    others = [p for s, p in orders.MEANS.items() if s != sentence]
    assert not re.search(rf"(?:{'|'.join(others)})\b", sentence, re.IGNORECASE)


def test_the_message_names_the_line_and_the_words() -> None:
    """What was typed, where, and what to do instead."""
    page = "---\ntitle: A\n---\n\n# B\n\nOne sentence.\nAnother one of `x`\nthat took 3.2 ms.\n"
    assert said(page) == [
        'H13 docs/x.md(9): "3.2 ms" is typed; inject it with [[time ...]] or cite it: a footnote '
        "with source and year; if it is no measurement, say so: <!-- not a measurement: REASON -->"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "twelve bytes an element",
        "1024 × 1536 pixels",
        "1024x1536 pixels",
        "8 × n elements",
        "3 GB of memory, 50 MB of cache, 16 GiB",
        "a second computer",
        "Three lines deserve a second look",
        "every second row",
        "20 steps of 1,048,576 elements",
        "in 2010, and in the 1960s",
        "95 % confidence, and a **95 % interval by ranks**",
        "1,024 threads in blocks of 256 on 132 processors",
        "read three times in a row",
        "several times",
        "many times",
        "Python 3.11 has it, CUDA 12 works",
        "an H100 SXM with PCIe x16",
        "16-bit numbers, about seven digits",
        "half of the threads, and half as an array",
        "on 22 Nov 2026",
        "several numbers per clock cycle",
        "one operation per twelve bytes",
        "*c* and _z_, 2 away from zero",
        'told as "hundreds of times faster"',
        "how many gigabytes per second that is",
        "[[time a b 2^3 compute]] against [[ratio a b 2^3 compute]]",
        "`n` of ``x[0]``, at `16:9` and `12:30`",
        '<a title="three texts" href="x-3ms">text</a>',
        "well within a day's work",
        "[text](https://example.org/3-times-faster)",
        "{ .sv-3ms }",
        "<!-- 3 ms -->",
    ],
)
def test_what_is_no_measurement_passes(text: str) -> None:
    """Sizes, counts, dates, names, code, markup and injected numbers are not typed measurements."""
    assert not said(f"It is {text} here.\n")


@pytest.mark.parametrize(
    "block",
    [
        "```python\n# 3 ms\n```",
        '```sh title="In a clone"\n# 3 ms\n```',
        "~~~cpp\n3 ms\n~~~",
        "```python\nx\n```\n\n<!--pytest-codeblocks:expected-output-->\n```text\n3 ms\n```",
        "<!-- printed by examples/x/cpu_numpy.py -->\n```text\n3 ms\n```",
        "/// timings | x\n    size: 3 ms\n///",
        "/// claim | x\na compute is at least 3 times as fast as b at 2^3\n///",
        '<svg viewBox="0 0 3 3"><text x="3">s</text>\n<text x="4">times 3</text></svg>',
        "## Exercises\n\nAt 25 GB/s?\n\n### More\n\n/// details | Answer\nIt is 3 ms.\n///",
    ],
)
def test_code_and_exercises_are_not_read(block: str) -> None:
    """And what stands after them is."""
    assert not said(f"Text.\n\n{block}\n")
    after = "## Sources\n\n" if "Exercises" in block else ""
    found = said(f"Text.\n\n{block}\n\n{after}It took 7 ms.\n")
    assert [quoted(f) for f in found] == ["7 ms"]


SKIPPED = '<!--pytest.mark.skip(reason="slow")-->\n'
OUTPUT = "<!--pytest-codeblocks:expected-output-->\n```text\n3 ms\n```"


@pytest.mark.parametrize(
    "block",
    [
        "/// note | The GPU takes 3 ms, always\nText.[^a]\n///",
        "/// details | It takes 3 ms\n    open: True\n///",
        '!!! note "It takes 3 ms"\n    Text.\n',
        "```text\n3 ms\n```",
        "```\n3 ms\n```",
        "~~~mermaid\na -- 3 ms --> b\n~~~",
        '```python title="In 3 ms"\nx\n```',
        f"```text\nx\n```\n\n{OUTPUT}",
        f'```python title="x"\nx\n```\n\n{OUTPUT}',
        f"{SKIPPED}```python\nx\n```\n\n{OUTPUT}",
        '<svg>\n<g>\n<text x="1">3 ms</text>\n</g>\n</svg>',
        "<svg>\n<desc>It takes 3<tspan> ms</tspan>. Text.</desc>\n</svg>",
        "<pre>3 ms</pre>",
        '<img alt="3 ms" src="x.png">',
        '<a title="3 ms" href="x">text</a>',
        "![3 ms](x.png)",
        '[text](x.md "3 ms")',
        "## Exercise of power: our results\n\nIt is 3 ms.",
    ],
)
def test_what_a_reader_sees_is_read(block: str) -> None:
    """H13: titles, output that no test compares, drawings, and texts of pictures."""
    found = said(f"Text.\n\n{block}\n\n[^a]: NVIDIA, data sheet, 2026.\n")
    assert [quoted(f) for f in found] == ["3 ms"]


def test_a_drawing_is_cited_in_the_paragraph_beside_it() -> None:
    """H17: as a table is; its caption is text like any other."""
    drawing = "<figure>\n<svg>\n<text>3 ms</text>\n<g>\n</g>\n</svg>\n{}</figure>\n"
    cited = "\nOn paper.[^a]\n\n[^a]: NVIDIA, data sheet, 2026.\n"
    assert not said(drawing.format("") + cited)
    caption = "<figcaption>It takes 4 ms.</figcaption>\n"
    assert [quoted(f) for f in said(drawing.format(caption) + cited)] == ["4 ms"]


@pytest.mark.parametrize(
    "text",
    [
        "It delivers 3.35 TB/s on paper.[^a] More follows.",
        "They found it ahead by 2.5 times[^a] and 30 W.",
        "It delivers 3.35 TB/s (NVIDIA, H100 data sheet, 2023).",
        "It delivers 3.35 TB/s (NVIDIA, H100 data sheet, read in November 2026).",
    ],
)
def test_a_cited_figure_passes(text: str) -> None:
    """H17: a footnote in the same sentence, or the short form, with source and year."""
    assert not said(f"{text}\n\n[^a]: NVIDIA, *H100* data sheet: 3.35 TB/s.\n    Read in 2026.\n")


@pytest.mark.parametrize(
    ("text", "rule", "says"),
    [
        ("It gives 3 TB/s. So it is told.[^a]", "H13", '"3 TB/s" is typed'),
        ("It is told.[^a] It gives 3 TB/s.", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s.[^b]", "H17", "the footnote [^b] names no year"),
        ("It gives 3 TB/s.[^c]", "H17", "the footnote [^c] names no source"),
        ("It gives 3 TB/s.[^d]", "H17", "the footnote [^d] has no definition on this page"),
        ("It gives 3 TB/s.[^e]", "H17", "the footnote [^e] names no source"),
        ("It gives 3 TB/s (in 2010).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (on my laptop, 2026).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (Our own H100, 2026).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (some card, 2026).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (see below).", "H13", '"3 TB/s" is typed'),
    ],
)
def test_a_figure_without_source_and_year_is_found(text: str, rule: str, says: str) -> None:
    """H17: a citation elsewhere, without a year or without a source is none."""
    notes = (
        "[^a]: NVIDIA, data sheet, 2026.\n[^b]: NVIDIA, data sheet.\n[^c]: Read in March 2026.\n"
        "[^e]: My own laptop, an idle evening, 2026.\n"
    )
    found = said(f"{text}\n\n{notes}")
    assert len(found) == 1
    assert found[0].startswith(f"{rule} docs/x.md(1): ")
    assert says in found[0]


def test_a_footnote_that_gives_a_figure_names_its_year() -> None:
    """H17: even where the text does not repeat the figure."""
    found = said("It is fast.[^a]\n\n[^a]: NVIDIA, data sheet: 3.35 TB/s.\n")
    assert found == ['H17 docs/x.md(3): the footnote [^a] gives "3.35 TB/s" and names no year']


TABLE = "| card | rate |\n| --- | --- |\n| A | 3 TB/s |\n| B | 2 TB/s{} |\n"


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        (TABLE.format(""), ["3 TB/s", "2 TB/s"]),
        (TABLE.format("[^a]"), ["3 TB/s"]),
        ("From the data sheets.[^a]\n\n" + TABLE.format(""), []),
        (TABLE.format("") + "\nFrom the data sheets.[^a]\n", []),
        ("On paper (NVIDIA, data sheets, 2026):\n\n" + TABLE.format(""), []),
        ("From somewhere.\n\n" + TABLE.format(""), ["3 TB/s", "2 TB/s"]),
        ("<!-- not a measurement: made up -->\n\n" + TABLE.format(""), []),
        ("| card | time (ms) |\n| --- | --- |\n| A | 3.2 |\n| B | 16 |\n", ["3.2 ms", "16 ms"]),
        ("| card | time in ms |\n| --- | --- |\n| A | 3.2 |\n| B | 16 |\n", ["3.2 ms", "16 ms"]),
        ("| card | ms |\n| --- | --- |\n| A | 3.2 |\n", ["3.2 ms"]),
        ("| card | size (MB) |\n| --- | --- |\n| A | 3.2 |\n", []),
    ],
)
def test_a_table_is_cited_as_a_whole_or_by_row(page: str, typed: list[str]) -> None:
    """In its row, in the paragraph above or below; a unit in the head counts for its column."""
    found = said(f"# Title\n\n{page}\n\n[^a]: NVIDIA, data sheets, 2026.\n")
    assert [quoted(f) for f in found] == typed


@pytest.mark.parametrize("gap", ["", "\n"])
def test_the_marker_excuses_one_paragraph(gap: str) -> None:
    """A threshold says in the source why it is no measurement; the next paragraph is read again."""
    marker = f"<!-- not a measurement: our own threshold -->\n{gap}"
    assert not said(f"{marker}Wider than ±2 % is noisy.\n")
    assert not said(f"{marker}- Wider than ±2 % is noisy.\n- Under 10 µs we make batches.\n")
    found = said(f"{marker}Wider than ±2 % is noisy.\n\nIt took 3 ms.\n")
    assert [quoted(f) for f in found] == ["3 ms"]


def test_the_marker_needs_a_reason_and_something_to_excuse() -> None:
    """An empty excuse excuses nothing, and one that is not needed any more goes."""
    found = said("<!-- not a measurement -->\nWider than ±2 %.\n")
    assert "the marker gives no reason" in found[0]
    assert '"2 %" is typed' in found[1].replace("±", "")
    found = said("Text.\n\n<!-- not a measurement: old -->\nNothing here.\n")
    assert len(found) == 1
    assert "docs/x.md(3): the marker <!-- not a measurement --> excuses nothing" in found[0]


CLAIM = "\n/// claim | x\na compute is at least {} times as fast as b at 2^3\n///\n"


@pytest.mark.parametrize(
    ("text", "factor", "typed"),
    [
        ("It is more than 100 times as fast.\n", "100", []),
        ("It is a factor in the hundreds.\n", "100", []),
        ("It is more than ten times as fast.\n", "10", []),
        ("It is more than 300 times as fast.\n", "100", ["300 times"]),
        ("It takes 100 ms.\n", "100", ["100 ms"]),
        ("It is 100 times as fast.\n\nAnother paragraph.\n", "100", ["100 times"]),
    ],
)
def test_a_factor_that_a_claim_checks_may_be_typed(
    text: str, factor: str, typed: list[str]
) -> None:
    """The number in the claim right below the paragraph, and no other, is checked by the build."""
    assert [quoted(f) for f in said(text + CLAIM.format(factor))] == typed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Numba is slower than NumPy for small arrays.\n", 1),
        ("NumPy is as fast as Numba here.\n", 1),
        ("Numba is slower than NumPy.\n" + CLAIM.format(2), 0),
        ("Numba is slower than NumPy: [[ratio x a 2^3 compute against b]].\n", 0),
        ("The bus is slower than the memory.[^a]\n\n[^a]: NVIDIA, data sheet, 2026.\n", 0),
        ('They say "faster than a CPU".\n', 0),
        ("NumPy is the fastest program here.\n", 1),
        ("NumPy is by far the quickest.\n", 1),
        ("The fastest program here is NumPy.\n", 1),
        ("NumPy is much **faster** here.\n", 1),
        ("The GPU wins at every size.\n", 1),
        ("If the model does not fit, it loses.\n", 1),
        ("When the model fits, the GPU wins.\n", 1),
        ("Numba outperforms NumPy.\n", 1),
        ("Numba beats NumPy.\n", 1),
        ("The first call takes much longer than the second.\n", 1),
        ("The GPU needs less time for it than Numba.\n", 1),
        ("The second takes as long as the first.\n", 1),
        ("Why is it slower than NumPy?\n", 1),
        ("## Where the GPU loses\n", 0),
        ("See when the GPU wins, and whether NumPy is faster.\n", 0),
        ("Why is NumPy the fastest?\n", 0),
        ("It pays if the CPU needs more time than the link.\n", 0),
        ("All wait for the slowest, and one number is lost.\n", 0),
        ("<!-- not a measurement: by definition -->\nIt is faster than the limit.\n", 0),
    ],
)
def test_an_order_that_nobody_checks_is_found(text: str, found: int) -> None:
    """H14: "faster than" stands beside a claim, an injected ratio, or a source."""
    messages = said(text)
    assert len(messages) == found
    if found:
        assert messages[0].startswith("H14 docs/x.md(1): ")
        assert "`/// claim | EXAMPLE`" in messages[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On average over all sizes 37.", ["average over all sizes"]),
        ("On average the GPU is [[ratio a b 2^3 compute]].", ["On average"]),
        ("It is [[ratio a b 2^3 compute]] on average.", ["on average"]),
        ("The geometric mean of the speed-ups is eight.", ["geometric mean"]),
        ("The **mean** of all the ratios says it.", ["mean of all the ratios"]),
        ("The average speed-up is good.[^a]", ["average speed-up"]),
        ("An H200 would extrapolate to 12 more.", ["extrapolate"]),
        ("Its projected time is short.", ["projected time"]),
        ("| card | geometric mean |\n| --- | --- |\n| A | 8 |", ["geometric mean"]),
        ("<!-- not a measurement: x -->\nIt is extrapolated, 3 ms.", ["extrapolated"]),
        ("No mean of ratios, and nothing is extrapolated.", []),
        ("A mean of samples, on average two of them, and the mean of the error.", []),
        ("Each token is projected to 64 numbers.", []),
        ('They say "the average speed-up".', []),
    ],
)
def test_h11_a_mean_of_ratios_and_a_projection_are_found(text: str, found: list[str]) -> None:
    """H11: in text and tables, cited or marked or not; where it is denied or quoted, it passes."""
    messages = said(f"Text.\n\n{text}\n\n[^a]: NVIDIA, data sheet, 2026.\n")
    assert [quoted(m) for m in messages if m.startswith("H11 docs/x.md(")] == found
    assert found or not messages


@pytest.mark.parametrize(
    "page", sorted((catalog.ROOT / "docs").rglob("*.md")), ids=lambda p: p.stem
)
def test_the_real_pages_pass(page: Path) -> None:
    """No page of the guide has a typed measurement."""
    assert not said(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "planted",
    [
        "The GPU needs 3.2 ms.",
        "That is 885× as fast.",
        "It draws 700 W.",
        "Numba is slower than C.",
        "The mean of the ratios says it.",
    ],
)
@pytest.mark.parametrize("name", ["mandelbrot.md", "first-gpu-program.md"])
def test_a_fault_planted_in_a_real_page_is_found(name: str, planted: str) -> None:
    """In every paragraph of running text of a real chapter, on its line."""
    lines = (catalog.ROOT / "docs" / name).read_text(encoding="utf-8").split("\n")
    paragraphs = [i for i, line in enumerate(lines) if re.match(r"(?:##+ |The |A |Every )", line)]
    last = lines.index("## Exercises")
    chosen = [i for i in paragraphs if i < last and not lines[i - 1].startswith(("<!--", "///"))]
    assert len(chosen) > 5
    for i in chosen:
        page = "\n".join([*lines[:i], planted, "", *lines[i:]])
        found = lint.lint("docs/x.md", page)
        assert [f.where for f in found] == [f"docs/x.md({i + 1})"], lines[i]


def test_notebooks_are_read_and_the_records_folder_is_not(tmp_path: Path) -> None:
    """The text cells of labs count as running text; docs/results holds no pages of ours."""
    docs = tmp_path / "docs"
    (docs / "labs").mkdir(parents=True)
    (docs / "results").mkdir()
    (docs / "results" / "x.md").write_text("3 ms\n")
    (docs / "a.md").write_text("It took 3 ms.\n")
    cells = [
        {"cell_type": "code", "source": ["# 3 ms"]},
        {"cell_type": "markdown", "source": ["# Title\n", "It took 4 ms."]},
    ]
    (docs / "labs" / "b.ipynb").write_text(json.dumps({"cells": cells}))
    told = evidence.load(tmp_path / "none", tmp_path / "none", local=False)
    pages, found = lint.judge_pages(docs, told)
    assert pages == 2
    assert [f.where for f in found] == ["docs/a.md(1)", "docs/labs/b.ipynb, cell 2 (2)"]


RULE = '!!! survival "The survival rule"\n    Keep the data\n    where it is.\n'


@pytest.mark.parametrize(
    ("landing", "found"),
    [
        ("1. Keep the data where\n   it is. [A](a.md)\n", []),
        ("1. Keep the data where it lies.\n", ["survival rule docs/a.md(3)"]),
    ],
)
def test_a_survival_rule_stands_on_the_landing_page(
    tmp_path: Path, landing: str, found: list[str]
) -> None:
    """Word for word, however the lines are broken; the message holds the words to put there."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(landing)
    (docs / "a.md").write_text(f"# A\n\n{RULE}")
    told = evidence.load(tmp_path / "none", tmp_path / "none", local=False)
    _, faults = lint.judge_pages(docs, told)
    assert [f"{f.rule} {f.where}" for f in faults] == found
    assert all("Keep the data where it is." in f.says and f.fails for f in faults)


def test_the_judge_fails_on_a_fault_in_the_text(tmp_path: Path) -> None:
    """`python -m survival judge` exits 1 and names the page, so that `make check` does."""
    for name in ("survival", "examples", "results", "docs"):
        ignored = shutil.ignore_patterns("__pycache__", "local")
        shutil.copytree(catalog.ROOT / name, tmp_path / name, ignore=ignored, symlinks=True)
    for name in (
        "requirements.txt",
        "requirements-gpu.txt",
        "requirements.in",
        "requirements-gpu.in",
    ):
        shutil.copy(catalog.ROOT / name, tmp_path / name)

    def judge() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "survival", "judge"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    page = tmp_path / "docs" / "index.md"
    with page.open("a") as f:
        f.write("\nIt took 3.2 ms.\n\n/// claim | mandelbrot\n")
        f.write("cpu_numpy compute is faster than cpu_numba at 1024x1536\n///\n")
    done = judge()
    last = page.read_text().count("\n")
    assert done.returncode == 1
    assert f'H13 docs/index.md({last - 4}): "3.2 ms" is typed' in done.stdout
    assert f'H14 docs/index.md({last - 1}): "cpu_numpy compute is faster than' in done.stdout
