"""Footnotes are numbered from the top of a page to its end."""

import re

import markdown

from survival.pages.footnotes import InOrder

PAGE = """
| a | b |
| --- | --- |
| in a table[^table] | twice[^twice] |

Below it,[^below] and once more.[^twice]

[^twice]: T, as the first says.[^table]
[^never]: N
[^below]: B
[^table]: A
"""


def converted(page: str) -> str:
    """As a page is, but for our own blocks."""
    md = markdown.Markdown(
        extensions=["tables", "footnotes"],
        extension_configs={"footnotes": {"USE_DEFINITION_ORDER": False}},
    )
    md.treeprocessors.register(InOrder(md), "in_order", InOrder.PRIORITY)
    return md.convert(page)


def test_numbers_are_in_the_order_of_the_page() -> None:
    """A table is met before what stands below it, and the list of sources follows."""
    html = converted(PAGE)
    text, sources = html.split('<div class="footnote">')
    refs = re.findall(r'class="footnote-ref" href="#fn:(\w+)">(\d+)<', text)
    assert refs == [("table", "1"), ("twice", "2"), ("below", "3"), ("twice", "2")]
    assert re.findall(r'<li id="fn:(\w+)"', sources) == ["table", "twice", "below", "never"]
    assert re.findall(r'class="footnote-ref" href="#fn:(\w+)">(\d+)<', sources) == [("table", "1")]


def test_a_page_without_sources_is_as_it_was() -> None:
    """Nothing to number."""
    assert converted("Nothing.") == "<p>Nothing.</p>"
