"""H14 and H11 in words: what claims an order, and what is a mean of ratios or a projection.

An order is seen where it says so in a sentence: "is faster", "the fastest ... is", "NumPy wins",
"beats", "takes longer than". Not seen: what is asked ("where the GPU loses"), what may or will be,
an order in other words ("is ahead of"), and one in a table, title or drawing.
"""

import re

from survival.judge.prose.quantities import PARTS, mentioned

RATIO = "\u2060"
"""Stands where a ratio is injected."""

_BE = r"(?:is|are|was|were|runs|ran|becomes?|remains?|stays?)"
_FASTER = r"(?:faster|slower|quicker|fastest|slowest|quickest)"
_WON = r"(?:wins|won|win|loses|lose)"
_TAKES = r"(?:takes?|took|needs?|needed)"
ORDERS = {
    "It runs, faster than NumPy.": r"(?:faster|slower|quicker)\s+than",
    "NumPy is as fast as Numba.": r"as\s+(?:fast|slow|quick)(?:ly)?\s+as",
    "NumPy is much faster here.": rf"{_BE}(?:\s+\w+){{0,3}}?\s+{_FASTER}(?:\s+than)?",
    "NumPy stands by far the quickest.": rf"by\s+far\s+the\s+{_FASTER}",
    "The fastest program here is NumPy.": rf"the\s+{_FASTER}(?:\s+\w+){{1,4}}?\s+{_BE}",
    "The GPU wins small races.": r"(?:[CG]PUs?|NumPy|Numba|CuPy|PyCUDA|PyTorch|Python|CUDA|Keras|"
    rf"TensorFlow)\s+{_WON}",
    "In the end it loses.": rf"{_WON}(?=\s*[.,;:!]|\s+(?:at|by|on|in|for|from|against|over|here|"
    r"again|too|every|always)\b)",
    "Numba beats NumPy.": r"(?:beats?|beaten|outperforms?|outruns?|outpaces?|overtakes?)",
    "It takes longer than the second.": rf"{_TAKES}(?:\s+\w+){{0,2}}?\s+(?:longer|"
    r"shorter|(?:more|less)\s+time)(?:\s+\w+){0,4}?\s+than",
    "The second takes as long as the first.": rf"{_TAKES}\s+as\s+long\s+as",
}
"""A sentence that must be found, and the pattern that finds it, and that no other finds."""
MEANS = {
    "The geometric mean is eight.": r"(?:geometric|harmonic)\s+(?:mean|average)s?|geo-?means?",
    "The mean of all the ratios says it.": r"(?:mean|average)s?\s+(?:of|over|across)\s+"
    r"(?:\w+\s+){0,2}(?:ratios?|speed-?ups?|slow-?downs?|factors?|sizes|examples|machines|programs|"
    r"benchmarks)",
    "The average speed-up is good.": r"(?:mean|average|projected)\s+(?:ratio|speed-?up|slow-?down|"
    r"factor)s?",
    "Its projected time is short.": rf"projected\s+{PARTS['what']}",
    "An H200 would extrapolate to more.": r"extrapolat\w+",
    f"On average the GPU is {RATIO}.": rf"on\s+average(?=[^.]*{RATIO})",
    f"It is {RATIO} on average.": rf"(?<={RATIO})\s*on\s+average",
}
"""The same for H11; RATIO stands for an injected one."""

_ORDER = re.compile(rf"\b(?:{'|'.join(ORDERS.values())})\b", re.IGNORECASE)
_MEAN = re.compile(rf"(?:\b|(?<={RATIO}))(?:{'|'.join(MEANS.values())})\b", re.IGNORECASE)
# What is asked ("where the GPU loses") or a condition is not claimed.
_ASKED = re.compile(
    r"\b(?:(?P<if>if|unless|whether)|where|when|until|which|how|does)(?:\s+\w+){0,2}\s+$",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|never|nor|neither|cannot|without)\b[^.;:]*$", re.IGNORECASE)


def order(text: str) -> re.Match[str] | None:
    """The first order that a sentence claims; what is quoted or asked for is not claimed."""
    return next((m for m in _ORDER.finditer(text) if _claimed(text, m)), None)


def means(text: str) -> list[re.Match[str]]:
    """Every mean of ratios and every projected number, unless it is quoted or denied."""
    found = _MEAN.finditer(text)
    return [m for m in found if not (mentioned(text, m) or _DENIED.search(text, 0, m.start()))]


def _claimed(text: str, m: re.Match[str]) -> bool:
    asked = _ASKED.search(text, 0, m.start())
    if mentioned(text, m) or (asked and asked["if"]):
        return False
    question = asked or text.rstrip(" \n])").endswith("?")
    return not question or m[0].endswith(("than", "as"))
