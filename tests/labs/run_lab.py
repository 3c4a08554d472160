"""Runs labs, again and again: as a reader gets them, with answers, with wrong ones.

`python run_lab.py` reads lines of JSON, [NOTEBOOK, SCRIPT, WRONG], and answers each with a line of
JSON: what each check said, in each run. All are run in one process, which has loaded Numba once;
each run of a lab begins with no names defined.
"""

import contextlib
import io
import json
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import jupytext

WRONG = re.compile(r"^# %% (\S+)(?: at ([\d ]+))?: (.+)$", re.MULTILINE)
Cell = tuple[str, str, str]


def read_wrong(text: str) -> list[tuple[str, list[int], str, str]]:
    """Planted answers: the task's name, sizes at which it is right, what is wrong, the code."""
    found = WRONG.split(text)[1:]
    return [
        (task, [int(n) for n in (round_sizes or "").split()], why, code)
        for task, round_sizes, why, code in zip(*[iter(found)] * 4, strict=True)
    ]


def run(code: str, space: dict[str, Any], name: str) -> dict[str, Any]:
    """One cell: what its checks said, and the end of its traceback if it had one."""
    before = len(space.get("verdicts", []))
    out = io.StringIO()
    error = ""
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(code, f"<{name}>", "exec"), space)
    except BaseException:
        error = traceback.format_exc(limit=-3)
    said = space.get("verdicts", [])[before:]
    return {"cell": name, "said": said, "error": error, "printed": out.getvalue()}


def main(notebook: Path, script: Path, wrong: Path) -> dict[str, Any]:
    """All runs of a lab."""
    book = json.loads(notebook.read_text(encoding="utf-8"))
    shown = [(c["id"], "".join(c["source"])) for c in book["cells"] if c["cell_type"] == "code"]
    source = jupytext.reads(script.read_text(encoding="utf-8"), fmt="py:percent").cells
    answers = {
        c.metadata["title"].removeprefix("answer "): c.source
        for c in source
        if c.metadata.get("title", "").startswith("answer ")
    }

    def fresh() -> dict[str, Any]:
        return {"__name__": "__main__"}

    reader = fresh()
    as_given = [run(code, reader, cell_id) for cell_id, code in shown]
    space = fresh()
    answered = []
    checks = {}
    for cell_id, code in shown:
        kind, _, which = cell_id.partition("-")
        if kind == "check":
            checks[which] = code
        answered.append(run(answers[which] if kind in ("task", "guess") else code, space, cell_id))
    planted = []
    usual = space["at_sizes"]
    for task, sizes, why, code in read_wrong(wrong.read_text(encoding="utf-8")):
        fault = run(code, space, f"{task}: {why}")["error"]
        found = run(checks[task], space, f"{task}: {why}")
        round_run = None
        if sizes:
            space["at_sizes"] = lambda _, sizes=sizes: sizes
            round_run = run(checks[task], space, f"{task}: {why}, at {sizes}")
            space["at_sizes"] = usual
        planted.append({"task": task, "why": why, "fault": fault, **found, "round": round_run})
        run(answers[task], space, "again")
    tasks = [
        which for cell_id, _ in shown for k, _, which in [cell_id.partition("-")] if k == "task"
    ]
    return {"tasks": tasks, "reader": as_given, "answered": answered, "planted": planted}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(main(*map(Path, json.loads(line)))), flush=True)
