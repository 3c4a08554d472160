"""What the page on clocks shows of each machine: how every timer told the same few tasks."""

import re
from collections.abc import Sequence
from functools import partial
from itertools import combinations

from markupsafe import Markup

from survival import units
from survival.errors import JudgeError, PageError, known
from survival.judge import clocks, comparisons
from survival.judge.evidence import CEILING
from survival.pages.blocks import sections
from survival.pages.blocks.facts import browser
from survival.pages.charts import fooled
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words import figures
from survival.pages.words.figures import Number, clocked
from survival.pages.words.tables import Cell
from survival.records import BROWSER, CLOCK_FILE, LOCAL, Clock, ClockTask, Machine, Reading

UNIT = re.compile(r"(?<=\d) (?=[A-Za-z])")
"""Between a number and what it counts, where no line should end."""

PARTS = {
    "lengths": ("sleep", "spin"),
    "copy": ("copy",),
    "kernels": ("kernel",),
    "launch": ("launch",),
    "fooled": ("launched_copy",),
}
"""What may be shown of a check, and the kinds of task that belong to it."""

TIMERS = {
    "pyperf": "pyperf",
    "timeit": "timeit",
    "cuda_bench": "cuda-bench",
    "triton": "Triton do_bench",
    "cupyx": "CuPy benchmark",
    "wgpu_batch": "WebGPU, by batches",
    "wgpu_timestamps": "WebGPU, by timestamps",
    "returns": "Until the call returns",
    "finishes": "Until the work is done",
    "cupyx_cpu": "CuPy’s cpu_times",
}
"""Each timer as a table's head writes it."""


def section(page: Page, part: str) -> Markup:
    """One part of the check, for each machine that has it.

    Raises PageError for an unknown part, and JudgeError if a published check shows a wrong clock.
    """
    if part == BROWSER:
        return browser.section(page)
    if part not in PARTS:
        raise PageError("clock: " + known("part", part, (*PARTS, BROWSER)))
    results = page.evidence.results
    labels = page.evidence.labels()
    panels = []
    for folder in results.order():
        clock = results.clocks.get(folder)
        if clock is None:
            continue
        wrong = clocks.judge_clock(clock, results.machines[folder])
        if wrong and folder != LOCAL:
            raise JudgeError(wrong[0].message)
        title = "this machine" if folder == LOCAL else results.machines[folder].title
        text = f"Not shown for {title}: its check found a wrong clock."
        body = render("unmeasured", text=text)
        if not wrong:
            show = fooled.body if part == "fooled" else partial(_table, part=part)
            body = show(page, folder, clock, title=title)
        panels.append((folder, labels[folder], body))
    if not panels:
        text = figures.NOT_YET_GPU if part == "kernels" else figures.NOT_YET
        return render("unmeasured", text=f"{text[0].upper()}{text[1:]}.")
    return sections.switched(page, page.unique(f"clock_{part}"), panels, pinned=False)


def _table(page: Page, folder: str, clock: Clock, *, part: str, title: str) -> Markup:
    """The tasks of one part, a column for each timer."""
    tasks = [t for t in clock.tasks if t.kind in PARTS[part]]
    timers = [t for t in TIMERS if any(r.timer == t for task in tasks for r in task.readings)]
    refused = [n for n in TIMERS if any(n in t.unusable for t in tasks) and n not in timers]
    machine = page.evidence.results.machines[folder]
    rows = [_row(machine, folder, t, timers, part) for t in tasks]
    last = {
        "lengths": "Slowest timer against fastest",
        "copy": "Of the best bandwidth",
        "kernels": "Slowest timer against fastest",
        "launch": "The wrong clock says",
    }[part]
    missing = ""
    if part in ("kernels", "launch") and not any(t.device == "gpu" for t in tasks):
        missing = f"{figures.NOT_YET_GPU[0].upper()}{figures.NOT_YET_GPU[1:]}."
    settings = dict.fromkeys(r.settings for t in tasks for r in t.readings)
    return render(
        "clock",
        part=part,
        caption=f"Median time of a call by each clock, in small type its 95{units.NBSP}% interval",
        title=title,
        date=units.date(clock.captured),
        heads=[TIMERS[t] for t in timers],
        last=last,
        rows=rows,
        missing=missing,
        refused=[
            (TIMERS[n], next(t.unusable[n] for t in tasks if n in t.unusable)) for n in refused
        ],
        settings=list(settings),
        href=f"{page.to_root}results/{folder}/{CLOCK_FILE}",
    )


def _row(
    machine: Machine, folder: str, task: ClockTask, timers: Sequence[str], part: str
) -> tuple[str, str, list[Cell], Number | str]:
    """Device, label, a cell for each timer, and what the readings say together."""
    by = {r.timer: r for r in task.readings}
    cells = []
    for timer in timers:
        if timer in by:
            cells.append(_cell(folder, task, by[timer]))
        else:
            cells.append(Cell(missing="–", reason=task.unusable.get(timer, "not timed")))
    said: Number | str = ""
    if part in ("lengths", "kernels"):
        said = _apart(folder, task)
    elif part == "copy" and by:
        fastest = min(by.values(), key=lambda r: r.median)
        rate = task.bytes / fastest.median
        ceiling = machine.ceilings.memory_rate(task.device, task.bytes)
        note = f"{units.prefixed(rate, 'B/s')} of {units.prefixed(ceiling, 'B/s')}"
        share = rate / ceiling
        said = clocked(folder, task, fastest.timer, units.percent(share), share, note, CEILING)
    elif {"returns", "finishes"} <= by.keys():
        factor = by["finishes"].median / by["returns"].median
        text = f"{units.factor(factor)} times as fast as it is" if factor > 1 else "the same"
        note = f"{task.label}: done against returned"
        said = clocked(folder, task, "returns", text, factor, note, "finishes")
    return task.device, UNIT.sub(units.NBSP, task.label), cells, said


def _cell(folder: str, task: ClockTask, r: Reading) -> Cell:
    unit, name = units.seconds_unit(r.median)

    def digits(value: float) -> str:
        return units.digits(value / unit, units.CLOCK_DIGITS)

    interval = f"{digits(r.low)}–{digits(r.high)}{units.NBSP}{name}"
    text = f"{digits(r.median)}{units.NBSP}{name}"
    note = f"{task.label}: median of {len(r.samples)} samples, {r.settings}"
    return Cell(clocked(folder, task, r.timer, text, r.median, note), interval)


def _apart(folder: str, task: ClockTask) -> Number | str:
    """How far the slowest timer is from the fastest, or that their intervals overlap."""
    if len(task.readings) < 2:
        return "one timer only"
    order = sorted(task.readings, key=lambda r: r.median)
    short, long = order[0], order[-1]
    if not any(comparisons.differ(a, b) for a, b in combinations(order, 2)):
        return "no measurable difference"
    share = long.median / short.median - 1
    note = f"{TIMERS.get(long.timer, long.timer)} against {TIMERS.get(short.timer, short.timer)}"
    below = f", below {units.seconds(clocks.CLOCK_FROM)}" * (long.median < clocks.CLOCK_FROM)
    text, note = units.percent(share) + below, f"{task.label}: {note}"
    return clocked(folder, task, long.timer, text, share, note, short.timer)
