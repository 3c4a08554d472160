"""The cost of a job as an area: its time, and the price of an hour."""

from _svg import CPU, GPU, MUTED, drawing, path, rect, text

JOBS = {"CPU": (60, 0.2, CPU), "GPU": (5, 3.0, GPU)}
"""By machine: seconds of the job, invented dollars for an hour, and its colour."""
SECOND, DOLLAR = 6, 50


def draw():
    """Return the drawing."""
    floor = 190
    shapes, costs = [], {}
    left = 30
    for name, (seconds, price, colour) in JOBS.items():
        wide, high = seconds * SECOND, price * DOLLAR
        top = floor - high
        shapes.append(
            rect(left, top, wide, high, colour, fill_opacity=0.75 if name == "GPU" else 1)
        )
        costs[name] = seconds * price
    larger = max(costs, key=costs.get)
    gpu, cpu = JOBS["GPU"], JOBS["CPU"]
    return drawing(
        "job-cost",
        224,
        "The cost of a job as an area",
        "Two boxes that begin in the same corner. That of the CPU is long and flat: a long time at "
        "a low price. That of the GPU is short and high. The area of each is what the job costs, "
        f"and here that of the {larger} is the larger one.",
        path(f"M{left} 16V{floor}H396", fill="none", stroke=MUTED),
        *shapes,
        text(left + gpu[0] * SECOND + 8, floor - 100, "GPU: soon done, at a high price"),
        text(
            left + gpu[0] * SECOND + 8,
            floor - cpu[1] * DOLLAR - 8,
            "CPU: a long time, at a low price",
        ),
        text(
            left + 366, floor + 20, "time of the job →", fill=MUTED, font_size=12, text_anchor="end"
        ),
        text(
            16,
            110,
            "price →",
            fill=MUTED,
            font_size=12,
            text_anchor="middle",
            transform="rotate(-90 16 110)",
        ),
        anchor="start",
    )
