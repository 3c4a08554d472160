"""Turns a Vega-Lite specification into a small inline SVG, and remembers it on disk.

What Vega writes for the general case is cut down here: no classes, no roles of its own, no empty
groups, coordinates to a tenth of a pixel, one path for all marks of a line, and the descriptions of
marks become tooltips.
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from survival import catalog
from survival.pages.charts.layout import NARROW, WIDE, Frame
from survival.pages.kept import kept

CACHE = catalog.ROOT / ".cache" / "charts"
VERSION = 3
"""Counted up when the same specification should give another SVG."""

SVG = "http://www.w3.org/2000/svg"
PLACE = re.compile(r"translate\(-?[\d.]+,-?[\d.]+\)")
NUMBER = re.compile(r"-?\d+\.\d+")
SYMBOL = re.compile(r"M[-\d.,MLAhv]+Z?")
"""A mark as Vega draws it, with the steps that `_relative` knows."""
STEP = re.compile(r"([MLAhvZ])([-\d.,]*)")
DROPPED = frozenset(
    [
        "class",
        "role",
        "aria-roledescription",
        "aria-label",
        "aria-hidden",
        "pointer-events",
        "font-family",
        "stroke-miterlimit",
        "version",
    ]
)
DEFAULTS = frozenset([("opacity", "1"), ("y2", "0"), ("x2", "0"), ("stroke-width", "1")])


def render(spec: dict[str, Any], css_class: str, ident: str, title: str, desc: str) -> str:
    """The SVG of a specification as an HTML fragment that says in words what it shows.

    `ident` must be unique on the page: the ids of title and description are made from it.
    """
    plot = spec.get("usermeta", {}).get("plot", ())
    spec = {key: value for key, value in spec.items() if key != "usermeta"}
    root = etree.fromstring(kept(CACHE, [VERSION, spec], lambda: _small(draw(spec))))
    if plot:  # where a script may draw: left, top, width, height, and both ends of both axes
        root.set("data-plot", " ".join(f"{value:.6g}" for value in plot))
    root.set("class", css_class)
    root.set("role", "img")
    root.set("aria-labelledby", f"{ident}-title {ident}-desc")
    for at, (tag, text) in enumerate((("title", title), ("desc", desc))):
        element = etree.Element(f"{{{SVG}}}{tag}", {"id": f"{ident}-{tag}"})
        element.text = text
        root.insert(at, element)
    return _text(root)


def both(
    draw: Callable[[Frame], dict[str, Any]], ident: str, title: str, desc: str
) -> dict[str, Markup]:
    """The SVG of a chart for wide and for narrow screens, as its template wants them."""
    return {
        width: Markup(render(draw(frame), f"sv-{width}", f"{ident}-{width}", title, desc))
        for width, frame in (("wide", WIDE), ("narrow", NARROW))
    }


def vega(spec: dict[str, Any]) -> str:
    """What Vega draws for a Vega-Lite specification."""
    import vl_convert  # takes half a second and 100 MB to start, and a rebuild needs none of it

    return str(vl_convert.vegalite_to_svg(spec))


draw: Callable[[dict[str, Any]], str] = vega
"""What draws: a process that has others beside it may have one of them draw for it."""


def _small(svg: str) -> str:
    """Drop what a page does not need; turn descriptions of marks into tooltips."""
    root = etree.fromstring(svg)
    _clean(root)
    for group in root.iter(f"{{{SVG}}}g"):
        _one_path(group)
    return _text(root)


def _one_path(group: etree.Element) -> None:
    """Makes one path of the lines of a grid or of ticks, which are alike but for their places."""
    alike: dict[str | None, list[etree.Element]] = {}
    for line in group.findall(f"{{{SVG}}}line"):
        place = PLACE.fullmatch(line.get("transform", ""))
        if place and not len(line) and set(line.attrib) <= {"transform", "x2", "y2", "stroke"}:
            alike.setdefault(line.get("stroke"), []).append(line)
    for stroke, lines in alike.items():
        parts = []
        for line in lines:
            x, y = line.attrib["transform"][len("translate(") : -1].split(",")
            parts.append(f"M{x},{y}l{line.get('x2', '0')},{line.get('y2', '0')}")
        path = etree.Element(f"{{{SVG}}}path", {"d": "".join(parts)})
        if stroke:
            path.set("stroke", stroke)
        group.insert(list(group).index(lines[0]), path)
        for line in lines:
            group.remove(line)


def _one_mark(group: etree.Element) -> None:
    """Makes one path of the marks of a line, which are alike but for their places and tooltips.

    A chart has hundreds, and a browser lays out each element. The path says `M` for each mark, and
    its tooltip has a line for each; the page's script shows the line of the mark that is meant.
    """
    marks = list(group)
    alike = {tuple(i for i in sorted(m.attrib.items()) if i[0] != "transform") for m in marks}
    places = [PLACE.fullmatch(m.get("transform", "")) for m in marks]
    tips = [m.findtext(f"{{{SVG}}}title") for m in marks]
    shape = SYMBOL.fullmatch(marks[0].get("d", "")) if len(marks) > 1 else None
    if shape is None or len(alike) > 1 or not all(places) or not all(tips):
        return
    one = marks[0]
    at = one.attrib.pop("transform")
    around = _relative(shape[0])
    starts = [at, *(m.attrib["transform"] for m in marks[1:])]
    one.set("d", "".join(f"M{s[len('translate(') : -1]}{around}" for s in starts))
    one[0].text = "\n".join(t or "" for t in tips)
    for other in marks[1:]:
        group.remove(other)


def _relative(symbol: str) -> str:
    """The path of a symbol, by its steps from wherever its middle lies."""
    x = y = 0.0
    steps = []
    for step, said in STEP.findall(symbol):
        n = [float(v) for v in said.split(",") if v]
        if step in "MLA":
            (x, y), n[-2:] = n[-2:], [n[-2] - x, n[-1] - y]
        elif n:
            x, y = (x + n[0], y) if step == "h" else (x, y + n[0])
        steps.append(step.lower() + ",".join(f"{v:.1f}".removesuffix(".0") for v in n))
    return "".join(steps)


def _clean(element: etree.Element) -> None:
    tip = element.get("aria-label") if element.get("role") == "graphics-symbol" else None
    for name, value in list(element.attrib.items()):
        if name in DROPPED or (name, value) in DEFAULTS:
            del element.attrib[name]
        elif name in ("d", "transform", "x", "y", "x2", "y2", "width", "height"):
            element.set(name, NUMBER.sub(lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), value))
    # Half-pixel shifts and translations by nothing.
    if element.get("transform") in ("translate(0,0)", "translate(0 0)"):
        del element.attrib["transform"]
    for child in list(element):
        _clean(child)
        tag = child.tag.removeprefix(f"{{{SVG}}}")
        hidden = child.get("display") == "none"
        empty = tag == "g" and not len(child)
        blank = tag == "path" and not child.get("fill") and not child.get("stroke")
        if hidden or empty or (blank and child.get("d", "").endswith("Z") and not len(child)):
            element.remove(child)
        elif tag == "g" and not child.attrib:
            at = list(element).index(child)
            element.remove(child)
            for offset, grandchild in enumerate(list(child)):
                element.insert(at + offset, grandchild)
    if element.tag == f"{{{SVG}}}g":
        _one_mark(element)
    # Axes are labelled by their own text; a container's label would name data, not meaning.
    if tip and element.tag in (f"{{{SVG}}}path", f"{{{SVG}}}line") and " line " not in tip:
        title = etree.SubElement(element, f"{{{SVG}}}title")
        title.text = tip


def _text(root: etree.Element) -> str:
    etree.register_namespace("", SVG)
    return etree.tostring(root, encoding="unicode")
