"""Runs labs, again and again: as a reader gets them, with answers, with wrong ones.

`python run_lab.py` reads lines of JSON, [NOTEBOOK, SCRIPT, WRONG], and answers each with a line of
JSON: what each check said, in each run. All are run in one process, which has loaded Numba once;
each run of a lab begins with no names defined.
"""

import ast
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
FUNCTION = {
    "returns nothing": "pass",
    "stops": "1 / 0",
    "leaves": "raise SystemExit",
    "a text": "return 'text'",
    "parts of different sizes": "return [[1], [1, 2]]",
    "a function": "return len",
    "not a number": "return float('nan')",
}
KERNEL = {"writes nothing": "pass", "stops": "1 / 0"}


def mistakes(task: str) -> dict[str, str]:
    """What anybody may do wrong in a task: its cell with other bodies, or without its function."""
    *_, last = [n for n in ast.parse(task).body if isinstance(n, ast.FunctionDef)]
    made = {"no function": f"{last.name} = 5"}
    if last.decorator_list:
        made["no kernel"] = re.sub(r"@cuda\.jit", "", task)
    for what, body in (KERNEL if last.decorator_list else FUNCTION).items():
        last.body = ast.parse(body).body
        made[what] = ast.unparse(last)
    return made


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
    tasks = {
        which: code for cell_id, code in shown for k, _, which in [cell_id.partition("-")]
        if k == "task"
    }  # fmt: skip
    usual_ones = []
    for task, given in tasks.items():
        for what, code in mistakes(given).items():
            fault = run(code, space, what)["error"]
            usual_ones.append(run(checks[task], space, f"{task}: {what}") | {"fault": fault})
        run(answers[task], space, "again")
    return {
        "tasks": list(tasks),
        "reader": as_given,
        "answered": answered,
        "planted": planted,
        "mistakes": usual_ones,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(main(*map(Path, json.loads(line)))), flush=True)
