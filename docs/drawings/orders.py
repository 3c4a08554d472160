"""Eight float32 numbers added in two orders, with what each addition loses."""

import numpy as np
from _svg import MUTED, drawing, line, path, text

GPU_INK = "var(--sv-gpu-ink)"

NUMBERS = [np.float32(x) for x in (2**24, 1, 1, 1, 1, 1, 1, 1)]


def chain(numbers):
    """The additions from left to right, as (a, b, what float32 makes of it)."""
    steps, total = [], numbers[0]
    for x in numbers[1:]:
        steps.append((total, x, total + x))
        total = total + x
    return steps


def pairs(numbers):
    """The same in pairs, then pairs of pairs."""
    steps = []
    while len(numbers) > 1:
        level = [(a, b, a + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        steps += level
        numbers = [total for *_, total in level]
    return steps


def column(left, title, steps):
    """The additions below each other, what each lost, and the sum."""
    shapes = [text(left, 16, title, font_weight=600)]
    for row, (a, b, total) in enumerate(steps):
        y, lost = 42 + 21 * row, float(a) + float(b) - float(total)
        shapes.append(text(left, y, f"{a:.0f} + {b:.0f} = {total:.0f}", font_size=12))
        if lost:
            shapes.append(text(left + 152, y, f"{lost:.0f} lost", font_size=12, fill=GPU_INK))
    return [*shapes, text(left, 202, f"sum {steps[-1][2]:.0f}", font_weight=600)]


def draw():
    """Return the drawing."""
    one, other = chain(NUMBERS), pairs(NUMBERS)
    exact = sum(map(float, NUMBERS))
    return drawing(
        "orders",
        214,
        "Eight numbers added in two orders",
        f"The numbers are {NUMBERS[0]:.0f} and seven ones; their exact sum is {exact:.0f}. From "
        f"left to right each one is lost as it is added, and the sum is {one[-1][2]:.0f}. In pairs "
        f"only the first one is lost, and the sum is {other[-1][2]:.0f}.",
        *column(2, "left to right", one),
        path(line(198, 4, 198, 206), stroke=MUTED, stroke_opacity=0.5),
        *column(208, "in pairs", other),
        anchor="start",
    )
