"""One pass over a built site, the same for every builder.

Parts of pages become files of their own, notebooks look like pages, the search index holds what
somebody may search for, and nothing is published that is not meant to be read.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from survival import catalog, system
from survival.errors import PageError
from survival.pages.parts import href

READ = {
    *(".css", ".html", ".ipynb", ".js", ".json", ".map", ".svg", ".txt", ".xml", ".gz"),
    *(".avif", ".csv", ".gif", ".ico", ".jpeg", ".jpg", ".pdf", ".png", ".webp", ".woff2"),
}
"""Kinds of files that a reader, or a reader's browser, asks for."""
INDEXES = {"search/search_index.json": "docs", "search.json": "items"}
"""Where MkDocs and Zensical keep what can be searched, and under which key."""

PART = re.compile(
    r'<div class="sv-part" data-machine="([^"]*)" data-label="([^"]*)"(?: data-kept="([^"]*)")? '
    r"hidden><template>\n(.*?)</template></div>\n*",
    re.DOTALL,
)
# A page for readers without scripts; to all others it is what the page's script puts in its place.
FRAME = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · {label}</title>
{sheets}
</head>
<body data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom">
<main class="md-typeset sv-part" data-machine="{folder}">
<h1>{title} · {label}</h1>
<p>Only the numbers, tables and charts. <a href="./">The page that they belong to</a></p>
{body}</main>
</body>
</html>
"""
DOWNLOAD = (
    '<p class="sv-download"><a href="{name}" download>Download this notebook</a>'
    " and run it in Jupyter: <code>{name}</code></p>"
)
SHEET = re.compile(r"<link\b[^>]*rel=\"?stylesheet[^>]*>")
ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
NOTEBOOK = re.compile(r'<div class="jupyter-wrapper">.*</div> <!-- jupyter-wrapper -->', re.DOTALL)
TOOLS = re.compile(
    r'<div class="zeroclipboard-container">.*?</clipboard-copy>\s*</div>|'
    r'<div class="celltoolbar">\s*<div[^>]*>.*?</div>\s*</div>',
    re.DOTALL,
)
CELL = re.compile(
    r'<div class="highlight(?:-ipynb)?\b[^"]*"><pre>(.*?)</pre></div>'
    r'(?:\s*<div [^>]*class="clipboard-copy-txt"[^>]*>.*?</div>)?',
    re.DOTALL,
)
KEPT = {"code", "li", "ol", "p", "pre", "sub", "sup", "ul"}
"""What is left of a page's HTML in the text of an entry: a list of results shows it."""
WITHIN = KEPT - {"li", "ol", "p", "pre", "ul"} | {
    *("a", "abbr", "b", "bdi", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strong", "time", "u", "var"),
}
"""What may stand in the middle of a word."""
# The marks on charts, the numbers in tables of timings and links to other machines are no words.
NO_WORDS = re.compile(
    r'<svg\b.*?</svg>|<table class="sv-timings">.*?</table>|'
    r'<details class="sv-all"[^>]*>.*?</details>|'
    r'<(script|style|template|button)\b.*?</\1>|<a class="headerlink".*?</a>|'
    r'<p class="?sv-(?:moved|parts)\b.*?</p>',
    re.DOTALL,
)
TAG = re.compile(r"<(/?)(\w*)[^>]*>")
OF_MACHINE = re.compile(r"""(\bhref=["']?)(?:\.\./)+((?:on|all)-[^"'/ >]+\.html)""")
SCRIPT_COMMENT = re.compile(r"^ *//.*\n|^ +", re.MULTILINE)
DATA = re.compile(r"""(\bhref=["']?)(?:\.\./)*((?:results|examples)/)""")
HEADING = re.compile(r'<h([1-6])\b[^>]*\bid="?([^" >]+)[^>]*>(.*?)</h\1>', re.DOTALL)


def finish(site: Path, titles: Mapping[str, str], root: Path = catalog.ROOT) -> None:
    """Do all of it to a site that was built of the repository at `root`.

    `titles` are the pages' own, by their file in docs/.

    Raises PageError where a page is not as a builder makes it.
    """
    for file in sorted(site.rglob("*")):
        folder = file.relative_to(site).parts[0]
        program = file.suffix == ".py" and folder == "examples"
        if file.is_file() and not (file.suffix in READ or program or file.name == "LICENSE"):
            file.unlink()
    for file in sorted((site / "assets").glob("*.js")):  # our own; readers need no comments
        file.write_text(SCRIPT_COMMENT.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    entries: list[dict[str, str]] = []
    named = {_address(page): title for page, title in titles.items()}
    for file in sorted(site.rglob("index.html")):
        address = file.relative_to(site).as_posix().removesuffix("index.html")
        page = file.read_text(encoding="utf-8")
        title = named.get(address, "")
        finished = with_plain_cells(without_parts(page, file, title, root))
        for notebook in file.parent.glob("*.ipynb"):
            name = html.escape(notebook.name)
            told = DOWNLOAD.format(name=name)
            finished = finished.replace("</h1>", f"</h1>{told}", 1)
        # Zensical moves some of the links that it finds in finished HTML.
        finished = OF_MACHINE.sub(r"\1\2", finished)
        finished = DATA.sub(rf"\1{'../' * address.count('/')}\2", finished)
        if finished != page:
            file.write_text(finished, encoding="utf-8")
        entries += searched(finished, address, title)
    for name, key in INDEXES.items():
        if (file := site / name).exists():
            index = json.loads(file.read_text(encoding="utf-8"))
            index[key] = entries if key == "docs" else [_zensical(e) for e in entries]
            file.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def without_parts(page: str, file: Path, title: str, root: Path) -> str:
    """The page without its parts, each of which becomes a file beside it, as parts.href says.

    `title` is the page's own; without one, what its browser shows.
    """
    found = PART.findall(page)
    if not found:
        return page
    lang = re.search(r'<html\b[^>]*\blang="?([\w-]+)', page)
    shown = re.search(r"<title>(.*?)</title>", page)
    for folder, label, kept, body in found:
        text = FRAME.format(
            lang=lang[1] if lang else "en",
            title=html.escape(title) or (shown[1] if shown else ""),
            label=label,
            sheets="\n".join(SHEET.findall(page)),
            folder=folder,
            body=system.text(root / kept) if kept else body,
        )
        file.with_name(href(folder)).write_text(text, encoding="utf-8")
    return PART.sub("", page)


def with_plain_cells(page: str) -> str:
    """A notebook's page with its cells as plain content; other pages as they are.

    mkdocs-jupyter wraps each notebook in 600 KB of styles and in scripts from other hosts. The
    site's own stylesheet and its own copy button do the rest.
    """
    article = ARTICLE.search(page)
    if article is None or "jupyter-wrapper" not in article[1]:
        return page
    cells = NOTEBOOK.search(article[1])
    if cells is None:
        raise PageError("no cells found in what was made of a notebook")
    body = TOOLS.sub("", cells.group())
    body = CELL.sub(r'<div class="highlight"><pre><code>\1</code></pre></div>', body)
    body = body.replace('class="jp-Cell-inputWrapper" tabindex="0"', 'class="jp-Cell-inputWrapper"')
    body = body.replace('class="anchor-link"', 'class="headerlink" title="Link to this section"')
    # A link to a chapter is written as in its folder, where the notebook is no page of its own.
    body = re.sub(r'href="\.\./([\w-]+)\.md', r'href="../../\1/', body)
    kicker = re.match(r'\s*<p class="sv-kicker">.*?</p>', article[1], re.DOTALL)
    return page[: article.start(1)] + (kicker[0] if kicker else "") + body + page[article.end(1) :]


def searched(page: str, address: str, title: str) -> Iterator[dict[str, str]]:
    """What can be found of a page: an entry for its beginning, and one for each heading."""
    article = ARTICLE.search(page)
    if article is None:
        return
    words = NO_WORDS.sub(" ", article[1])
    headings = list(HEADING.finditer(words))
    ends = [*(h.start() for h in headings), len(words)]
    first = headings[0] if headings and headings[0][1] == "1" else None
    begin = first.end() if first else 0
    title = title or (_plain(first[3]) if first else "")
    until = ends[1] if first else ends[0]
    text = _text(words[begin:until])
    if first and (called := _plain(first[3])) not in title:  # a menu may call a page otherwise
        text = f"<p>{called}</p> {text}"
    yield {"location": address, "title": title, "text": text}
    for at, heading in enumerate(headings):
        if heading is not first:
            text = _text(words[heading.end() : ends[at + 1]])
            yield {"location": f"{address}#{heading[2]}", "title": _plain(heading[3]), "text": text}


def _zensical(entry: dict[str, str]) -> dict[str, object]:
    return entry | {"level": 1 if "#" not in entry["location"] else 2, "path": [], "tags": []}


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


def _address(page: str) -> str:
    """Where a file of docs/ is published."""
    plain = page.rpartition(".")[0]
    return "" if plain == "index" else f"{plain.removesuffix('/index')}/"
