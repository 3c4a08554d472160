"""Layout of charts, to the pixel: frames, labels that never touch, ticks worth reading."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from survival import units

INK, MUTED, RULE, PAPER = "var(--sv-ink)", "var(--sv-muted)", "var(--sv-rule)", "var(--sv-paper)"


@dataclass(frozen=True)
class Frame:
    """The measures of a chart in pixels."""

    width: int
    font: int
    left: int
    label_height: int
    narrow: bool

    def text_width(self, text: str) -> float:
        """About how wide a text is, rather too much than too little."""
        return 0.56 * self.font * len(text)


WIDE = Frame(720, 13, 58, 17, False)
NARROW = Frame(340, 12, 50, 15, True)
BOLD = 1.12
"""How much wider bold words are, about."""
GAP = 6
"""Pixels between words on a roof and the line that falls from the name of a program."""


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart and within low to high, in that order.

    The positions that move least in the sense of least squares: labels that would touch become a
    block around their mean. If the room is too small, `gap` shrinks to what fits.
    """
    if not wanted:
        return []
    if len(wanted) > 1:
        gap = min(gap, (high - low) / (len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    # Without the gaps between them, labels must only not change order: isotonic regression.
    blocks: list[list[float]] = []  # sum and count of each block
    for rank, i in enumerate(order):
        blocks.append([wanted[i] - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] > blocks[-1][0] * blocks[-2][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    level = [total / count for total, count in blocks for _ in range(int(count))]
    top = high - (len(wanted) - 1) * gap
    placed = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        placed[i] = min(max(level[rank], low), top) + rank * gap
    return placed


def wrapped(text: str, frame: Frame, share: float = 0.4) -> list[str]:
    """The text, in two lines where one would take more than that share of the frame."""
    breaks = [i for i, letter in enumerate(text) if letter == " "]
    if frame.text_width(text) <= share * frame.width or not breaks:
        return [text]
    at = min(breaks, key=lambda i: abs(i - len(text) / 2))
    return [text[:at], text[at + 1 :]]


def at_pixel(mark: dict[str, Any], x: float, y: float, *lines: str) -> dict[str, Any]:
    """A layer with lines of text around a place in pixels, seen from the corner of the plot."""
    size = 13
    return {
        "data": {"values": [{"x": x, "y": y - size * (len(lines) - 1) / 2, "t": lines}]},
        "mark": mark | {"aria": False, "lineHeight": size},
        "encoding": {"x": pixel("x"), "y": pixel("y"), "text": {"field": "t"}},
    }


def places_of_names(
    at: dict[str, float], width: float, frame: Frame
) -> dict[str, tuple[float, int]]:
    """Where each name begins, and in which row above the plot, by its point's place in pixels.

    A name begins at its point, or as far left of it as it needs to end within the plot. From right
    to left, each stands in the lowest row where it touches no name and no line that falls from a
    name above.
    """
    places: dict[str, tuple[float, int]] = {}
    for name in sorted(at, key=lambda n: -at[n]):
        length = frame.text_width(name)
        start = min(at[name] - 2, width - length)
        row = 0
        while any(
            start + length + 8 > (other if theirs == row else at[n])
            for n, (other, theirs) in places.items()
            if theirs >= row and (theirs == row or at[n] > at[name])
        ):
            row += 1
        places[name] = (start, row)
    return places


def place_on_roof(knee: float, end: float, length: float, guides: Sequence[float]) -> float:
    """Where the words on a roof begin, in pixels: as near to its knee as no guide runs through.

    Beside the knee, because the names of programs stand above the roof's other end. Where nothing
    is free from the left of the knee to the `end`, they stand at the knee and cross what they must.
    """
    places = [knee, *(g + GAP for g in guides), *(g - GAP - length for g in guides), end - length]
    free = [
        p
        for p in places
        if 0 <= p <= end - length and not any(p - GAP < g < p + length + GAP for g in guides)
    ]
    return min(free, key=lambda p: abs(p - knee), default=min(knee, end - length))


def ground(x: float, y: float, width: float, height: float) -> dict[str, Any]:
    """A layer of paper under words within a plot, so that no line runs through them."""
    box = {"x": x, "y": y, "x2": x + width, "y2": y + height}
    return {
        "data": {"values": [box]},
        "mark": {"type": "rect", "color": "var(--sv-paper)", "aria": False},
        "encoding": {
            "x": pixel("x"),
            "y": pixel("y"),
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
        },
    }


def crossover_mark(
    crossover: tuple[float, str],
    at: float,
    width: int,
    height: int,
    frame: Frame,
    x: dict[str, Any],
) -> list[dict[str, Any]]:
    """A dotted line from where one wins, and what is said of it."""
    value, said = crossover
    room = BOLD * frame.text_width(said)
    align = "left" if at + room <= frame.width - frame.left else "right"
    if align == "right" and at - room < -frame.left:
        at, align = (frame.width - 2 * frame.left) / 2, "center"
    return [
        {
            "data": {"values": [{"x": value}]},
            "mark": {
                "type": "rule",
                "color": INK,
                "strokeWidth": 1,
                "strokeDash": [1, 3],
                "aria": False,
                "y": -4,
                "y2": height,
            },
            "encoding": {"x": x},
        },
        at_pixel(
            {"type": "text", "align": align, "baseline": "bottom", "color": INK, "fontWeight": 600},
            at,
            -7,
            said,
        ),
    ]


def pixel(field: str) -> dict[str, Any]:
    """An encoding whose values are pixels already."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def log(domain: tuple[float, float]) -> dict[str, Any]:
    """A logarithmic scale with exactly that domain."""
    return {"type": "log", "domain": list(domain), "nice": False}


def axis(values: Sequence[float], label: Callable[[float], str], title: str) -> dict[str, Any]:
    """Ticks at these values. The labels are written here: Vega's number formats know no µs."""
    texts = {f"{v:.6g}": label(v).replace(units.NBSP, " ") for v in values}
    near = " : ".join(
        f"abs(datum.value / {float(v)!r} - 1) < 0.001 ? '{t}'"
        if float(v)
        else f"datum.value == 0 ? '{t}'"
        for v, t in texts.items()
    )
    return {
        "values": list(values),
        "labelExpr": f"{near} : ''" if near else "''",
        "title": title,
        "grid": False,
    }


def upright(frame: Frame, gap: int = 4) -> dict[str, Any]:
    """Of an upright axis: lines through the plot, and its title in a line above, `gap` higher."""
    return {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleBaseline": "bottom",
        "titleX": -frame.left + 2,
        "titleY": -frame.font - gap,
        "grid": True,
        "ticks": False,
        "domain": False,
    }


def time_tick(seconds: float) -> str:
    """A time on an axis, a whole number of its unit: "10 µs"."""
    unit, name = units.seconds_unit(seconds)
    return f"{round(seconds / unit):d} {name}"


def padded(low: float, high: float, share: float) -> tuple[float, float]:
    """The range with a share of it, on the log scale, added to both ends."""
    if high <= 5 * low:  # little range, or a single point: an axis needs two ticks
        low, high = low / 3, high * 3
    margin = (high / low) ** share
    return low / margin, high * margin


def powers(
    domain: tuple[float, float], most: int, parts: Sequence[float] = (1, 2, 5)
) -> list[float]:
    """Powers of ten within the domain, every second or third if there are too many.

    Where there are fewer than three, such parts of them as well, at most `most` of them.
    """
    low, high = (math.log10(v) for v in domain)
    first, last = math.ceil(low), math.floor(high)
    if last - first < 2:
        found = [float(f"{m}e{k}") for k in range(first - 1, last + 1) for m in parts]
        within = [v for v in found if domain[0] <= v <= domain[1]]
        return within[:: max(1, math.ceil(len(within) / most))]
    step = max(1, math.ceil((last - first + 1) / most))
    return [float(f"1e{k}") for k in range(first, last + 1, step)]


def size_ticks(sizes: Sequence[float], domain: tuple[float, float], frame: Frame) -> list[float]:
    """The measured sizes themselves where they are few, apart and short; else powers of ten."""
    each = sorted(set(sizes))
    apart = all(b >= 1.9 * a for a, b in pairwise(each))
    if len(each) <= (7 if frame.narrow else 9) and apart and each[-1] < 1000:
        return each
    return powers(domain, 4 if frame.narrow else 9)


def linear_ticks(top: float, most: int) -> list[float]:
    """Round numbers from zero to `top`, at most `most` steps."""
    step = 10 ** math.floor(math.log10(top))
    for part in (0.1, 0.2, 0.25, 0.5, 1, 2, 5):
        if top / (step * part) <= most:
            step *= part
            break
    return [k * step for k in range(int(top / step) + 1)]


def spec(
    layers: list[dict[str, Any]], width: int, height: int, padding: dict[str, int], frame: Frame
) -> dict[str, Any]:
    """The whole specification: a plot of width x height, and the padding around it, in pixels."""
    text = {"labelFontSize": frame.font - 1, "titleFontSize": frame.font - 1}
    return {
        "width": width,
        "height": height,
        "autosize": "none",
        "padding": padding,
        "background": None,
        "layer": layers,
        "config": {
            "view": {"stroke": None},
            "text": {"fontSize": frame.font},
            "axis": {
                **text,
                "labelColor": MUTED,
                "titleColor": MUTED,
                "titleFontWeight": "normal",
                "domainColor": RULE,
                "tickColor": RULE,
                "gridColor": RULE,
            },
        },
    }
