"""A page as it is read: its Markdown without all that is no prose, in chunks, with its sources."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from survival.judge.prose import drawings, machine_code, quantities
from survival.judge.prose.markdown import (
    CLAIM,
    CODE,
    COMMENT,
    FENCE,
    blank,
    claim_blocks,
    line_of,
    spaces,
)
from survival.judge.prose.orders import RATIO
from survival.judge.prose.quantities import EMPTY

MARKER = re.compile(r"<!--\s*not a measurement\b:?\s*(?P<reason>.*?)\s*-->", re.DOTALL)
ALONE = "\ufffc"
"""Ends a phrase that stands alone, such as a title."""
DRAWN = "\ufffb"
"""Ends a text in a drawing."""

_UNSEEN = str.maketrans(dict.fromkeys("\u00ad\u200c\u200d\u2060\ufeff\ufffc\ufffb", EMPTY))
_CODE_FENCE = re.compile(r"[ ]*[`~]{3,}[ ]*(?:python|sh|bash|console|c|cpp|cuda)\b")
_RUN_FENCE = re.compile(r"[ ]*```(?:python|sh|bash)")
_EXPECTED = "<!--pytest-codeblocks:expected-output-->"
_PRINTED = re.compile(r"<!-- printed by examples/\S+ -->")
_DIRECTIVE = re.compile(r"^[ ]*/{3,}[^\n]*(?:\n[ ]{4,}[a-z_]+:[^\n]*)*$", re.MULTILINE)
_ELEMENT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_TITLE = re.compile(
    r"^[ ]*/{3,}[^\n|]*\|(.*)|\b(?:title|alt|aria-label)=\"([^\"]*)\"|\s\"(.*)\"\)$"
)
_MARKUP = (
    re.compile(r"</?[a-zA-Z][^<>]*>"),
    re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)|(?<=\])\[[^\[\]]*\]|<https?:[^>]*>"),
    re.compile(r"\{[ ]*[:.#][^{}]*\}"),
)
_FRONT = re.compile(r"\A---[ ]*\n.*?\n---[ ]*$", re.DOTALL | re.MULTILINE)
_UNREAD_IN_FRONT = re.compile(r"^(?:title:|description:|.*)", re.MULTILINE)
_DEFINITION = re.compile(
    r"^\[\^(?P<id>[^\]\s]+)\]:(?P<text>[^\n]*(?:\n(?:[ ]{4,}[^\n]*|[ ]*(?=\n[ ]{4,}\S)))*)",
    re.MULTILINE,
)
_NUMBER = quantities.PARTS["number"]
_CHUNK = re.compile(r"^(?![ >]*$).*(?:\n(?![ >]*$).*)*", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’*_)]*((?:\[\^[^\]\s]+\])*)\s+(?=[\"“‘(*_\[]*[A-Z0-9±])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|cf|vs|ca|approx|etc|Fig|Sec|No|pp?|Dr)\.$")


@dataclass
class Chunk:
    """A paragraph, heading, list or table: lines without an empty one between them."""

    first: int
    """Line of the page, counted from 1."""
    text: str
    claimed: frozenset[float] = frozenset()
    """The numbers in the claims right below."""
    has_claims: bool = False
    has_code: bool = False
    """Whether one of them is of machine code."""

    @property
    def last(self) -> int:
        """Its last line."""
        return self.first + self.text.count("\n")

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Each sentence with the place where it begins; a footnote belongs to the one before it."""
        text = self.text
        # An item of a list, and a line of a definition, is a sentence of its own.
        cuts = [m.start() + 1 for m in re.finditer(r"\n(?=\s*(?:[-*+]|\d+\.|:)\s)", text)]
        cuts += [m.end() for m in re.finditer(f"[{ALONE}{DRAWN}]", text)]
        cuts += [
            m.end()
            for m in _SENTENCE_END.finditer(text)
            if not _ABBREVIATION.search(text[: m.start()])
        ]
        for a, b in pairwise(sorted({0, *cuts, len(text)})):
            yield a, text[a:b]


@dataclass
class Page:
    """A page's text without all that is not prose, and what its sources are."""

    where: str
    chunks: list[Chunk] = field(default_factory=list)
    sources: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Footnotes by id: line and definition."""
    markers: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By the line on which a marker ends: the line on which it begins, and its reason."""

    def marker(self, chunk: Chunk) -> int | None:
        """The marker within a chunk or above it, with at most empty lines between."""
        for end in self.markers:
            if chunk.first <= end <= chunk.last:
                return end
        end = max((end for end in self.markers if end < chunk.first), default=0)
        taken = any(end < other.first < chunk.first for other in self.chunks)
        return None if taken or not end else end


def read(where: str, text: str) -> Page:
    """The page whose Markdown that is; `where` is its path as a message names it."""
    page = Page(where)
    text = text.replace("\r\n", "\n").translate(_UNSEEN)
    blocks = list(claim_blocks(text))
    prose = drawings.shown(_without_code(text))
    for m in MARKER.finditer(prose):
        page.markers[line_of(prose, m.end())] = (line_of(prose, m.start()), m["reason"])
    prose = CODE.sub(_in_backticks, blank(COMMENT, prose))
    prose = _DIRECTIVE.sub(lambda m: _titles(m[0]), blank(CLAIM, prose))
    prose = _DRAWING.sub(_drawn, blank(_ELEMENT, prose))
    prose = _FRONT.sub(lambda m: blank(_UNREAD_IN_FRONT, m[0]), prose)
    for m in _DEFINITION.finditer(prose):
        page.sources[m["id"]] = (line_of(prose, m.start()), m["text"])
    prose = blank(_DEFINITION, prose)
    for pattern in _MARKUP:
        prose = pattern.sub(lambda m: _titles(m[0]), prose)
    prose = blank(re.compile(r"https?://\S+"), prose)
    # An injected number keeps its sentence together, but is none of its text.
    prose = re.sub(r"\[\[[^\[\]]*\]\]", _injected, prose)
    prose = re.sub(r"&(?:#\d+|#x[\da-fA-F]+|\w+);", _character, prose)
    prose = re.sub(r"\*+|(?<!\w)_+|_+(?!\w)|~~|\\(?=[$*_~])", lambda m: EMPTY * len(m[0]), prose)
    prose = _without_exercises(prose)
    page.chunks = [Chunk(line_of(prose, m.start()), m[0]) for m in _CHUNK.finditer(prose)]
    for block in blocks:
        above = next((c for c in reversed(page.chunks) if c.last < block.first), None)
        if above:  # with nothing between them: it would be a chunk
            numbers = re.findall(rf"(?<![\w^.])({_NUMBER})(?= times| ?%)", str(block.lines))
            above.claimed |= {float(n.replace(",", "")) for n in numbers}
            above.has_claims = True
            above.has_code |= any(" compiled " in line for _, line in block.lines)
    return page


def _without_code(text: str) -> str:
    """The text without fences of code, and without output that a test holds against its code."""
    run = False

    def shown(m: re.Match[str]) -> str:
        nonlocal run
        first, *inside, _ = m[0].split("\n")
        above = text[: m.start()].rstrip("\n").rpartition("\n")[2].strip()
        checked = (above == _EXPECTED and run) or _PRINTED.fullmatch(above)
        run = _RUN_FENCE.fullmatch(first) is not None and "skip" not in above
        unread = checked or _CODE_FENCE.match(first)
        return "\n".join([_titles(first), *("" if unread else line for line in inside), ""])

    return FENCE.sub(shown, text)


def _in_backticks(m: re.Match[str]) -> str:
    """What stands in backticks if it is a quantity, a number or an instruction, else spaces."""
    words = m[0].strip("`")
    read = re.fullmatch(rf"\s*{_NUMBER}\s*|{machine_code.OPCODE}", words)
    return words if read or quantities.find(words) else spaces(m[0])


def _titles(markup: str) -> str:
    """Spaces in the place of markup, and before them its titles that hold a quantity."""
    shown = ["".join(found) for found in _TITLE.findall(markup)]
    return "".join(f"{words}{ALONE}" for words in shown if quantities.find(words)) + spaces(markup)


def _drawn(m: re.Match[str]) -> str:
    """A drawing without an empty line in it, and an end after each of its texts."""
    return re.sub(r"</(?:text|title|desc|svg)>", DRAWN, m[0]).replace("\n", f"{EMPTY}\n")


def _injected(m: re.Match[str]) -> str:
    """What stands in the place of a word such as [[time ...]]: as long, and nothing to read."""
    return re.sub(r"[^\n]", RATIO if m[0].startswith("[[ratio") else EMPTY, m[0])


def _character(m: re.Match[str]) -> str:
    """What an entity such as &nbsp; stands for, as long as the entity, on one line."""
    found = html.unescape(m[0]).replace("\n", " ").translate(_UNSEEN)
    return found.ljust(len(m[0]), EMPTY)


def _without_exercises(text: str) -> str:
    """Blank every section that is called Exercises, up to the next heading of its level."""
    level, kept = 0, []
    for line in text.split("\n"):
        heading = re.match(r"(#{1,6})[ ]+(.*?)[ ]*#*[ ]*$", line)
        if heading and (not level or len(heading[1]) <= level):
            named = re.fullmatch(r"exercises?\s*", heading[2], re.IGNORECASE)
            level = len(heading[1]) if named else 0
        kept.append(spaces(line) if level else line)
    return "\n".join(kept)
