"""Records how a browser's clock agrees with the device's timestamps, for the page on clocks.

`python -m tests.browser.record NAME` presses that page's button in the built site, and writes
results/browser/NAME.json, if the judge believes it. Without a GPU it takes SwiftShader, a program
that plays one; the record says so.
"""

import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from survival import catalog, records
from survival.judge.elsewhere import browser
from tests.browser.arrival import arrive
from tests.browser.conftest import CHROMIUM_FLAGS, SITE, WEBGPU_FLAGS, executable, serving


def copied(page_path: str = "clock/?software=allow") -> str:
    """What "Copy the numbers" gives on a page of the built site, after a press of its button."""
    with serving(SITE) as address, sync_playwright() as playwright:
        flags = [*CHROMIUM_FLAGS, *WEBGPU_FLAGS]
        chromium = playwright.chromium.launch(executable_path=executable(), args=flags)
        context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        arrive(page, address + page_path)
        press = page.locator(".sv-measure__press").first
        press.click()
        expect(press).to_have_text("Measure again", timeout=30_000)
        page.get_by_role("button", name="Copy the numbers").first.click()
        expect(page.locator(".sv-measure__says").first).to_have_text("Copied, as JSON.")
        text = str(page.evaluate("() => navigator.clipboard.readText()"))
        chromium.close()
    return text


def main(name: str) -> None:
    """Write the record of that name; ends with what is wrong with it, if something is."""
    path = catalog.RESULTS / records.BROWSER / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    fresh = Path(f"{path}.new")
    fresh.write_text(copied(), encoding="utf-8")
    try:
        found = records.read_browser(fresh)
    finally:
        fresh.unlink()
    results = records.read_results(catalog.RESULTS)
    said, broken = browser.look_at(found, f"results/browser/{name}.json", catalog.find(), results)
    print("\n".join(said))
    if broken:
        raise SystemExit(1)
    records.write(path, found)


if __name__ == "__main__":
    main(sys.argv[1])
