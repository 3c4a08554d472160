"""Two captures of one machine: where the second lies by the intervals of the first.

Twice the same samples: once as if one process had been all, and once with all processes.
"""

import math
from typing import Any

from markupsafe import Markup

from survival import units
from survival.judge.evidence import SCOPES
from survival.pages.blocks import sections
from survival.pages.charts import specs, svg
from survival.pages.charts.layout import INK, Frame, axis, log, padded, pixel, spec, upright
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words.figures import Number, Part, plain
from survival.records import Repeated, Repeats

DRAWN = 40
"""Timings in the picture: more would run into each other on a phone."""
TICKS = (0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0)
NOT_YET = (
    "Not yet repeated: this needs two whole captures of one machine by several processes each."
)
WAYS = {True: "One process each", False: "All processes, as this site shows"}


def section(page: Page) -> Markup:
    """Both pictures for each machine that was captured twice; else a word that none was."""
    results, labels = page.evidence.results, page.evidence.labels()
    panels = [
        (folder, labels[folder], _figures(page, folder, results.repeats[folder]))
        for folder in results.order()
        if folder in results.repeats
    ]
    if not panels:
        return sections.unmeasured(NOT_YET)
    return sections.switched(page, page.unique("captures"), panels, pinned=False)


def _figures(page: Page, folder: str, found: Repeats) -> Markup:
    return Markup("").join(_figure(page, folder, found, alone=alone) for alone in WAYS)


def drawn(found: Repeats) -> list[Repeated]:
    """Every timing, or DRAWN of them, evenly picked in the order of the file."""
    step = max(1.0, len(found.timings) / DRAWN)
    return [found.timings[int(i * step)] for i in range(min(DRAWN, len(found.timings)))]


def _figure(page: Page, folder: str, found: Repeats, *, alone: bool) -> Markup:
    title = page.evidence.results.machines[folder].title
    path, n, hits = f"results/{folder}/repeats.json", len(found.timings), found.overlaps(alone)
    days = [units.date(found.before), units.date(found.after)]
    when = (
        f"captured {' and '.join(days)}" if days[0] != days[1] else f"captured twice on {days[0]}"
    )
    note = f"timings of {title}, {when}".replace(units.NBSP, " ")
    shown = drawn(found)
    some = f" {len(shown)} of them are drawn, evenly picked." if len(shown) < n else ""
    words: list[Part] = [
        f"{WAYS[alone]}: the intervals of two captures overlap for ",
        Number(f"{hits:,}", hits, path, f"{note}, whose intervals overlap", key=folder),
        " of ",
        Number(f"{n:,}", n, path, note, key=folder),
        " timings. Bar: the interval of the first capture, over its median. Mark: the median of "
        f"the second, a dot where the two intervals overlap and a cross where they do not.{some} "
        f"{title}, {when}.",
    ]
    ident = page.unique(f"captures_{folder}_{'one' if alone else 'all'}")
    said = plain(words)
    pictures = svg.both(
        lambda frame: draw(shown, frame, alone=alone),
        ident,
        f"Two captures of {title}, {WAYS[alone].lower()}",
        said,
    )
    return render("chart", **pictures, caption=words, details="", keys=[])


def draw(timings: list[Repeated], frame: Frame, *, alone: bool) -> dict[str, Any]:
    """Over the first capture's median: its interval as a bar, the second's median as a mark.

    Both pictures have the same axis, of what lies furthest out in either.
    """
    right, top, bottom = 16, 40, 8
    width, height = frame.width - frame.left - right, 220 if frame.narrow else 260
    furthest = max(
        abs(math.log(value / t.ends(way)[0][1]))
        for t in timings
        for way in WAYS
        for value in (t.ends(way)[0][0], t.ends(way)[0][2], t.ends(way)[1][1])
    )
    most = min(math.exp(furthest), 8.0)  # an interval that reaches further ends at the edge
    domain = padded(1 / max(most, 1.3), max(most, 1.3), 0.02)
    marks = []
    for i, t in enumerate(timings):
        (low, middle, high), (_, again, _) = t.ends(alone)
        marks.append(
            {
                "x": width * (i + 0.5) / len(timings),
                "low": max(low / middle, domain[0]),
                "high": min(high / middle, domain[1]),
                "y": min(max(again / middle, domain[0]), domain[1]),
                "in": t.overlap(alone),
                "t": f"{t.example} {t.variant}, {t.size}, {SCOPES[t.scope]}: "
                f"{units.digits(again / middle, 2)} times the first capture's median",
            }
        )
    y = {
        "type": "quantitative",
        "scale": log(domain),
        "axis": axis(
            [v for v in TICKS if domain[0] <= v <= domain[1]],
            lambda v: f"{v:g}",
            "time over the first capture's median (log scale)",
        )
        | upright(frame),
    }
    colour = specs.COLOURS["cpu"]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": marks},
            "mark": {
                "type": "rule",
                "color": colour,
                "strokeWidth": 4,
                "opacity": 0.35,
                "aria": False,
            },
            "encoding": {
                "x": pixel("x"),
                "y": {"field": "low", **y},
                "y2": {"field": "high"},
            },
        }
    ]
    for inside, shape in ((True, "circle"), (False, "cross")):
        layers.append(
            {
                "data": {"values": [m for m in marks if m["in"] == inside]},
                "mark": {
                    "type": "point",
                    "shape": shape,
                    "filled": True,
                    "size": 26 if inside else 42,
                    "color": colour if inside else INK,
                    "opacity": 1,
                },
                "encoding": {
                    "x": pixel("x"),
                    "y": {"field": "y", **y},
                    "description": {"field": "t"},
                },
            }
        )
    padding = {"left": frame.left, "right": right, "top": top, "bottom": bottom}
    return spec(layers, width, height, padding, frame)
