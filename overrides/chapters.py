"""MkDocs hook that numbers parts and chapters by their order in the navigation.

Programs say "see chapter 3" and "some programs of part 4": menu and pages show which those are, and
nobody types a number that moving a chapter would make wrong.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

from mkdocs.plugins import event_priority


@event_priority(100)  # before pages are rendered
def on_nav(nav: Any, **_: Any) -> None:
    """Number what opens with a question: the pages with a head, and the sections that hold them."""
    parts, numbers = count(1), count(1)
    for section in nav:
        if chapters := list(_chapters(section)):
            section.title = f"Part {next(parts)} · {section.title}"
        for page in chapters:
            page.chapter = next(numbers)
            page.title = f"{page.chapter} · {page.title}"


def _chapters(section: Any) -> Iterator[Any]:
    for page in section.children or ():
        if page.is_page and "\n/// head" in page.file.content_string:
            yield page
