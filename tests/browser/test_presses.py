"""What a press of "Measure your GPU" keeps, whatever the browser, the device or the reader does.

In Chromium on SwiftShader, which is no GPU: the times say nothing.
"""

import math
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.pressed import ENDED, Reader, with_device

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

pytestmark = pytest.mark.browser

SCOPES = ("compute", "end_to_end", "cpu")
SCALES = {"s": 1.0, "ms": 1e-3, "\u00b5s": 1e-6, "ns": 1e-9}


def seconds(text: str) -> list[float]:
    """The times in a text, as the page writes them."""
    found = re.findall(r"([\d.,]+)\s(ms|\u00b5s|ns|s)", text)
    return [float(number.replace(",", "")) * SCALES[unit] for number, unit in found]


def article(reader: Reader) -> list[str]:
    """The page's words, but for what the button and its line say."""
    text = str(reader.page.locator("article").inner_text()).replace(reader.says(), "", 1)
    return re.sub("Measure your GPU here|Measure again", "", text).split()


# ---- The spread

CHARTS = """() => [...document.querySelectorAll('[data-example]')].flatMap((caption) =>
  [...caption.parentElement.querySelectorAll('svg[data-plot]')].map((svg) => ({
    name: caption.dataset.example, at: Number(caption.dataset.at ?? 0),
    scopes: caption.dataset.scopes.split(' '), plot: svg.dataset.plot.split(' ').map(Number),
    box: (svg.dataset.box ?? svg.getAttribute('viewBox')).split(' ').map(Number),
    spreads: [...svg.querySelectorAll('.sv-yours-spread')].map((path) => path.getAttribute('d')),
    widths: [...svg.querySelectorAll('.sv-yours-spread')].map((path) => getComputedStyle(path))
      .map(({ stroke, strokeWidth }) => stroke === 'none' ? 0 : parseFloat(strokeWidth)),
  })))"""


def spreads(chart: dict[str, Any], points: list[dict[str, Any]]) -> list[list[float]]:
    """From where to where a chart must show the lowest and the highest time, along its axis."""
    left, top, width, height, *sizes, low, high = chart["plot"]
    found = []
    for point in points:
        shown = point["n"] == chart["at"] if chart["at"] else sizes[0] <= point["n"] <= sizes[1]
        for scope in [*chart["scopes"], "cpu"] if shown else []:
            if not (times := point.get(scope)) or (
                not chart["at"] and not low <= times["median"] <= high
            ):
                continue
            along = [math.log(times[end] / low) / math.log(high / low) for end in ("low", "high")]
            if chart["at"]:  # its words stand to the left
                start = max(left, chart["box"][0] + 84)
                ends = [max(start, left + width * min(1.0, max(0.0, a))) for a in along]
            else:
                ends = [top + height * (1 - min(1.0, max(0.0, a))) for a in reversed(along)]
            found.append(ends)
    return sorted(found)


DRAWN = """async (all) => {
  const { draw } = await import(new URL('/assets/measure-chart.js', location));
  for (const [name, points] of Object.entries(all)) {
    draw(name, { label: 'yours', cpu: 'your CPU', points }, () => '', String);
  }
}"""


def drawn(page: Any, name: str) -> Iterator[tuple[list[list[float]], dict[str, Any]]]:
    """The lines that each chart of an example shows as spreads, and the chart."""
    for chart in page.evaluate(CHARTS):
        if chart["name"] == name:
            numbers = [[float(x) for x in re.findall(r"[\d.]+", d)] for d in chart["spreads"]]
            ends = [[x, to] if chart["at"] else [y, to] for x, y, to in numbers]
            assert min(chart["widths"], default=1) >= 1
            yield sorted(ends), chart


def test_every_chart_shows_the_spread_of_a_time(reader: Reader) -> None:
    """As a line from the lowest to the highest round, on either kind of axis."""
    page = reader.open().page
    points = {}
    for chart in page.evaluate(CHARTS):
        *_, low, high = chart["plot"]
        made = zip(SCOPES, (0.5, 1.5, 1.0), strict=True)
        times = {scope: math.sqrt(low * high) * share for scope, share in made}
        spread = {s: {"low": t * 0.7, "median": t, "high": t * 1.9} for s, t in times.items()}
        sizes = [chart["at"]] if chart["at"] else [2**11, 2**14]
        points[chart["name"]] = [{"n": n} | spread for n in sizes]
    assert len(points) > 1
    page.evaluate(DRAWN, points)
    for name, of in points.items():
        for ends, chart in drawn(page, name):
            wanted = spreads(chart, of)
            assert wanted
            assert ends == [pytest.approx(each, abs=0.11) for each in wanted]
            assert any(b - a > 3 for a, b in ends)


def test_every_time_is_shown_with_its_spread(reader: Reader) -> None:
    """What a press measured: in each chart, and in the table in words."""
    page = reader.open(most=2**17).page
    reader.press()
    assert "every result checked" in reader.ended()
    yours = reader.yours()
    for name, one in yours.items():
        for ends, chart in drawn(page, name):
            assert ends == [pytest.approx(e, abs=0.11) for e in spreads(chart, one["points"])]
    cells = page.locator(".sv-measure__found td:has(small)")
    told = [seconds(text) for text in cells.all_text_contents()]
    of = [p[s] for one in yours.values() for p in one["points"] for s in SCOPES if s in p]
    times = [[t["median"], t["low"], t["high"]] for t in of]
    assert len(told) == len(times) > 0
    for each in told:  # in any order: two may be alike in the digits that are shown
        assert any(each == pytest.approx(one, rel=0.006) for one in times), each
    assert any(t["low"] < t["high"] for t in of)


# ---- Warm and cold

COLD = """
const { createComputePipelineAsync: compile, createBindGroup: group } = GPUDevice.prototype;
GPUDevice.prototype.createComputePipelineAsync = async function (what) {
  await new Promise((wake) => setTimeout(wake, 2000));
  return compile.call(this, what);
};
let first = true;
GPUDevice.prototype.createBindGroup = function (what) {
  for (const until = performance.now() + (first ? 2500 : 0); performance.now() < until;);
  first = false;
  return group.call(this, what);
};
"""


def test_what_is_cold_is_called_so_and_stands_apart(reader: Reader) -> None:
    """A slow compiler and a slow first run show in one sentence, and in no time of the table."""
    reader.instead(COLD)
    page = reader.open("first-gpu-program/", most=2**14).page
    reader.press()
    assert "every result checked" in reader.ended()
    note = page.locator(".sv-measure__note").first.text_content()
    cold = re.match(r"Cold, and not in the table: (compiling .*), (its first run .*?)\. ", note)
    compiling, run = (seconds(part)[0] for part in cold.groups())
    assert 2 <= compiling < 2 + 2.5
    assert run >= 2.5
    points = reader.yours()["array_addition"]["points"]
    warm = [p[scope]["high"] for p in points for scope in SCOPES if scope in p]
    assert max(warm) < 2
    assert "its caches warm" in page.locator(".sv-measure__found caption").first.text_content()
    assert [bool(p.get("first")) for p in points].count(True) == 1


# ---- A clock that cannot tell

# Work seems to take so many milliseconds, of k runs with so many blocks.
CLOCK = """
const dispatch = GPUComputePassEncoder.prototype.dispatchWorkgroups;
let k = 0, blocks = 0;
GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...some) {
  k += 1; blocks = some[0];
  if (k === 1 || !(TAKES)) dispatch.apply(this, some);
};
const map = GPUBuffer.prototype.mapAsync;
GPUBuffer.prototype.mapAsync = async function (...how) {
  const until = performance.now() + (k && (TAKES) || 0);
  k = 0;
  await map.apply(this, how);
  while (performance.now() < until);
};
"""
CANNOT_TELL = "the clock cannot tell: twice the work did not take twice as long"


@pytest.mark.parametrize(
    "takes", ["400", "0.02 * k ** 2.5"], ids=["sees no work", "grows too fast"]
)
def test_a_clock_that_is_not_linear_is_refused_in_words(reader: Reader, takes: str) -> None:
    """Twice as many runs that take as long as before, or far more than twice, are no measure."""
    reader.patient()
    reader.instead(CLOCK.replace("TAKES", takes))
    reader.open("first-gpu-program/", most=2**8)
    before = article(reader)
    reader.press()
    assert reader.ended() == f"Nothing could be measured here: {CANNOT_TELL}."
    assert article(reader) == before
    assert (reader.rows(), reader.marks()) == ([], 0)


def test_one_size_that_the_clock_cannot_tell_is_left_out(reader: Reader) -> None:
    """Its row says why; the others stand."""
    reader.patient()
    reader.instead(CLOCK.replace("TAKES", "blocks < 2 && 400"))
    page = reader.open("first-gpu-program/", most=2**11).page
    reader.press()
    assert "every result checked" in reader.ended()
    left = page.locator(".sv-measure__found tbody tr", has_text="256").first.text_content()
    assert left == f"256left out: {CANNOT_TELL}"
    assert [p["n"] for p in reader.yours()["array_addition"]["points"]] == [2**11]


@pytest.mark.parametrize("step", [6, 100])
def test_a_clock_too_coarse_is_refused_in_words(reader: Reader, step: int) -> None:
    """Such as that of a browser that wants to be like all others."""
    clock = "const exact = performance.now.bind(performance); performance.now = () => "
    reader.instead(f"{clock}Math.floor(exact() / {step}) * {step};\n")
    reader.open("first-gpu-program/")
    before = article(reader)
    reader.press()
    assert f"clock moves in steps of {step} ms: it cannot tell how long" in reader.ended()
    assert article(reader) == before


def test_a_clock_that_is_fine_is_not_refused_by_a_busy_machine(reader: Reader) -> None:
    """Something else may have the processor at the very moment in which the clock is looked at."""
    reader.instead(
        "const exact = performance.now.bind(performance); let asked = 0;"
        " performance.now = () => exact() + (++asked > 2 ? 37 : 0);\n"
    )
    reader.open("first-gpu-program/", most=2**8)
    reader.press()
    assert "every result checked" in reader.ended()


# ---- A private window

PRIVATE = {
    "no access": """Object.defineProperty(window, 'localStorage', {
      get() { throw new DOMException('The operation is insecure.', 'SecurityError'); } });""",
    "no room": """Storage.prototype.setItem = function () {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };""",
}


@pytest.mark.parametrize("what", PRIVATE)
def test_a_private_window_measures_and_says_that_it_keeps_nothing(
    reader: Reader, what: str
) -> None:
    """One line, when a reader asks to keep; without the script the page's own parts work."""
    page = reader.open("first-gpu-program/", most=2**11).page
    reader.press()
    assert "every result checked" in reader.ended()
    rows = reader.rows()
    reader.context.add_init_script(PRIVATE[what])
    reader.open("first-gpu-program/", most=2**11)
    ours = [fault for fault in reader.faults if "measure" in fault]
    reader.faults.clear()  # the theme's own scripts ask for the storage too
    assert ours == []
    assert not page.locator(".sv-measure").first.is_hidden()
    reader.press()
    assert "every result checked" in reader.ended()
    assert len(reader.rows()) == len(rows)
    page.get_by_role("button", name="Keep them in this browser").click()
    expect(page.locator(".sv-measure__says").first).to_have_text("This browser keeps nothing.")
    assert len(reader.rows()) == len(rows)
    assert page.get_by_role("button", name="Copy the numbers").is_visible()


# ---- A device that gives up

GIVES_UP = {
    "no device": (
        "GPUAdapter.prototype.requestDevice = async () => {"
        " throw new DOMException('too many\\ndevices', 'OperationError'); };",
        "The browser finds a GPU and does not get it: too many",
    ),
    "no buffer": (
        "const make = GPUDevice.prototype.createBuffer; GPUDevice.prototype.createBuffer ="
        " function (d) {"
        " if (d.size > 16) throw new RangeError('no room'); return make.call(this, d); };",
        "Nothing could be measured here: too little memory.",
    ),
    "out of memory": (
        "const pop = GPUDevice.prototype.popErrorScope; let popped = 0;"
        " GPUDevice.prototype.popErrorScope = async function () {"
        " const found = await pop.call(this);"
        " return ++popped % 2 ? found : new GPUOutOfMemoryError('full'); };",
        "Nothing could be measured here: too little memory.",
    ),
    "no memory of the page": (
        "const Floats = Float32Array; globalThis.Float32Array = class extends Floats {"
        " constructor(n, ...more) {"
        " if (n > 100) throw new RangeError('allocation failed'); super(n, ...more); } };",
        "Nothing could be measured here: too little memory.",
    ),
    "a device that is lost at once": (
        with_device("d.destroy();"),
        "The GPU was lost on the way",
    ),
}


@pytest.mark.parametrize("what", GIVES_UP)
def test_a_phone_that_gives_up_gives_one_line(reader: Reader, what: str) -> None:
    """And the page is as before; the next press, on a device that works, measures."""
    script, line = GIVES_UP[what]
    reader.instead(script + "\n", times=1)
    page = reader.open("first-gpu-program/", most=2**8).page
    before, height = article(reader), page.locator("article").bounding_box()["height"]
    reader.press()
    said = reader.ended()
    assert said.startswith(line)
    assert "\n" not in said
    assert article(reader) == before
    assert (reader.rows(), reader.marks()) == ([], 0)
    says = page.locator(".sv-measure__says").first.bounding_box()["height"]
    assert page.locator("article").bounding_box()["height"] - height < says + 40
    reader.again()
    assert "every result checked" in reader.ended()
    assert len(reader.rows()) == 1


def test_a_device_that_is_full_on_the_way_keeps_what_was_measured(reader: Reader) -> None:
    """The sizes that found no room say so in their rows."""
    reader.instead(
        "let points = 0; const post = globalThis.postMessage;"
        " globalThis.postMessage = (what, ...more) => {"
        " points += what?.kind === 'point'; return post(what, ...more); };"
        " const make = GPUDevice.prototype.createBuffer;"
        " GPUDevice.prototype.createBuffer = function (d) {"
        " if (points) throw new RangeError('no room\\nat all'); return make.call(this, d); };\n"
    )
    reader.open("first-gpu-program/", most=2**14)
    reader.press()
    assert "every result checked" in reader.ended()
    assert len(reader.yours()["array_addition"]["points"]) == 1
    assert "too little memory" in reader.page.locator(".sv-measure__found").first.inner_text()


LOST = """
const asked = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (...how) {
  const device = await asked.apply(this, how), post = globalThis.postMessage;
  globalThis.postMessage = (what, ...more) => {
    post(what, ...more);
    if (what?.kind === 'point') device.destroy();
  };
  return device;
};
"""


def test_after_a_lost_device_the_button_works_again(reader: Reader) -> None:
    """What was measured before stands, in one line is said why no more came."""
    reader.instead(LOST, times=1)
    page = reader.open("first-gpu-program/", most=2**14).page
    reader.press()
    said = reader.ended()
    assert said.startswith("The GPU was lost on the way")
    assert "Press again" in said
    assert "\n" not in said
    assert len(reader.rows()) == 1
    assert page.locator(".sv-measure progress, .sv-measure__press:disabled").count() == 0
    reader.again()
    assert "every result checked" in reader.ended()
    assert len(reader.rows()) >= 3


# ---- Nothing moves

MOVES = """() => {
  window.moved = []; window.animated = [];
  new PerformanceObserver((seen) => {
    for (const each of seen.getEntries()) {
      const what = each.sources.map(({ node, previousRect: { y }, currentRect }) =>
        `${(node?.parentElement ?? node)?.outerHTML.slice(0, 60)} ${y} ${currentRect.y}`);
      if (!each.hadRecentInput) moved.push([each.value, ...what]);
    }
  }).observe({ type: 'layout-shift' });
  const look = () => {
    for (const { animationName, transitionProperty, effect } of document.getAnimations()) {
      animated.push(`${effect.target?.className} ${animationName ?? transitionProperty}`);
    }
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.mark.parametrize("width", [1200, 360])
@pytest.mark.parametrize("path", ["", "first-gpu-program/", "add-and-count/"])
def test_nothing_moves_but_the_progress(
    webgpu_chromium: Any, site_url: str, path: str, width: int
) -> None:
    """No shift of the layout but right after the press, and no animation at all."""
    reader = Reader(webgpu_chromium, site_url, width)
    page = reader.open(path).page
    page.locator(".sv-measure__press").first.scroll_into_view_if_needed()
    page.wait_for_timeout(700)
    page.evaluate(MOVES)
    reader.press()
    assert re.match("Done in|Ended after 20 s", reader.ended())
    assert reader.marks() > 0
    page.wait_for_timeout(300)
    assert page.evaluate("moved") == []
    assert page.evaluate("animated") == []
    reader.context.close()


# ---- Nothing leaves

BROWSERS_OWN = "content-autofill.googleapis.com:443"
"""What Chromium itself asks, of any page with a field to fill in."""


class Watch(BaseHTTPRequestHandler):
    """Every browser's request goes through here; only those to the site are answered."""

    asked: list[tuple[str, str, int]]
    host: str
    first: bytes

    def do_GET(self) -> None:
        """Note it, and pass it on to the site."""
        if self.path != BROWSERS_OWN:
            sent = int(self.headers.get("Content-Length") or 0)
            self.asked.append((self.command, self.path, sent))
        if self.command != "GET" or urlsplit(self.path).netloc != self.host:
            self.send_error(502)
            return
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(self.path) as found:
            body = found.read()
        if self.path.endswith("measure-gpu.js"):
            body = self.first + body
        self.send_response(200)
        self.send_header("Content-Type", found.headers["Content-Type"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_HEAD = do_OPTIONS = do_CONNECT = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def watched(
    browser: Any, url: str, first: str = ""
) -> Iterator[tuple[Reader, list[tuple[str, str, int]]]]:
    """A reader behind a proxy, and all that the proxy was asked for: by workers of workers too.

    `first` runs in the worker before its own script.
    """
    asked: list[tuple[str, str, int]] = []
    handler = type(
        "Handler", (Watch,), {"asked": asked, "host": urlsplit(url).netloc, "first": first.encode()}
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        proxy = {"server": f"http://127.0.0.1:{server.server_port}", "bypass": "<-loopback>"}
        reader = Reader(browser, url, proxy=proxy)
        yield reader, asked
        reader.context.close()
        server.shutdown()


STORED = """async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie,
  await caches.keys(), (await indexedDB.databases()).map(({ name }) => name)])"""
OURS = r"(assets/(measure(-gpu)?\.js|measure-cpu\.wasm|tasks/\w+\.js)|favicon\.ico)"


def test_a_press_asks_for_its_own_scripts_and_leaves_nothing(
    webgpu_chromium: Any, site_url: str
) -> None:
    """No other host, nothing sent, nothing stored: a reload finds the page as it was."""
    with watched(webgpu_chromium, site_url) as (reader, asked):
        page = reader.open().page
        words, stored, start = article(reader), page.evaluate(STORED), len(asked)
        reader.press()
        assert "every result checked" in reader.ended()
        during = asked[start:]
        assert {path for _, path, _ in during} >= {
            f"{site_url}assets/{name}" for name in ("measure.js", "measure-cpu.wasm")
        }
        for method, path, sent in during:
            assert (method, sent) == ("GET", 0)
            assert re.fullmatch(re.escape(site_url) + OURS, path), path
        assert page.evaluate(STORED) == stored
        page.reload(wait_until="networkidle")
        assert (reader.rows(), reader.marks(), reader.says()) == ([], 0, "")
        assert article(reader) == words
        assert {urlsplit(path).netloc for _, path, _ in asked} == {reader.host}


LEAKS = {
    "a request": "fetch('http://elsewhere.invalid/', { method: 'POST', mode: 'no-cors' });",
    "from a worker of a worker": "if (self.name) fetch('http://elsewhere.invalid/');",
    "a socket": "new WebSocket('ws://elsewhere.invalid/');",
    "over TLS": "fetch('https://elsewhere.invalid/').catch(() => {});",
}


@pytest.mark.parametrize("what", LEAKS)
def test_what_would_leave_is_seen(webgpu_chromium: Any, site_url: str, what: str) -> None:
    """The watch above does see a request to another host."""
    with watched(webgpu_chromium, site_url, LEAKS[what] + "\n") as (reader, asked):
        reader.open("first-gpu-program/", most=2**8)
        reader.press()
        reader.ended()
        assert [path for _, path, _ in asked if "elsewhere.invalid" in path]


# ---- Progress and Stop, by keyboard

BAR = """() => {
  window.progressed = [];
  new MutationObserver(() => {
    const bar = document.querySelector('.sv-measure progress');
    if (bar && bar.value !== progressed.at(-1)?.[0]) progressed.push([bar.value, bar.max]);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def test_progress_is_shown_and_a_key_stops_it(reader: Reader) -> None:
    """Tab leads to the button, Enter presses it and Space stops it: the focus stays there."""
    page = reader.open("first-gpu-program/", most=2**23).page
    press = page.locator(".sv-measure__press").first
    press.focus()
    page.keyboard.press("Shift+Tab")
    expect(press).not_to_be_focused()
    for _ in range(4):  # what comes into view on the way, such as code that scrolls, is a stop too
        page.keyboard.press("Tab")
        if press.evaluate("button => button === document.activeElement"):
            break
    expect(press).to_be_focused()
    page.evaluate(BAR)
    page.keyboard.press("Enter")
    bar = page.get_by_role("progressbar", name="Progress of the measurement")
    expect(bar).to_be_visible()
    page.wait_for_function("() => window.progressed.length >= 3", timeout=20_000)
    expect(press).to_have_text("Stop")
    expect(press).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".sv-measure__says").first).to_have_text("Stopped.", timeout=5_000)
    expect(press).to_be_focused()
    assert page.locator(".sv-measure progress").count() == 0
    values = page.evaluate("progressed")
    assert len(values) >= 3
    assert all(a[0] < b[0] <= b[1] for a, b in pairwise(values))
    page.keyboard.press("Enter")
    expect(press).to_have_text("Stop")
    page.keyboard.press("Enter")
    page.wait_for_function(ENDED)
    assert reader.says() == "Stopped."
