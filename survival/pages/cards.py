"""The cards behind the numbers: where each was measured, how well, and by which program.

A finished page holds numbers that name their card by a key (see Measured.key and clock_key). Here
the keys become short, the links to the records lead from where the page lies, and the cards are
written once, as JSON in an attribute, for the page's script. Without the script the links stand
alone.
"""

import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from markupsafe import Markup

from survival import units
from survival.judge import comparisons
from survival.judge.evidence import CEILING, CLOCK, SCOPES, Evidence, Measured
from survival.pages.render import render
from survival.pages.words import limits
from survival.records import CLOCK_FILE, LOCAL, Machine, Reading, Timing, Variant

KEY = re.compile(r'data-card="sv:([a-z0-9_/-]+)"')
CHART = re.compile(
    r'<figure class="sv-chart" data-cards="sv:([a-z0-9_/ -]*)">(.*?)</figure>', re.DOTALL
)
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
POINTS = re.compile(r"<(path|line)\b[^>]*><title>([^<]*)</title></\1>")
"""The marks of a line, with a line of their tooltip for each, as svg.py writes them."""
HREF = 'href="sv:'

PLATFORM = ("python", "numpy")
"""What every variant stands on; of the other libraries, a card names those of the variant."""

Card = dict[str, Any]


class Island:
    """The cards of one page, collected while its links are made."""

    def __init__(self, evidence: Evidence, to_root: str) -> None:
        self.evidence = evidence
        self.to_root = to_root
        self.index: dict[str, int] = {}
        """By key, the number of each card."""
        self.parts: dict[str, list[Card | str]] = {
            "records": [],
            "programs": [],
            "timers": [],
            "marks": [],
        }
        """What cards share, each once."""

    def link(self, html: str) -> str:
        """Finished HTML whose numbers and points lead to their records and name their cards."""
        html = CHART.sub(self._chart, html)
        html = html.replace(HREF, f'href="{self.to_root}')
        return KEY.sub(lambda m: f'data-card="{self._number(m[1])}"', html)

    def html(self, parts: Sequence[str] | None = None, *, words: bool = False) -> Markup:
        """The island; nothing where there is no number, and no word that another machine has.

        That of a page knows which machines there are, and by `parts` which of them have a part.
        """
        if not self.index and not words:
            return Markup("")
        # A capture of the reader's own may have been left out; published ones are all offered.
        own = LOCAL in (parts or ()) or any(key.split("/")[0] == LOCAL for key in self.index)
        machines = {f: label for f, label in self.evidence.labels().items() if f != LOCAL or own}
        island: Card = {
            "root": self.to_root,
            "cards": [self.card(key) for key in self.index],
            **self.parts,
        }
        if parts is not None and len(machines) > 1:
            island |= {"machines": list(machines.items()), "parts": list(parts)}
        text = json.dumps(island, ensure_ascii=False, separators=(",", ":"))
        # Quotes stay as they are within an attribute in apostrophes, which keeps the page small.
        for letter, escaped in (("&", "&amp;"), ("'", "&#39;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(letter, escaped)
        return render("island", json=Markup(text))

    def card(self, key: str) -> Card:
        """What a card says, in words for a reader; its record, program and timer by number."""
        folder, name, variant, size, scope, base = (key.split("/") + [""] * 5)[:6]
        if not name:
            return {"r": self._machine(folder)}
        if name == CLOCK:
            return self._clock(folder, task=variant, timer=size, against=scope)
        measured = next(m for m in self.evidence.of(name) if m.folder == folder)
        card: Card = {"r": self._record(measured)}
        if not variant:
            return card | {"scope": SCOPES[scope]}  # type: ignore[index]
        v, at = measured.record.variant(variant), measured.record.size(int(size))
        card |= {
            "p": self._program(measured, v),
            "size": measured.record.amount(at),
            "scope": SCOPES[scope],  # type: ignore[index]
        }
        check = v.check(at.n)
        if check is not None:
            allowed = units.error(measured.record.allowed(v))
            card["error"] = f"{units.error(check.error)} (at most {allowed}), " + (
                measured.record.error_measure
            )
        timing = v.timing(at.n, scope)  # type: ignore[arg-type]
        if timing is None:
            return card
        card |= {
            "median": _median(timing),
            "n": _samples(timing.n, timing.calls_per_sample),
            "t": self._share("timers", timing.timer),
        }
        share = comparisons.fraction(measured.record, v, timing)
        if share is not None and check is not None and check.limit is not None:
            reached = limits.share(check.limit, timing)
            card["limit"] = f"{reached} of what this machine reaches: {limits.told(check.limit)}"
        if why := comparisons.why_disturbed(timing):
            card["noisy"] = self._share("marks", why)
        if base:
            against = measured.record.variant(base)
            theirs = against.timing(at.n, scope)  # type: ignore[arg-type]
            if theirs is not None:
                card["base"] = f"{measured.label(base)}, {_median(theirs)}"
        return card

    def _clock(self, folder: str, *, task: str, timer: str, against: str) -> Card:
        """What one timer said of one task, and what that is held against."""
        clock = self.evidence.results.clocks[folder]
        machine = self.evidence.results.machines[folder]
        of = next(t for t in clock.tasks if t.name == task)
        by = {r.timer: r for r in of.readings}
        said = by[timer]
        record = {
            "href": f"results/{folder}/{CLOCK_FILE}",
            "machine": _machine(machine, folder),
            "date": units.date(clock.captured),
            "libraries": _versions(clock.libraries),
            "source": f"{clock.source_hash}, of survival/capture/clock.py and timers.py",
        }
        moved = f"; {of.bytes:,} bytes read and written" * (of.bytes > 0)
        card: Card = {
            "r": self._share("records", record),
            "task": f"{of.label}, on the {of.device.upper()}{moved}",
            "median": _median(said, units.CLOCK_DIGITS),
            "n": _samples(len(said.samples), said.calls_per_sample),
            "t": self._share("timers", said.settings),
        }
        if against == CEILING:
            best = machine.ceilings.memory_rate(of.device, of.bytes)
            card["base"] = f"the best that the memory reached, {units.prefixed(best, 'B/s', 2)}"
        elif against:
            other = by[against]
            card["base"] = f"{other.settings}: {_median(other, units.CLOCK_DIGITS)}"
        return card

    def _number(self, key: str) -> int:
        return self.index.setdefault(key, len(self.index))

    def _chart(self, m: re.Match[str]) -> str:
        """A figure whose points are links, for mouse and touch: the table is for the keyboard."""
        keys = m[1].split()

        def drawing(svg: re.Match[str]) -> str:
            counts = [1 + said.count("\n") for _, said in POINTS.findall(svg[0])]
            if sum(counts) != len(keys):  # a point that led to another's samples would lie
                return svg[0]
            each = iter(keys)
            mine = iter([list(islice(each, count)) for count in counts])
            linked = self._bare if 'class="sv-narrow"' in svg[0] else self._linked
            return POINTS.sub(lambda marks: linked(next(mine), marks[0]), svg[0])

        return f'<figure class="sv-chart">{DRAWING.sub(drawing, m[2])}</figure>'

    def _linked(self, keys: list[str], marks: str) -> str:
        folder, name, *_ = [*keys[0].split("/"), ""]
        href = f"{self.to_root}results/{folder}/{name or 'machine'}.json"
        # xlink:href leads a mouse or finger as href does, and makes no link of it for a screen
        # reader: to that the drawing is one image, whose numbers are the table's. The role tells
        # search engines that no link is meant that they should follow.
        link = f'<a xlink:href="{href}" role="group" tabindex="-1"'
        return f'{link} data-cards="{self._numbers(keys)}">{marks}</a>'

    def _bare(self, keys: list[str], marks: str) -> str:
        """Marks for a finger, under which no tooltip shows: a third of the nodes."""
        marks = re.sub(r"><title>[^<]*</title></\w+>$", "/>", marks)
        return marks.replace(" ", f' tabindex="-1" data-cards="{self._numbers(keys)}" ', 1)

    def _numbers(self, keys: list[str]) -> str:
        return " ".join(str(self._number(key)) for key in keys)

    def _share(self, kind: str, part: Card | str) -> int:
        """The number of a part, which is added if it is new."""
        parts = self.parts[kind]
        if part not in parts:
            parts.append(part)
        return parts.index(part)

    def _machine(self, folder: str) -> int:
        machine = self.evidence.results.machines[folder]
        record = {
            "href": f"results/{folder}/machine.json",
            "machine": _machine(machine, folder),
            "date": units.date(machine.captured),
            "timer": machine.ceilings_timer,
        }
        return self._share("records", record | ({"quick": 1} if machine.mode == "quick" else {}))

    def _record(self, measured: Measured) -> int:
        record = {
            "href": measured.path,
            "machine": _machine(measured.machine, measured.folder),
            "date": measured.date,
            "commit": measured.record.commit,
        }
        quick = {"quick": 1} if measured.record.mode == "quick" else {}
        return self._share("records", record | quick)

    def _program(self, measured: Measured, v: Variant) -> int:
        libraries = {
            name: version
            for name, version in measured.record.libraries.items()
            if name in PLATFORM or name.split("-")[0] in v.name.split("_")[1:]
        }
        if v.device == "gpu" and measured.machine.gpu is not None:
            libraries["driver"] = measured.machine.gpu.driver
        program: Card = {
            "name": measured.label(v.name),
            "device": v.device.upper(),
            "libraries": _versions(libraries),
            "hash": v.source_hash,
        }
        paths = {x.name: x.path for x in measured.example.variants}
        if v.name in paths:
            problem = measured.example.problem_path
            program |= {
                "href": f"examples/{paths[v.name].parent.name}/{paths[v.name].name}",
                "problem": f"examples/{problem.parent.name}/{problem.name}",
            }
        if v.name in measured.stale:
            program["stale"] = measured.why_stale.get(v.name, "on an older version of this code")
        return self._share("programs", program)


def _machine(machine: Machine, folder: str) -> str:
    return f"{'This machine: ' * (folder == LOCAL)}{machine.title}"


def _median(of: Timing | Reading, n: int = 3) -> str:
    interval = units.seconds_range(of.low, of.high, n=n)
    return f"{units.seconds(of.median, n)}, 95{units.NBSP}% interval {interval}"


def _samples(count: int, calls: int) -> str:
    return f"{count}, each the mean of {calls:,} calls" if calls > 1 else f"{count}"


def _versions(libraries: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in libraries.items())
