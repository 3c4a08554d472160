"""The road from the disk to the registers of a GPU, each part as wide as its bandwidth."""

from _svg import CPU, GPU, INK, MUTED, drawing, path, rect, text

RATES = (7.9, 63, 3350)
"""GB/s on paper; the chapter names the source of each beside the drawing."""
FROM = ("PCIe 4.0, 4 lanes", "PCIe 5.0, 16 lanes", "HBM3 of an H100")
BOXES = {
    "disk": INK,
    "host memory": CPU,
    "GPU memory": GPU,
    "L2 cache": GPU,
    "registers: the work": GPU,
}
WIDE = 240


def draw():
    """Return the drawing."""
    disk, host, device = (rate / RATES[-1] * WIDE for rate in RATES)
    shapes = [
        path("M128 36V82", stroke=INK, stroke_width=round(disk, 1), fill="none"),
        rect(128 - host / 2, 110, host, 46, GPU),
        rect(8, 184, device, 46, GPU, fill_opacity=0.45),
        path("M8 258L0 304H256L248 258Z", fill=GPU, fill_opacity=0.45),
    ]
    for i, (name, colour) in enumerate(BOXES.items()):
        shapes.append(rect(8, 8 + 74 * i, WIDE, 28, rx=5, stroke=colour, stroke_width=2))
        shapes.append(text(128, 27 + 74 * i, name, text_anchor="middle"))
    said = [*((f"{rate:,} GB/s", of) for rate, of in zip(RATES, FROM, strict=True))]
    for i, (rate, of) in enumerate([*said, ("more still", "on the chip")]):
        shapes.append(text(262, 56 + 74 * i, rate))
        shapes.append(text(262, 72 + 74 * i, of, font_size=12, fill=MUTED))
    return drawing(
        "road",
        344,
        "The road from the disk to the registers of a GPU, each part as wide as its bandwidth",
        "Five boxes from top to bottom: disk, host memory, GPU memory, L2 cache, registers. The "
        f"band from disk to host memory is hair-thin, {RATES[0]} gigabytes per second. The band "
        f"from host memory to GPU memory is thin, {RATES[1]}. The band from GPU memory to the L2 "
        f"cache is as wide as the boxes, {RATES[2]:,}. The band from there to the registers is "
        "wider still.",
        *shapes,
        anchor="start",
    )
