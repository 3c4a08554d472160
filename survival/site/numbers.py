"""Parts and chapters have numbers, by their order in the navigation, which nobody types.

Programs say "see chapter 3" and "some programs of part 4": menu and pages show which those are.
"""

from itertools import count
from pathlib import Path
from typing import Any

import yaml

from survival import system


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads mkdocs.yml without what only MkDocs understands, such as !ENV."""


_Loader.add_multi_constructor("", lambda loader, tag, node: None)


def settings(file: Path) -> dict[str, Any]:
    """What mkdocs.yml says, as far as it is plain."""
    found: dict[str, Any] = yaml.load(system.text(file), _Loader)
    return found


def numbered(nav: list[Any], docs: Path) -> list[Any]:
    """The navigation with numbers: chapters are the pages with a head, parts the sections of them.

    `nav` is a list of {title: page} and {title: [pages]}, as mkdocs.yml has it.
    """
    parts, chapters = count(1), count(1)

    def item(entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        ((title, what),) = entry.items()
        if isinstance(what, list):
            within = [item(e) for e in what]
            return {f"Part {next(parts)} · {title}" if within != what else title: within}
        return {f"{next(chapters)} · {title}" if _is_chapter(docs / what) else title: what}

    return [entry if isinstance(entry, str) else item(entry) for entry in nav]


def titles(nav: list[Any]) -> dict[str, str]:
    """Page to title, of all that the navigation names."""
    found: dict[str, str] = {}
    for entry in nav:
        for title, what in entry.items() if isinstance(entry, dict) else ():
            found |= titles(what) if isinstance(what, list) else {what: title}
    return found


def _is_chapter(page: Path) -> bool:
    return page.suffix == ".md" and page.is_file() and "\n/// head" in system.text(page)
