"""Can the sources of the guide be read at all? Asked before a builder fails on them at length."""

import json
from pathlib import Path

from survival import system
from survival.errors import PageError


def check(docs: Path) -> None:
    """Read every page and notebook, and follow every link to a file.

    Raises SurvivalError with one line that names the file.
    """
    for path in system.content(docs, "**/*"):
        if path.is_symlink() and not path.exists():
            raise PageError(f"{path}: a link that leads nowhere; remove it, or put the file there")
    for page in system.content(docs, "**/*.md"):
        system.text(page)
    for notebook in system.content(docs, "**/*.ipynb"):
        try:
            cells = json.loads(system.text(notebook))["cells"]
            whole = all(isinstance("".join(c["source"]), str) for c in cells)
        except json.JSONDecodeError as e:
            raise PageError(f"{notebook}({e.lineno}): no notebook: {e.msg}") from None
        except (KeyError, TypeError):
            whole = False
        if not whole:
            raise PageError(f"{notebook}: no notebook: its cells are not where they should be")
