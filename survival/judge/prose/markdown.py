"""Markdown as the checks of prose see it: what is not prose is blanked, and no line moves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^[ ]*(`{3,}|~{3,})[^\n]*\n.*?^[ ]*\1[`~]*[ ]*$", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE = re.compile(r"(`+)(?!`)(?:(?!\n[ ]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
CLAIM = re.compile(
    r"^[ ]*(?P<fence>/{3,})[ ]*claim[ ]*(?:\|[ ]*(?P<example>[^\n]*?))?[ ]*\n"
    r"(?P<lines>.*?)^[ ]*(?P=fence)[ ]*$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class ClaimBlock:
    """One `/// claim | EXAMPLE` block as it stands in the Markdown."""

    example: str
    first: int
    """The line, counted from 1, that opens the block."""
    last: int
    """The line that closes it."""
    lines: tuple[tuple[int, str], ...]
    """Each claim and the number of its line."""


def blank(pattern: re.Pattern[str], text: str) -> str:
    """Every match of the pattern as spaces, so that places and lines stay where they are."""
    return pattern.sub(lambda m: spaces(m[0]), text)


def spaces(text: str) -> str:
    """As many spaces as the text has characters, on as many lines."""
    return re.sub(r"[^\n]", " ", text)


def without_code(text: str) -> str:
    """Markdown without its fences, comments and backticks; places and lines are unchanged."""
    for pattern in (FENCE, COMMENT, CODE):
        text = blank(pattern, text)
    return text


def line_of(text: str, place: int) -> int:
    """The line, counted from 1, on which a place in the text lies."""
    return text.count("\n", 0, place) + 1


def claim_blocks(text: str) -> Iterator[ClaimBlock]:
    """The claims of a page, in order, with the lines on which they stand."""
    for m in CLAIM.finditer(without_code(text)):
        first = line_of(text, m.start("lines"))
        lines = enumerate(m["lines"].split("\n"), first)
        yield ClaimBlock(
            (m["example"] or "").strip(),
            line_of(text, m.start()),
            line_of(text, m.end()),
            tuple((n, line.strip()) for n, line in lines if line.strip()),
        )
