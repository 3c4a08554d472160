"""What axe finds on a page."""

from typing import Any

try:
    from axe_playwright_python.sync_playwright import Axe
except ImportError:  # the fixtures of conftest.py say what is missing
    Axe = None


# What waits until there is time (extra.js) is there at once after a click, its edges a frame on.
ALL_THERE = """() => {
  dispatchEvent(new Event("click"));
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def faults(page: Any, within: str | None = None, **options: Any) -> str:
    """The report of the rules that a page breaks, or what a selector finds in it; empty if none.

    Of the rules that it keeps axe is asked for no details, which takes it half as long again.
    """
    page.evaluate(ALL_THERE)
    found = Axe().run(page, context=within, options={"resultTypes": ["violations"], **options})
    return found.generate_report() if found.violations_count else ""
