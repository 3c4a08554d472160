"""What programs read: each page as Markdown, all of them in one file, all numbers in another."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from markdownify import MarkdownConverter

from survival.judge import evidence
from survival.records import Record
from survival.site.published.address import Address
from survival.site.search import ARTICLE

DROPPED = re.compile(
    r'<svg\b.*?</svg>|<(script|style|template|button|nav)\b.*?</\1>|<a class="headerlink".*?</a>|'
    r'<input\b[^>]*>|<p class="?sv-(?:kicker|moved|parts|foot|download)\b.*?</p>|'
    r'<p class="sv-legend.*?</p>',
    re.DOTALL,
)
"""Drawings, whose text stands beside them, and what a browser needs."""
CODE = re.compile(r'(<div [^>]*class="language-(\w+) highlight">)?<pre[^>]*>(.*?)</pre>', re.DOTALL)
TABS = re.compile(
    r'<div class="tabbed-labels">(.*?)</div>\s*<div class="tabbed-content">', re.DOTALL
)
LABEL = re.compile(r"<label\b[^>]*>(.*?)</label>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
LEADS = re.compile(r'<a class="sv-(?:src|term)"[^>]*>(.*?)</a>', re.DOTALL)
"""Numbers lead to their records and words to the glossary: the text is easier to read without."""
WITHIN = re.compile(r'<img\b[^>]*?\balt="([^"]*)"[^>]*?\bsrc="data:[^>]*>')
"""A picture that is within its page: as text it is thousands of letters that say nothing."""
RULES = "\n## The survival rules\n"
ABOUT = (
    "Every timing in these pages was measured by the program printed beside it, on the machine "
    "that is named with it. Whoever passes one on should name that machine as well."
)


@dataclass(frozen=True)
class Page:
    """What a finished page says; its HTML is not kept, which is twenty times as long."""

    address: str
    title: str
    description: str
    """What its head says of it."""
    markdown: str
    """Its text, with its numbers in it; empty where it says nothing."""

    @classmethod
    def of(cls, address: str, title: str, page: str) -> Self:
        """Read from its HTML."""
        said = re.search(r'<meta name="?description"? content="([^"]*)"', page)
        article = ARTICLE.search(page)
        return cls(
            address,
            title,
            html.unescape(said[1]) if said else "",
            _markdown(article[1]) if article else "",
        )


def write(site: Path, pages: Sequence[Page], root: Path, address: Address) -> None:
    """Write index.md beside each page, llms.txt, llms-full.txt, numbers.json and SKILL.md.

    The form of llms.txt is that of llmstxt.org: a title, a summary, lists of links.
    """
    whole = [f"# GPU Survival Toolkit\n\n{ABOUT}\n"]
    listed = []
    for page in pages:
        text = page.markdown
        (site / page.address / "index.md").write_text(text, encoding="utf-8")
        link = (
            f"{address.site}/{page.address}index.md" if address.site else f"{page.address}index.md"
        )
        listed.append(f"- [{page.title or 'The survival rules'}]({link}): {page.description}")
        whole.append(text)
    (site / "llms-full.txt").write_text("\n\n---\n\n".join(whole), encoding="utf-8")
    more = f"{address.site}/" if address.site else ""
    text = (
        f"# GPU Survival Toolkit\n\n> {pages[0].description}\n\n{ABOUT}\n\n## Pages\n\n"
        + "\n".join(listed)
        + f"\n\n## All in one\n\n- [Every page]({more}llms-full.txt)\n"
        f"- [Every published timing]({more}numbers.json): with machine, program, date and record\n"
        f"- [The survival rules as a skill]({more}SKILL.md)\n"
    )
    (site / "llms.txt").write_text(text, encoding="utf-8")
    with (site / "numbers.json").open("w", encoding="utf-8") as file:
        file.writelines(numbers(root, address))
    (site / "SKILL.md").write_text(skill(pages[0].markdown), encoding="utf-8")


def numbers(root: Path, address: Address) -> Iterator[str]:
    """JSON, line by line: every published timing of every machine, with where it is from.

    Of ten machines there are a hundred thousand values: they are never all in memory.
    """
    about = {"about": ABOUT, "site": address.site, "unit": "seconds per call"}
    yield json.dumps(about, ensure_ascii=False).removesuffix("}") + ', "timings": ['
    # What a builder in this process has read for its pages is not read again.
    read = evidence.load((root / "results").resolve(), (root / "examples").resolve(), False)
    folders = {e.name: e.problem_path.parent.name for e in read.examples.values()}
    between = "\n"
    for records in read.results.records.values():
        for record in records.values():
            for timing in _timings(record, folders.get(record.example, record.example)):
                yield between + json.dumps(timing, ensure_ascii=False)
                between = ",\n"
    yield "\n]}\n"


def _timings(record: Record, folder: str) -> list[dict[str, Any]]:
    return [
        {
            "machine": record.machine,
            "example": record.example,
            "program": f"examples/{folder}/{variant.name}.py",
            "device": variant.device,
            "library": variant.library,
            "precision": variant.precision,
            "size": timing.size,
            "scope": timing.scope,
            "median": timing.median,
            "low": timing.low,
            "high": timing.high,
            "processes": timing.processes,
            "samples": timing.n,
            "captured": record.captured.isoformat(),
            "commit": record.commit,
            "record": f"results/{record.machine}/{record.example}.json",
        }
        for variant in record.variants
        for timing in variant.timings
    ]


def skill(landing: str) -> str:
    """The survival rules as a file that teaches them to a program; they stand on the first page.

    Other lists stand there too, such as the map of the chapters.
    """
    told = landing.partition(RULES)[2].partition("\n## ")[0]
    rules = re.findall(r"^\d+\. .*(?:\n(?:   .*|))*", told, re.MULTILINE)
    plain = [re.sub(r"\s*\[[^\]]*\]\([^)]*\)\s*$", "", " ".join(rule.split())) for rule in rules]
    return (
        "---\nname: gpu-survival-rules\ndescription: Rules to follow when writing, measuring or "
        "judging GPU code, from whether a GPU helps to how to time it and what to check first.\n"
        "---\n\n# GPU survival rules\n\n" + "\n".join(plain) + f"\n\n{ABOUT}\n"
    )


class _Converter(MarkdownConverter):
    """One whose trees are taken apart: their elements name each other, and would stay for long."""

    def convert_soup(self, soup: Any) -> str:
        """What a tree says."""
        text = super().convert_soup(soup)
        soup.decompose()
        return text


def _markdown(article: str) -> str:
    text = DROPPED.sub("", article)
    text = CODE.sub(_fence, text)
    text = TABS.sub(_labelled, text)
    text = LEADS.sub(r"\1", WITHIN.sub(r"<em>\1</em>", text))
    text = re.sub(r"<small", " <small", text)
    text = re.sub(r'<sup id="?fnref[^>]*>.*?>(\d+)</a></sup>', r"[\1]", text, flags=re.DOTALL)
    text = re.sub(r"<sup>(\w+)</sup>", r"^\1", text)  # 2^63, which would become 263
    converter = _Converter(heading_style="ATX", bullets="-", code_language_callback=_language)
    found = converter.convert(text)
    parts = re.split(r"(^```.*?^```$)", found, flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [re.sub(r"\s*\n(?:\s*\n)+(?=\S)", "\n\n", part) for part in parts[::2]]
    return "".join(parts).strip() + "\n"


def _fence(code: re.Match[str]) -> str:
    """Code without its colours, which are nine tenths of a page's tags."""
    plain, language = TAG.sub("", code[3]), code[2] or "text"
    return f'{code[1] or ""}<pre data-language="{language}"><code>{plain}</code></pre>'


def _language(element: Any) -> str:
    return str(element.get("data-language") or "text")


def _labelled(tabs: re.Match[str]) -> str:
    """The names of programs that a page shows as tabs: here they stand one after the other."""
    names = (" ".join(TAG.sub(" ", label).split()) for label in LABEL.findall(tabs[1]))
    return f'<p>One after the other: {"; ".join(names)}.</p><div class="tabbed-content">'
