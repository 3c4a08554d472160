"""What programs read."""

import json
from pathlib import Path

import pytest

from survival import catalog
from survival.errors import PageError
from survival.records import read_results
from survival.site.published import feed, readable
from survival.site.published.address import Address

LISTING = (
    '<div class="tabbed-set"><div class="tabbed-labels"><label>CPU NumPy</label>'
    '<label><span>GPU</span> CuPy</label></div><div class="tabbed-content"><div>'
    '<div class="language-python highlight"><pre><span></span><code><span class="k">if</span> a:'
    "\n\n\n    b()\n</code></pre></div></div></div></div>"
)


def markdown(content: str) -> str:
    """A page's Markdown."""
    page = f'<meta name="description" content="About &amp; more"><article>{content}</article>'
    return readable.Page.of("p/", "P", page).markdown


def test_numbers_stand_in_the_text() -> None:
    """Without the links that lead a reader to their records."""
    number = '<a class="sv-src" href="../results/m/x.json" data-card="1">2.5 ms</a>'
    text = markdown(
        f'<h1 id="t">T<a class="headerlink" href="#t">¶</a></h1><p>It takes {number}.</p>'
    )
    assert text == "# T\n\nIt takes 2.5 ms.\n"


def test_powers_stay_powers() -> None:
    """A bound of 2 to the 63 must not become 263; a footnote's number is none."""
    note = '<sup id="fnref:1"><a href="#fn:1">1</a></sup>'
    assert markdown(f"<p>below 2<sup>63</sup>{note}</p>") == "below 2^63[1]\n"


def test_programs_are_whole_and_named() -> None:
    """Letter by letter, blank lines too."""
    text = markdown(LISTING)
    assert "One after the other: CPU NumPy; GPU CuPy." in text
    assert "```python\nif a:\n\n\n    b()\n```" in text


def test_drawings_are_left_out_and_tables_stay() -> None:
    """Their text stands beside them."""
    table = "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    text = markdown(f"<svg><text>drawn</text></svg><script>x</script>{table}")
    assert "drawn" not in text
    assert "| A |" in text
    assert "| 1 |" in text


def test_a_page_without_an_article_says_nothing() -> None:
    """And stops nothing."""
    assert readable.Page.of("p/", "P", "<p>x</p>").markdown == ""


def test_everything_is_listed(tmp_path: Path) -> None:
    """With full addresses where the site has one."""
    pages = [
        readable.Page.of(
            "",
            "",
            '<meta name=description content="All"><article><h2>The chapters</h2><ol><li>'
            '<a href="a/">A</a> 12 min</li></ol><h2>The survival rules</h2><ol><li>Be kind. '
            '<a href="a/">A</a></li></ol><ol start="2"><li>Be brief. <a href="a/">A</a></li></ol>'
            "<h2>More</h2><ol><li>Other</li></ol></article>",
        ),
        readable.Page.of("a/", "A", "<article><p>Text of A.</p></article>"),
    ]
    (tmp_path / "a").mkdir()
    readable.write(tmp_path, pages, catalog.ROOT, Address("https://example.org/g"))
    listed = (tmp_path / "llms.txt").read_text("utf-8")
    assert "- [A](https://example.org/g/a/index.md)" in listed
    assert "> All" in listed
    assert "Text of A." in (tmp_path / "llms-full.txt").read_text("utf-8")
    assert (tmp_path / "a" / "index.md").read_text("utf-8") == "Text of A.\n"
    skill = (tmp_path / "SKILL.md").read_text("utf-8")
    assert skill.startswith("---\nname: ")
    assert skill.partition("\n# ")[2].split("\n")[1:5] == ["", "1. Be kind.", "2. Be brief.", ""]


def test_a_picture_within_a_page_is_told() -> None:
    """And not spelt out in thousands of letters."""
    assert markdown('<img width="6" alt="A set." src="data:image/png;base64,iVBO">') == "*A set.*\n"


def test_every_published_timing_is_in_one_file(tmp_path: Path) -> None:
    """With its record and a program that is there."""
    found = json.loads("".join(readable.numbers(catalog.ROOT, Address())))["timings"]
    results = read_results(catalog.RESULTS)
    count = sum(
        len(v.timings) for rs in results.records.values() for r in rs.values() for v in r.variants
    )
    assert len(found) == count > 0
    for number in found:
        assert (catalog.ROOT / number["record"]).is_file()
        assert number["low"] <= number["median"] <= number["high"]
    assert all((catalog.ROOT / program).is_file() for program in {n["program"] for n in found})


def test_the_feed_has_an_item_for_each_edition(tmp_path: Path) -> None:
    """With its day; and there is none where the site has no address."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / feed.PAGE).write_text(
        "# W\n\n## 5 March 2026\n\n- A & B\n\n## 1 May 2025\n\n- C\n"
    )
    feed.write(tmp_path, tmp_path, Address())
    assert not (tmp_path / "changes.xml").exists()
    feed.write(tmp_path, tmp_path, Address("https://example.org/g"))
    text = (tmp_path / "changes.xml").read_text("utf-8")
    assert text.count("<item>") == 2
    assert "<pubDate>Thu, 05 Mar 2026 00:00:00 GMT</pubDate>" in text
    assert "https://example.org/g/changes/#5-march-2026" in text
    assert "A &amp; B" in text


@pytest.mark.parametrize("day", ["32 March 2026", "5 Marz 2026", "soon"])
def test_an_edition_has_a_day(tmp_path: Path, day: str) -> None:
    """What is no day stops the build, in one line."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / feed.PAGE).write_text(f"## {day}\n\n- A\n")
    with pytest.raises(PageError, match=f"'{day}' is no day"):
        feed.write(tmp_path, tmp_path, Address("https://example.org/g"))
