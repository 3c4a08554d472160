"""The same page in fewer elements: a phone lays out and keeps every one of them.

Colours of code are the most. They become one attribute of each program, and the page's script lays
them over the text, with CSS's custom highlights: without it, the code is in one colour.
"""

import html
import re

CODE = re.compile(r"(<pre\b[^>]*>\s*<code\b[^>]*)>(.*?)</code>", re.DOTALL)
PIECE = re.compile(r'<span(?: class="?([\w -]*)"?)?>|(</span>)|(<[^>]*>)|([^<]+)')
INKS = {
    **dict.fromkeys(("k", "kd", "kn", "kp", "kr", "kt", "ow", "nb", "bp", "nd"), "word"),
    **dict.fromkeys(("m", "mb", "mf", "mh", "mi", "mo"), "word"),
    **dict.fromkeys(("s", "s1", "s2", "sc", "se", "si", "sr"), "text"),
    **dict.fromkeys(("c", "c1", "ch", "cm", "cp", "cs", "sd"), "note"),
}
"""By Pygments's kinds, those that have a colour of their own."""
OURS = "sv-"
"""Marks within code that are not of a highlighter begin so, and stay."""
CUT = re.compile(
    r'(<a\b[^>]*class="?md-nav__link\b[^>]*>)\s*<span class="?md-ellipsis"?>([^<]*)</span>\s*</a>'
)
WORDS = re.compile(r"<code>([^<]{2,24})</code>")
"""Code within a sentence, of which a part may stand alone at the end of a line."""
CLAIMS = re.compile(
    r"(<details\b[^>]*\bsv-claim\b[^>]*>\s*<summary>(?:(?!</summary>).)*</summary>)"
    r"\s*<ul>((?:(?!</?details\b).)*)</ul>\s*</details>\s*(?:</div>\s*<div>\s*)?\1\s*<ul>",
    re.DOTALL,
)
"""Two marks of claims, one behind the other, that say the same."""
FOOTNOTE = re.compile(r'(<li id="?fn:[^>]*>)\s*<p>((?:(?!</?p>).)*)</p>\s*</li>', re.DOTALL)
"""One of a single paragraph, which needs no element besides."""
SECTIONS = re.compile(
    r'<div class="md-sidebar md-sidebar--secondary".*?data-md-component="?toc\b[^>]*>'
    r"(.*?)</ul>\s*</nav>\s*</div>",
    re.DOTALL,
)


def lean(page: str) -> str:
    """The page with the same words, links and colours in fewer elements."""
    begin = page.find("<article")
    menus, rest = (page[:begin], page[begin:]) if begin >= 0 else (page, "")
    while (joined := CLAIMS.sub(r"\1<ul>\2", rest)) != rest:
        rest = joined
    rest = WORDS.sub(_whole, FOOTNOTE.sub(r"\1\2</li>", CODE.sub(_inked, rest)))
    return _menus(menus) + rest


def _whole(code: re.Match[str]) -> str:
    """Short code that stays on one line: a browser would break `--gpus` after its hyphens."""
    text = html.unescape(code[1])
    whole = "-" in text or " " in text
    return f'<code class="sv-whole">{code[1]}</code>' if whole else code[0]


def _menus(page: str) -> str:
    """A list of the page's sections only once: the script moves it to where it is seen."""
    page = CUT.sub(lambda link: f"{link[1]}{link[2].strip()}</a>", page)
    sections = SECTIONS.search(page)
    if sections is None or page.count(sections[1]) != 2:
        return page
    return page.replace(sections[1], "", 1)


def _inked(code: re.Match[str]) -> str:
    """A program whose colours are in `data-ink`, as `inked` says."""
    text, ink = inked(code[2])
    return f'{code[1]} data-ink="{ink}">{text}</code>' if ink else f"{code[1]}>{text}</code>"


def inked(code: str) -> tuple[str, str]:
    """Highlighted code without the marks of its colours, and what they were.

    For each ink, its name, and for each of its stretches two numbers: how many characters lie
    between it and the one before, and how many it has. A browser counts in units of UTF-16.
    """
    kept: list[str] = []
    open_: list[str] = []
    at = 0
    before, said = ":", ""  # the last sign of what stands before, and what the last string was
    stretches: dict[str, list[tuple[int, int]]] = {}
    for kind, end, tag, text in PIECE.findall(code):
        if text:
            kept.append(text)
            begin, at = at, at + len(html.unescape(text).encode("utf-16-le")) // 2
            ink = next(filter(None, (INKS.get(k) for k in reversed(open_))), "")
            if "sd" in open_:  # to Pygments a kernel on lines of its own is a docstring, too
                ink = said = said or ("note" if before == ":" else "text")
            elif not text.isspace():
                said, before = "", text.rstrip()[-1]
            if ink and not text.isspace():
                stretches.setdefault(ink, []).append((begin, at))
        elif end:
            if open_.pop().startswith(OURS):
                kept.append(end)
        elif tag:
            kept.append(tag)
        else:
            open_.append(kind)
            if kind.startswith(OURS):
                kept.append(f'<span class="{kind}">')
    return "".join(kept), " ".join(f"{ink} {_numbers(of)}" for ink, of in stretches.items())


def _numbers(stretches: list[tuple[int, int]]) -> str:
    last = 0
    found: list[int] = []
    for begin, end in stretches:
        found += [begin - last, end - begin]
        last = end
    return " ".join(map(str, found))
