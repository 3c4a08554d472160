"""Words that lead to the glossary, and the glossary itself."""

import re
from pathlib import Path

import markdown
import pytest

from survival import catalog
from survival.pages import glossary

TEXT = """# Glossary

warp
:   32 threads that walk in `step`. See
    [Mandelbrot](mandelbrot.md)

L2 cache
:   A cache of [all](x.md).

scope
:   What a time includes.
"""


def converted(text: str, folder: Path, meanings: str = TEXT) -> str:
    """A page beside a glossary."""
    (folder / "glossary.md").write_text(meanings, encoding="utf-8")
    return str(
        markdown.markdown(
            text,
            extensions=["tables", "footnotes", "survival.pages.extension"],
            extension_configs={
                "survival.pages.extension": {"glossary": str(folder / "glossary.md")},
            },
        )
    )


def test_terms_have_plain_meanings() -> None:
    """The meaning is one line without markup and without the link that closes it."""
    assert glossary.terms(TEXT) == {
        "warp": "32 threads that walk in step.",
        "L2 cache": "A cache of all.",
        "scope": "What a time includes.",
    }


WARP = '<a class="sv-term" href="glossary.md#warp" title="32 threads that walk in step.">{}</a>'
L2 = '<a class="sv-term" href="glossary.md#l2-cache" title="A cache of all.">{}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A warp waits.", f"<p>A {WARP.format('warp')} waits.</p>"),
        ("Two warps and a warp.", f"<p>Two {WARP.format('warps')} and a warp.</p>"),
        ("Warps, an L2 cache.", f"<p>{WARP.format('Warps')}, an {L2.format('L2 cache')}.</p>"),
        ("*One* warp *in* it.", f"<p><em>One</em> {WARP.format('warp')} <em>in</em> it.</p>"),
        ("It is **warp**ed, a warp-wide", "<p>It is <strong>warp</strong>ed, a warp-wide</p>"),
        ("# Warp\n\n`warp` [warp](x.md)", '<p><code>warp</code> <a href="x.md">warp</a></p>'),
        ("Warp, a warp.", f"<p>Warp, a {WARP.format('warp')}.</p>"),
        ("In NVIDIA Warp", "<p>In NVIDIA Warp</p>"),
        ("A scope.", "<p>A scope.</p>"),
        ("Unwarped warp9.", "<p>Unwarped warp9.</p>"),
        ("| warp |\n| --- |\n| warp |", f"<td>{WARP.format('warp')}</td>"),
    ],
)
def test_the_first_appearance_is_linked(text: str, html: str, tmp_path: Path) -> None:
    """In running text, once, as a word of its own; never in code, links, headings, heads, names."""
    if "**warp**ed" in text:
        html = html.replace("<strong>warp</strong>", f"<strong>{WARP.format('warp')}</strong>")
    assert html in converted(text, tmp_path)


def test_footnotes_are_left_alone(tmp_path: Path) -> None:
    """A source is quoted as it is, and the text after it is still linked."""
    html = converted("Text[^a]. A warp.\n\n[^a]: NVIDIA, *warp*.", tmp_path)
    assert WARP.format("warp") in html
    assert html.count("sv-term") == 1


def test_without_a_glossary_nothing_is_linked(tmp_path: Path) -> None:
    """An empty one or none at all is no error."""
    assert converted("A warp.", tmp_path, "# Glossary\n") == "<p>A warp.</p>"


def test_our_glossary_is_in_order_and_its_terms_are_used() -> None:
    """Every entry is read, sorted, and linked from some page or an everyday word."""
    docs = catalog.ROOT / "docs"
    text = (docs / glossary.PAGE).read_text(encoding="utf-8")
    found = list(glossary.terms(text))
    assert len(found) == len(re.findall("^:", text, re.MULTILINE))
    assert found == sorted(found, key=str.lower)
    firsts = {term[0].upper(): term for term in reversed(found)}
    letters = re.findall(r"\[([A-Z])\]\(#([\w-]+)\)", text)
    assert letters == [(a, glossary.anchor(term)) for a, term in sorted(firsts.items())]
    others = [p.read_text(encoding="utf-8") for p in docs.glob("*.md") if p.name != glossary.PAGE]
    pages = " ".join("\n".join(others).lower().split())
    assert [t for t in found if t.lower() not in pages and t not in glossary.EVERYDAY] == []
    assert set(found) >= glossary.EVERYDAY
