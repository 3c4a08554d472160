"""Fewer elements, the same page."""

import html
import re

import pytest
from bs4 import BeautifulSoup

from survival.site.lean import inked, lean


def painted(code: str, ink: str) -> list[tuple[str, str]]:
    """Each stretch of code that has an ink, with its name, as the page's script finds it."""
    units = html.unescape(re.sub(r"<[^>]*>", "", code)).encode("utf-16-le")
    found = []
    for name, numbers in re.findall(r"([a-z]+)((?: \d+)+)", ink):
        at = 0
        lengths = iter(map(int, numbers.split()))
        for gap, length in zip(lengths, lengths, strict=True):
            begin, at = at + gap, at + gap + length
            found.append((name, units[2 * begin : 2 * at].decode("utf-16-le")))
    return found


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            '<span class="k">def</span> f(): <span class="c1"># a note</span>',
            [("word", "def"), ("note", "# a note")],
        ),
        ('<span class="n">x</span> = <span class="s2">"&lt;🙂"</span>', [("text", '"<🙂"')]),
        ('"🙂" <span class="k">if</span>', [("word", "if")]),
        (
            '<span class="s2">f"<span class="si">{</span>x"</span>',
            [("text", 'f"'), ("text", "{"), ("text", 'x"')],
        ),
        ("plain &amp; simple", []),
        (
            '<span class="sd">"""A program."""</span>\nstep = kernel(\n  '
            '<span class="sd">"""out = x;"""</span>)\n'
            '<span class="k">def</span> f():\n  <span class="sd">"""It adds."""</span>',
            [
                ("word", "def"),
                ("note", '"""A program."""'),
                ("note", '"""It adds."""'),
                ("text", '"""out = x;"""'),
            ],
        ),
    ],
)
def test_colours_are_where_the_marks_were(code: str, said: list[tuple[str, str]]) -> None:
    """Counted over what a browser shows; no mark of a highlighter is left."""
    text, ink = inked(code)
    assert sorted(painted(text, ink)) == sorted(said)
    assert "<span" not in text
    assert html.unescape(text) == html.unescape(re.sub(r"<[^>]*>", "", code))


def test_what_is_no_colour_stays() -> None:
    """The lines of a program that are folded, and links in machine code."""
    code = '<span class="sv-away"><span class="k">import</span> x</span> <a href="#y">y</a>'
    text, ink = inked(code)
    assert text == '<span class="sv-away">import x</span> <a href="#y">y</a>'
    assert ink == "word 0 6"


ITEM = (
    '<li class="md-nav__item"><a href="#a" class="md-nav__link">\n<span class="md-ellipsis">\n A'
    "\n</span></a></li>"
)
LIST = f'<nav class="md-nav md-nav--secondary"><ul data-md-component="toc">{ITEM}</ul>\n</nav>'
MENUS = (
    f'<div class="md-sidebar md-sidebar--primary">{LIST}</div>'
    f'<div class="md-sidebar md-sidebar--secondary">{LIST}</div>'
)


def test_sections_are_listed_once() -> None:
    """In the list beside the page; the one in the drawer is empty until the script fills it."""
    made = lean(f"{MENUS}<article>text</article>")
    assert made.count('<a href="#a" class="md-nav__link">A</a>') == 1
    assert made.index('secondary"><nav') < made.index("#a")
    assert made.count('data-md-component="toc"') == 2
    assert made.endswith("<article>text</article>")


def test_another_list_is_left_alone() -> None:
    """Where the drawer lists something else, nothing is taken from it."""
    other = MENUS.replace("#a", "#b", 1)
    assert lean(f"{other}<article></article>").count("md-nav__item") == 2


def test_a_footnote_of_one_paragraph_is_one_element() -> None:
    """One of two keeps them."""
    page = '<article><ol><li id="fn:a">\n<p>A, <em>B</em>.</p>\n</li>{}</ol></article>'
    two = '<li id="fn:b">\n<p>C.</p>\n<p>D.</p>\n</li>'
    short = '<article><ol><li id="fn:a">A, <em>B</em>.</li>{}</ol></article>'
    assert lean(page.format(two)) == short.format(two)


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        ("--gpus all", True),
        ("sudo nvidia-smi -rgc", True),
        ("h = a · h + b", True),
        ("numpy", False),
        ("docker run --gpus all --rm nvidia/cuda nvidia-smi", False),
    ],
)
def test_short_code_stays_on_one_line(code: str, whole: bool) -> None:
    """A browser breaks it after a hyphen; what is long has to be broken somewhere."""
    page = lean(f"<article><p>Say <code>{code}</code>.</p></article>")
    assert (f'<code class="sv-whole">{code}</code>' in page) == whole
    assert code in page


def claim(said: str, what: str, state: str = "checked") -> str:
    """The mark of a claim, as the block leaves it."""
    summary = f"<summary><span>✓</span> {said}</summary>"
    mark = f'<details class="sv-claim sv-claim--{state}">{summary}\n<ul>\n<li>{what}</li>\n</ul>'
    return f"<div>\n{mark}\n</details>\n</div>\n"


def test_marks_that_say_the_same_behind_each_other_are_one() -> None:
    """A reader took three lines that were alike for a block that was repeated by mistake."""
    page = "<article>" + claim("once", "a") + claim("once", "b") + claim("once", "c")
    whole = BeautifulSoup(lean(page), "html.parser")
    assert [x.text for x in whole.select("details li")] == ["a", "b", "c"]
    assert len(whole.select("div")) == len(whole.select("details")) == 1
    assert len(whole.select("summary")) == len(whole.select("ul")) == 1


@pytest.mark.parametrize(
    "between", [claim("twice", "x"), claim("once", "x", "unchecked"), "<p>and then</p>"]
)
def test_marks_that_differ_or_stand_apart_stay_two(between: str) -> None:
    """Each belongs to the sentence before it."""
    page = "<article>" + claim("once", "a") + between + claim("once", "b")
    whole = BeautifulSoup(lean(page), "html.parser")
    assert {x.text for x in whole.select("details li")} >= {"a", "b"}
    assert len(whole.select("details")) == page.count("<details")
