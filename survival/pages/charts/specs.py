"""Charts as Vega-Lite specifications: time over size, and one size as bars or as a ladder of dots.

Everything is laid out here to the pixel (scales have fixed domains, labels are spread by hand), so
that nothing overlaps, is cut off, or moves when a font is another.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from survival import units
from survival.pages.charts.layout import (
    INK,
    MUTED,
    PAPER,
    Frame,
    at_pixel,
    axis,
    crossover_mark,
    ground,
    linear_ticks,
    log,
    padded,
    pixel,
    powers,
    size_ticks,
    spec,
    spread,
    time_tick,
    upright,
    wrapped,
)

_SHAPES: tuple[str, ...] = (
    *("square", "diamond", "triangle-up", "triangle-down"),
    *("circle", "cross", "triangle-left", "triangle-right"),
)
SHAPES = {"cpu": _SHAPES, "gpu": _SHAPES[4:5] + _SHAPES[3:4] + _SHAPES[:3] + _SHAPES[5:]}
"""Marks of the CPU are filled, those of the GPU hollow: colour is never the only cue."""
OWN = {
    "cpu": {"numpy": 0, "numba": 1, "keras": 2, "torch": 3, "python": 4},
    "gpu": {"cupy": 0, "torch": 1, "numba": 2, "wgpu": 3, "pycuda": 4, "keras": 5},
}
"""Which of these marks is always a tool's own, if it has a program in the chart's example."""

CITED = "var(--sv-muted)"
COLOURS = {"cpu": "var(--sv-cpu)", "gpu": "var(--sv-gpu)"}
FAMILY = ("", "-4", "-2", "-3", "-5", "-6", "-7", "-8")
"""Programs of one device have its colours in turn, cold or warm ones, the likest far apart."""
FAR = 40
"""Pixels from the end of a line to the edge, from which on its name is led to by dots."""
BOUND = [9, 3, 2, 3]
"""Dashes and dots."""

Layer = dict[str, Any]
BAR_RANGE = 20
"""Above this factor between the slowest and the fastest, bars from zero show nothing; dots do."""


@dataclass(frozen=True)
class Point:
    """One timing on a chart."""

    x: float
    y: float
    low: float
    high: float
    tip: str
    key: str = ""
    """What finds its card, see Measured.key."""
    digits: int = 3
    """How many digits of y are written."""


@dataclass(frozen=True)
class Series:
    """One line: a variant in one scope."""

    label: str
    device: str
    shape: str
    points: tuple[Point, ...]
    dashed: bool = False
    suffix: str = ""
    """What the label says besides: that it is stale, or which way was timed."""
    stale: bool = False
    ceiling: bool = False
    """A bound and no series of timings: a thin line of dashes and dots, without marks."""
    cited: bool = False
    """What others measured: an open mark in no device's colour, and no line."""
    again: int = 0
    """How often all shapes were used before it: then the next colour tells it from the first."""


def colour(series: Series) -> str:
    """Of its device's family; a program has the same on every chart of an example, as its mark."""
    if series.cited or series.ceiling:
        return CITED if series.cited else COLOURS[series.device]
    shapes = SHAPES[series.device]
    at = shapes.index(series.shape) + 3 * series.again  # others, the second time
    return f"var(--sv-{series.device}{FAMILY[at % len(FAMILY)]})"


def over_sizes(
    series: Sequence[Series],
    frame: Frame,
    x_title: str,
    crossover: tuple[float, str] | None = None,
    y_title: str = "time per call",
    y_ticks: str = "seconds",
    x_tick: Callable[[float], str] = units.compact,
) -> dict[str, Any]:
    """Lines over a logarithmic x axis and a logarithmic y axis, labelled at their ends.

    Where the frame is narrow, a letter at the end of each leads to its name below the plot.
    `crossover` is a place on the x axis and what is said of it. `y_ticks` is "seconds", or the unit
    of a rate.
    """
    names = [wrapped(s.label + s.suffix, frame, 0.8 if frame.narrow else 0.4) for s in series]
    at_ends = [[chr(65 + k)] for k in range(len(names))] if frame.narrow else names
    gap = frame.label_height * (1.8 if any(len(n) > 1 for n in at_ends) else 1)
    right = math.ceil(max(frame.text_width(line) for n in at_ends for line in n))
    right += 18 if frame.narrow else 34
    top, bottom, below = 48, 44, 54
    if frame.narrow:
        bottom = below + sum(map(_room, names))
    height = max(250 if frame.narrow else 340, math.ceil((len(series) - 1) * gap) + frame.font)
    width = frame.width - frame.left - right
    xs = [p.x for s in series for p in s.points]
    ys = [v for s in series for p in s.points for v in (p.low, p.high)]
    x_domain = padded(min(xs), max(xs), 0.04)
    y_domain = padded(min(ys), max(ys), 0.05)

    def y_pixel(value: float) -> float:
        lo, hi = (math.log(v) for v in y_domain)
        return height * (1 - (math.log(value) - lo) / (hi - lo))

    def x_pixel(value: float) -> float:
        lo, hi = (math.log(v) for v in x_domain)
        return width * (math.log(value) - lo) / (hi - lo)

    ends = [s.points[-1] for s in series]
    label_y = spread([y_pixel(e.y) for e in ends], gap, 0, height)
    x_axis = axis(size_ticks(xs, x_domain, frame), x_tick, f"{x_title} (log scale)")
    x_axis |= {"titleAnchor": "end", "titleAlign": "right", "titlePadding": 8}

    def tick(value: float) -> str:
        return time_tick(value) if y_ticks == "seconds" else units.prefixed(value, y_ticks, 1)

    y_axis = axis(powers(y_domain, 9), tick, f"{y_title} (log scale)")
    y_axis |= upright(frame, 14)
    x = {"field": "x", "type": "quantitative", "axis": x_axis, "scale": log(x_domain)}
    y = {"field": "y", "type": "quantitative", "axis": y_axis, "scale": log(y_domain)}
    layers: list[dict[str, Any]] = []
    if crossover:
        at = x_pixel(crossover[0])
        layers += crossover_mark(crossover, at, width, height, frame, x)
    drawn = [layer for s in series for layer in _line(s, x, y, 0.22 if len(series) < 6 else 0.13)]
    layers += sorted(drawn, key=lambda layer: layer["mark"]["type"] != "area")  # bands lie below
    for s, name, end, ly in zip(series, at_ends, ends, label_y, strict=True):
        layers += _end_label(s, name, (x_pixel(end.x), y_pixel(end.y)), (width, ly), frame)
    if frame.narrow:
        keyed = [[f"{k} {name}", *more] for (k,), (name, *more) in zip(at_ends, names, strict=True)]
        layers += _names_below(series, keyed, -frame.left, height + below)
    padding = {"left": frame.left, "right": right, "top": top, "bottom": bottom}
    plot = (frame.left, top, width, height, *x_domain, *y_domain)
    return spec(layers, width, height, padding, frame) | {"usermeta": {"plot": plot}}


def at_one_size(
    rows: Sequence[Series], frame: Frame, axis_title: str, *, ladder: bool
) -> dict[str, Any]:
    """One row per series: its only point as a bar from zero, or as a dot on a logarithmic axis."""
    names = [f"{r.device.upper()} · {r.label}{r.suffix}" for r in rows]
    stacked = frame.narrow  # names above their marks: beside them there is no room
    left = 6 if stacked else math.ceil(max(frame.text_width(n) for n in names)) + 40
    step = 42 if stacked else 30
    right, top, bottom = math.ceil(frame.text_width("000 ms")) + 16, 12, 50
    width, height = frame.width - left - right, step * len(rows)
    highs = [r.points[0].high for r in rows]
    lows = [r.points[0].low for r in rows]
    if ladder:
        lo, hi = padded(min(lows), max(highs), 0.05)
        scale = log((lo, hi))
        ticks = axis(powers((lo, hi), 5 if stacked else 9), time_tick, f"{axis_title} (log scale)")
        ticks |= {"grid": True, "gridOpacity": 1, "ticks": False}
    else:
        top_value = 1.02 * max(highs)
        unit, name = units.seconds_unit(max(highs))
        scale = {"domain": [0, top_value], "nice": False}
        marks = linear_ticks(top_value / unit, 3 if stacked else 5)
        ticks = axis(
            [t * unit for t in marks],
            lambda v: f"{units.digits(v / unit)} {name}" if v else "0",
            axis_title,
        )
    ticks |= {"titleAnchor": "start", "titleAlign": "left", "titlePadding": 8}
    x = {"field": "y", "type": "quantitative", "axis": ticks, "scale": scale}
    layers: list[dict[str, Any]] = []
    for at, row in enumerate(rows):
        centre = step * at + (30 if stacked else step / 2)
        layers += _row(row, x, centre, 12, ladder=ladder)
        text = {"type": "text", "align": "left", "baseline": "middle", "color": INK}
        if stacked:  # within the plot, where one more mark would be taken for a time
            layers.append(ground(0, centre - 27, frame.text_width(names[at]) + 6, 16))
            layers.append(at_pixel(text, 2, centre - 19, names[at]))
        else:
            layers.append(_symbol(row, -left + 10, centre))
            layers.append(at_pixel(text, -left + 22, centre, names[at]))
        value = units.seconds(row.points[0].y, row.points[0].digits)
        layers.append(
            {
                "data": {"values": [{"y": row.points[0].high, "py": centre, "t": value}]},
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "middle",
                    "dx": 9,
                    "color": INK,
                    "fontWeight": 600,
                },
                "encoding": {"x": x, "y": pixel("py"), "text": {"field": "t"}},
            }
        )
    padding = {"left": left, "right": right, "top": top, "bottom": bottom}
    plot = (left, top, width, height, *scale["domain"])  # from zero where it is linear
    return spec(layers, width, height, padding, frame) | {"usermeta": {"plot": plot}}


def _room(name: Sequence[str]) -> int:
    """Pixels that a name below a plot takes."""
    return 6 + 13 * len(name)


def _names_below(
    series: Sequence[Series], names: Sequence[list[str]], left: float, top: float
) -> list[dict[str, Any]]:
    """The list of names: each line's mark, then its name with the letter at its end."""
    layers: list[dict[str, Any]] = []
    text = {"type": "text", "align": "left", "baseline": "middle", "color": INK}
    for s, name in zip(series, names, strict=True):
        layers += _sample(s, left + 1, left + 23, top)
        layers.append(at_pixel(text, left + 28, top + 6.5 * (len(name) - 1), *name))
        top += _room(name)
    return layers


def _line(series: Series, x: Layer, y: Layer, faint: float) -> list[Layer]:
    hue = colour(series)
    if series.cited:  # without a description: a mark with one has a card
        places = [{"x": p.x, "y": p.y} for p in series.points]
        open_mark = mark(series, 60) | {"aria": False}
        return [{"data": {"values": places}, "mark": open_mark, "encoding": {"x": x, "y": y}}]
    values = [{"x": p.x, "y": p.y, "l": p.low, "h": p.high, "t": p.tip} for p in series.points]
    if series.ceiling:
        thin = {"type": "line", "color": hue, "strokeWidth": 1.4, "aria": False}
        bound = thin | {"strokeDash": BOUND}
        return [{"data": {"values": values}, "mark": bound, "encoding": {"x": x, "y": y}}]
    band = {
        "data": {"values": values},
        "mark": {"type": "area", "color": hue, "opacity": faint, "aria": False},
        "encoding": {"x": x, "y": y | {"field": "l"}, "y2": {"field": "h"}},
    }
    line = {
        "data": {"values": values},
        "mark": {"type": "line", "color": hue, "strokeWidth": 1.8, "aria": False}
        | _dash(series, [5, 3]),
        "encoding": {"x": x, "y": y},
    }
    points = {
        "data": {"values": values},
        "mark": mark(series),
        "encoding": {"x": x, "y": y, "description": {"field": "t"}},
    }
    return [band, line, points]


def mark(series: Series, size: int = 46) -> dict[str, Any]:
    """The mark of a series: filled for the CPU, hollow for the GPU."""
    hue = colour(series)
    hollow = series.device == "gpu"
    return {
        "type": "point",
        "shape": series.shape,
        "size": size,
        "fill": PAPER if hollow else hue,
        "stroke": hue,
        "strokeWidth": 1.6,
        "opacity": 1,
    }


def _end_label(
    series: Series,
    name: list[str],
    end: tuple[float, float],
    label: tuple[float, float],
    frame: Frame,
) -> list[dict[str, Any]]:
    """A thin line from the end of the line to its name, the symbol again, and the name."""
    (ex, ey), (width, ly) = end, label
    early = width - ex > FAR  # it runs through the plot, and is no data
    lead = {
        "data": {"values": [{"x": ex + 5, "y": ey}, {"x": width + 12, "y": ly}]},
        "mark": {
            "type": "line",
            "color": MUTED if early else colour(series),
            "strokeWidth": 1.2 if early else 0.8,
            "opacity": 1 if early else 0.7,
            "aria": False,
        }
        | ({"strokeDash": [1, 3]} if early else _dash(series, [3, 2])),
        "encoding": {"x": pixel("x"), "y": pixel("y")},
    }
    text = {"type": "text", "align": "left", "baseline": "middle", "color": INK}
    if frame.narrow:
        return [lead, at_pixel(text, width + 14, ly, *name)]
    symbol = [] if series.ceiling else [_symbol(series, width + 17, ly)]
    return [lead, *symbol, at_pixel(text, width + 26, ly, *name)]


def _dash(series: Series, dashes: list[int]) -> dict[str, Any]:
    """How its line is broken, if it is."""
    if series.ceiling or series.dashed:
        return {"strokeDash": BOUND if series.ceiling else dashes}
    return {}


def _sample(series: Series, left: float, right: float, y: float) -> list[Layer]:
    """The key of a line: a piece of it, with its mark if it has one."""
    line = {"type": "line", "color": colour(series), "strokeWidth": 1.4, "aria": False}
    piece = {
        "data": {"values": [{"x": left, "y": y}, {"x": right, "y": y}]},
        "mark": line | _dash(series, [5, 3]),
        "encoding": {"x": pixel("x"), "y": pixel("y")},
    }
    symbol = _symbol(series, (left + right) / 2, y)
    return [piece] * (not series.cited) + [symbol] * (not series.ceiling)


def _symbol(series: Series, x: float, y: float) -> dict[str, Any]:
    return {
        "data": {"values": [{"x": x, "y": y}]},
        "mark": mark(series) | {"aria": False},
        "encoding": {"x": pixel("x"), "y": pixel("y")},
    }


def _row(
    row: Series, x: dict[str, Any], centre: float, thick: int, *, ladder: bool
) -> list[dict[str, Any]]:
    p, hue = row.points[0], colour(row)
    values = [{"y": p.y, "l": p.low, "h": p.high, "t": p.tip, "py": centre}]
    whisker = {
        "data": {"values": values},
        "mark": {
            "type": "rule",
            "color": INK if not ladder else hue,
            "strokeWidth": 2,
            "aria": False,
        },
        "encoding": {"x": x | {"field": "l"}, "x2": {"field": "h"}, "y": pixel("py")},
    }
    if ladder:
        dot = {
            "data": {"values": values},
            "mark": mark(row, 80),
            "encoding": {"x": x, "y": pixel("py"), "description": {"field": "t"}},
        }
        return [whisker, dot]
    hollow = row.dashed
    bar = {
        "data": {
            "values": [values[0] | {"a": centre - thick / 2, "b": centre + thick / 2, "o": 0}]
        },
        "mark": {
            "type": "rect",
            "fill": hue,
            "fillOpacity": 0.25 if hollow else 1,
            "stroke": hue,
            "strokeWidth": 1.2,
        }
        | ({"strokeDash": [4, 2]} if hollow else {}),
        "encoding": {
            "x": x | {"field": "o"},
            "x2": {"field": "y"},
            "y": pixel("a"),
            "y2": {"field": "b"},
            "description": {"field": "t"},
        },
    }
    return [bar, whisker]
