"""The Mandelbrot set by warps: where pixels wait for the last of their warp."""

from itertools import pairwise

import numpy as np
from _svg import GPU, INK, drawing, element, path

WIDE, HIGH, WARP, STEPS, LEVELS = 96, 64, 16, 20, 4
"""Pixels, fewer than on the page; a warp is drawn with 16 of them, or none would be seen."""


def counts():
    """How many steps each point takes, (HIGH, WIDE)."""
    c = np.linspace(-2, 1, WIDE) + 1j * np.linspace(-1, 1, HIGH)[:, None]
    z, n = c.copy(), np.zeros(c.shape, int)
    for _ in range(STEPS):
        inside = np.abs(z) <= 2
        n += inside
        z[inside] = z[inside] ** 2 + c[inside]
    return n


def layers(levels):
    """A path for each level from 1 on, of the runs of pixels that have it."""
    runs = {k: [] for k in range(1, LEVELS + 1)}
    for y, row in enumerate(levels):
        edges = [0, *(np.flatnonzero(np.diff(row)) + 1), WIDE]
        for a, b in pairwise(edges):
            if row[a]:
                runs[int(row[a])].append(f"M{a} {y}h{b - a}")
    return {k: "".join(d) for k, d in runs.items()}


def draw():
    """Return the drawing."""
    n = counts()
    longest = n.reshape(HIGH, -1, WARP).max(axis=2).repeat(WARP, axis=1)
    ink = layers(np.round(LEVELS * np.log(n + 1) / np.log(STEPS + 1)).astype(int))
    waits = layers(np.ceil(LEVELS * (longest - n) / STEPS).astype(int))
    shapes = [path(d, stroke=INK, stroke_opacity=0.45 * k / LEVELS) for k, d in ink.items()]
    shapes += [path(d, stroke=GPU, stroke_opacity=k / LEVELS) for k, d in waits.items()]
    scale = 400 / WIDE
    return drawing(
        "divergence",
        round(HIGH * scale),
        "The Mandelbrot set by warps",
        "The set in grey. Orange lies along its edge, in bars as long as a warp: there pixels that "
        "have left wait for a neighbour that stays. Far outside the orange is faint, because all "
        "leave soon, and deep inside there is none.",
        element("g", *shapes, transform=f"scale({scale:.4f}) translate(0 0.5)"),
    )
