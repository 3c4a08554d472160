"""The few shapes that the drawings beside this file share. Lengths are the drawing's own units.

An attribute of SVG is a keyword: `stroke_width=2` is stroke-width="2".
"""

from html import escape

INK, MUTED, PAPER = "var(--sv-ink)", "var(--sv-muted)", "var(--sv-paper)"
RULE, STRONG = "var(--sv-rule)", "var(--sv-rule-strong)"
CPU, CPU_WASH = "var(--sv-cpu)", "var(--sv-cpu-wash)"
GPU, GPU_WASH = "var(--sv-gpu)", "var(--sv-gpu-wash)"


def number(value):
    """A length with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def element(name, *content, **attributes):
    """An element with its content."""
    said = "".join(f' {k.replace("_", "-")}="{number(v)}"' for k, v in attributes.items())
    return f"<{name}{said}>{''.join(content)}</{name}>" if content else f"<{name}{said}/>"


def rect(x, y, width, height, fill="none", **more):
    """A box, empty if nothing else is said."""
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **more)


def text(x, y, words, **more):
    """A label."""
    return element("text", escape(str(words), quote=False), x=x, y=y, **more)


def path(d, **more):
    """A line along `d`."""
    return element("path", d=d, **more)


def line(x1, y1, x2, y2):
    """The `d` of one straight line."""
    return f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"


def grid(x, y, columns, rows, size, height=0):
    """The `d` of a grid of cells, `size` wide and as high unless `height` is given."""
    high = height or size
    down = [line(x + i * size, y, x + i * size, y + rows * high) for i in range(columns + 1)]
    across = [line(x, y + i * high, x + columns * size, y + i * high) for i in range(rows + 1)]
    return "".join(down + across)


def group(*content, **attributes):
    """Shapes that share attributes."""
    return element("g", "\n", *(f"{c}\n" for c in content), **attributes)


def tip(ident, colour=MUTED, size=6):
    """The head of arrows whose line has `marker_end=f"url(#{ident})"`."""
    return element(
        "marker",
        path("M0 0L8 4L0 8z", fill=colour),
        id=ident,
        viewBox="0 0 8 8",
        refX=7,
        refY=4,
        markerWidth=size,
        markerHeight=size,
        orient="auto",
    )


def drawing(name, height, title, desc, *content, size=13, anchor="middle", defs=()):
    """The whole: 400 wide, with a title and a description for those who cannot see it."""
    return (
        f'<svg viewBox="0 0 400 {height}" role="img" aria-labelledby="{name}-title {name}-desc" '
        'xmlns="http://www.w3.org/2000/svg">\n'
        f'<title id="{name}-title">{escape(title, quote=False)}</title>\n'
        f'<desc id="{name}-desc">{escape(desc, quote=False)}</desc>\n'
        + (element("defs", *defs) + "\n" if defs else "")
        + group(*content, font_size=size, fill=INK, text_anchor=anchor)
        + "\n</svg>"
    )


_SMALL = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def word(n):
    """A number below a hundred as a word."""
    if n < 20:
        return _SMALL[n]
    tens, ones = divmod(n, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
