"""MkDocs hook that gives the search plugin a page's words without what is drawn and coloured.

The plugin reads every tag of a page, which was nearly half of a build. What nobody searches for,
the marks on charts and the numbers in tables of timings, is left out; code keeps its text, and
loses its colours. The page itself stays as it is.
"""

import re
from typing import Any

from mkdocs.plugins import CombinedEvent, event_priority

LEFT_OUT = re.compile(
    r'<svg\b.*?</svg>|<table class="sv-timings">.*?</table>|<details class="sv-all">.*?</details>',
    re.DOTALL,
)
CODE = re.compile(r"(?<=<pre>).*?(?=</pre>)", re.DOTALL)
TAG = re.compile(r"<[^>]*>")

whole: dict[str, str] = {}
"""What was taken from a page, until the search plugin has read it."""


@event_priority(100)  # before the search plugin
def take_out(context: Any, page: Any, **_: Any) -> None:
    """Leave the words."""
    whole[page.file.src_uri] = page.content
    words = LEFT_OUT.sub("", page.content)
    page.content = CODE.sub(lambda code: TAG.sub("", code[0]), words)


@event_priority(-100)  # after it, and before the page is written
def put_back(context: Any, page: Any, **_: Any) -> None:
    """Restore the page."""
    page.content = whole.pop(page.file.src_uri)


on_page_context = CombinedEvent(take_out, put_back)
