"""Four warps and one scheduler: while one waits for memory, another has its turn."""

from _svg import GPU, INK, MUTED, STRONG, drawing, rect, text, word

WARPS, WORK, WAIT, CYCLES = 4, 2, 12, 36
LEFT, WIDE, HIGH = 44, 9.8, 24


def draw():
    """Return the drawing."""
    began = [0] * WARPS
    """When each may go on."""
    done, issued, shapes = [0] * WARPS, [], []
    order = list(range(WARPS))
    for now in range(CYCLES):
        ready = [w for w in order if began[w] <= now]
        for w in range(WARPS):
            x, y = LEFT + now * WIDE, 24 + w * HIGH
            if ready and w == ready[0]:
                shapes.append(rect(x, y, WIDE - 1.4, HIGH - 6, GPU))
            elif w not in ready:
                shapes.append(rect(x, y, WIDE - 1.4, HIGH - 6, stroke=STRONG))
            else:
                shapes.append(rect(x, y, WIDE - 1.4, HIGH - 6, GPU, fill_opacity=0.25))
        if ready:
            w = ready[0]
            issued.append(now)
            order.remove(w)
            order.append(w)
            done[w] += 1
            if done[w] % WORK == 0:
                began[w] = now + 1 + WAIT
    floor = 24 + WARPS * HIGH + 8
    shapes += [rect(LEFT + t * WIDE, floor, WIDE - 1.4, 14, INK) for t in issued]
    shapes += [text(0, 38 + w * HIGH, f"warp {w}", font_size=12) for w in range(WARPS)]
    needed = -(-(WORK + WAIT) // WORK)
    return drawing(
        "warps",
        floor + 40,
        "Four warps take turns while their loads are on the way",
        f"{word(WARPS).capitalize()} rows, one for each warp, over {word(CYCLES)} cycles. Each "
        f"warp starts {word(WORK)} instructions and then waits {word(WAIT)} cycles for memory. "
        "The bottom row shows in which cycles the scheduler had anything to start: eight, then a "
        f"gap. With {word(needed)} warps there would be no gap.",
        text(LEFT, 13, "cycles →", font_size=12, fill=MUTED),
        *shapes,
        text(0, floor + 11, "starts", font_size=12),
        text(
            0,
            floor + 32,
            "filled: starts an instruction · tinted: ready · empty: waits for memory",
            font_size=11,
            fill=MUTED,
        ),
        anchor="start",
    )
