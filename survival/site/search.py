"""What can be searched: an entry for each page, heading and term of the glossary."""

import html
import re
from collections.abc import Iterator, Set

INDEXES = {"search/search_index.json": "docs", "search.json": "items"}
"""Where MkDocs and Zensical keep what can be searched, and under which key."""
ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
KEPT = {"code", "li", "ol", "p", "pre", "sub", "sup", "ul"}
"""What is left of a page's HTML in the text of an entry: a list of results shows it."""
WITHIN = KEPT - {"li", "ol", "p", "pre", "ul"} | {
    *("a", "abbr", "b", "bdi", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strong", "time", "u", "var", "wbr"),
}
"""What may stand in the middle of a word."""
# The marks on charts, the numbers in tables of timings, the programs, the badges below them and
# links to other machines are no words that somebody looks for.
NO_WORDS = re.compile(
    r'<svg\b.*?</svg>|<table class="sv-timings">.*?</table>|'
    r'<details class="sv-all"[^>]*>.*?</details>|'
    r'<details class="sv-kit">.*?</details>|<p class="sv-open">.*?</p>|'
    r'<(script|style|template|button)\b.*?</\1>|<a class="headerlink".*?</a>|'
    r'<div [^>]*class="(?:language-(?:python|c|cuda|wgsl)\b[^>]*|highlight")>.*?</pre></div>|'
    r'<p class="?sv-(?:moved|parts|badge)\b.*?</p>|<span class="?sv-badge\b.*?</span>',
    re.DOTALL,
)
SHEET = re.compile(r'<div class="?sv-sheet\b')
"""From here on a page repeats what is found where it stands first: the rules, for paper."""
TAG = re.compile(r"<(/?)(\w*)[^>]*>")
PLACE = re.compile(
    r'<(?P<kind>h[1-6]|dt)\b(?P<of>[^>]*)\bid="?(?P<id>[^" >]+)(?P<more>[^>]*)>'
    r"(?P<title>.*?)</(?P=kind)>",
    re.DOTALL,
)
"""What somebody can be led to: a heading, or a term of the glossary."""
ALSO = re.compile(r'\bdata-also="([^"]*)"')
"""Other words for what a heading says: `## Out of memory { data-also="OOM, VRAM" }`."""
OTHER_WORDS, LESS, SOURCES = 2.0, 0.5, 0.5
"""How much more a place counts that names what is searched for, and how much less an exercise or a
table of fields, or a list of what others wrote."""
ASIDE = ("labs/", "records/")
"""Pages of exercises, and of the fields of a record."""


def entries(page: str, address: str, title: str) -> Iterator[dict[str, object]]:
    """What can be found of a page: an entry for its beginning, and one for each place in it."""
    article = ARTICLE.search(page)
    if article is None:
        return
    words = NO_WORDS.sub(" ", SHEET.split(article[1])[0])
    places = list(PLACE.finditer(words))
    ends = [*(p.start() for p in places), len(words)]
    first = places[0] if places and places[0]["kind"] == "h1" else None
    begin = first.end() if first else 0
    title = title or (_plain(first["title"]) if first else "")
    until = ends[1] if first else ends[0]
    text = _text(words[begin:until])
    if (
        first and (called := _plain(first["title"])) not in title
    ):  # a menu may call a page otherwise
        text = f"<p>{called}</p> {text}"
    yield {"location": address, "title": title, "text": _also(first) + text} | boost(address, first)
    for at, place in enumerate(places):
        if place is not first:
            text = _text(words[place.end() : ends[at + 1]])
            where = f"{address}#{place['id']}"
            found = {
                "location": where,
                "title": _plain(place["title"]),
                "text": _also(place) + text,
            }
            yield found | boost(address, place)


def zensical(entry: dict[str, object]) -> dict[str, object]:
    """An entry as Zensical's search reads it."""
    level = 1 if "#" not in str(entry["location"]) else 2
    plain = {key: value for key, value in entry.items() if key != "boost"}
    return plain | {"level": level, "path": [], "tags": []}


def boost(address: str, place: re.Match[str] | None) -> dict[str, object]:
    """How much an entry counts, where that is not 1: for Material's search."""
    much = LESS if address.startswith(ASIDE) else OTHER_WORDS if _also(place) else 1.0
    much = SOURCES if place and place["id"] == "sources" else much
    return {} if much == 1.0 else {"boost": much}


def _also(place: re.Match[str] | None) -> str:
    """As a paragraph: as tags they would outweigh whole messages that begin with the same word."""
    found = place and ALSO.search(place["of"] + place["more"])
    return f"<p>{found[1]}</p> " if found else ""


def _text(page: str) -> str:
    """The words of some HTML in plain paragraphs, lists and code, whose lines stay as they are."""
    found = re.split(r"(<pre>.*?</pre>)", _bare(page, KEPT), flags=re.DOTALL)
    found[::2] = [" ".join(text.split()) for text in found[::2]]
    return " ".join(filter(None, found))


def _plain(page: str) -> str:
    """The words of some HTML, on one line."""
    return " ".join(_bare(page, set()).split())


def _bare(page: str, kept: Set[str]) -> str:
    """HTML without its tags, but for some, and with nothing escaped that needs not be."""
    found = TAG.split(page)  # text, and between two texts the / and the name of a tag
    bare = [html.escape(html.unescape(text), quote=False) for text in found[::3]]
    for at, (end, name) in enumerate(zip(found[1::3], found[2::3], strict=True), start=1):
        tag = f"<{end}{name}>" if name in kept else "" if name in WITHIN else " "
        bare[at] = tag + bare[at]
    return "".join(bare)
