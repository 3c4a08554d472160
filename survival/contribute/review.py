"""Two builds of the site, and what changed: what can run, then pages, claims, numbers, other files.

Nothing that differs is passed over: what is not told in words is told by its kind. What a pull
request built comes from a stranger and is read as data. All of its text goes into code spans, which
show no markup, links or mentions, and the whole is bounded.
"""

import hashlib
import posixpath
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
RUNS = "script, iframe, frame, object, embed, base, meta[http-equiv], animate, set"
"""Elements that run something, hold a page of others, or send a reader elsewhere."""
ADDRESSES = {
    "href",
    "xlink:href",
    "src",
    "srcset",
    "poster",
    "data",
    "action",
    "formaction",
    "ping",
}
"""Attributes that a browser may go to."""
ELSEWHERE = re.compile(r"(^|,)([a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
"""In an address that leads out of the site, or is code itself."""
INERT = {".gz", ".ipynb", ".json", ".map", ".png", ".py"}
"""Files that a browser neither runs nor draws a page with."""


@dataclass(frozen=True)
class Built:
    """What one page of a build says. The hashes are of its article, but for the last."""

    title: str = ""
    text: str = ""
    """A hash over its words, without measured numbers."""
    markup: str = ""
    """A hash over tags, attributes and scripts."""
    drawings: str = ""
    """A hash over its SVG."""
    article: str = ""
    """A hash over all of it."""
    whole: str = ""
    """A hash over the files, with what stands around the article."""
    risks: tuple[str, ...] = ()
    """Scripts, addresses elsewhere, and whatever else can run or lead there, wherever it stands."""
    numbers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The measured numbers, by the sentence or the table's row that they stand in."""
    claims: tuple[str, ...] = ()
    """Each claim with how it was judged."""


def compare(before: Path, after: Path) -> str:
    """What changed from one built site to another, as Markdown for a pull request.

    Raises SurvivalError if a folder holds no site.
    """
    old, new = _pages(before), _pages(after)
    added, removed = [p for p in new if p not in old], [p for p in old if p not in new]
    both = [p for p in new if p in old]
    changed = [p for p in both if _shown(new[p]) != _shown(old[p])]
    around = [p for p in both if p not in changed and new[p].whole != old[p].whole]
    files = _differing(_files(before), _files(after))
    if not (added or removed or changed or around or files):
        return "The two builds are the same.\n"
    active = [f for f in files if Path(f).suffix not in INERT]
    known = {risk for page in old.values() for risk in page.risks}
    risks = [(p, risk) for p in new for risk in new[p].risks if risk not in known]
    risks.sort(key=lambda found: found[1].startswith("address"))  # many links hide no script
    count = len(added) + len(removed) + len(changed)
    lines = [
        f"**{count} of {len(new)} pages change, {len(around)} more around their article only, "
        f"and {len(files)} other files.**",
        *_list(
            "**Look at these first**: new or changed, and able to run or to lead elsewhere",
            [f"file {_code(f)}: {files[f]}" for f in active]
            + [f"{_code(p)}: {_code(risk)}" for p, risk in risks],
        ),
        *_list("New pages", [f"{_code(p)} {_code(new[p].title)}" for p in added]),
        *_list("Removed pages", _code_all(removed)),
        *_list("Changed around the article only (head, menu, foot)", _code_all(around)),
        *_list("Other files", [f"{_code(f)}: {files[f]}" for f in files if f not in active]),
    ]
    for page in changed[:MOST_LINES]:
        lines += [
            "",
            f"### {_code(page)} {_code(new[page].title)}",
            *_changes(old[page], new[page]),
        ]
    if len(changed) > MOST_LINES:
        lines += ["", f"… and {len(changed) - MOST_LINES} more pages changed."]
    text = "\n".join(lines) + "\n"
    if len(text) <= MOST_TEXT:
        return text
    return text[: text.rindex("\n", 0, MOST_TEXT)] + "\n\n… and more than fits here.\n"


def _shown(page: Built) -> Built:
    """A page without what stands around its article."""
    return replace(page, whole="", risks=())


def _files(folder: Path) -> dict[str, str]:
    """Every other file of a built site, with its hash."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.suffix != ".html")
    return {f.relative_to(folder).as_posix(): _hash_file(f) for f in files}


def _hash_file(path: Path) -> str:
    """A hash over a file, without the moment at which MkDocs packed the map of the site."""
    with path.open("rb") as file:
        found = hashlib.sha256(file.read(4))
        moment = file.read(4)
        if path.name != "sitemap.xml.gz":
            found.update(moment)
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def _differing(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """The files that differ, and how."""
    removed = dict.fromkeys(old.keys() - new.keys(), "removed")
    found = {f: "changed" if f in old else "new" for f in new if new[f] != old.get(f)}
    return dict(sorted((found | removed).items()))


def _pages(folder: Path) -> dict[str, Built]:
    """Every page of a built site by its address, with what it says of machines in files beside."""
    files = sorted(f for f in folder.rglob("*.html") if f.is_file() and not f.is_symlink())
    if not files:
        raise SurvivalError(f"{folder}: holds no built site; run `make site` there")
    parts = [f for f in files if PART.fullmatch(f.name) and f.with_name("index.html") in files]
    pages = {f: _read(f, folder) for f in files if f not in parts}
    for part in parts:
        page, added = part.with_name("index.html"), _read(part, folder)
        machine = part.stem.replace("-", " ", 1)
        numbers = {f"{place} ({machine})": texts for place, texts in added.numbers.items()}
        pages[page] = replace(
            pages[page],
            text=pages[page].text + added.text,
            markup=pages[page].markup + added.markup,
            drawings=pages[page].drawings + added.drawings,
            article=pages[page].article + added.article,
            whole=pages[page].whole + added.whole,
            risks=pages[page].risks + added.risks,
            numbers=pages[page].numbers | numbers,
        )
    return {
        f.relative_to(folder).as_posix().removesuffix("index.html"): p for f, p in pages.items()
    }


def _read(path: Path, folder: Path) -> Built:
    whole = _hash_file(path)
    if path.stat().st_size > MOST_BYTES:
        large = "too large to be read"
        return Built(large, article=whole, whole=whole, risks=(f"{large}: {whole}",))
    soup = BeautifulSoup(path.read_text(encoding="utf-8", errors="replace"), "html.parser")
    risks = tuple(sorted(set(_risks(soup, path.relative_to(folder).parent.as_posix()))))
    body = soup.select_one("article") or soup.body or soup
    article = _hash(str(body))
    drawn = body.select("svg")
    drawings = _hash("".join(map(str, drawn)))
    for drawing in drawn:
        drawing.decompose()
    markup = _hash("".join(map(_tag, body.find_all(True))))
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
    title = _words(heading) if isinstance(heading, Tag) else ""
    for number in body.select("data[data-record]"):
        number.decompose()
    return Built(
        title,
        _hash(_words(body)),
        markup,
        drawings,
        article,
        whole,
        risks,
        {k: tuple(v) for k, v in numbers.items()},
        claims,
    )


def _risks(soup: BeautifulSoup, folder: str) -> Iterator[str]:
    """What can run or lead elsewhere on a page in this folder of the site, in the page's own words.

    A script of the site is named from the site's root, so that it is the same one on every page.
    """
    for element in soup.select(RUNS):
        if element.name == "script" and element.get("type") == "application/json":
            continue  # data
        source = element.get("src")
        if isinstance(source, str) and not _is_elsewhere(source):
            element["src"] = posixpath.normpath(posixpath.join("/", folder, source))
        yield _tag(element)
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            if name.startswith("on"):
                yield f"{name} of {element.name}: {value}"
            elif name in ADDRESSES and _is_elsewhere(str(value)):
                yield f"address in {element.name}: {value}"


def _is_elsewhere(address: str) -> bool:
    """Whether an address leads out of the site, as browsers read it: no blanks, slashes alike."""
    return bool(ELSEWHERE.search(re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")))


def _tag(element: Tag) -> str:
    """An element with its attributes, and what runs or styles in it."""
    own = element.get_text() if element.name in ("script", "style") else ""
    return f"<{element.name} {element.attrs}> {own}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
    kinds = {
        "The text changed.": (old.text, new.text),
        "Drawings changed.": (old.drawings, new.drawings),
        "Markup, links or scripts changed.": (old.markup, new.markup),
    }
    said = [kind for kind, (one, other) in kinds.items() if one != other]
    yield ""
    yield " ".join(said) or "What is folded or hidden on it changed."


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
