"""H14, H11: an order that nobody checks is found, and a mean of ratios."""

import re

import pytest

from survival.judge.prose import lint, orders


def said(text: str) -> list[str]:
    """The messages for a page."""
    return [f.message for f in lint.lint("docs/x.md", text)]


def quoted(message: str) -> str:
    """What a message says was typed."""
    return re.findall(r'"([^"]*)"', message)[0]


CLAIM = "\n/// claim | x\na compute is at least 2 times as fast as b at 2^3\n///\n"


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Numba is slower than NumPy for small arrays.\n", 1),
        ("NumPy is as fast as Numba here.\n", 1),
        ("Numba is slower than NumPy.\n" + CLAIM, 0),
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
        ("Half precision loses digits, and a win there is a loss here.\n", 0),
        ("Nothing is lost, and nobody would lose time by it.\n", 0),
        ("That is no longer so; it needs more time to read.\n", 0),
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
