"""The roofline: what a machine's memory and arithmetic allow, and where the examples lie under it.

After S. Williams, A. Waterman and D. Patterson, "Roofline: an insightful visual performance model
for multicore architectures", Communications of the ACM 52 (2009), doi 10.1145/1498765.1498785.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from survival import units
from survival.catalog import Example
from survival.errors import PageError
from survival.judge import comparisons
from survival.judge.evidence import Measured
from survival.pages.blocks import sections
from survival.pages.charts import plots, specs, svg
from survival.pages.charts.layout import (
    BOLD,
    INK,
    MUTED,
    RULE,
    Frame,
    at_pixel,
    axis,
    log,
    padded,
    place_on_roof,
    places_of_names,
    powers,
    spec,
)
from survival.pages.charts.specs import COLOURS, SHAPES, Point, Series
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words import digits, figures
from survival.pages.words.facts import FACTS
from survival.pages.words.figures import Number
from survival.records import LOCAL, Device, Machine

DEVICES: tuple[Device, ...] = ("cpu", "gpu")


@dataclass(frozen=True)
class Roof:
    """What one device allows in float32, by its measured ceilings."""

    device: Device
    bandwidth: float
    """Bytes per second of the largest working set."""
    rate: float
    """Operations per second of the best matrix product."""
    said: tuple[str, str]
    """Both, as a page writes them."""

    @property
    def ridge(self) -> float:
        """Operations per byte from which arithmetic, and no longer memory, is the limit."""
        return self.rate / self.bandwidth

    def at(self, intensity: float) -> float:
        """Operations per second that are possible at so many operations per byte."""
        return min(self.rate, self.bandwidth * intensity)


@dataclass(frozen=True)
class Spot:
    """The best program of one device for one example."""

    title: str
    device: Device
    label: str
    size: str
    intensity: float
    """Operations per byte: the least that must be done over the least that must be moved."""
    rate: Number
    fraction: Number | None
    key: str

    @property
    def value(self) -> float:
        """Operations per second."""
        return float(self.rate.value)


def section(page: Page, examples: Sequence[Example]) -> Markup:
    """A roofline for each machine that has one of the examples.

    Raises PageError for an example without arithmetic: it has no place on the axis.
    """
    results = page.evidence.results
    labels = page.evidence.labels()
    ident = page.unique("roofline")
    panels = []
    for folder in results.order():
        found = [m for e in examples for m in page.evidence.of(e.name) if m.folder == folder]
        points = [s for m in found for s in spots(m)]
        roofs = of_machine(results.machines[folder])
        if points and roofs:
            body = _figure(page, results.machines[folder], folder, roofs, points)
            panels.append((folder, labels[folder], body))
    return sections.switched(page, ident, panels, pinned=False)


def of_machine(machine: Machine) -> list[Roof]:
    """Its roofs, of each device for which both ceilings were measured."""
    roofs = []
    for device in DEVICES:
        bandwidth, rate = (FACTS[f"{device}.{n}"](machine) for n in ("memory_rate", "rate"))
        if bandwidth and rate:
            said = bandwidth[0], rate[0]
            roofs.append(Roof(device, float(bandwidth[1]), float(rate[1]), said))
    return roofs


def spots(measured: Measured) -> list[Spot]:
    """The best CPU and the best GPU program each at the largest size it was timed at."""
    record = measured.record
    if not all(s.operations for s in record.sizes):
        raise PageError(
            f"roofline: {record.example} does no arithmetic by its work(), so it has no place on a "
            "roofline; take it out of the list"
        )
    found = []
    for device in DEVICES:
        for size in reversed(record.sizes):
            best = comparisons.best(record, device, size.n, "compute", "float32")
            timing = best.timing(size.n, "compute") if best else None
            if best is None or timing is None:
                continue
            rate = size.operations / timing.median
            n = digits.of_time(timing, measured.machine, size.operations)
            number = Number(
                units.prefixed(rate, "FLOP/s", n),
                rate,
                measured.path,
                f"{size.operations} operations in a {measured.note(timing, 'compute')}",
                best.name in measured.stale,
                measured.key(best.name, size.n, "compute"),
            )
            found.append(
                Spot(
                    measured.name,
                    device,
                    measured.label(best.name),
                    record.amount(size),
                    size.operations / size.bytes,
                    number,
                    figures.fraction(measured, best, timing),
                    number.key,
                )
            )
            break
    return found


def _figure(
    page: Page, machine: Machine, folder: str, roofs: Sequence[Roof], spots: Sequence[Spot]
) -> Markup:
    title = "this machine" if folder == LOCAL else machine.title
    words = "; ".join(
        f"on the {r.device.upper()}, memory gives {r.said[0]} and float32 "
        f"arithmetic {r.said[1]}, which meet at "
        f"{units.digits(r.ridge)} operations per byte"
        for r in roofs
    )
    ident = page.unique(f"roofline_{folder}")
    said = f"{words[0].upper()}{words[1:]}."
    spoken = f"{said} {plots.POINTS}".replace(units.NBSP, " ")
    drawn = svg.both(lambda frame: draw(roofs, spots, frame), ident, f"Roofline of {title}", spoken)
    path = f"results/{folder}/machine.json"
    note = f"{title}, {units.date(machine.captured)}".replace(units.NBSP, " ")
    ridges = [
        (
            r.device,
            Number(
                r.said[0],
                r.bandwidth,
                path,
                f"memory bandwidth, {note}",
                key=folder,
            ),
            Number(
                r.said[1],
                r.rate,
                path,
                f"float32 matrix product, {note}",
                key=folder,
            ),
            Number(
                units.digits(r.ridge), r.ridge, path, f"rate over bandwidth, {note}", key=folder
            ),
        )
        for r in roofs
    ]
    table = render(
        "roofline",
        title=title,
        date=units.date(machine.captured),
        spots=[(s, units.digits(s.intensity)) for s in spots],
        ridges=ridges,
    )
    missing = "" if any(r.device == "gpu" for r in roofs) else figures.NOT_YET_GPU
    caption = [
        "Lines: what the machine's memory (slanted) and its arithmetic (flat) gave when measured. "
        "Points: the best program of each example, by the fewest bytes and operations that its "
        "problem needs. A point above the slanted line found its data in a cache, or did better "
        "than copying memory typically does. ",
        "Of two names above one upright line, the upper is the upper point's. " * one_line(spots),
        "G: a thousand million; FLOP/s: floating-point operations per second. "
        f"{title[0].upper()}{title[1:]}; the lines are of {units.date(machine.captured)}, each "
        "point is of the day of its example.",
        f" {missing[0].upper()}{missing[1:]}." if missing else "",
    ]
    keys = [s.key for s in spots]
    return render("chart", **drawn, caption=caption, details=table, keys=keys)


def lines(spots: Sequence[Spot]) -> dict[str, float]:
    """Where each example's line is, to two digits: two that nobody could tell apart are one.

    The slowest come first, so that of two names on one line the upper is the upper point's.
    """
    names: dict[str, float] = {}
    for s in sorted(spots, key=lambda s: s.value):
        names[s.title] = max(float(f"{s.intensity:.2g}"), names.get(s.title, 0.0))
    return names


def one_line(spots: Sequence[Spot]) -> bool:
    """Whether two examples do as many operations per byte, and so lie on one line."""
    names = lines(spots)
    return len(set(names.values())) < len(names)


def draw(roofs: Sequence[Roof], spots: Sequence[Spot], frame: Frame) -> dict[str, Any]:
    """The chart as a specification: both axes logarithmic, names above their points."""
    names = lines(spots)
    width = frame.width - frame.left - 10
    height = 250 if frame.narrow else 320
    low = min([s.intensity for s in spots] + [r.ridge for r in roofs])
    high = max([s.intensity for s in spots] + [r.ridge for r in roofs])
    x_domain = padded(low / 1.5, high * (3 if frame.narrow else 8), 0.02)

    def x_pixel(value: float) -> float:
        lo, hi = (math.log(v) for v in x_domain)
        return width * (math.log(value) - lo) / (hi - lo)

    places = places_of_names({n: x_pixel(x) for n, x in names.items()}, width, frame)
    values = [s.value for s in spots] + [r.at(x_domain[0]) for r in roofs]
    y_domain = padded(min(values), max(r.rate for r in roofs), 0.06)

    def y_pixel(value: float) -> float:
        lo, hi = (math.log(v) for v in y_domain)
        return height * (1 - (math.log(value) - lo) / (hi - lo))

    x_axis = axis(
        powers(x_domain, 5 if frame.narrow else 9), units.compact, "operations per byte (log scale)"
    ) | {
        "titleAnchor": "end",
        "titleAlign": "right",
        "titlePadding": 8,
    }
    y_axis = axis(powers(y_domain, 8), lambda v: units.prefixed(v, "", 1).strip(), "") | {
        "grid": True,
        "ticks": False,
        "domain": False,
        "title": None,
    }
    x = {"field": "x", "type": "quantitative", "axis": x_axis, "scale": log(x_domain)}
    y = {"field": "y", "type": "quantitative", "axis": y_axis, "scale": log(y_domain)}
    line = frame.label_height
    top = line * (max((row for _, row in places.values()), default=0) + 2) + 16
    layers: list[dict[str, Any]] = []
    for name, at in names.items():
        layers.append(_guide(-8 - line * places[name][1], height, x, at))
    for r in roofs:
        layers += _roof(
            r, x_domain, x, y, x_pixel, y_pixel, [x_pixel(v) for v in names.values()], frame
        )
    for s in spots:
        layers.append(_spot(s, x, y))
    text = {"type": "text", "align": "left", "baseline": "middle", "color": INK}
    for name, (start, row) in places.items():  # over all lines
        layers.append(at_pixel(text, start, -16 - line * row, name))
    layers.append(
        at_pixel(
            {
                "type": "text",
                "align": "left",
                "baseline": "bottom",
                "color": MUTED,
                "fontSize": frame.font - 1,
            },
            -frame.left + 2,
            -top + frame.font + 4,
            "operations per second (log scale)",
        )
    )
    padding = {"left": frame.left, "right": 10, "top": top, "bottom": 44}
    return spec(layers, width, height, padding, frame)


def _guide(top: float, height: int, x: dict[str, Any], value: float) -> dict[str, Any]:
    """The line that falls from a name to its points."""
    return {
        "data": {"values": [{"x": value}]},
        "mark": {
            "type": "rule",
            "color": RULE,
            "strokeWidth": 1,
            "aria": False,
            "y": top,
            "y2": height,
        },
        "encoding": {"x": x},
    }


def _roof(
    roof: Roof,
    domain: tuple[float, float],
    x: dict[str, Any],
    y: dict[str, Any],
    x_pixel: Any,
    y_pixel: Any,
    guides: Sequence[float],
    frame: Frame,
) -> list[dict[str, Any]]:
    """The slanted line of the memory, the flat line of the arithmetic, and what each is."""
    corners = [domain[0], roof.ridge, domain[1]]
    values = [{"x": v, "y": roof.at(v)} for v in corners if domain[0] <= v <= domain[1]]
    colour = COLOURS[roof.device]
    line = {
        "data": {"values": values},
        "mark": {"type": "line", "color": colour, "strokeWidth": 2.2, "aria": False}
        | ({"strokeDash": [7, 3]} if roof.device == "gpu" else {}),
        "encoding": {"x": x, "y": y},
    }
    ink = {"type": "text", "color": f"var(--sv-{roof.device}-ink)", "fontWeight": 600}
    words = f"{roof.device.upper()} {roof.said[1]}".replace(units.NBSP, " ")
    start = place_on_roof(
        x_pixel(max(roof.ridge, domain[0])) + 8,
        x_pixel(domain[1]),
        BOLD * frame.text_width(words),
        guides,
    )
    flat = at_pixel(
        ink | {"align": "left", "baseline": "bottom"}, start, y_pixel(roof.rate) - 5, words
    )
    low, high = domain[0], min(roof.ridge, domain[1])
    rise = y_pixel(roof.at(low)) - y_pixel(roof.at(high))
    run = x_pixel(high) - x_pixel(low)
    words = f"memory {roof.said[0]}".replace(units.NBSP, " ")
    slope = {"align": "center", "baseline": "bottom", "angle": 360 - _degrees(rise, run)}
    middle = (x_pixel(low) + run / 2 - 4, y_pixel(roof.at(low)) - rise / 2 - 3)
    slanted = at_pixel(ink | slope, *middle, words)
    room = math.hypot(rise, run) > frame.text_width(words)
    return [line, flat, *([slanted] if room else [])]


def _degrees(rise: float, run: float) -> float:
    return math.degrees(math.atan2(rise, run))


def _spot(spot: Spot, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    words = (
        f"{spot.title}, {spot.label} on the {spot.device.upper()}, {spot.size}: "
        f"{spot.rate.text} at {units.digits(spot.intensity)} operations per byte"
    ).replace(units.NBSP, " ")
    shape = SHAPES[spot.device][0]
    point = Point(spot.intensity, spot.value, spot.value, spot.value, words, spot.key)
    return {
        "data": {"values": [{"x": point.x, "y": point.y, "t": words}]},
        "mark": specs.mark(Series(spot.label, spot.device, shape, (point,)), 60),
        "encoding": {"x": x, "y": y, "description": {"field": "t"}},
    }
