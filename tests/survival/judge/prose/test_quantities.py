"""Each row of the table is needed; its wordings are found, and plain prose passes."""

import pytest

from survival.judge.prose import lint, quantities

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


MEASURED = {
    quantities.TIME: TIMES,
    quantities.RATE: RATES,
    quantities.RATIO: RATIOS,
    quantities.SHARE: SHARES,
}
"""Wordings of what the rows find, by what to write instead."""


def said(text: str) -> list[str]:
    """The messages for a page."""
    return [f.message for f in lint.lint("docs/x.md", text)]


@pytest.mark.parametrize("row", quantities.ROWS, ids=lambda row: row.sentence)
def test_each_row_of_the_table_is_needed(
    row: quantities.Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds the sentence that stands beside it, and without it the sentence passes."""
    assert [q.instead for q in quantities.find(row.sentence)] == [row.instead]
    others = [p for r, p in zip(quantities.ROWS, quantities.PATTERNS, strict=True) if r != row]
    monkeypatch.setattr(quantities, "PATTERNS", others)
    assert not quantities.find(row.sentence)


@pytest.mark.parametrize("row", quantities.ROWS, ids=lambda row: row.near)
def test_what_is_like_a_row_and_no_measurement_passes(row: quantities.Row) -> None:
    """The sentence that a row must leave alone is one that no row finds."""
    assert not quantities.find(row.near)


@pytest.mark.parametrize("around", ["- one\n- two. {} Three\n", "# A heading: {}\n"])
@pytest.mark.parametrize("row", quantities.ROWS, ids=lambda row: row.sentence)
def test_lists_and_headings_are_read(row: quantities.Row, around: str) -> None:
    """H13 and H17: once, where a paragraph would have it found."""
    assert len(said(around.format(row.sentence))) == 1


@pytest.mark.parametrize(
    ("typed", "instead"), [(typed, instead) for instead in MEASURED for typed in MEASURED[instead]]
)
def test_a_typed_measurement_is_found(typed: str, instead: str) -> None:
    """H13: once, with the word to use instead."""
    found = said(f"It took {typed} on our GPU.\n")
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
