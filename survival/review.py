"""Two builds of the site, and what a reader would see changed: pages, claims and numbers.

What a pull request built comes from a stranger and is read as data. All of its text goes into code
spans, which show no markup, links or mentions, and the whole is bounded.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from survival.errors import SurvivalError, one_line

MOST_LINES = 40
"""Of each kind on one page, and of pages; the rest is counted."""
MOST_LETTERS = 120
"""Of each text."""
MOST_TEXT = 60_000
"""Letters in all: GitHub takes a comment of 65,536."""
MOST_BYTES = 20_000_000
"""Of one page of a build: a larger one is named and not read."""
PART = re.compile(r"on-[a-z0-9-]+\.html")
"""A file with what one page shows of one machine."""
FOLDED = "details.sv-all, .sv-claim small, .headerlink, svg, script, style"
"""What repeats the numbers of a page at length, or is no text."""


@dataclass(frozen=True)
class Built:
    """What one page of a build says."""

    title: str = ""
    text: str = ""
    """A hash over its words."""
    numbers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The measured numbers, by the sentence or the table's row that they stand in."""
    claims: tuple[str, ...] = ()
    """Each claim with how it was judged."""


def compare(before: Path, after: Path) -> str:
    """What changed from one built site to another, as Markdown for a pull request.

    Raises SurvivalError if a folder holds no site.
    """
    old, new = _pages(before), _pages(after)
    lines = [
        *_list("New pages", [f"{_code(p)} {_code(new[p].title)}" for p in new if p not in old]),
        *_list("Removed pages", [_code(p) for p in old if p not in new]),
    ]
    changed = [p for p in new if p in old and new[p] != old[p]]
    for page in changed[:MOST_LINES]:
        lines += [
            "",
            f"### {_code(page)} {_code(new[page].title)}",
            *_changes(old[page], new[page]),
        ]
    if len(changed) > MOST_LINES:
        lines += ["", f"… and {len(changed) - MOST_LINES} more pages changed."]
    found = sum(p not in old for p in new) + sum(p not in new for p in old) + len(changed)
    head = f"**{found} of {len(new)} pages change what a reader sees.**" if found else ""
    text = "\n".join([head or "No page changes what a reader sees.", *lines]) + "\n"
    if len(text) <= MOST_TEXT:
        return text
    return text[: text.rindex("\n", 0, MOST_TEXT)] + "\n\n… and more than fits here.\n"


def _pages(folder: Path) -> dict[str, Built]:
    """Every page of a built site by its address, with what it says of machines in files beside."""
    files = sorted(f for f in folder.rglob("*.html") if f.is_file() and not f.is_symlink())
    if not files:
        raise SurvivalError(f"{folder}: holds no built site; run `make site` there")
    parts = [f for f in files if PART.fullmatch(f.name) and f.with_name("index.html") in files]
    pages = {f: _read(f) for f in files if f not in parts}
    for part in parts:
        page, added = part.with_name("index.html"), _read(part)
        machine = part.stem.replace("-", " ", 1)
        numbers = {f"{place} ({machine})": texts for place, texts in added.numbers.items()}
        pages[page] = replace(
            pages[page],
            text=pages[page].text + added.text,
            numbers=pages[page].numbers | numbers,
        )
    return {
        f.relative_to(folder).as_posix().removesuffix("index.html"): p for f, p in pages.items()
    }


def _read(path: Path) -> Built:
    if path.stat().st_size > MOST_BYTES:
        return Built("too large to be read", str(path.stat().st_size))
    soup = BeautifulSoup(path.read_text(encoding="utf-8", errors="replace"), "html.parser")
    body = soup.select_one("article") or soup.body or soup
    for folded in body.select(FOLDED):
        folded.decompose()
    numbers: dict[str, list[str]] = {}
    for number in body.select("data[data-record]"):
        numbers.setdefault(_place(number), []).append(_words(number))
    claims = tuple(
        f"{_words(claim.summary) if claim.summary else ''}: {_words(item)}"
        for claim in body.select("details.sv-claim")
        for item in claim.select("li")
    )
    heading = body.find(["h1"])
    text = hashlib.sha256(_words(body).encode()).hexdigest()
    title = _words(heading) if isinstance(heading, Tag) else ""
    return Built(title, text, {k: tuple(v) for k, v in numbers.items()}, claims)


def _place(number: Tag) -> str:
    """Where a number stands: the head of its row, or its sentence without the numbers."""
    row = number.find_parent("tr")
    if row is not None and (head := row.find("th")) is not None:
        return _words(head)
    block = number.find_parent(["p", "li", "figcaption", "dd", "td"]) or number
    own = [s for s in block.strings if s.find_parent("data") is None]
    return " ".join("".join(own).split())


def _changes(old: Built, new: Built) -> Iterator[str]:
    """The lines about one page."""
    yield from _list(
        "Claims, new or judged otherwise", _code_all(set(new.claims) - set(old.claims))
    )
    gone = set(old.claims) - set(new.claims)
    yield from _list("Claims, gone or as they were", _code_all(gone))
    moved = [
        f"{_code(place)}: {_code(', '.join(old.numbers[place]))} → {_code(', '.join(values))}"
        for place, values in new.numbers.items()
        if place in old.numbers and old.numbers[place] != values
    ]
    yield from _list("Numbers that changed", moved)
    added = [p for p in new.numbers if p not in old.numbers]
    yield from _list(
        "New numbers", [f"{_code(p)}: {_code(', '.join(new.numbers[p]))}" for p in added]
    )
    if (old.numbers, old.claims) == (new.numbers, new.claims):
        yield "Only the text changed."


def _list(title: str, items: Iterable[str]) -> list[str]:
    items = list(items)
    if not items:
        return []
    shown = [f"- {item}" for item in items[:MOST_LINES]]
    more = [f"- … and {len(items) - MOST_LINES} more"] if len(items) > MOST_LINES else []
    return ["", f"{title}:", "", *shown, *more]


def _code_all(texts: Iterable[str]) -> list[str]:
    return [_code(t) for t in sorted(texts)]


def _code(text: str) -> str:
    """A stranger's text as a code span: without backticks and line ends, and cut if it is long."""
    plain = one_line(text).replace("`", "'").strip() or "(nothing)"
    return f"`{plain if len(plain) <= MOST_LETTERS else plain[: MOST_LETTERS - 1] + '…'}`"


def _words(element: Tag) -> str:
    return re.sub(r"\s+", " ", element.get_text(" ")).strip()
