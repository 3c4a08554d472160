"""The cost of a job as an area: its time, and the price of an hour."""

from _svg import CPU, GPU, MUTED, PAPER, drawing, number, path, rect, text

JOBS = {"CPU": (60, 0.2, CPU), "GPU": (5, 3.0, GPU)}
"""By machine: seconds of the job, invented dollars for an hour, and its colour."""
SECOND, DOLLAR = 6, 50


def draw():
    """Return the drawing."""
    floor, left = 190, 30
    boxes, costs = {}, {}
    for name, (seconds, price, colour) in JOBS.items():
        high = price * DOLLAR
        boxes[name] = (left, floor - high, seconds * SECOND, high, colour)
        costs[name] = seconds * price
    gpu, cpu = boxes["GPU"], boxes["CPU"]
    beside = gpu[0] + gpu[2] + 8

    return drawing(
        "job-cost",
        224,
        "The cost of a job as an area",
        "Two boxes that begin in the same corner. That of the CPU is long and flat: a long time at "
        "a low price. That of the GPU is short and high. The area of each is what the job costs, "
        f"and here that of the {max(costs, key=costs.get)} is the larger one.",
        path(f"M{left} 16V{floor}H396", fill="none", stroke=MUTED),
        rect(*cpu),
        rect(*gpu),
        # The CPU's box goes on behind the GPU's, to the same corner.
        path(
            f"M{left} {number(cpu[1])}h{gpu[2]}",
            fill="none",
            stroke=PAPER,
            stroke_width=1.5,
            stroke_dasharray="3 2",
        ),
        text(beside, floor - 100, "GPU: soon done, at a high price"),
        text(beside, cpu[1] - 8, "CPU: a long time, at a low price"),
        text(
            left + 366, floor + 20, "time of the job →", fill=MUTED, font_size=12, text_anchor="end"
        ),
        text(
            16,
            110,
            "price of an hour →",
            fill=MUTED,
            font_size=12,
            text_anchor="middle",
            transform="rotate(-90 16 110)",
        ),
        anchor="start",
    )
