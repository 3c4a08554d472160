"""What a measurement looks like in words: a row for each pattern, with its sentence.

To extend it, add a row: the sentence that must be found, and the pattern that finds it. The tests
hold each row against its sentence, and against all that is no measurement.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

EMPTY = "\u200b"
"""Stands where markup was taken out of the middle of a phrase."""

PARTS = {
    # Possessive, so that a long row of digits is read once.
    "number": r"(?:(?<!\d)\d++(?:[.,]\d++)*(?:e[-+]?\d++)?|[½⅓¼¾⅔])",
    "worded": r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|"
    r"seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|(?:a |one )?(?:hundred|"
    r"thousand|million|billion)|a dozen)(?:[- ](?:two|three|four|five|six|seven|eight|nine|hundred|"
    r"thousand|million|billion)){0,4}",
    "any": r"(?:<number>|\b<worded>\b)",
    "many": r"(?:(?:some |several |many )?(?:tens|dozens|scores|hundreds|thousands|millions|"
    r"billions) of)",
    "vague": r"(?:<many>|a few|several|some|a couple of|half an?|a (?:quarter|third|fraction) of an?)",
    "gap": rf"[\s\u00a0\u202f{EMPTY}-]*+",
    "space": rf"[\s\u00a0\u202f{EMPTY}-]++",
    "scale": r"(?:(?:thousand|million|billion|trillion)\b<gap>)?",
    "per": r"(?:per|an?|each|every|to the)<space>(?:(?:nano|micro|milli)?second|sec|minute|hour|day|"
    r"month|cycle|clock|watt|joule|dollar|euro)\b<counts>",
    # "Three lines deserve a second look" counts nothing.
    "counts": r"(?:(?<!a second)(?<!each second)(?<!every second)|(?=\s*(?:[^\w\s]|$))|(?=\s+(?:and|or|"
    r"on|in|for|to|at|from|with|when|but|than|is|are)\b))",
    "than": r"(?:as|the|that|what|faster|slower|quicker|more|less|fewer|larger|bigger|smaller|better|"
    r"worse|longer|shorter|higher|lower|cheaper|greater|over|its|on average|ahead|behind)\b",
    "what": r"(?:time|speed|rate|bandwidth|throughput|latency|energy|power|price|cost|performance|"
    r"runtime|limit|peak|maximum)",
    "s": r"(?:[pnmµμu]s|s|h|min|[mu]?secs?|hrs?|clocks)",
    "seconds": r"(?:(?:pico|nano|micro|milli)?seconds?|minutes?|hours?|days?|weeks?|"
    r"(?:clock |machine )?cycles|clock ticks)",
    "part": r"(?:half|thirds?|quarters?|fourths?|fifths?|tenths?|hundredths?|thousandths?)",
}
"""Parts of patterns, by the name under which a pattern has them in <>."""


class Row(NamedTuple):
    """One way to write a quantity."""

    instead: str
    """What to write in its place; empty for what cannot be measured here, only cited."""
    sentence: str
    """What must be found, and would pass without this row."""
    pattern: str
    exact: bool = False
    """Whether capitals count, as in the symbols of units."""


TIME, RATE, RATIO, SHARE = "[[time ...]]", "[[rate ...]]", "[[ratio ...]]", "[[fraction ...]]"
ROWS = (
    Row("", "It costs $2 an hour.", r"[$€£¥]<gap><number>(?:<space>(?:per|an?)<space>\w+)?"),
    Row("", "It costs 20 USD.", r"<any><gap><scale>(?:dollars?|euros?|cents?|pounds|USD|EUR|GBP)\b"),
    Row("", "It draws 700 W.", r"<any><gap>(?:[pnµμumkMG]?(?:Wh|W|J)|m?Ah)\b", True),
    Row(
        "",
        "It draws a few watts.",
        r"(?:<any>|\b<vague>|\b(?:an?|one))<space>(?:(?:kilo|mega|milli|giga|micro|nano|pico)?"
        r"(?:watts?|joules?)|(?:kilo)?watt[- ]?hours?)\b",
    ),
    Row(
        RATE,
        "It moves 12 GB/s.",
        r"<any><gap>(?:[kKMGTPEZ]i?)?(?:B|bit|FLOPs?|OPs?|T|[^\W\d]{1,12})\s?/\s?"
        r"(?:s|sec|second|ms|µs|ns|min|h|hour|W|J)\b",
        True,
    ),
    Row(RATE, "It does 10 GFLOPS.", r"<any><gap>(?:[kMGTPE]?(?:Hz|FLOPS|bps|OPS)|[MGTPE]FLOPs|fps)\b", True),
    Row(RATE, "It moves 3 GB s⁻¹.", r"<any><gap>[^\W\d]{1,12}[\s·⋅]?s(?:⁻¹|\^\{?[-−]1)", True),
    Row(RATE, "It does 300 images a second.", r"(?:<any>|\b<many>)<gap><scale>(?:[^\W\d_][\w-]*<space>){1,4}?<per>"),
    Row(RATE, "It does 30 per second.", r"<any><space><per>"),
    Row(RATE, "It does 30 teraflops.", r"<any><gap>(?:mega|giga|tera|peta|exa)flops?\b"),
    # "How many gigabytes per second" asks, and "in bytes per second" names a unit.
    Row(RATE, "It moves terabytes per second.", r"(?<!many )(?<!in )\b(?:kilo|mega|giga|tera|peta)(?:bytes?|bits?)<space><per>"),
    Row(TIME, "It takes 3.2 ms.", r"(?<![\w.])<number><gap><s>\b(?!/)", True),
    Row(TIME, "It takes three milliseconds.", r"<any><gap><scale><seconds>\b"),
    Row(TIME, "It takes a few microseconds.", r"\b<vague><space>(?:hundred<space>)?<seconds>\b"),
    Row(TIME, "It takes a millisecond.", r"\b(?:an?|one)<space>(?:(?:nano|micro|milli)second|minute|hour)\b"),
    Row(TIME, "It takes one second.", r"\bone<space>(?:single<space>)?second\b"),
    Row(TIME, "It is there within seconds.", r"\bwithin<space><seconds>\b"),
    Row(RATIO, "It is 4 times faster.", r"<number><gap>times\b(?!<space>(?:table|series))"),
    Row(RATIO, "It is ten times as fast.", r"\b<worded><space>times<space>(?:\w+<space>)?<than>"),
    Row(RATIO, "It is hundreds of times faster.", r"\b<vague><space>times<space><than>"),
    Row(RATIO, "It is ahead by three times.", r"\bby<space><worded><space>times\b"),
    Row(RATIO, "It is 885× as fast.", r"(?<![\w.])<number><gap>[×xX](?![\s\u00a0]*[\dn])(?!\w)"),
    Row(RATIO, "It is twice as fast.", r"\b(?:twice|half)<space>(?:as|the|its)<space>(?:fast|slow|quick|long|much|many|<what>)\b"),
    Row(RATIO, "It takes a third of the time.", r"\b(?:a|one|two|three)<space><part><space>(?:of<space>it|(?:of<space>)?(?:the|its)<space><what>)\b"),
    Row(RATIO, "It takes 1/3 of the time.", r"(?<![\w./])\d++/\d++<space>of<space>(?:it|(?:the|its)<space><what>)\b"),
    Row(RATIO, "It stands 4:1 here.", r"(?<![\w.:])<number>:1(?![\w.:])"),
    Row(RATIO, "It doubles the throughput.", r"\b(?:doubl|tripl|quadrupl|halv)(?:es|ed|e|ing)<space>(?:the<space>)?<what>\b"),
    Row(RATIO, "It is a factor of ten.", r"\b(?:factors?|speed-?ups?|slow-?downs?|ratios?)<space>(?:of|by|in the)<space>(?:(?:about|over|up to)<space>)?(?:<any>|hundreds|thousands|dozens|tens)\b"),
    Row(RATIO, "The speed-up is about 12.", r"\b(?:speed-?up|slow-?down)s?<space>(?:is|are|was|were)<space>(?:\w+<space>)?<any>"),
    Row(RATIO, "It is a 10-fold gain.", r"(?:<any><gap>|\b(?:two|three|ten|hundred|thousand))fold\b"),
    Row(RATIO, "It is an order of magnitude.", r"\b(?:an|one|<any>|several|many|some)<space>orders?<space>of<space>magnitude\b"),
    Row(SHARE, "It reaches 40 %.", r"<any><gap>(?:%|‰)(?!<space>(?:confidence|interval|\*\*interval))"),
    Row(SHARE, "It reaches fifty percent.", r"<any><space>(?:percent|per cent|percentage points?)\b"),
    Row(SHARE, "It is 95 out of 100 of the limit.", r"<any><space>(?:out<space>of|in)<space><any><space>of<space>(?:the|its)<space><what>\b"),
)  # fmt: skip
"""In the order in which they are tried: what one has found, no other finds again."""

DECADE = re.compile(r"\b(?:1[89]|20)\d0s$")
WORTH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50, "dozens": 12,
    "tens": 10, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "twice": 2,
    "doubles": 2, "half": 0.5, "halves": 0.5, "tenfold": 10,
}  # fmt: skip
"""What a number in words is, where a claim beside it may have checked it."""


class Quantity(NamedTuple):
    """A quantity in a text."""

    place: int
    words: str
    instead: str

    @property
    def value(self) -> float | None:
        """Its number, in digits or in words, or None."""
        if digits := re.search(r"\d+(?:[.,]\d+)*", self.words):
            return float(digits[0].replace(",", "")) if digits[0].count(".") < 2 else None
        worth = (WORTH[w] for w in re.findall(r"[a-z]+", self.words.lower()) if w in WORTH)
        return next(worth, None)


def compiled(row: Row) -> re.Pattern[str]:
    """A row's pattern with its parts filled in."""
    text = row.pattern
    while "<" in text and (filled := re.sub(r"<(\w+)>", lambda m: PARTS[m[1]], text)) != text:
        text = filled
    return re.compile(text, 0 if row.exact else re.IGNORECASE)


PATTERNS = [(row.instead, compiled(row)) for row in ROWS]


def find(text: str) -> list[Quantity]:
    """Every quantity, in the order of the text, none of them twice."""
    found: list[tuple[int, int, Quantity]] = []
    for instead, pattern in PATTERNS:
        for m in pattern.finditer(text):
            a, b = m.span()
            overlaps = any(a < y and x < b for x, y, _ in found)
            if not (overlaps or DECADE.search(m[0]) or mentioned(text, m)):
                found.append((a, b, Quantity(a, m[0], instead)))
    return [q for _, _, q in sorted(found)]


def mentioned(text: str, m: re.Match[str]) -> bool:
    """Whether a phrase without digits is quoted, as what is said: "hundreds of times faster"."""
    if re.search(r"\d", m[0]):
        return False
    return any(q.start() < m.start() and m.end() <= q.end() for q in _quoted(text))


def _quoted(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"\"[^\"]*\"|“[^”]*”", text)
