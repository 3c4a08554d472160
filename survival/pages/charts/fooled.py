"""What a clock says that is stopped too early: copies of known size, against the memory's best.

A call that only begins a copy returns at once. Divide the bytes by that time, and the rate is one
that the memory has never reached: so the mistake shows, and without a second clock.
"""

from typing import Any

from markupsafe import Markup

from survival import units
from survival.judge import findings
from survival.judge.evidence import CEILING
from survival.pages.charts import specs, svg
from survival.pages.charts.layout import Frame
from survival.pages.charts.specs import Point, Series
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words import digits, figures
from survival.pages.words.figures import Number, Part, clocked
from survival.pages.words.tables import Cell
from survival.records import CLOCK_FILE, Clock, ClockTask, Machine, Reading

HEADS = {
    "returns": "Until the call returns",
    "cupyx_cpu": "By CuPy’s cpu_times",
    "finishes": "Until the work is done",
    "cupyx": "By CuPy’s gpu_times",
}
"""Each timer as the table's head writes it: the wrong ones first, each before the right one."""
WRONG, RIGHT = "returns", "finishes"


def body(page: Page, folder: str, clock: Clock, *, title: str) -> Markup:
    """Chart and table of the copies that were begun by one call and done elsewhere."""
    machine = page.evidence.results.machines[folder]
    rated = {r.device for r in machine.ceilings.memory}
    tasks = [
        t
        for t in clock.tasks
        if t.kind == "launched_copy" and t.bytes and t.device in rated and _both(t)
    ]
    if not tasks:
        return render("unmeasured", text=f"{figures.NOT_YET[0].upper()}{figures.NOT_YET[1:]}.")
    ident = page.unique(f"clock_fooled_{folder}")
    figure = _figure(machine, folder, tasks, ident, f"{title}, {units.date(clock.captured)}")
    return figure + _table(page, folder, clock, tasks, title)


def _both(task: ClockTask) -> bool:
    return {WRONG, RIGHT} <= {r.timer for r in task.readings}


def _of(task: ClockTask, timer: str) -> Reading:
    return next(r for r in task.readings if r.timer == timer)


def _ceiling(machine: Machine, task: ClockTask) -> float:
    return machine.ceilings.memory_rate(task.device, task.bytes)


def verdict(rate: float, ceiling: float) -> str:
    """What a wrong rate is, held against the best that the memory reached."""
    if rate > findings.PHYSICS * ceiling:
        return f"{units.factor(rate / ceiling)} times: impossible"
    return f"{units.percent(rate / ceiling)}: possible, and still wrong"


def _figure(
    machine: Machine, folder: str, tasks: list[ClockTask], ident: str, where: str
) -> Markup:
    series = _series(machine, tasks)
    words = _words(machine, folder, tasks)
    said = figures.plain(words)
    title = f"Bandwidth of a copy by a wrong and a right timer, {where}".replace(units.NBSP, " ")

    def draw(frame: Frame) -> dict[str, Any]:
        title = "bytes read and written"
        rate = "bytes per second, by each clock"
        return specs.over_sizes(series, frame, title, None, rate, "B/s", units.decimal_bytes)

    drawn = svg.both(draw, ident, title, f"{said} The table below has every value.")
    legend = (
        "Dashed: the clock was stopped when the call returned. Solid: when the copy was done. "
        "Dashes and dots: the best that any of our tests reached with this much data or more; "
        "small data stays in caches, which are faster than the memory. A band is a 95 % "
        "interval. On the CPU another thread copies, on a GPU a kernel does. "
        f"{where[0].upper()}{where[1:]}."
    )
    caption: list[Part] = [*words, legend]
    return render("chart", **drawn, caption=caption, details="", keys=[])


def _series(machine: Machine, tasks: list[ClockTask]) -> list[Series]:
    """Three lines for each device: by the wrong timer, by the right one, and the ceiling."""
    series = []
    for device in ("cpu", "gpu"):
        mine = [t for t in tasks if t.device == device]
        if not mine:
            continue
        name, shapes = device.upper(), specs.SHAPES[device]
        for timer, says, dashed in ((WRONG, "wrong timer", True), (RIGHT, "right timer", False)):
            points = tuple(_point(t, _of(t, timer), says) for t in mine)
            shape = shapes[0 if timer == RIGHT else 1]
            series.append(Series(f"{name}, {says}", device, shape, points, dashed))
        bound = [(t.bytes, _ceiling(machine, t)) for t in mine]
        points = tuple(Point(x, y, y, y, "") for x, y in bound)
        series.append(Series(f"{name}, ceiling", device, "", points, ceiling=True))
    return series


def _point(task: ClockTask, r: Reading, says: str) -> Point:
    rate, low, high = (task.bytes / t for t in (r.median, r.high, r.low))
    words = f"{task.label}, {says}: {_rate_words(task, r)} ({_time_words(r)})"
    return Point(task.bytes, rate, low, high, words.replace(units.NBSP, " "))


def _rate_words(task: ClockTask, r: Reading) -> str:
    rates = [task.bytes / t for t in (r.median, r.high, r.low)]
    return units.prefixed(rates[0], "B/s", digits.earned(*rates))


def _time_words(r: Reading) -> str:
    n = digits.earned(r.median, r.low, r.high)
    return f"{units.seconds(r.median, n)}, {units.seconds_range(r.low, r.high, n=n)}"


def _words(machine: Machine, folder: str, tasks: list[ClockTask]) -> list[Part]:
    """What each device's largest copy says, in a sentence."""
    words: list[Part] = []
    for device in ("cpu", "gpu"):
        mine = [t for t in tasks if t.device == device]
        if not mine:
            continue
        last = max(mine, key=lambda t: t.bytes)
        wrong, right, best = (
            _rate(folder, last, _of(last, WRONG)),
            _rate(folder, last, _of(last, RIGHT)),
            _best(machine, folder, last),
        )
        told = verdict(float(wrong.value), float(best.value))
        words += [
            f"A copy of {units.binary_bytes(last.bytes / 2)} on the {device.upper()}, "
            f"{units.prefixed(last.bytes, 'B', 2)} read and written: "
            "stopped when the call returned, the clock implies ",
            wrong,
            ", against at most ",
            best,
            f" that this machine ever did with as much ({told}). Stopped when the copy was done: ",
            right,
            ". ",
        ]
    return words


def _rate(folder: str, task: ClockTask, r: Reading) -> Number:
    rate = task.bytes / r.median
    note = f"{task.bytes:,} bytes in the median of {len(r.samples)} samples, {r.settings}"
    return clocked(folder, task, r.timer, _rate_words(task, r), rate, note)


def _best(machine: Machine, folder: str, task: ClockTask) -> Number:
    ceiling = _ceiling(machine, task)
    note = f"the best bandwidth for {units.binary_bytes(task.bytes)} or more, from machine.json"
    text, record = units.prefixed(ceiling, "B/s", 2), f"results/{folder}/machine.json"
    return Number(text, ceiling, record, note.replace(units.NBSP, " "), key=folder)


def _table(page: Page, folder: str, clock: Clock, tasks: list[ClockTask], title: str) -> Markup:
    machine = page.evidence.results.machines[folder]
    timers = [t for t in HEADS if any(r.timer == t for task in tasks for r in task.readings)]
    rows = []
    for task in tasks:
        by = {r.timer: r for r in task.readings}
        cells = [_cell(folder, task, by[t]) if t in by else Cell(missing="–") for t in timers]
        best = _best(machine, folder, task)
        wrong = _rate(folder, task, by[WRONG])
        told = verdict(float(wrong.value), float(best.value))
        share = float(wrong.value) / float(best.value)
        note = f"{task.label}: {wrong.text} against {best.text}"
        said = clocked(folder, task, WRONG, told, share, note, CEILING)
        size = units.binary_bytes(task.bytes / 2)
        rows.append((task.device, size, [*cells, Cell(best)], said))
    missing = ""
    if not any(t.device == "gpu" for t in tasks):
        missing = f"{figures.NOT_YET_GPU[0].upper()}{figures.NOT_YET_GPU[1:]}."
    return render(
        "clock",
        part="fooled",
        caption="Blocks that are copied: the bytes read and written over the median time, and in "
        f"small type that time and its 95{units.NBSP}% interval",
        title=title,
        date=units.date(clock.captured),
        heads=[*(HEADS[t] for t in timers), "Ceiling"],
        last="Wrong timer against ceiling",
        rows=rows,
        missing=missing,
        refused=[],
        settings=list(dict.fromkeys(r.settings for t in tasks for r in t.readings)),
        href=f"{page.to_root}results/{folder}/{CLOCK_FILE}",
    )


def _cell(folder: str, task: ClockTask, r: Reading) -> Cell:
    return Cell(_rate(folder, task, r), _time_words(r))
