"""H11, H13, H14, H17: no measurement is typed. Finds quantities and comparisons in a page's text.

A quantity of time, rate, ratio, energy, power or price in running text is either injected from a
record (`[[time ...]]`, which is no text to this lint), or checked by a claim right below it, or
cited: in its sentence stands a footnote whose definition names a source and a year, or, in short,
"(SOURCE, YEAR)". What is no measurement at all, such as a threshold of ours, says so in the source:

    <!-- not a measurement: the limit that we set for noise -->

right above its paragraph, with the reason. Titles, drawings and what stands in backticks are read
too. Code, output that a test compares, and sections called "Exercises" are not.
Sizes and counts (elements, bytes, threads, cores) are not measurements.

A claim of order (H14) is seen where it says so in a sentence: "is faster", "the fastest ... is",
"NumPy wins", "beats", "takes longer than". Not seen: what is asked ("where the GPU loses"), what
may or will be, an order in other words ("is ahead of"), and one in a table, title or drawing.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from survival.judge.claims import evaluation
from survival.judge.evidence import Evidence
from survival.judge.findings import Finding
from survival.judge.prose import drawings
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

MARKER = re.compile(r"<!--\s*not a measurement\b:?\s*(?P<reason>.*?)\s*-->", re.DOTALL)
EMPTY = "\u200b"
"""Stands where markup was taken out of the middle of a phrase."""
RATIO = "\u2060"
"""Stands where a ratio is injected."""
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
_DRAWN_END = re.compile(r"</(?:text|title|desc|svg)>")
_TITLE = re.compile(
    r"^[ ]*/{3,}[^\n|]*\|(.*)|\b(?:title|alt|aria-label)=\"([^\"]*)\"|\s\"(.*)\"\)$"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_WORD = re.compile(r"\[\[[^\[\]]*\]\]")
_TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)|(?<=\])\[[^\[\]]*\]|<https?:[^>]*>")
_ADDRESS = re.compile(r"https?://\S+")
_ATTRIBUTES = re.compile(r"\{[ ]*[:.#][^{}]*\}")
_ENTITY = re.compile(r"&(?:#\d+|#x[\da-fA-F]+|\w+);")
_FRONT = re.compile(r"\A---[ ]*\n(.*?\n)---[ ]*$", re.DOTALL | re.MULTILINE)
_FRONT_KEY = re.compile(r"^(?!(?:title|description):)[^\n]*$|^(?:title|description):", re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ ]+(.*?)[ ]*#*[ ]*$", re.MULTILINE)
_RULE = re.compile(r'^!!! survival ".*"\n(?P<rule>(?:    .*\n)+)', re.MULTILINE)
_EXERCISES = re.compile(r"exercises?\s*", re.IGNORECASE)
_DEFINITION = re.compile(
    r"^\[\^(?P<id>[^\]\s]+)\]:(?P<text>[^\n]*(?:\n(?:[ ]{4,}[^\n]*|[ ]*(?=\n[ ]{4,}\S)))*)",
    re.MULTILINE,
)
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?!\d)")
_INLINE_SOURCE = re.compile(r"\((?=[^()]*[A-Z])[^()]*[^\W\d_]{3}[^()]*,[^(),]*\b(?:19|20)\d\d\)")
_OURSELVES = re.compile(r"\W*(?:(?:on|at|with|by) )?(?:my|our|this|measured)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’*_)]*((?:\[\^[^\]\s]+\])*)\s+(?=[\"“‘(*_\[]*[A-Z0-9±])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|cf|vs|ca|approx|etc|Fig|Sec|No|pp?|Dr)\.$")

# Possessive, so that a long row of digits is read once. Groups are not: before 3.11.5, Python lost
# its place in a possessive group that failed half way.
_NUMBER = r"(?:(?<!\d)\d++(?:[.,]\d++)*(?:e[-+]?\d++)?|[½⅓¼¾⅔])"
_WORDED = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"(?:a |one )?(?:hundred|thousand|million|billion)|a dozen)(?:[- ](?:two|three|four|five|six|"
    r"seven|eight|nine|hundred|thousand|million|billion)){0,4}"
)
_MANY = (
    r"(?:(?:some |several |many )?(?:tens|dozens|scores|hundreds|thousands|millions|billions) of)"
)
_VAGUE = (
    rf"(?:{_MANY}|a few|several|some|a couple of|half an?|a quarter of an?|a third of an?|"
    r"a fraction of an?)"
)
_SINGLE = r"(?:an?|one)"
_GAP = rf"[\s\u00a0\u202f{EMPTY}-]*+"
_SPACE = rf"[\s\u00a0\u202f{EMPTY}-]++"
_SCALE = r"(?:(?:thousand|million|billion|trillion)\b" + _GAP + ")?"
_ANY = rf"(?:{_NUMBER}|\b{_WORDED}\b)"

_TIME_SIGN = r"(?:[pnmµμu]s|s|h|min|[mu]?secs?|hrs?)"
_TIME_WORD = (
    r"(?:(?:pico|nano|micro|milli)?seconds?|minutes?|hours?|days?|weeks?|"
    r"(?:clock |machine )?cycles|clock ticks)"
)
_PER = r"(?:per|an?|each|every|to the)"
_PER_WHAT = (
    r"(?:(?:nano|micro|milli)?second|sec|minute|hour|day|month|cycle|clock|watt|joule|dollar|euro)"
)
# "Three lines deserve a second look" counts nothing.
_NOT_ORDINAL = (
    r"(?:(?<!a second)(?<!each second)(?<!every second)|(?=\s*(?:[^\w\s]|$))|"
    r"(?=\s+(?:and|or|on|in|for|to|at|from|with|when|but|than|is|are)\b))"
)
_AMOUNT = r"(?:[kKMGTPEZ]i?)?"
_COMPARED = (
    r"(?:as|the|that|what|faster|slower|quicker|more|less|fewer|larger|bigger|smaller|better|worse|"
    r"longer|shorter|higher|lower|cheaper|dearer|greater|over|its|on average|ahead|behind|"
    r"(?:speed|slow)[- ]?(?:up|down))"
)
_SPEED = (
    r"(?:time|speed|rate|bandwidth|throughput|latency|energy|power|price|cost|performance|runtime|"
    r"limit|peak|maximum)"
)


@dataclass(frozen=True)
class _Kind:
    """One kind of quantity: how it looks in text, and what a writer should do instead."""

    instead: str
    patterns: tuple[re.Pattern[str], ...]


def _patterns(*texts: str, flags: int = re.IGNORECASE) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(t, flags) for t in texts)


# Symbols of units are read as they are written ("s", "W"), words in any case.
_PRICE = _Kind(
    "",
    _patterns(
        rf"(?:US|AU|CA)?[$€£¥]{_GAP}{_NUMBER}(?:{_SPACE}{_PER}{_SPACE}\w+)?",
        rf"{_ANY}{_GAP}{_SCALE}(?:dollars?|euros?|cents?|pounds|USD|EUR|GBP)\b",
    ),
)
_POWER = _Kind(
    "",
    _patterns(
        rf"{_ANY}{_GAP}(?:[pnµμumkKMG]?(?:Wh|W|J)|m?Ah)\b",
        flags=0,
    )
    + _patterns(
        rf"(?:{_ANY}|\b{_VAGUE}|\b{_SINGLE}){_SPACE}(?:(?:kilo|mega|milli|giga|micro|nano|pico)?"
        r"(?:watts?|joules?)|"
        r"(?:kilo)?watt[- ]?hours?)\b",
    ),
)
_RATE = _Kind(
    "[[rate ...]]",
    _patterns(
        rf"{_ANY}{_GAP}{_AMOUNT}(?:B|bit|b|FLOPs?|FLOP|OPs?|T|it|op|tok|tokens?|images?|"
        rf"frames?|[^\W\d]{{1,12}})\s?/\s?(?:s|sec|second|ms|µs|ns|min|h|hour|W|J)\b",
        rf"{_ANY}{_GAP}(?:[kMGTPE]?(?:Hz|FLOPS|FLOP/s|bps|Bps|OPS)|[MGTPE]FLOPs|fps)\b",
        rf"{_ANY}{_GAP}[^\W\d]{{1,12}}[\s·⋅]?s(?:⁻¹|\^\{{?[-−]1)",
        flags=0,
    )
    + _patterns(
        rf"(?:{_ANY}|\b{_MANY}){_GAP}{_SCALE}(?:[^\W\d_][\w-]*{_SPACE}){{1,4}}?{_PER}{_SPACE}"
        rf"{_PER_WHAT}\b{_NOT_ORDINAL}",
        rf"{_ANY}{_SPACE}{_PER}{_SPACE}{_PER_WHAT}\b{_NOT_ORDINAL}",
        rf"{_ANY}{_GAP}(?:mega|giga|tera|peta|exa)flops?\b",
        # "How many gigabytes per second" asks, and "in bytes per second" names a unit.
        rf"(?<!many )(?<!in )\b(?:kilo|mega|giga|tera|peta)(?:bytes?|bits?|flops?){_SPACE}"
        rf"{_PER}{_SPACE}{_PER_WHAT}\b",
    ),
)
_TIME = _Kind(
    "[[time ...]]",
    _patterns(rf"(?<![\w.]){_NUMBER}{_GAP}(?:{_TIME_SIGN}|clocks)\b(?!/)", flags=0)
    + _patterns(
        rf"(?:{_ANY}){_GAP}{_SCALE}{_TIME_WORD}\b",
        rf"\b{_VAGUE}{_SPACE}{_TIME_WORD}\b",
        rf"\b{_SINGLE}{_SPACE}(?:(?:nano|micro|milli)second|minute|hour)\b",
        rf"\bone{_SPACE}(?:single{_SPACE})?second\b",
        rf"\bwithin{_SPACE}{_TIME_WORD}\b",
    ),
)
_RATIO = _Kind(
    "[[ratio ...]]",
    _patterns(
        rf"{_NUMBER}{_GAP}times\b(?!{_SPACE}(?:table|series))",
        rf"\b{_WORDED}{_SPACE}times{_SPACE}(?:\w+{_SPACE})?{_COMPARED}\b",
        rf"\b{_VAGUE}{_SPACE}times{_SPACE}{_COMPARED}\b",
        rf"\b(?:by|ahead by|behind by){_SPACE}(?:{_WORDED}){_SPACE}times\b",
        rf"(?<![\w.]){_NUMBER}{_GAP}[×xX](?![\s\u00a0]*[\dn])(?!\w)",
        rf"(?<![\w\s\d])×\s?{_NUMBER}",
        rf"\b(?:twice|thrice|half){_SPACE}(?:as|the|its)(?:{_SPACE}(?:fast|slow|quick|long|much|many|"
        rf"{_SPEED}))\b",
        rf"\b(?:a|one|two|three){_SPACE}(?:half|thirds?|quarters?|fourths?|fifths?|tenths?|"
        rf"hundredths?|thousandths?){_SPACE}(?:of{_SPACE}it|(?:of{_SPACE})?(?:the|its){_SPACE}{_SPEED})\b",
        rf"(?<![\w./])\d++/\d++{_SPACE}of{_SPACE}(?:it|(?:the|its){_SPACE}{_SPEED})\b",
        rf"(?<![\w.:]){_NUMBER}:1(?![\w.:])",
        rf"\b(?:doubl|tripl|quadrupl|halv)(?:es|ed|e|ing){_SPACE}(?:the{_SPACE})?{_SPEED}\b",
        rf"\b(?:factors?|speed-?ups?|slow-?downs?|ratios?){_SPACE}(?:of|by|in the){_SPACE}"
        rf"(?:(?:about|over|up to){_SPACE})?(?:{_ANY}|hundreds|thousands|dozens|tens)\b",
        rf"\b(?:speed-?up|slow-?down)s?{_SPACE}(?:is|are|was|were){_SPACE}(?:\w+{_SPACE})?{_ANY}",
        rf"(?:{_ANY}){_GAP}fold\b",
        r"\b(?:(?:two|three)fold|tenfold|hundredfold|thousandfold)\b",
        rf"\b(?:an|one|{_ANY}|several|many|some){_SPACE}orders?{_SPACE}of{_SPACE}magnitude\b",
    ),
)
_PERCENT = _Kind(
    "[[fraction ...]]",
    _patterns(
        rf"{_ANY}{_GAP}(?:%|‰)(?!{_SPACE}(?:confidence|interval|\*\*interval))",
        rf"(?:{_ANY}){_SPACE}(?:percent|per cent|percentage points?)\b",
        rf"{_ANY}{_SPACE}(?:out{_SPACE}of|in){_SPACE}{_ANY}{_SPACE}of{_SPACE}(?:the|its){_SPACE}{_SPEED}\b",
    ),
)
KINDS = (_PRICE, _POWER, _RATE, _TIME, _RATIO, _PERCENT)

_DECADE = re.compile(r"\b(?:1[89]|20)\d0s$")
# What is asked ("where the GPU loses") or a condition is not claimed.
_ASKED = re.compile(
    r"\b(?:(?P<if>if|unless|whether)|where|when|until|which|how|does)(?:\s+\w+){0,2}\s+$",
    re.IGNORECASE,
)
_FASTER = r"(?:faster|slower|quicker|fastest|slowest|quickest)"
_WON = r"(?:wins|won|win|loses|lose)"
_ORDER = re.compile(
    r"\b(?:(?:faster|slower|quicker)\s+than|(?:as|so)\s+(?:fast|slow|quick)(?:ly)?\s+as|"
    rf"(?:is|are|was|were|runs|ran|becomes?|remains?|stays?)(?:\s+\w+){{0,3}}?\s+{_FASTER}(?:\s+than)?|"
    rf"by\s+far\s+the\s+{_FASTER}|the\s+{_FASTER}(?:\s+\w+){{1,4}}?\s+(?:is|are|was|were)|"
    rf"(?:GPUs?|CPUs?|NumPy|Numba|CuPy|PyCUDA|PyTorch|Python|CUDA|Keras|TensorFlow)\s+{_WON}|"
    rf"{_WON}(?=\s*[.,;:!]|\s+(?:at|by|on|in|for|from|against|over|here|again|too|every|always)\b)|"
    r"(?:beats?|beaten|outperforms?|outruns?|outpaces?|overtakes?)|"
    r"(?:takes?|took|needs?|needed)(?:\s+\w+){0,2}?\s+(?:longer|shorter|(?:more|less)\s+time)"
    r"(?:\s+\w+){0,4}?\s+than|(?:takes?|took|needs?|needed)\s+as\s+long\s+as)\b",
    re.IGNORECASE,
)
_AVERAGED = re.compile(
    r"\b(?:(?:geometric|harmonic)\s+(?:mean|average)s?|geo-?means?|"
    r"(?:mean|average)s?\s+(?:of|over|across)\s+(?:\w+\s+){0,2}(?:ratios?|speed-?ups?|slow-?downs?|"
    r"factors?|sizes|examples|machines|programs|benchmarks)|"
    r"(?:mean|average|projected)\s+(?:ratio|speed-?up|slow-?down|factor)s?|"
    rf"projected\s+{_SPEED}|extrapolat\w+|on\s+average(?=[^.]*{RATIO}))\b|"
    rf"(?<={RATIO})\s*on\s+average\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|never|nor|neither|cannot|without)\b[^.;:]*$", re.IGNORECASE)
_WORTH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozens": 12, "tens":
    10, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "twice": 2,
    "doubles": 2, "half": 0.5, "halves": 0.5, "tenfold": 10, "hundredfold": 100, "thousandfold":
    1000,
}  # fmt: skip


@dataclass
class _Chunk:
    """A paragraph, heading, list or table: lines without an empty one between them."""

    first: int
    """Line of the page, counted from 1."""
    text: str
    reason: str | None = None
    """Of a marker that covers it."""
    claimed: frozenset[float] = frozenset()
    """The numbers in the claims right below."""
    has_claims: bool = False

    @property
    def last(self) -> int:
        """Its last line."""
        return self.first + self.text.count("\n")


@dataclass
class _Page:
    """A page's text without all that is not prose, and what its sources are."""

    where: str
    chunks: list[_Chunk] = field(default_factory=list)
    sources: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Footnotes by id: line and definition."""
    markers: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By the line on which a marker ends: the line on which it begins, and its reason."""


def lint(where: str, text: str) -> list[Finding]:
    """Everything on a page that was typed and should not have been.

    `where` is the page's path as a message names it, `text` its Markdown. The findings are in the
    order of the lines.
    """
    page = _read(where, text)
    found: list[tuple[int, Finding]] = []
    used: set[int] = set()
    for chunk in page.chunks:
        marker = _marker_of(chunk, page)
        findings = list(_chunk(chunk, page))
        if marker is not None and findings:
            used.add(marker)
            if page.markers[marker][1]:
                continue
        found += findings
    for chunk in page.chunks:
        found += h11_no_mean_or_projection(chunk, page)
    for end, (line, reason) in page.markers.items():
        if not reason:
            says = "the marker gives no reason; write <!-- not a measurement: REASON -->"
            found.append((line, _finding("H13", page, line, says)))
        elif end not in used:
            says = "the marker <!-- not a measurement --> excuses nothing; remove it"
            found.append((line, _finding("H13", page, line, says)))
    found += _dateless_sources(page)
    return [f for _, f in sorted(found, key=lambda pair: pair[0])]


def judge_pages(docs: Path, evidence: Evidence) -> tuple[int, list[Finding]]:
    """H13, H14 and H17 over every page and notebook of the guide: how many, and what is wrong.

    And each chapter's survival rule must stand on the landing page.
    """
    findings: list[Finding] = []
    index = docs / "index.md"
    landing = _words(index.read_text(encoding="utf-8-sig")) if index.exists() else ""
    pages = sorted(p for p in docs.rglob("*.md") if not p.is_relative_to(docs / "results"))
    for path in pages:
        where = f"{docs.name}/{path.relative_to(docs).as_posix()}"
        text = path.read_text(encoding="utf-8-sig")
        findings += [*lint(where, text), *evaluation.check_page(where, text, evidence)]
        findings += _survival_rules(where, text, landing)
    labs = sorted(docs.glob("labs/*.ipynb"))
    for path in labs:
        where = f"{docs.name}/labs/{path.name}"
        for n, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
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


def _finding(rule: str, page: _Page, line: int, says: str) -> Finding:
    return Finding(rule, f"{page.where}({line})", says, "fail")


def _read(where: str, text: str) -> _Page:
    page = _Page(where)
    text = text.replace("\r\n", "\n").translate(_UNSEEN)
    blocks = list(claim_blocks(text))
    prose = drawings.shown(_without_code(text))
    for m in MARKER.finditer(prose):
        page.markers[line_of(prose, m.end())] = (line_of(prose, m.start()), m["reason"])
    prose = CODE.sub(_quoted, blank(COMMENT, prose))
    prose = _DIRECTIVE.sub(lambda m: _titles(m[0]), blank(CLAIM, prose))
    prose = _DRAWING.sub(_drawn, blank(_ELEMENT, prose))
    front = _FRONT.match(prose)
    if front:
        head = re.sub(r"^---", "   ", blank(_FRONT_KEY, front[0]), flags=re.MULTILINE)
        prose = head + prose[front.end() :]
    for m in _DEFINITION.finditer(prose):
        page.sources[m["id"]] = (line_of(prose, m.start()), m["text"])
    prose = blank(_DEFINITION, prose)
    for pattern in (_TAG, _TARGET, _ATTRIBUTES):
        prose = pattern.sub(lambda m: _titles(m[0]), prose)
    prose = blank(_ADDRESS, prose)
    # An injected number keeps its sentence together, but is none of its text.
    prose = _WORD.sub(_injected, prose)
    prose = _ENTITY.sub(_character, prose)
    prose = re.sub(r"\*+|(?<!\w)_+|_+(?!\w)|~~|\\(?=[$*_~])", lambda m: EMPTY * len(m[0]), prose)
    prose = _without_exercises(prose)
    lines = prose.split("\n")
    begin = None
    for i, line in enumerate([*lines, ""]):
        if line.strip(" >") and begin is None:
            begin = i
        elif not line.strip(" >") and begin is not None:
            page.chunks.append(_Chunk(begin + 1, "\n".join(lines[begin:i])))
            begin = None
    for block in blocks:
        above = [c for c in page.chunks if c.last < block.first]
        if above and not _between(lines, above[-1].last, block.first):
            numbers = re.findall(rf"(?<![\w^.])({_NUMBER})(?= times| ?%)", str(block.lines))
            above[-1].claimed |= {float(n.replace(",", "")) for n in numbers}
            above[-1].has_claims = True
    return page


def _without_code(text: str) -> str:
    """The text without fences of code, and without output that a test holds against its code."""
    run = False

    def read(m: re.Match[str]) -> str:
        nonlocal run
        first, *inside, _ = m[0].split("\n")
        above = text[: m.start()].rstrip("\n").rpartition("\n")[2].strip()
        checked = (above == _EXPECTED and run) or _PRINTED.fullmatch(above)
        run = _RUN_FENCE.fullmatch(first) is not None and "skip" not in above
        unread = checked or _CODE_FENCE.match(first)
        return "\n".join([_titles(first), *("" if unread else line for line in inside), ""])

    return FENCE.sub(read, text)


def _quoted(m: re.Match[str]) -> str:
    """What stands in backticks if it is a quantity or a number, else spaces."""
    words = m[0].strip("`")
    plain = re.fullmatch(rf"\s*{_NUMBER}\s*", words) or next(iter(_quantities(words)), None)
    return words if plain else spaces(m[0])


def _titles(markup: str) -> str:
    """Spaces in the place of markup, and before them its titles that hold a quantity."""
    shown = ["".join(found) for found in _TITLE.findall(markup)]
    kept = "".join(f"{words}{ALONE}" for words in shown if next(iter(_quantities(words)), None))
    return kept + spaces(markup)


def _drawn(m: re.Match[str]) -> str:
    """A drawing without an empty line in it, and an end after each of its texts."""
    return _DRAWN_END.sub(DRAWN, m[0]).replace("\n", f"{EMPTY}\n")


def _injected(m: re.Match[str]) -> str:
    """What stands in the place of a word such as [[time ...]]: as long, and nothing to read."""
    return re.sub(r"[^\n]", RATIO if m[0].startswith("[[ratio") else EMPTY, m[0])


def _character(m: re.Match[str]) -> str:
    """What an entity such as &nbsp; stands for, as long as the entity, on one line."""
    found = html.unescape(m[0]).replace("\n", " ").translate(_UNSEEN)
    return found.ljust(len(m[0]), EMPTY)


def _between(lines: list[str], last: int, first: int) -> bool:
    """Whether any text stands between two lines, counted from 1."""
    return any(line.strip() for line in lines[last : first - 1])


def _without_exercises(text: str) -> str:
    """Blank every section that is called Exercises, up to the next heading of its level."""
    level = None
    start = 0
    spans = []
    for m in _HEADING.finditer(text):
        if level is not None and len(m[1]) <= level:
            spans.append((start, m.start()))
            level = None
        if level is None and _EXERCISES.fullmatch(m[2]):
            level, start = len(m[1]), m.start()
    if level is not None:
        spans.append((start, len(text)))
    for a, b in spans:
        text = text[:a] + spaces(text[a:b]) + text[b:]
    return text


def _marker_of(chunk: _Chunk, page: _Page) -> int | None:
    """The marker within a chunk or above it, with at most empty lines between."""
    for end in page.markers:
        if chunk.first <= end <= chunk.last:
            return end
    above = [end for end in page.markers if end < chunk.first]
    if not above:
        return None
    end = max(above)
    taken = any(end < other.first < chunk.first for other in page.chunks)
    return None if taken else end


def _chunk(chunk: _Chunk, page: _Page) -> Iterator[tuple[int, Finding]]:
    if re.match(r"\s*\|", chunk.text):
        yield from _table(chunk, page)
        return
    place = 0
    drawn = chunk.text.rfind(DRAWN)
    # A drawing is cited as a table is.
    sourced = drawn >= 0 and _cited_beside(chunk, page)
    for sentence in _sentences(chunk.text):
        line = chunk.first + chunk.text.count("\n", 0, place)
        if place > drawn or not sourced:
            yield from _sentence(sentence, line, chunk, page)
        place += len(sentence)


def _sentences(text: str) -> list[str]:
    """The text cut after each sentence; a footnote belongs to the sentence that it follows."""
    # An item of a list, and a line of a definition, is a sentence of its own.
    cuts = [m.start() + 1 for m in re.finditer(r"\n(?=\s*(?:[-*+]|\d+\.|:)\s)", text)]
    cuts += [m.end() for m in re.finditer(f"[{ALONE}{DRAWN}]", text)]
    cuts += [
        m.end()
        for m in _SENTENCE_END.finditer(text)
        if not _ABBREVIATION.search(text[: m.start() + 1].rstrip('*_)"”’'))
    ]
    edges = sorted({0, *cuts, len(text)})
    return [text[a:b] for a, b in pairwise(edges)]


def _sentence(text: str, line: int, chunk: _Chunk, page: _Page) -> Iterator[tuple[int, Finding]]:
    cited, faults = _citation(text, page)
    quantities = list(_quantities(text))
    for place, words, kind in quantities:
        if cited or (_value(words) in chunk.claimed and kind in (_RATIO, _PERCENT)):
            continue
        at = line + text.count("\n", 0, place)
        yield at, _finding(*_message(words, kind, faults, page, at))
    plain = text.replace(EMPTY, "")
    order = next((m for m in _ORDER.finditer(plain) if _claimed(plain, m)), None)
    # An injected ratio says which is faster, with its record.
    if order and not quantities and not (cited or chunk.has_claims or RATIO in text):
        at = line + plain.count("\n", 0, order.start())
        says = (
            f'"{_plain(order[0])}" claims an order; declare it right below in a block '
            "`/// claim | EXAMPLE`, or cite it: a footnote with source and year"
        )
        yield at, _finding("H14", page, at, says)


def _message(
    words: str, kind: _Kind, faults: list[str], page: _Page, line: int
) -> tuple[str, _Page, int, str]:
    words = _plain(words)
    if faults:
        return "H17", page, line, f'"{words}" is cited, but {"; ".join(faults)}'
    cite = "a footnote with source and year"
    if not kind.instead:
        return "H17", page, line, f'"{words}" was not measured here; cite it: {cite}'
    says = (
        f'"{words}" is typed; inject it with {kind.instead} or cite it: {cite}; if it is no '
        "measurement, say so: <!-- not a measurement: REASON -->"
    )
    return "H13", page, line, says


def _citation(text: str, page: _Page) -> tuple[bool, list[str]]:
    """Whether a sentence names source and year, and what its citations lack."""
    faults = []
    for name in _REFERENCE.findall(text):
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


def _dateless_sources(page: _Page) -> Iterator[tuple[int, Finding]]:
    """A footnote that gives a figure names its source and year, wherever it is used."""
    for name, (line, text) in page.sources.items():
        fault = _lacks((line, text))
        quantity = next(iter(_quantities(text)), None)
        if fault and quantity:
            says = f'the footnote [^{name}] gives "{_plain(quantity[1])}" and {fault}'
            yield line, _finding("H17", page, line, says)


def _quantities(text: str) -> Iterator[tuple[int, str, _Kind]]:
    """Place, words and kind of every quantity, none of them twice."""
    taken: list[tuple[int, int]] = []
    found = []
    for kind in KINDS:
        for pattern in kind.patterns:
            for m in pattern.finditer(text):
                a, b = m.span()
                if any(a < y and x < b for x, y in taken):
                    continue
                if _DECADE.search(m[0]) or _mentioned(text, m):
                    continue
                taken.append((a, b))
                found.append((a, m[0], kind))
    yield from sorted(found, key=lambda q: q[0])


def _mentioned(text: str, m: re.Match[str]) -> bool:
    """Whether a phrase without digits is quoted, as what is said: "hundreds of times faster"."""
    if re.search(r"\d", m[0]):
        return False
    quoted = re.finditer(r"\"[^\"]*\"|“[^”]*”", text)
    return any(q.start() < m.start() and m.end() <= q.end() for q in quoted)


def _claimed(text: str, m: re.Match[str]) -> bool:
    """Whether an order is said of something, not quoted or asked for."""
    asked = _ASKED.search(text, 0, m.start())
    if _mentioned(text, m) or (asked and asked["if"]):
        return False
    question = asked or text.rstrip(" \n])").endswith("?")
    return not question or m[0].endswith(("than", "as"))


def _table(chunk: _Chunk, page: _Page) -> Iterator[tuple[int, Finding]]:
    """Every cell; a citation stands in the row, the head, or the paragraph right above or below."""
    rows = chunk.text.split("\n")
    if _citation(rows[0], page)[0] or _cited_beside(chunk, page):
        return
    heads = _cells(rows[0])
    for i, row in enumerate(rows):
        cited, faults = _citation(row, page)
        if cited:
            continue
        for head, cell in zip(heads, _cells(row), strict=False):
            found = list(_quantities(cell))
            # "Time (ms)" over "3.2" is "3.2 ms", and so are "Time in ms" and "ms".
            unit = re.search(r"[(\[]([^()\[\]]+)[)\]]\s*$|(?:\bin\s|^)\s*(\S+)\s*$", head)
            if not found and unit and re.fullmatch(rf"[\s{EMPTY}~≈<>]*{_NUMBER}[\s{EMPTY}]*", cell):
                found = list(_quantities(f"{cell.strip()} {unit[1] or unit[2]}"))
            for _, words, kind in found:
                line = chunk.first + i
                yield line, _finding(*_message(words, kind, faults, page, line))


def h11_no_mean_or_projection(chunk: _Chunk, page: _Page) -> Iterator[tuple[int, Finding]]:
    """H11: no mean of ratios and no projected number; neither source nor marker excuses one."""
    place = 0
    for sentence in _sentences(chunk.text):
        text = sentence.replace(EMPTY, "")
        for m in _AVERAGED.finditer(text):
            if not (_mentioned(text, m) or _DENIED.search(text, 0, m.start())):
                line = chunk.first + (chunk.text[:place] + text[: m.start()]).count("\n")
                says = f'"{_plain(m[0])}" is no measurement; say what was measured at one size'
                yield line, _finding("H11", page, line, says)
        place += len(sentence)


def _cited_beside(chunk: _Chunk, page: _Page) -> bool:
    """Whether the paragraph right above or below a table or drawing names source and year."""
    at = page.chunks.index(chunk)
    beside = page.chunks[max(0, at - 1) : at] + page.chunks[at + 1 : at + 2]
    return any(_citation(c.text, page)[0] for c in beside if not re.match(r"\s*(?:\||#)", c.text))


def _cells(row: str) -> list[str]:
    return re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))


def _plain(text: str) -> str:
    return " ".join(text.replace(EMPTY, "").replace("\u00a0", " ").split())


def _value(words: str) -> float | None:
    """The number in a quantity, in digits or in words, or None."""
    digits = re.search(r"\d+(?:[.,]\d+)*", words)
    if digits:
        return float(digits[0].replace(",", "")) if digits[0].count(".") < 2 else None
    worth = [_WORTH[w] for w in re.findall(r"[a-z]+", words.lower()) if w in _WORTH]
    return float(worth[0]) if worth else None
