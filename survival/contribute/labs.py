"""Notebooks of the labs, made from the scripts beside them: docs/labs/NAME.py to NAME.ipynb.

A script is in jupytext's percent format. The title of a cell says what becomes of it: `kit` stands
for the one cell that is the same in all labs, `task 1` and `guess 1` are the reader's to fill in,
and `answer 1`, which a reader gets folded away, is what the tests put in the place of `task 1`.
"""

import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from survival import catalog, system
from survival.errors import PageError

FOLDER = catalog.ROOT / "docs" / "labs"
KIT = {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["kit"]}
"""Colab folds a cell by the first, Jupyter by the second, and a page by the third."""
ABOUT = "**About 25 minutes, no GPU needed.** It goes with the chapter [{title}](../{name}.md)."
ANSWER = "<details>\n<summary>An answer</summary>\n\n```python\n{code}\n```\n\n</details>"
END = (
    "## The survival rule\n\n> {rule}\n\n"
    "Why it is so, and what was measured: [{title}](../{name}.md)."
)
RULE = re.compile(r'^!!! survival ".*"\n((?:    .*\n)+)', re.MULTILINE)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def scripts(folder: Path = FOLDER) -> list[Path]:
    """The scripts of all labs, without the kit."""
    return [file for file in sorted(folder.glob("*.py")) if file.name != "kit.py"]


def cells(script: Path) -> list[tuple[str, str, str]]:
    """The cells of a script: kind ("markdown" or "code"), title and text."""
    found = jupytext.reads(system.text(script), fmt="py:percent").cells
    return [(c.cell_type, c.metadata.get("title", ""), c.source) for c in found]


def notebook(script: Path) -> str:
    """The notebook of a lab, as it stands in its file. Raises PageError without its chapter."""
    chapter = script.parent.parent / f"{script.stem}.md"
    if not chapter.is_file():
        raise PageError(f"{script.name} is the lab of no chapter: there is no docs/{chapter.name}")
    text = system.text(chapter)
    rule = RULE.search(text)
    title = re.search(r"^# (.*)", text, re.MULTILINE)
    if rule is None or title is None:
        raise PageError(
            f"docs/{chapter.name} has no title or no survival rule, which its lab ends with"
        )
    about = {"title": title[1], "name": script.stem, "rule": " ".join(rule[1].split())}
    made: list[Any] = []
    for kind, called, source in cells(script):
        cell_id = (
            re.sub(r"\W+", "-", called) or f"{'text' if kind == 'markdown' else 'code'}-{len(made)}"
        )
        if kind == "markdown":
            made.append(nbformat.v4.new_markdown_cell(source, id=cell_id))
            if len(made) == 1:
                made[0].source = re.sub(
                    r"^(# .*\n)", rf"\1\n{ABOUT.format(**about)}\n", source, count=1
                )
        elif called == "kit":
            kit = system.text(script.with_name("kit.py")).rstrip()
            made.append(nbformat.v4.new_code_cell(kit, id="kit", metadata=KIT))
        elif called.startswith("answer"):
            made.append(nbformat.v4.new_markdown_cell(ANSWER.format(code=source), id=cell_id))
        else:
            made.append(nbformat.v4.new_code_cell(source, id=cell_id))
    made.append(nbformat.v4.new_markdown_cell(END.format(**about), id="rule"))
    book = nbformat.v4.new_notebook(cells=made, metadata=METADATA, nbformat_minor=5)
    return f"{nbformat.writes(book)}\n"


def write(folder: Path = FOLDER) -> list[Path]:
    """Write the notebooks that are not what their scripts say; return those."""
    written = []
    for script in scripts(folder):
        text = notebook(script)
        file = script.with_suffix(".ipynb")
        if not file.is_file() or system.text(file) != text:
            file.write_text(text, encoding="utf-8")
            written.append(file)
    return written
