"""`/// clock | browser`: the page's clock in a browser, against the device's own timestamps."""

from markupsafe import Markup

from survival import units
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words import digits
from survival.pages.words.figures import Number
from survival.pages.words.tables import Cell
from survival.records import BROWSER, Browser
from survival.records.browser import Measured, Point


def section(page: Page) -> Markup:
    """A table for each record of results/browser whose device has timestamps."""
    tables = [
        _table(page, name, found)
        for name, found in page.evidence.results.browser.items()
        if any(point.stamps for seen in found.examples.values() for point in seen.points)
    ]
    if not tables:
        return render("unmeasured", text="No browser's clock has been recorded yet.")
    return Markup("\n").join(tables)


def _table(page: Page, name: str, found: Browser) -> Markup:
    record = f"results/{BROWSER}/{name}.json"
    rows = [
        _row(record, seen, point)
        for seen in found.examples.values()
        for point in seen.points
        if point.stamps
    ]
    shown = dict.fromkeys((seen.name, seen.software) for seen in found.examples.values())
    return render(
        "browser-clock",
        names=[{"name": name, "software": software} for name, software in shown],
        browser=found.browser,
        date=units.date(found.captured),
        rows=rows,
        timer=found.timer,
        href=f"{page.to_root}{record}",
    )


def _row(record: str, seen: Measured, point: Point) -> tuple[str, Cell, Number]:
    """What was timed, by the browser's clock, and what the timestamps of a batch say of that."""
    stamps, clock = point.stamps or 0.0, point.compute
    what = f"{seen.title}, {point.label} {seen.unit}"
    note = f"{what}, by the browser's clock, in batches of {clock.batch}"
    n = digits.earned(clock.median, clock.low, clock.high)
    spread = f"{units.seconds(clock.low, n)} to {units.seconds(clock.high, n)}"
    took = Cell(Number(units.seconds(clock.median, n), clock.median, record, note), spread)
    said = f"{what}: one batch of {clock.batch} by timestamps, over the same by the browser's clock"
    return what, took, Number(f"{stamps:.2f}", stamps, record, said)
