"""H11, H13, H14, H17: no measurement is typed. Finds quantities and comparisons in a page's text.

A quantity of time, rate, ratio, energy, power or price in running text is either injected from a
record (`[[time ...]]`, which is no text to this lint), or checked by a claim right below it, or
cited: in its sentence stands a footnote whose definition names a source and a year, or, in short,
"(SOURCE, YEAR)". What is no measurement at all, such as a threshold of ours, says so in the source:

    <!-- not a measurement: the limit that we set for noise -->

right above its paragraph, with the reason. Titles, drawings and what stands in backticks are read
too. Code, output that a test compares, and sections called "Exercises" are not.
Sizes and counts (elements, bytes, threads, cores) are not measurements.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from survival import system
from survival.judge.claims import evaluation
from survival.judge.evidence import Evidence
from survival.judge.findings import Finding
from survival.judge.prose import machine_code, orders, quantities
from survival.judge.prose.markdown import line_of
from survival.judge.prose.orders import RATIO
from survival.judge.prose.page import DRAWN, Chunk, Page, read
from survival.judge.prose.quantities import EMPTY, SHARE, Quantity

_RULE = re.compile(r'^!!! survival ".*"\n(?P<rule>(?:    .*\n)+)', re.MULTILINE)
_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?!\d)")
_INLINE_SOURCE = re.compile(r"\((?=[^()]*[A-Z])[^()]*[^\W\d_]{3}[^()]*,[^(),]*\b(?:19|20)\d\d\)")
_OURSELVES = re.compile(r"\W*(?:(?:on|at|with|by) )?(?:my|our|this|measured)\b", re.IGNORECASE)
CITE = "a footnote with source and year"

Found = Iterator[tuple[int, Finding]]
"""Findings, each with its line."""


def lint(where: str, text: str) -> list[Finding]:
    """Everything on a page that was typed and should not have been.

    `where` is the page's path as a message names it, `text` its Markdown. The findings are in the
    order of the lines.
    """
    page = read(where, text)
    found: list[tuple[int, Finding]] = []
    used: set[int] = set()
    for chunk in page.chunks:
        marker = page.marker(chunk)
        findings = list(_chunk(chunk, page))
        if marker is not None and findings:
            used.add(marker)
        if marker is None or not page.markers[marker][1]:
            found += findings
        found += h11_no_mean_or_projection(chunk, page)
    for end, (line, reason) in page.markers.items():
        if not reason:
            says = "the marker gives no reason; write <!-- not a measurement: REASON -->"
            found.append(_finding("H13", page, line, says))
        elif end not in used:
            says = "the marker <!-- not a measurement --> excuses nothing; remove it"
            found.append(_finding("H13", page, line, says))
    found += _dateless_sources(page)
    return [f for _, f in sorted(found, key=lambda pair: pair[0])]


def judge_pages(docs: Path, evidence: Evidence) -> tuple[int, list[Finding]]:
    """H13, H14 and H17 over every page and notebook of the guide: how many, and what is wrong.

    And each chapter's survival rule must stand on the landing page.
    """
    findings: list[Finding] = []
    index = docs / "index.md"
    landing = _words(system.text(index)) if index.exists() else ""
    published = docs / "results", docs / "examples"
    pages = [p for p in system.content(docs, "**/*.md") if not {*p.parents} & {*published}]
    for path in pages:
        where = f"{docs.name}/{path.relative_to(docs).as_posix()}"
        text = system.text(path)
        findings += [*lint(where, text), *evaluation.check_page(where, text, evidence)]
        findings += _survival_rules(where, text, landing)
    labs = system.content(docs, "labs/*.ipynb")
    for path in labs:
        where = f"{docs.name}/labs/{path.name}"
        for n, cell in enumerate(json.loads(system.text(path))["cells"], 1):
            if cell["cell_type"] == "markdown":
                findings += lint(f"{where}, cell {n} ", "".join(cell["source"]))
    return len(pages) + len(labs), findings


def _survival_rules(where: str, text: str, landing: str) -> Iterator[Finding]:
    for m in _RULE.finditer(text):
        if (rule := _words(m["rule"])) not in landing:
            says = f"is not on docs/index.md, word for word; put it into its list: {rule}"
            yield Finding("survival rule", f"{where}({line_of(text, m.start())})", says, "fail")


def _words(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return _words(text.replace(EMPTY, "").replace("\u00a0", " "))


def _finding(rule: str, page: Page, line: int, says: str) -> tuple[int, Finding]:
    return line, Finding(rule, f"{page.where}({line})", says, "fail")


def _chunk(chunk: Chunk, page: Page) -> Found:
    if re.match(r"\s*\|", chunk.text):
        yield from _table(chunk, page)
        return
    drawn = chunk.text.rfind(DRAWN)
    # A drawing is cited as a table is.
    sourced = drawn >= 0 and _cited_beside(chunk, page)
    for place, sentence in chunk.sentences():
        if place > drawn or not sourced:
            line = chunk.first + chunk.text.count("\n", 0, place)
            yield from _sentence(sentence, line, chunk, page)


def _sentence(text: str, line: int, chunk: Chunk, page: Page) -> Found:
    cited, faults = _citation(text, page)
    found = quantities.find(text)
    for q in found:
        checked = q.value in chunk.claimed and q.instead in (quantities.RATIO, SHARE)
        if not (cited or checked):
            yield _typed(q, faults, page, line + text.count("\n", 0, q.place))
    if (code := machine_code.said(text)) and not (cited or chunk.has_code):
        says = (
            f'"{_plain(code[0])}" is said of machine code; declare it right below in a block '
            f"`/// claim | EXAMPLE`, as VARIANT compiled has ..., or cite it: {CITE}"
        )
        yield _finding("H14", page, line + text.count("\n", 0, code.start()), says)
    # An injected ratio says which is faster, with its record.
    if found or cited or chunk.has_claims or RATIO in text:
        return
    plain = text.replace(EMPTY, "")
    if order := orders.order(plain):
        says = (
            f'"{_plain(order[0])}" claims an order; declare it right below in a block '
            f"`/// claim | EXAMPLE`, or cite it: {CITE}"
        )
        yield _finding("H14", page, line + plain.count("\n", 0, order.start()), says)


def _table(chunk: Chunk, page: Page) -> Found:
    """Every cell; a citation stands in the row, the head, or the paragraph right above or below."""
    rows = chunk.text.split("\n")
    if _citation(rows[0], page)[0] or _cited_beside(chunk, page):
        return
    heads = _cells(rows[0])
    for line, row in enumerate(rows, chunk.first):
        cited, faults = _citation(row, page)
        for head, cell in zip(heads, _cells(row), strict=False):
            found = quantities.find(cell)
            # "Time (ms)" over "3.2" is "3.2 ms", and so are "Time in ms" and "ms".
            unit = re.search(r"[(\[]([^()\[\]]+)[)\]]\s*$|(?:\bin\s|^)\s*(\S+)\s*$", head)
            number = rf"[\s{EMPTY}~≈<>]*{quantities.PARTS['number']}[\s{EMPTY}]*"
            if not found and unit and re.fullmatch(number, cell):
                found = quantities.find(f"{cell.strip()} {unit[1] or unit[2]}")
            if not cited:
                yield from (_typed(q, faults, page, line) for q in found)


def _typed(found: Quantity, faults: list[str], page: Page, line: int) -> tuple[int, Finding]:
    words = _plain(found.words)
    if faults:
        return _finding("H17", page, line, f'"{words}" is cited, but {"; ".join(faults)}')
    if not found.instead:
        return _finding("H17", page, line, f'"{words}" was not measured here; cite it: {CITE}')
    says = (
        f'"{words}" is typed; inject it with {found.instead} or cite it: {CITE}; if it is no '
        "measurement, say so: <!-- not a measurement: REASON -->"
    )
    return _finding("H13", page, line, says)


def _citation(text: str, page: Page) -> tuple[bool, list[str]]:
    """Whether a sentence names source and year, and what its citations lack."""
    faults = []
    for name in re.findall(r"\[\^([^\]\s]+)\]", text):
        fault = _lacks(page.sources.get(name))
        if fault is None:
            return True, []
        faults.append(f"the footnote [^{name}] {fault}")
    inline = _INLINE_SOURCE.search(text)
    return inline is not None and not _OURSELVES.match(inline[0]), faults


def _lacks(source: tuple[int, str] | None) -> str | None:
    """What a footnote lacks of a source and a year, or None."""
    if source is None:
        return "has no definition on this page"
    words = _YEAR.sub("", source[1])
    named = re.findall(r"[^\W\d_]{2,}", re.sub(r"\b[Rr]ead in \w+", "", words))
    if len(named) < 2 or _OURSELVES.match(words):
        return "names no source"
    return None if _YEAR.search(source[1]) else "names no year"


def _dateless_sources(page: Page) -> Found:
    """A footnote that gives a figure names its source and year, wherever it is used."""
    for name, (line, text) in page.sources.items():
        fault, found = _lacks((line, text)), quantities.find(text)
        if fault and found:
            says = f'the footnote [^{name}] gives "{_plain(found[0].words)}" and {fault}'
            yield _finding("H17", page, line, says)


def h11_no_mean_or_projection(chunk: Chunk, page: Page) -> Found:
    """H11: no mean of ratios and no projected number; neither source nor marker excuses one."""
    for place, sentence in chunk.sentences():
        text = sentence.replace(EMPTY, "")
        for m in orders.means(text):
            line = chunk.first + (chunk.text[:place] + text[: m.start()]).count("\n")
            says = f'"{_plain(m[0])}" is no measurement; say what was measured at one size'
            yield _finding("H11", page, line, says)


def _cited_beside(chunk: Chunk, page: Page) -> bool:
    """Whether the paragraph right above or below a table or drawing names source and year."""
    at = page.chunks.index(chunk)
    beside = page.chunks[max(0, at - 1) : at] + page.chunks[at + 1 : at + 2]
    return any(_citation(c.text, page)[0] for c in beside if not re.match(r"\s*(?:\||#)", c.text))


def _cells(row: str) -> list[str]:
    return re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))
