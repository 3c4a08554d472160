"""The picture is the one that the example's program draws."""

import struct
import zlib

import numpy as np

from survival import catalog
from survival.pages.landing import picture

EXAMPLE = catalog.ROOT / "examples" / "mandelbrot"


def test_the_picture_holds_the_programs_counts() -> None:
    """Read back from its PNG, each pixel is the count of the reference; and it is light."""
    drawn = picture.png(EXAMPLE / "cpu_numpy.py", 20)
    assert len(drawn) < 20_000
    at, found = 8, {}
    while at < len(drawn):
        (size,) = struct.unpack(">I", drawn[at : at + 4])
        kind, data = drawn[at + 4 : at + 8], drawn[at + 8 : at + 8 + size]
        assert struct.unpack(">I", drawn[at + 8 + size : at + 12 + size])[0] == zlib.crc32(
            kind + data
        )
        found[kind] = data
        at += 12 + size
    width, height = struct.unpack(">II", found[b"IHDR"][:8])
    rows = np.frombuffer(zlib.decompress(found[b"IDAT"]), np.uint8).reshape(height, width + 1)
    x = np.linspace(-2, 1, width, dtype=np.float32)
    y = np.linspace(-1, 1, height, dtype=np.float32)
    problem = catalog.get("mandelbrot").problem()
    expected = problem.reference(x, y, 20)
    assert np.mean(rows[:, 1:] != expected) <= problem.TOLERANCE
    assert len(found[b"PLTE"]) == 3 * 21


def test_each_count_that_differs_much_has_its_colour() -> None:
    """The set itself is darkest, and no other count has its colour."""
    colours = picture.palette(20)
    assert len(colours) == 21
    assert colours.count(picture.INSIDE) == 1
    assert len(set(colours)) >= 20
