"""How long a page takes to read: its words, and the code and tables that stand open on it."""

import re
from collections.abc import Callable

from survival import catalog, system
from survival.catalog import Example
from survival.judge.prose import drawings
from survival.judge.prose.markdown import CLAIM, blank
from survival.pages.blocks import fold

WORDS_PER_MINUTE = 200
WORDS_OF_A_LINE = 4
"""A line of code, or a row of times, takes as long: our estimate, held to one reader's minutes."""

FENCE = re.compile(r"^([`~]{3,})[^\n]*\n(.*?)^\1[`~]*\s*$", re.DOTALL | re.MULTILINE)
FOLDED = re.compile(r"^/{3,} details\b.*?^/{3,}\s*$", re.DOTALL | re.MULTILINE)
FRONT = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
LISTING = re.compile(r"^/{3,} listing \| (\w+)\n(?: +variants: *(\w+))?", re.MULTILINE)
PROGRAM = re.compile(r'^--8<-- "(\S+\.py)"$', re.MULTILINE)
TIMINGS = re.compile(r"^/{3,} timings \| (\w+)", re.MULTILINE)


def minutes(source: str, example: Callable[[str], Example]) -> int:
    """Whole minutes for a page's Markdown, at least one.

    Of a listing the tab that is open counts; what is folded away counts as words alone. `example`
    finds one by its name.
    """
    source = PROGRAM.sub(lambda m: system.text(catalog.EXAMPLES / m[1]), FRONT.sub("", source))
    lines = sum(m[2].count("\n") for m in FENCE.finditer(FOLDED.sub("", source)))
    for name, first in LISTING.findall(source):
        variants = example(name).variants
        shown = example(name).variant(first) if first else variants[0] if variants else None
        lines += fold.shown(shown.source) if shown else 0
    lines += sum(len(example(name).variants) for name in TIMINGS.findall(source))
    return max(1, round((words(source) + WORDS_OF_A_LINE * lines) / WORDS_PER_MINUTE))


def words(source: str) -> int:
    """How many words a reader reads: no code, no directives, no markup."""
    text = drawings.shown(blank(CLAIM, FENCE.sub(" ", source)))
    text = re.sub(r"^\s*/{3,}.*$|<[^>]*>|`[^`\n]*`|\]\([^)]*\)", " ", text, flags=re.MULTILINE)
    return len(re.findall(r"\w[\w'’.,-]*", text))
