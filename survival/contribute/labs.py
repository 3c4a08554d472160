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
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}
"""Colab folds a cell by the first, Jupyter by the second; a page by its line `# @title`."""
CHECK = "# @title Check {number}: run this cell\n"
ABOUT = (
    "<!-- not a measurement: what a lab is made for -->\n"
    "**About 25 minutes, no GPU needed.** It goes with the chapter [{title}](../{name}.md).\n\n"
    "Run the cells from top to bottom, with Shift and Enter. Put your answers in place of the\n"
    "dots; each check says what is wrong, or that all is right. On your own computer, save the\n"
    "notebook, and in its folder type `pip install jupyterlab numpy`, then\n"
    "`jupyter lab {name}.ipynb`."
)
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
    return [file for file in system.content(folder, "*.py") if file.name != "kit.py"]


def cells(script: Path) -> list[tuple[str, str, str]]:
    """The cells of a script: kind ("markdown" or "code"), title and text."""
    found = jupytext.reads(system.text(script), fmt="py:percent").cells
    return [(c.cell_type, c.metadata.get("title", ""), c.source) for c in found]


def notebook(script: Path) -> str:
    """The notebook of a script, as it stands in its file.

    A script with a kit is a lab: it says how long it takes, and ends with its chapter's rule.
    Raises PageError without such a chapter.
    """
    found = cells(script)
    made = [_cell(at, *cell, script.with_name("kit.py")) for at, cell in enumerate(found)]
    if any(called == "kit" for _, called, _ in found):
        about = _chapter(script)
        first = made[0]
        first.source = first.source.replace("\n", f"\n\n{ABOUT.format(**about)}\n", 1)
        made.append(nbformat.v4.new_markdown_cell(END.format(**about), id="rule"))
    book = nbformat.v4.new_notebook(cells=made, metadata=METADATA, nbformat_minor=5)
    return f"{nbformat.writes(book)}\n"


def _chapter(script: Path) -> dict[str, str]:
    """Name, title and rule of the chapter that a lab is called like."""
    page = script.parent.parent / f"{script.stem}.md"
    if not page.is_file():
        raise PageError(f"{script.name} is the lab of no chapter: there is no docs/{page.name}")
    text = system.text(page)
    rule, title = RULE.search(text), re.search(r"^# (.*)", text, re.MULTILINE)
    if rule is None or title is None:
        raise PageError(f"docs/{page.name} lacks the title or the survival rule for its lab")
    return {"name": script.stem, "title": title[1], "rule": " ".join(rule[1].split())}


def _cell(at: int, kind: str, called: str, source: str, kit: Path) -> Any:
    """What becomes of a cell of a script."""
    name = called.replace(" ", "-") or f"{'text' if kind == 'markdown' else 'code'}-{at}"
    if called == "kit":
        return nbformat.v4.new_code_cell(system.text(kit).rstrip(), id=name, metadata=FOLDED)
    if called.startswith("check"):  # it shows a way to the answer
        source = CHECK.format(number=called.removeprefix("check ")) + source
        return nbformat.v4.new_code_cell(source, id=name, metadata=FOLDED)
    if called.startswith("answer"):
        return nbformat.v4.new_markdown_cell(ANSWER.format(code=source), id=name)
    if kind == "markdown":
        return nbformat.v4.new_markdown_cell(source, id=name)
    return nbformat.v4.new_code_cell(source, id=name)


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
