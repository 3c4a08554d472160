"""Where a line may end within a long name: after `=` or a comma, and before a dot.

A name that is wider than a phone's line is broken somewhere; without these places, within a word.
After a slash browsers end a line by themselves.
"""

import re

from markdown.postprocessors import Postprocessor  # type: ignore[import-untyped]
from markupsafe import Markup, escape

LONG = re.compile(r"\S{36,}")
"""Shorter names fit the narrowest line that we lay out for."""
PLACE = re.compile(r"(?<=[=,])(?=[\w$])|(?<=\w)(?=\.\w{4})")


def pieces(text: str) -> list[str]:
    """The text, cut where a line may end."""
    cuts = [0]
    for name in LONG.finditer(text):
        cuts += [name.start() + place.start() for place in PLACE.finditer(name[0])]
    return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def marked(text: str) -> Markup:
    """The text as HTML, with a `<wbr>` where a line may end; it is not copied with the text."""
    return Markup("<wbr>").join(escape(piece) for piece in pieces(text))


class Breaks(Postprocessor):  # type: ignore[misc]
    """The same for code in running text, when all of it has become HTML."""

    CODE = re.compile(r"(<pre[^>]*>)?(<code[^>]*>)([^<]+)(?=</code>)")

    def run(self, text: str) -> str:
        """Return the page's HTML with those places."""
        return self.CODE.sub(
            lambda m: m[0] if m[1] else m[2] + "<wbr>".join(pieces(m[3])),
            text,
        )
