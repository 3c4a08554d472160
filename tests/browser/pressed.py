"""A reader who presses the button that measures the GPU: what the tests of it have in common."""

import json
from typing import Any
from urllib.parse import urlsplit

from tests.browser.arrival import arrive

ALLOW = "?software=allow"
# Keeps the smallest sizes that a page would measure, up to `most`.
SMALL = """most => { for (const script of document.querySelectorAll('.sv-measure__programs')) {
    const all = JSON.parse(script.textContent);
    for (const one of Object.values(all)) one.sizes = one.sizes.filter(([n]) => n <= most);
    script.textContent = JSON.stringify(all);
} }"""
ENDED = "() => document.querySelector('.sv-measure__press').textContent === 'Measure again'"

BEGUN = "() => document.querySelector('.sv-measure__press').textContent === 'Stop'"
YOURS = """async () => {
  const { yours } = await import(new URL('/assets/measure.js', location));
  return Object.fromEntries(yours);
}"""


def with_device(then: str) -> str:
    """A script after which something happens to each device `d` before it is handed out."""
    return (
        "const asked = GPUAdapter.prototype.requestDevice; GPUAdapter.prototype.requestDevice ="
        f" async function (...a) {{ const d = await asked.apply(this, a); {then} return d; }};"
    )


class Reader:
    """A page, what it asked for, and what it said."""

    def __init__(self, browser: Any, url: str, width: int = 1200, **options: Any) -> None:
        self.host = urlsplit(url).netloc
        self.url = url
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, path: str = "", query: str = ALLOW, most: int = 2**17) -> "Reader":
        """Open a page of the site, with its sizes cut down."""
        arrive(self.page, self.url + path + query)
        self.page.evaluate(SMALL, most)
        return self

    def instead(self, script: str, times: int | None = None) -> None:
        """Have something run in the worker before its own script, in the first `times` workers."""

        def answer(route: Any) -> None:
            text = route.fetch().text()
            route.fulfill(body=f"{{{script}}}\n{text}", content_type="text/javascript")

        self.context.route("**/measure-gpu.js", answer, times=times)

    def patient(self) -> None:
        """Let a measurement take as long as it takes: a busy machine is no slow GPU."""
        self.page.add_init_script(
            "const wait = window.setTimeout; window.setTimeout = (act, ms, ...more) => "
            "wait(act, ms === 19500 ? 55000 : ms, ...more);"
        )

    def named(self, info: dict[str, Any]) -> None:
        """Have the adapter say this of itself."""
        says = f"get: () => ({json.dumps(info)})"
        self.instead(f"Object.defineProperty(GPUAdapter.prototype, 'info', {{ {says} }});\n")

    def press(self) -> None:
        """Press the first button."""
        self.page.locator(".sv-measure__press").first.click()

    def again(self) -> None:
        """Press it once more, and see that it measures."""
        self.press()
        self.page.wait_for_function(BEGUN, timeout=20_000)

    def ended(self) -> str:
        """What it says when it has ended."""
        self.page.wait_for_function(ENDED, timeout=60_000)
        return self.says()

    def says(self) -> str:
        """The line below the button."""
        return str(self.page.locator(".sv-measure__says").first.text_content())

    def rows(self) -> list[str]:
        """The sizes in the tables of one box."""
        return list(self.page.locator(".sv-measure__found tbody th").all_text_contents())

    def marks(self) -> int:
        """How many stars or triangles the charts show."""
        return int(self.page.locator(".sv-wide .sv-yours-mark").count())

    def yours(self) -> dict[str, Any]:
        """What the page holds of the reader's own, by example."""
        found: dict[str, Any] = self.page.evaluate(YOURS)
        return found
