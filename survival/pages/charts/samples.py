"""One timing with all its samples: what noise looks like, and what a median makes of it."""

import math
from typing import Any

from markupsafe import Markup

from survival import units
from survival.catalog import Example
from survival.errors import PageError
from survival.judge.evidence import SCOPES, Measured, find_size
from survival.pages.blocks import sections
from survival.pages.charts import plots, specs, svg
from survival.pages.charts.layout import (
    INK,
    Frame,
    at_pixel,
    axis,
    linear_ticks,
    log,
    padded,
    pixel,
    powers,
    spec,
    spread,
    upright,
)
from survival.pages.charts.specs import Point, Series
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words import digits, figures
from survival.pages.words.figures import Number, Part
from survival.records import Scope, Timing

LOG_FROM = 4
"""From this factor between the slowest and the fastest sample on, the axis is logarithmic."""


def section(page: Page, example: Example, name: str, size: str, scope: Scope) -> Markup:
    """The samples of a variant at a size in a scope, for each machine that has them.

    Raises PageError where the variant was measured, and nowhere at that size in that scope.
    """
    ident = page.unique(f"samples_{example.name}_{name}")
    panels, measured = [], False
    for label, m in sections.on_machines(page, example, ""):
        if not m.was_measured(name):
            continue
        measured = measured or not m.local
        at = find_size(m.record.sizes, size)
        timing = m.record.variant(name).timing(at.n, scope)
        if timing is not None:
            panels.append((m.folder, label, _figure(page, m, name, timing, scope)))
    if measured and not panels:
        raise PageError(f"samples: '{name}' has no {scope} timing at {size} on any machine")
    if not panels:
        text = figures.NOT_YET_GPU if name.startswith("gpu") else figures.NOT_YET
        return sections.unmeasured(f"{text[0].upper()}{text[1:]}.")
    return sections.switched(page, ident, panels, pinned=False)


def _figure(page: Page, m: Measured, name: str, timing: Timing, scope: Scope) -> Markup:
    variant = m.record.variant(name)
    key = m.key(name, timing.size, scope)
    size = m.record.amount(m.record.size(timing.size))
    note = m.note(timing, scope)

    earned = digits.of_time(timing, m.machine)

    def number(seconds: float, what: str, n: int = 3) -> Number:
        stale, title = name in m.stale, f"{what}; the timing: {note}"
        return Number(units.seconds(seconds, n), seconds, m.path, title, stale, key)

    words: list[Part] = [
        f"{m.label(name)} on the {variant.device.upper()}, {size}, {SCOPES[scope]}: {timing.n} "
        "samples in the order in which they were taken"
    ]
    if timing.calls_per_sample > 1:
        words.append(f", each the mean of {timing.calls_per_sample:,} calls in a row")
    words += [
        ". Median ",
        number(timing.median, "median", earned),
        f", its 95{units.NBSP}% interval ",
        number(timing.low, "lower end of the interval", earned),
        " to ",
        number(timing.high, "upper end of the interval", earned),
        f" (the band{_of_processes(timing)}); fastest ",
        number(min(timing.samples), "fastest sample"),
        ", slowest ",
        number(max(timing.samples), "slowest sample"),
        ". ",
        f"{'This machine: ' * m.local}{m.machine.title}, {m.date}.",
    ]
    ident = page.unique(f"samples_{m.folder}_{name}")
    title = f"Samples of {m.name}, {m.label(name)}, {size}, {SCOPES[scope]}"
    said = f"{figures.plain(words)} {plots.POINTS}"
    series = _series(m, name, timing, key)
    drawn = svg.both(lambda frame: draw(series, timing, frame), ident, title, said)
    details = render(
        "samples",
        samples=[number(s, f"sample {i}") for i, s in enumerate(timing.samples, 1)],
        timer=timing.timer,
        href=f"{page.to_root}{m.path}",
    )
    keys = [p.key for p in series.points]
    return render("chart", **drawn, caption=words, details=details, keys=keys)


def _of_processes(timing: Timing) -> str:
    """What an interval over processes is, for who sees it reach below the fastest sample."""
    n = len({b.process for b in timing.blocks})
    return f": of the medians of {n} processes, and so no two of these samples" * (n > 1)


def _series(m: Measured, name: str, timing: Timing, key: str) -> Series:
    variant = m.record.variant(name)
    points = tuple(
        Point(i, s, s, s, f"sample {i} of {timing.n}: {units.seconds(s)}", key)
        for i, s in enumerate(timing.samples, 1)
    )
    shape, again = plots.shapes(m)[name]
    return Series(m.label(name), variant.device, shape, points, again=again)


def draw(series: Series, timing: Timing, frame: Frame) -> dict[str, Any]:
    """Every sample as a mark, over the order of the samples; median and fastest as lines."""
    marked = {"median": timing.median, "fastest": min(timing.samples)}
    right = round(frame.text_width("median")) + 40
    top, bottom = 40, 44
    width, height = frame.width - frame.left - right, 210 if frame.narrow else 260
    low, high = min(timing.samples), max(timing.samples)
    if high > LOG_FROM * low:
        domain = padded(low, high, 0.06)
        scale, kind = log(domain), "log scale"
        ticks = powers(domain, 6)
        if len(ticks) < 4:  # most samples lie close together, at the lower end
            ticks = powers(domain, 8, (1, 1.5, 2, 3, 5, 7))
    else:
        domain = (low - 0.1 * (high - low or low), high + 0.1 * (high - low or low))
        scale = {"type": "linear", "domain": list(domain), "nice": False, "zero": False}
        ticks, kind = _between(domain), "does not begin at zero"
    y_axis = axis(ticks, _tick, f"time per call ({kind})")
    y_axis |= upright(frame)
    n = timing.n
    x_ticks = [float(round(t)) for t in linear_ticks(n, 4) if t >= 1 and t == round(t)] or [1.0]
    x_axis = axis(x_ticks, lambda v: f"{v:.0f}", "number of the sample")
    x_axis |= {"titleAnchor": "end", "titleAlign": "right", "titlePadding": 8}
    plain = {"domain": [0, n + 1], "nice": False}
    x = {"field": "x", "type": "quantitative", "axis": x_axis, "scale": plain}
    y = {"field": "y", "type": "quantitative", "axis": y_axis, "scale": scale}
    colour = specs.COLOURS[series.device]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": [{"a": 0, "b": width, "y": timing.low, "h": timing.high}]},
            "mark": {"type": "rect", "color": colour, "opacity": 0.22, "aria": False},
            "encoding": {"x": pixel("a"), "x2": {"field": "b"}, "y": y, "y2": {"field": "h"}},
        }
    ]
    dashes = {"median": [1, 0], "fastest": [1, 3]}
    for name, value in marked.items():
        layers.append(
            {
                "data": {"values": [{"a": 0, "b": width, "y": value}]},
                "mark": {
                    "type": "rule",
                    "color": INK,
                    "strokeWidth": 1.2,
                    "strokeDash": dashes[name],
                    "aria": False,
                },
                "encoding": {"x": pixel("a"), "x2": {"field": "b"}, "y": y},
            }
        )
    layers.append(
        {
            "data": {"values": [{"x": p.x, "y": p.y, "t": p.tip} for p in series.points]},
            "mark": specs.mark(series, 30),
            "encoding": {"x": x, "y": y, "description": {"field": "t"}},
        }
    )
    at = [_place(v, domain, height, logarithmic=kind == "log scale") for v in marked.values()]
    text = {"type": "text", "align": "left", "baseline": "middle", "color": INK}
    labels = spread(at, frame.label_height, 0, height)
    for name, line, label in zip(marked, at, labels, strict=True):
        layers += [_lead(width, line, label), at_pixel(text, width + 24, label, name)]
    padding = {"left": frame.left, "right": right, "top": top, "bottom": bottom}
    return spec(layers, width, height, padding, frame)


def _lead(width: int, line: float, label: float) -> dict[str, Any]:
    """From the end of a line to its name."""
    return {
        "data": {"values": [{"x": width + 3, "y": line}, {"x": width + 20, "y": label}]},
        "mark": {"type": "line", "color": INK, "strokeWidth": 0.8, "opacity": 0.7, "aria": False},
        "encoding": {"x": pixel("x"), "y": pixel("y")},
    }


def _place(value: float, domain: tuple[float, float], height: int, *, logarithmic: bool) -> float:
    """Where a value lies in a plot of that height, in pixels from its top."""
    low, high = domain
    if logarithmic:
        low, high, value = math.log(low), math.log(high), math.log(value)
    return height * (1 - (value - low) / (high - low))


def _between(domain: tuple[float, float]) -> list[float]:
    """Three to seven round numbers within a range that does not begin at zero."""
    low, high = domain
    power = 10.0 ** math.floor(math.log10(high - low))
    step = next(power * part for part in (0.2, 0.5, 1, 2) if (high - low) / (power * part) <= 6)
    first = math.ceil(low / step)
    return [step * k for k in range(first, math.floor(high / step) + 1)]


def _tick(seconds: float) -> str:
    """A time on the axis, with the digits that it has: "8.5 ms"."""
    unit, name = units.seconds_unit(seconds)
    return f"{float(f'{seconds / unit:.4g}'):g} {name}"
