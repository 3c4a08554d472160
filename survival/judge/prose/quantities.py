"""What a measurement looks like in words: a row for each pattern, with its sentences.

To extend it, add a row: what to write instead, the sentence that must be found, one that is like it
and must pass, and the pattern. A test holds that nothing else in the table finds the sentence.
"""

import re
from typing import NamedTuple

EMPTY = "\u200b"
"""Stands where markup was taken out of the middle of a phrase."""

PARTS = {
    # Possessive, so that a long row of digits is read once.
    "number": r"(?:(?<!\d)\d++(?:[.,]\d++)*(?:e[-+]?\d++)?|[½⅓¼¾⅔])",
    "few": r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:twen|thir|four|for|fif|six|seven|eigh|nine)(?:teen|ty))",
    "big": r"(?:hundred|thousand|million|billion|trillion)",
    "worded": r"(?:<few>|(?:a |one )?<big>|a dozen)(?:[- ](?:<few>|<big>)){0,4}",
    "any": r"(?:<number>(?:<gap><big>\b)?|\b<worded>\b)",
    "many": r"(?:(?:some |several |many )?(?:ten|dozen|score|<big>)s of)",
    "vague": r"(?:<many>|a few|several|some|a couple of|half an?|"
    r"a (?:quarter|third|fraction) of an?)",
    "gap": rf"[\s\u00a0\u202f{EMPTY}-]*+",
    "space": rf"[\s\u00a0\u202f{EMPTY}-]++",
    # "Three lines deserve a second look" counts nothing.
    "per": r"(?:per|an?|each|every|to the)<space>(?:\w*second|sec|minute|hour|day|month|cycle|"
    r"clock|watt|joule|dollar|euro)\b(?:(?<![ahy]\ssecond)|(?=\s*(?:[^\w\s]|$))|"
    r"(?=\s+(?:and|or|on|in|for|to|at|from|with|when|but|than|is|are)\b))",
    "than": r"(?:as|the|that|what|its|over|on average|ahead|behind|more|less|worse|"
    r"(?:fast|slow|quick|few|larg|bigg|small|bett|long|short|high|low|cheap|dear|great)er)\b",
    "what": r"(?:time|speed|rate|bandwidth|throughput|latency|energy|power|price|cost|performance|"
    r"runtime|limit|peak|maximum)",
    "seconds": r"(?:(?:pico|nano|micro|milli)?seconds?|minutes?|hours?|days?|weeks?|"
    r"(?:clock |machine )?cycles|clock ticks)",
    "tera": r"(?:kilo|mega|giga|tera|peta|exa)",
}
"""Parts of patterns, by the name under which a pattern has them in <>."""


class Row(NamedTuple):
    """One way to write a quantity."""

    instead: str
    """What to write in its place; empty for what cannot be measured here, only cited."""
    sentence: str
    """What must be found, and would pass without this row."""
    near: str
    """What is like it, and must pass."""
    pattern: str
    exact: bool = False
    """Whether capitals count, as in the symbols of units."""


TIME, RATE, RATIO, SHARE = "[[time ...]]", "[[rate ...]]", "[[ratio ...]]", "[[fraction ...]]"
ROWS = (
    Row("", "It costs $2 a card.", "Write $n$ for the size.",
        r"[$€£¥]<gap><number>(?:<space>(?:per|an?)<space>\w+)?"),
    Row("", "It costs 20 USD.", "It recentres 20 points.",
        r"<any><gap>(?:dollars?|euros?|cents?|pounds|USD|EUR|GBP)\b"),
    Row("", "It draws 700 W.", "It has 700 WGSL lines.",
        r"<any><gap>(?:[pnµμumkKMG]?(?:Wh|W|J)|m?Ah)\b", True),
    Row("", "It draws a few watts.", "A few readers of Watt know it.",
        r"(?:<any>|\b<vague>|\b(?:an?|one))<space>\w{0,5}(?:watt|joule)s?(?:[- ]?hours?)?\b"),
    Row(RATE, "It moves 12 GB/s.", "It moves 12 GB and/or less.",
        r"<any><gap>[^\W\d]{1,12}\s?/\s?(?:s|sec|second|[mµn]s|min|h|hour|W|J)\b", True),
    Row(RATE, "It does 10 GFLOPS.", "It does 10 FLOPs for each element.",
        r"<any><gap>(?:[kMGTPE]?(?:Hz|FLOPS|bps|OPS)|[MGTPE]FLOPs|fps)\b", True),
    Row(RATE, "It moves 3 GB s⁻¹.", "It is 3 in units of x⁻¹.",
        r"<any><gap>[^\W\d]{1,12}[\s·⋅]?s(?:⁻¹|\^\{?[-−]1)", True),
    Row(RATE, "It does 300 images a second.", "Its 300 lines deserve a second look.",
        r"(?:<any>|\b<many>)<gap>(?:[^\W\d_][\w-]*<space>){0,4}?<per>"),
    Row(RATE, "It does 30 teraflops.", "It does 30 flops for each element.",
        r"<any><gap><tera>flops?\b"),
    # "How many gigabytes per second" asks, and "in bytes per second" names a unit.
    Row(RATE, "It moves terabytes per second.", "Say it in terabytes per second.",
        r"(?<!many )(?<!in )\b<tera>(?:byte|bit|flop)s?<space><per>"),
    Row(TIME, "It takes 3.2 ms.", "It takes 3.2 MB in v1.3 s.",
        r"(?<![\w.])<number><gap>(?:[pnmµμu]?s|h|min|[mu]?secs?|hrs?|clocks)\b(?!/)", True),
    Row(TIME, "It takes three milliseconds.", "It takes the second of three.",
        r"<any><gap><seconds>\b"),
    Row(TIME, "It takes a few microseconds.", "It takes a few of them.",
        r"\b<vague><space><seconds>\b"),
    Row(TIME, "It takes a millisecond.", "It takes a second pass.",
        r"\b(?:an?|one)<space>(?:(?:nano|micro|milli)second|minute|hour)\b"),
    Row(TIME, "It takes one second.", "It takes one, and a second.", r"\bone<space>second\b"),
    Row(TIME, "It is there within seconds.", "It is well within a day's work.",
        r"\bwithin<space><seconds>\b"),
    Row(RATIO, "It is 4 times faster.", "It is the 4 times table.",
        r"<number><gap>times\b(?!<space>(?:table|series))"),
    Row(RATIO, "It is ten times as fast.", "It is read ten times in a row.",
        r"\b(?:<worded>|<vague>)<space>times<space><than>"),
    Row(RATIO, "It is ahead by three times.", "It is read by three threads.",
        r"\bby<space><worded><space>times\b"),
    Row(RATIO, "It is 885× as fast.", "It is 1024 × 1536 pixels, or 8x8.",
        r"(?<![\w.])<number><gap>[×xX](?![\s\u00a0]*[\dn])(?!\w)"),
    Row(RATIO, "It is twice as fast.", "It is half the threads, read twice as an array.",
        r"\b(?:twice|thrice|half)<space>(?:as|the|its)<space>"
        r"(?:fast|slow|quick|long|much|many|<what>)\b"),
    Row(RATIO, "It takes a third of the time.", "It takes a third of its rows, 1/3 of the array.",
        r"(?:\b(?:a|one|two|three)<space>(?:half|thirds?|quarters?|(?:four|fif|ten|hundred|thousand)"
        r"ths?)|(?<![\w./])\d++/\d++)<space>(?:of<space>it|(?:of<space>)?(?:the|its)<space><what>)\b"),
    Row(RATIO, "It stands 4:1 here.", "It began at 12:15, or at 4:1:1.",
        r"(?<![\w.:])<number>:1(?![\w.:])"),
    Row(RATIO, "It doubles the throughput.", "It doubles the array.",
        r"\b(?:doubl|tripl|quadrupl|halv)(?:es|ed|e|ing)<space>(?:the<space>)?<what>\b"),
    Row(RATIO, "It is a factor of ten.", "It is a factor of the matrix.",
        r"\b(?:factor|speed-?up|slow-?down|ratio)s?<space>(?:of|by|in the|is|are|was|were)<space>"
        r"(?:(?:about|over|nearly|up to)<space>)?(?:<any>|(?:<big>|dozen|ten)s)\b"),
    Row(RATIO, "It is a tenfold gain.", "It is ten folders.",
        r"(?:<number>|\b<worded>)<gap>fold\b"),
    Row(RATIO, "It is an order of magnitude.", "It is in order of magnitude.",
        r"\b(?:an|one|<any>|several|many|some)<space>orders?<space>of<space>magnitude\b"),
    Row(SHARE, "It reaches 40 %.", "It is a 95 % interval, at 95 % confidence.",
        r"<any><gap>(?:[%‰]|per ?cent\b|percentage points?\b)(?!<space>(?:confidence|interval))"),
    Row(SHARE, "It is 95 out of 100 of the limit.", "It is 95 out of 100 of the rows.",
        r"<any><space>(?:out<space>of|in)<space><any><space>of<space>(?:the|its)<space><what>\b"),
)  # fmt: skip
"""In the order in which they are tried: what one has found, no other finds again."""

DECADE = re.compile(r"\b(?:1[89]|20)\d0s$")
_ONE_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve"
WORTH: dict[str, float] = {w: n for n, w in enumerate(_ONE_TO_TWELVE.split(), 1)} | {
    "twenty": 20, "thirty": 30, "fifty": 50, "dozens": 12, "tens": 10, "hundred": 100,
    "hundreds": 100, "thousand": 1000, "thousands": 1000, "twice": 2, "doubles": 2, "half": 0.5,
    "halves": 0.5, "tenfold": 10,
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
    quoted = re.finditer(r"\"[^\"]*\"|“[^”]*”", text)
    return any(q.start() < m.start() and m.end() <= q.end() for q in quoted)
