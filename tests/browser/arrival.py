"""Opening a page, for the tests that look at all of it."""

from typing import Any

# Until then a page has no words but those of its first section: see "What waits" in extra.js.
ALL_LAID_OUT = """[...document.querySelectorAll('.md-content__inner > *')].every(
  block => getComputedStyle(block).contentVisibility === 'visible')"""


def arrive(page: Any, address: str) -> None:
    """Open a page and wait until all of it is there, and nothing more is being fetched."""
    page.goto(address, wait_until="networkidle")
    page.wait_for_function(ALL_LAID_OUT)
