"""One pass over a built site, the same for every builder.

Parts of pages become files of their own, notebooks look like pages, the search index holds what
somebody may search for, and nothing is published that is not meant to be read.
"""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path

import minify_html

from survival import catalog, system
from survival.errors import PageError
from survival.pages.parts import href
from survival.site import labs, search, tables
from survival.site.lean import lean
from survival.site.published import feed, foot, readable
from survival.site.published.address import Address
from survival.site.search import ARTICLE

READ = {
    *(".css", ".html", ".ipynb", ".js", ".json", ".map", ".svg", ".txt", ".xml", ".gz"),
    *(".wasm", ".wat"),
    *(".avif", ".csv", ".gif", ".ico", ".jpeg", ".jpg", ".pdf", ".png", ".webp", ".woff2"),
}
"""Kinds of files that a reader, or a reader's browser, asks for."""

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
SHEET = re.compile(r"<link\b[^>]*rel=\"?stylesheet[^>]*>\s*")
WHERE = re.compile(r"href=\"?(?:\.\./|\./|/)*([^\"\s>]+)")
BESIDE = re.compile(r"url\((?![\"']?(?:data:|#))")
"""What a sheet says of files beside it."""
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
COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
NOTE = re.compile(r"/\*(?![!#]).*?\*/|(?<=\n)\s+", re.DOTALL)
"""In a sheet what no browser needs: a remark that is no licence or address, and indentation."""
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(measure-[\w-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)
NAMED = re.compile(
    r"^(?:export )?(?:const|let|class|(?:async )?function) (\w+|\[[^\]]*\])", re.MULTILINE
)
"""What a script names at its outermost level."""
OF_MACHINE = re.compile(r"""(\bhref=["']?)(?:\.\./)+((?:on|all)-[^"'/ >]+\.html)""")
DATA = re.compile(r"""(\bhref=["']?)(?:\.\./)*((?:results|examples)/)""")


def finish(
    site: Path,
    titles: Mapping[str, str],
    root: Path = catalog.ROOT,
    address: Address | None = None,
    every: bool = True,
) -> None:
    """Do all of it to a site that was built of the repository at `root`.

    `titles` are the pages' own, by their file in docs/; `address` is where site and repository are.
    What only other programs read is left out of a build that is not for `every`body.

    Raises PageError where a page is not as a builder makes it.
    """
    address = address or Address.of_environment()
    for file in sorted(site.rglob("*")):
        folder = file.relative_to(site).parts[0]
        program = file.suffix == ".py" and folder == "examples"
        if file.is_file() and not (file.suffix in READ or program or file.name == "LICENSE"):
            file.unlink()
    scripts(site / "assets")
    for sheet in site.rglob("*.css"):
        text = NOTE.sub("", sheet.read_text(encoding="utf-8"))
        sheet.write_text(tables.named(text), encoding="utf-8")
    entries: list[dict[str, object]] = []
    pages: list[readable.Page] = []
    named = {_address(page): (page, title) for page, title in titles.items()}
    changed = foot.changed(root) if every else {}
    for file in sorted(site.rglob("index.html")):
        where = file.relative_to(site).as_posix().removesuffix("index.html")
        page = file.read_text(encoding="utf-8")
        source, title = named.get(where, ("", ""))
        finished = with_plain_cells(without_parts(page, file, title, root))
        for notebook in file.parent.glob("*.ipynb"):
            finished = labs.on_its_page(finished, notebook, address.repository)
        finished = labs.on_its_chapter(finished, site, where, titles, address.repository)
        # Zensical moves some of the links that it finds in finished HTML.
        finished = OF_MACHINE.sub(r"\1\2", finished)
        finished = DATA.sub(rf"\1{'../' * where.count('/')}\2", finished)
        entries += search.entries(finished, where, title)
        if source and every:  # its foot leads to what is left out of other builds
            pages.append(readable.Page.of(where, title, finished))
            finished = foot.with_foot(finished, source, title, changed.get(source), address)
        file.write_text(lean(tables.boxed(finished)), encoding="utf-8")
    for name, key in search.INDEXES.items():
        if (file := site / name).exists():
            index = json.loads(file.read_text(encoding="utf-8"))
            index[key] = entries if key == "docs" else [search.zensical(e) for e in entries]
            file.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
    one_sheet(site)
    if pages:
        order = [_address(page) for page in titles]
        readable.write(site, sorted(pages, key=lambda p: order.index(p.address)), root, address)
        feed.write(site, root, address)


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
            sheets="".join(SHEET.findall(page)).strip(),
            folder=folder,
            body=tables.boxed(system.text(root / kept) if kept else body),
        )
        file.with_name(href(folder)).write_text(text, encoding="utf-8")
    return PART.sub("", page)


def one_sheet(site: Path) -> None:
    """Put the style sheets that all pages share into the last of them: a page waits for one file.

    A site stays as it is where pages have others besides, or in another order, and where a sheet
    speaks of files beside it.
    """
    pages = {file: system.text(file) for file in sorted(site.rglob("*.html"))}
    orders = {tuple(WHERE.findall("".join(SHEET.findall(page)))) for page in pages.values()}
    files = [site / name for name in (orders - {()}).pop()] if len(orders - {()}) == 1 else []
    if len(files) < 2 or not all(file.is_file() for file in files):
        return
    texts = [system.text(file) for file in files]
    if any(map(BESIDE.search, texts[:-1])):
        return
    files[-1].write_text("\n".join(texts), encoding="utf-8")
    for file in files[:-1]:
        file.unlink()
        file.with_name(f"{file.name}.map").unlink(missing_ok=True)
    for file, page in pages.items():
        for link in SHEET.findall(page)[:-1]:
            page = page.replace(link, "", 1)
        file.write_text(page, encoding="utf-8")


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


def scripts(assets: Path) -> None:
    """Our own scripts, without comments; a module that others import becomes a part of them.

    A page then waits for fewer files, and what is alike in them is stored once, compressed.
    Raises PageError where two modules that become one give the same name to two things.
    """
    ours = {
        f: system.text(f)
        for pattern in ("*.js", "tasks/*.js", "explore/*.js")
        for f in assets.glob(pattern)
    }

    def joined(file: Path, seen: set[Path]) -> str:
        seen.add(file)

        def part(match: re.Match[str]) -> str:
            other = assets / match[1]
            return "" if other in seen else EXPORT.sub("", joined(other, seen))

        return IMPORT.sub(part, ours[file])

    for file in ours:
        text = joined(file, set())
        names = [name for found in NAMED.findall(text) for name in re.findall(r"\w+", found)]
        if twice := {name for name in names if names.count(name) > 1}:
            raise PageError(f"{file.name}: {', '.join(sorted(twice))}: named in two of its modules")
        # It keeps a comment that comes first, as if it were a licence.
        element = f"<script type=module>{COMMENT.sub('', text)}</script>"
        found = minify_html.minify(element, minify_js=True)
        file.write_text(found[found.index(">") + 1 : found.rindex("</")], encoding="utf-8")


def _address(page: str) -> str:
    """Where a file of docs/ is published."""
    plain = page.rpartition(".")[0]
    return "" if plain == "index" else f"{plain.removesuffix('/index')}/"
