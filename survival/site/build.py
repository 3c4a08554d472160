"""Builds the guide with a builder of one's choice: MkDocs, or its successor Zensical."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from survival import catalog, system
from survival.errors import PageError
from survival.site import numbers, sources
from survival.site.finish import finish

BUILDERS = ("mkdocs", "zensical")
DETAILS = re.compile(r"<details>\n<summary>(.*?)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
CONFIG = ".site.yml"
"""Beside mkdocs.yml while a builder runs that knows no hooks: the same, with numbers."""


def build(builder: str, root: Path = catalog.ROOT) -> None:
    """Build the guide into site/; a warning is an error. Raises PageError where it fails."""
    check(root)
    _with_mkdocs(root) if builder == "mkdocs" else _with_zensical(root)


def check(root: Path) -> None:
    """See that docs/results and docs/examples lead somewhere, and every page can be read.

    Raises SurvivalError with one line that names the file.
    """
    for name in ("results", "examples"):
        if not (root / "docs" / name).is_dir():
            raise PageError(
                f"docs/{name} leads nowhere: git on Windows makes a plain file of a link; clone "
                "again in WSL, or with `git clone -c core.symlinks=true`"
            )
    sources.check(root / "docs")


def _with_mkdocs(root: Path) -> None:
    """MkDocs calls `finish` by itself, through survival/site/hooks.py."""
    _run([sys.executable, "-m", "mkdocs", "build", "--strict"], root)


def _with_zensical(root: Path) -> None:
    """From a copy of docs/, where notebooks are pages: Zensical reads none."""
    settings = numbers.settings(root / "mkdocs.yml")
    nav = numbers.numbered(settings["nav"], root / "docs")
    cache = root / ".cache"
    copy = cache / "docs"
    shutil.rmtree(copy, ignore_errors=True)
    hidden = shutil.ignore_patterns("results", "examples", "drawings", "*.ipynb", ".*")
    shutil.copytree(root / "docs", copy, ignore=hidden)
    for name in ("results", "examples"):
        ignored = shutil.ignore_patterns("local", "__pycache__", ".*")
        shutil.copytree(root / "docs" / name, copy / name, ignore=ignored)
    for notebook in system.content(root / "docs", "**/*.ipynb"):
        page = copy / notebook.relative_to(root / "docs")
        page.with_suffix(".md").parent.mkdir(parents=True, exist_ok=True)
        page.with_suffix(".md").write_text(as_page(notebook), encoding="utf-8")
    for page in system.content(copy, "**/*.md"):
        page.write_text(system.text(page).replace(".ipynb)", ".md)"), encoding="utf-8")
    try:
        (root / CONFIG).write_text(_config(root, nav), encoding="utf-8")
        shutil.rmtree(root / "site", ignore_errors=True)
        _run([sys.executable, "-m", "zensical", "build", "--strict", "-f", CONFIG], root)
    finally:
        (root / CONFIG).unlink(missing_ok=True)
    for notebook in system.content(root / "docs", "**/*.ipynb"):  # for download
        where = notebook.relative_to(root / "docs")
        shutil.copy(notebook, root / "site" / where.with_suffix("") / where.name)
    finish(root / "site", numbers.titles(nav), root)


def _config(root: Path, nav: list[Any]) -> str:
    """mkdocs.yml with another navigation, in which notebooks are pages, and another docs_dir."""
    text = json.dumps(nav, ensure_ascii=False).replace(".ipynb", ".md")
    listed = yaml.safe_dump({"nav": json.loads(text)}, allow_unicode=True, sort_keys=False)
    found = system.text(root / "mkdocs.yml")
    found = re.sub(r"^nav:\n(?:[ #].*\n)+", lambda _: listed, found, flags=re.M)
    return re.sub(r"^docs_dir:.*$", "docs_dir: .cache/docs", found, flags=re.M)


def as_page(notebook: Path) -> str:
    """A notebook as Markdown: its text as it is, its code in fences."""
    cells = json.loads(system.text(notebook))["cells"]
    return "\n\n".join(map(_cell, cells)) + "\n"


def _cell(cell: dict[str, Any]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return DETAILS.sub(r"/// details | \1\n\2\n///", source)
    said = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell["outputs"]]
    shown = (f"```text\n{''.join(text).rstrip()}\n```" for text in said if text)
    return "\n\n".join([f"```python\n{source}\n```", *shown])


def _run(command: list[str], root: Path) -> None:
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": path}, check=False)
    if done.returncode:
        raise PageError("the site was not built; what is wrong is said above")
