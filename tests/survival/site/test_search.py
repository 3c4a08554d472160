"""What can be searched."""

import pytest

from survival.site import search

PAGE = '<html><body><article class="md">{}</article></body></html>'


def found(content: str) -> list[dict[str, object]]:
    """The entries of a page with that content."""
    return list(search.entries(PAGE.format(content), "p/", "Page"))


def test_a_program_is_not_searched_and_what_it_says_is() -> None:
    """Listings hold the same words everywhere: "error", "import", "verified"."""
    program = (
        '<div id="x" class="language-python highlight"><pre><code>import cupy</code></pre></div>'
    )
    badge = '<p class="sv-badge sv-badge--verified">verified, error 0</p>'
    said = '<div class="language-text highlight"><pre><code>CUDA out of memory</code></pre></div>'
    (entry,) = found(f"<h1 id='p'>Page</h1>{program}{badge}{said}")
    assert "cupy" not in str(entry["text"])
    assert "verified" not in str(entry["text"])
    assert "CUDA out of memory" in str(entry["text"])


def test_a_name_that_may_be_broken_over_lines_is_one_name() -> None:
    """As a message has it, and as somebody pastes it."""
    (entry,) = found("<h1 id='p'>Page</h1><p><code>numba<wbr>.cuda<wbr>.cudadrv</code></p>")
    assert "<code>numba.cuda.cudadrv</code>" in str(entry["text"])


def test_each_term_of_the_glossary_is_found_by_itself() -> None:
    """And leads to its place, with its own meaning only."""
    terms = '<dt id="warp">warp</dt><dd>32 threads.</dd><dt id="tile">tile</dt><dd>A part.</dd>'
    _, warp, tile = found(f'<h1 id="g">Glossary</h1>{terms}')
    assert (warp["location"], warp["title"]) == ("p/#warp", "warp")
    assert "32 threads" in str(warp["text"])
    assert "A part" not in str(warp["text"])
    assert tile["location"] == "p/#tile"


def test_other_words_for_a_heading_are_found_with_it() -> None:
    """Whoever types OOM means the section on memory that ran out."""
    _, entry = found(
        '<h1 id="e">E</h1><h2 data-also="OOM, VRAM" id="oom">Out of memory</h2><p>x</p>'
    )
    assert str(entry["text"]).startswith("<p>OOM, VRAM</p>")
    assert search.zensical(entry)["tags"] == []


def test_the_sheet_of_rules_is_found_once() -> None:
    """Its rules stand on the landing page, where a search leads."""
    (entry,) = found(
        '<h1 id="r">Rules</h1><p>Print it.</p>'
        '<div class="sv-sheet"><h3 id="a">A</h3>1. Be kind.</div>'
    )
    assert "Print it." in str(entry["text"])
    assert "Be kind" not in str(entry["text"])


def test_what_others_wrote_counts_less() -> None:
    """A title of a source is not the guide's answer to its words."""
    (_, sources) = found('<h1 id="e">E</h1><h2 id="sources">Sources</h2><p>OOM</p>')
    assert sources["boost"] == search.SOURCES < 1


@pytest.mark.parametrize(
    ("address", "less"), [("labs/a/", True), ("records/", True), ("a/", False)]
)
def test_exercises_and_fields_count_less(address: str, less: bool) -> None:
    """Whoever looks for a word wants what explains it."""
    assert (search.boost(address, None).get("boost", 1.0) == search.LESS) == less
