"""The block `/// picture | EXAMPLE`: the picture that an example's first program draws.

It is drawn when the page is built, so that it is there without a script and on paper. The page's
script uncovers it in the order in which a core, SIMD or a GPU would draw it: assets/picture.js.
"""

import base64
import runpy
import struct
import xml.etree.ElementTree as etree
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survival.errors import PageError
from survival.pages.blocks.directives import Directive
from survival.pages.render import render

PROGRAM = "cpu_numpy"
HEIGHT = 400
STOPS = ("0b243f", "005a9c", "2b9fd9", "bfe3f2", "fff3c4", "ffc23d", "d55e00", "7a2a00")
"""Colours of the counts, from the points that leave at once to those that stay long."""
INSIDE = "10141a"


class Picture(Directive):
    """`/// picture | EXAMPLE`: the picture, with its content as the caption."""

    NAME = "picture"
    TAKES_CONTENT = True
    CLASS = "sv-picture"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Open a figure with the picture above its caption."""
        figure = super().on_create(parent)
        figure.tag = "figure"
        problem = self.example.problem()
        if not hasattr(problem, "ITERATIONS"):
            raise PageError(f"picture: '{self.example.name}' has no ITERATIONS to colour")
        colours = palette(problem.ITERATIONS)
        drawn = png(self.example.variant(PROGRAM).path, problem.ITERATIONS)
        data = base64.b64encode(drawn).decode()
        size = {"width": HEIGHT * 3 // 2, "height": HEIGHT}
        self.add(figure, render("picture", data=data, colours=colours, **size))
        self.caption = etree.SubElement(figure, "figcaption")
        return figure

    def on_add(self, block: etree.Element) -> etree.Element:
        """The content is the caption."""
        return self.caption

    def on_markdown(self) -> str:
        """A caption is one paragraph."""
        return "inline"

    def fill(self, block: etree.Element) -> None:
        """Nothing more than the caption."""


def palette(iterations: int) -> list[str]:
    """A colour for each count from 0 to `iterations`, as RRGGBB: of the last, the set's own."""
    stops = np.array([[int(c[k : k + 2], 16) for k in (0, 2, 4)] for c in STOPS], float)
    # On a log scale: most points leave within a few steps.
    at = np.log(np.maximum(np.arange(iterations), 1)) / np.log(max(iterations - 1, 2))
    at *= len(stops) - 1
    low = np.minimum(at.astype(int), len(stops) - 2)
    share = (at - low)[:, None]
    mixed = np.round(stops[low] * (1 - share) + stops[low + 1] * share).astype(int)
    return [*("{:02x}{:02x}{:02x}".format(*c) for c in mixed), INSIDE]


@cache
def png(program: Path, iterations: int) -> bytes:
    """The picture that a program draws, HEIGHT high, as a PNG with one byte per pixel."""
    run: Any = runpy.run_path(str(program))["run"]
    x = np.linspace(-2, 1, HEIGHT * 3 // 2, dtype=np.float32)
    y = np.linspace(-1, 1, HEIGHT, dtype=np.float32)
    return encoded(run(x, y, iterations).astype(np.uint8), palette(iterations))


def encoded(pixels: NDArray[np.uint8], colours: list[str]) -> bytes:
    """A PNG of indices (height, width) into the colours: ISO/IEC 15948, colour type 3."""
    height, width = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)  # 0: no filter
    parts = [
        (b"IHDR", head),
        (b"PLTE", bytes.fromhex("".join(colours))),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
