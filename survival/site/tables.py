"""Written tables as Material's script would make them, made when the site is built.

Material tells a written table by its having no class, in its script and in its sheet. A sheet that
asks for that makes a browser work out a whole part of a page again whenever anything in it gets or
loses a class, and moving tables into their boxes does it once more: a phone was busy with little
else while a page opened. So tables get a class here, and their boxes, in which they scroll.
"""

import re

CLASS = "sv-written"
UNNAMED = "table:not([class])"
"""How Material's sheet calls them."""
TABLE = re.compile(r"<table\b(?![^>]*\bclass=)([^>]*>.*?</table>)", re.DOTALL)
BOXED = (
    '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    rf'<table class="{CLASS}"\1</div></div>'
)


def boxed(page: str) -> str:
    """The page with its written tables named, each in a box in which it scrolls."""
    return TABLE.sub(BOXED, page)


def named(sheet: str) -> str:
    """A sheet that calls them by their name."""
    return sheet.replace(UNNAMED, f"table.{CLASS}")
