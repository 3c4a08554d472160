"""The drawings in docs/drawings/: a file NAME.svg, or a program NAME.py whose draw() returns one.

A program draws whatever is counted or repeated, so that no label can be wrong. It may import the
few shapes in `_svg.py` beside it. Programs run anew for each page, so that a live preview follows.
"""

import re
import runpy
import sys
import xml.etree.ElementTree as etree
from types import ModuleType

from survival import catalog, system
from survival.errors import PageError, known

DRAWINGS = catalog.ROOT / "docs" / "drawings"
HELPER = "_svg"
BLOCK = re.compile(r"^[ ]*/{3,}[ ]*(?:drawing|explore)[ ]*\|[ ]*(?P<name>\S+)[ ]*$", re.MULTILINE)


def names() -> list[str]:
    """What a page may show, in alphabetical order."""
    files = [*system.content(DRAWINGS, "*.svg"), *system.content(DRAWINGS, "*.py")]
    return sorted({p.stem for p in files if not p.stem.startswith("_")})


def drawing(name: str) -> str:
    """The drawing as one <svg> element, with a <title> and a <desc> for those who cannot see it.

    Raises PageError if there is none of that name, or if it cannot be drawn.
    """
    if name not in names():
        raise PageError(known("drawing", name, names()))
    file = DRAWINGS / f"{name}.svg"
    try:
        svg = system.text(file) if file.exists() else _draw(name)
        root = etree.fromstring(svg)
    except Exception as e:  # a program of the guide may fail in any way
        raise PageError(f"drawing '{name}': {type(e).__name__}: {e}") from e
    labelled = root.get("aria-labelledby", "").split()
    texts = {e.get("id"): e.text for e in root if e.tag.rpartition("}")[2] in ("title", "desc")}
    if len(labelled) != 2 or not all(texts.get(ident) for ident in labelled):
        raise PageError(f"drawing '{name}': needs a title and a desc that aria-labelledby names")
    if not all(i.startswith(f"{name}-") for e in root.iter() if (i := e.get("id"))):
        raise PageError(f"drawing '{name}': each id in it begins with '{name}-'")
    return svg.strip()


def _draw(name: str) -> str:
    """What NAME.py draws; leaves no compiled file, which a preview would take for news."""
    helper = ModuleType(HELPER)
    if (DRAWINGS / f"{HELPER}.py").exists():
        helper.__dict__.update(runpy.run_path(str(DRAWINGS / f"{HELPER}.py")))
    sys.modules[HELPER] = helper
    try:
        return str(runpy.run_path(str(DRAWINGS / f"{name}.py"))["draw"]())
    finally:
        del sys.modules[HELPER]


def shown(text: str) -> str:
    """Markdown with what each block of a drawing shows in the place of its first line.

    No line moves. A name that is not there is left: the block itself stops the build.
    """

    def show(m: re.Match[str]) -> str:
        return drawing(m["name"]).replace("\n", " ") if m["name"] in names() else m[0]

    return BLOCK.sub(show, text)
