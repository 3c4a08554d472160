"""The reader's GPU, measured in the page: in Chromium on SwiftShader, which is no GPU.

What is measured here says nothing, so that sizes are small: the machine is shared, and slow at it.
"""

import json
import re
from urllib.parse import urlsplit

import pytest

from survival import catalog
from survival.judge.elsewhere import browser as elsewhere
from survival.records import Browser
from survival.site import wasm
from tests.browser.accessibility import faults
from tests.browser.pressed import ENDED, Reader, with_device

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

pytestmark = pytest.mark.browser

ALL = (
    ("mandelbrot/", "mandelbrot mandelbrot_deep"),
    ("matrix-product/", "matrix_product"),
    ("when-the-gpu-wins/", "saxpy"),
    ("memory/", "transpose"),
    ("add-and-count/", "total histogram"),
    ("why-gpus/", "embedding_search"),
    ("read/", "attention"),
)
# Other WGSL in the place of an example's own.
PLANT = """([name, from, to]) => {
  for (const script of document.querySelectorAll('.sv-measure__programs')) {
    const all = JSON.parse(script.textContent);
    if (!all[name]) continue;
    if (!all[name].wgsl.includes(from)) throw new Error('not in the kernel: ' + from);
    all[name].wgsl = all[name].wgsl.replace(from, to);
    script.textContent = JSON.stringify(all);
} }"""


def test_a_press_puts_checked_points_into_the_charts(reader: Reader) -> None:
    """The script comes with the press; axe finds nothing before and after; a reload forgets."""
    page = reader.open().page
    assert not any("measure" in url for url in reader.asked)
    assert faults(page) == ""
    before = page.locator(".sv-wide").last.get_attribute("viewBox")
    reader.press()
    page.locator(".sv-measure progress").wait_for()
    assert "every result checked" in reader.ended()
    assert "No GPU was measured" in reader.says()
    assert page.locator(".sv-measure progress").count() == 0
    assert {"16 × 24", "256"} <= {re.sub("( CPU)? noisy.*", "", row) for row in reader.rows()}
    chart = page.locator('figure:has([data-example="array_addition"]) .sv-wide')
    told = chart.locator(".sv-yours-mark title").first.text_content()
    assert re.match(
        r"no GPU: a program that plays one, in this browser \(google swiftshader\), ", told
    )
    assert chart.locator(".sv-yours text").first.text_content().startswith("no GPU")
    assert page.locator(".sv-wide").last.get_attribute("viewBox") != before
    assert faults(page) == ""
    assert not [url for url in reader.asked if urlsplit(url).netloc != reader.host]
    page.reload()
    assert reader.marks() == 0


# When the first mark came into a chart, and the table's first row, in ms since the press.
WATCH = """() => {
  const seen = (name, what) => {
    window[name] ??= document.querySelector(what) && performance.now() - pressed;
  };
  new MutationObserver(() => {
    seen('mark', '.sv-wide .sv-yours-mark');
    seen('row', '.sv-measure__found tbody td');
  }).observe(document.body, { subtree: true, childList: true });
  const press = document.querySelector('.sv-measure__press');
  press.addEventListener('click', () => { window.pressed ??= performance.now(); }, true);
}"""


@pytest.mark.parametrize("path", ["", "mandelbrot/"])
def test_the_first_point_and_the_whole_sweep_come_in_time(reader: Reader, path: str) -> None:
    """All sizes: within 3 s and 20 s; what does not fit into them is left out, and why is said."""
    page = reader.open(path, most=2**62).page
    page.evaluate(WATCH)
    reader.press()
    page.wait_for_function(ENDED, timeout=22_000)
    assert re.match("Done in|Ended after 20 s", reader.says())
    assert page.evaluate("() => Math.max(mark, row)") < 3_000
    if path != "mandelbrot/":
        table = page.locator(".sv-measure__found").first.inner_text()
        assert "left out: needs more than 256 MiB" in table


@pytest.mark.parametrize(("path", "names"), ALL, ids=[names for _, names in ALL])
def test_every_button_s_kernels_are_right(reader: Reader, path: str, names: str) -> None:
    """The WGSL of each example against the reference in JavaScript."""
    page = reader.open(path, most=2**14).page
    assert page.locator(f'.sv-measure[data-measure="{names}"]').count() == 1
    reader.press()
    assert "every result checked" in reader.ended()
    assert len(reader.rows()) >= 2
    for name in names.split():  # compute and end to end, in each chart over its sizes
        for chart in page.locator(f'figure:has([data-example="{name}"]:not([data-at]))').all():
            told = chart.locator(".sv-wide .sv-yours-mark title").all_text_contents()
            for scope in ("compute", "end to end"):
                assert any(f", {scope}, " in title for title in told)
    notes = " ".join(page.locator(".sv-measure__note").all_text_contents())
    assert "Your CPU is not beside it" not in notes


WRONG = {
    "a difference for a sum": ("array_addition", "a[i] + b[i]", "a[i] - b[i]"),
    "an element that is never added": (
        "array_addition",
        "i < arrayLength(&c)",
        "i + 1 < arrayLength(&c)",
    ),
    "a step too many": ("mandelbrot", "= k;", "= k + 1u;"),
    "a size that is no number": ("mandelbrot", "sizes[2] &&", "sizes[2] - 1 &&"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_kernel_is_refused_in_one_line(reader: Reader, wrong: str) -> None:
    """And nothing of its example is shown."""
    page = reader.open().page
    page.evaluate(PLANT, WRONG[wrong])
    reader.press()
    said = reader.ended()
    assert re.search(r": the result is wrong \(.*\)\. No time of it is shown\.$", said), said
    name = WRONG[wrong][0]
    assert page.locator(f'figure:has([data-example="{name}"]) .sv-yours-mark').count() == 0


DOWN = "bitcast<f32>(bitcast<u32>(a[i] + b[i]) - u32(a[i] + b[i] > 1.0{}))"


@pytest.mark.parametrize(
    ("ties", "says"), [(" && a[i] + b[i] - a[i] > b[i]", "Done in"), ("", "the result is wrong")]
)
def test_a_gpu_that_rounds_down_is_not_called_wrong(reader: Reader, ties: str, says: str) -> None:
    """WGSL leaves open which way a sum between two numbers goes; the next but one is wrong."""
    page = reader.open("first-gpu-program/", most=2**11).page
    page.evaluate(PLANT, ["array_addition", "a[i] + b[i]", DOWN.format(ties)])
    reader.press()
    assert says in reader.ended()


def test_a_product_without_its_barriers_is_refused(reader: Reader) -> None:
    """Freivalds' check finds what only some elements are."""
    page = reader.open("matrix-product/", most=2**18).page
    page.evaluate(PLANT, ["matrix_product", "for (var j = 0u; j < 16u", "for (var j = 0u; j < 15u"])
    reader.press()
    assert "the result is wrong" in reader.ended()
    assert reader.marks() == 0


def test_a_kernel_that_does_not_compile_gives_one_line(reader: Reader) -> None:
    """With the compiler's reason."""
    page = reader.open().page
    page.evaluate(PLANT, ["mandelbrot", "var z = c;", "var z = ;"])
    reader.press()
    assert "the kernel does not compile here, line " in reader.ended()


def test_stop_stops(reader: Reader) -> None:
    """At once, with what was measured so far; and it can begin again."""
    page = reader.open("first-gpu-program/", most=2**23).page
    reader.press()
    page.locator(".sv-wide .sv-yours-mark").first.wait_for(state="attached", timeout=20_000)
    press = page.locator(".sv-measure__press").first
    expect(press).to_have_text("Stop")
    press.click(timeout=1_000)
    expect(page.locator(".sv-measure__says").first).to_have_text("Stopped.", timeout=3_000)
    expect(press).to_have_text("Measure again")
    assert page.locator(".sv-measure__press:disabled").count() == 0
    count = reader.marks()
    assert count > 0
    page.wait_for_timeout(1_000)
    assert reader.marks() == count


def test_a_software_adapter_is_refused_in_words(reader: Reader) -> None:
    """What plays a GPU on the CPU is no evidence of one."""
    reader.open(query="").press()
    assert "(google swiftshader) is a program that plays a GPU on the CPU" in reader.ended()
    assert reader.rows() == []


@pytest.mark.parametrize("name", ["llvmpipe (LLVM 15)", "Microsoft Basic Render Driver"])
def test_a_software_adapter_is_known_by_its_name(reader: Reader, name: str) -> None:
    """Where a browser does not say that it is a fallback."""
    reader.named({"vendor": "v", "description": name, "isFallbackAdapter": False})
    reader.open(query="").press()
    assert "plays a GPU on the CPU" in reader.ended()


def test_a_hostile_name_is_text(reader: Reader) -> None:
    """In the chart, the table and the line."""
    name = "<img src=x onerror=alert(1)>"
    reader.named({"vendor": name, "isFallbackAdapter": False})
    page = reader.open("first-gpu-program/", most=2**11).page
    reader.press()
    assert "every result checked" in reader.ended()
    assert page.locator("img[src=x]").count() == 0
    assert name in page.locator(".sv-measure caption").first.text_content()
    assert (
        f"your GPU, in this browser ({name})" in page.locator(".sv-yours text").first.text_content()
    )


NONE = {
    "no WebGPU": ("delete WorkerNavigator.prototype.gpu;", "offers no WebGPU"),
    "no adapter": (
        "navigator.gpu.requestAdapter = async () => null;",
        "finds no GPU that it may use",
    ),
    "a coarse clock": (
        "const exact = performance.now.bind(performance);"
        "performance.now = () => Math.floor(exact() / 16) * 16;",
        "clock moves in steps of 16 ms",
    ),
    "a lost device": (
        with_device("setTimeout(() => d.destroy(), 700);"),
        "The GPU was lost on the way",
    ),
    "too little memory": (
        "const make = GPUDevice.prototype.createBuffer; GPUDevice.prototype.createBuffer ="
        " function (d) { return make.call(this, d.size > 30000 ? { ...d, size: 2 ** 40 } : d); };",
        "Done in",
    ),
}


@pytest.mark.parametrize("what", NONE)
def test_what_cannot_be_gives_one_line(reader: Reader, what: str) -> None:
    """And the page is as good as before."""
    script, line = NONE[what]
    reader.instead(script + "\n")
    page = reader.open("first-gpu-program/", most=2**17).page
    before = page.locator("article").inner_text()
    reader.press()
    said = reader.ended()
    assert line in said
    assert "\n" not in said
    if what == "too little memory":
        assert (
            "left out: too little memory" in page.locator(".sv-measure__found").first.inner_text()
        )
    elif what != "a lost device":
        after = page.locator("article").inner_text()
        assert (
            after.replace(said, "").split()
            == before.replace("Measure your GPU here", "Measure again", 1).split()
        )


def test_kept_points_come_back_and_can_be_forgotten(reader: Reader) -> None:
    """Only if the reader asked for it; what is no record of ours is dropped."""
    page = reader.open("first-gpu-program/", most=2**11).page
    reader.press()
    reader.ended()
    page.get_by_role("button", name="Keep them in this browser").click()
    says = page.locator(".sv-measure__says", has_text=re.compile("Kept|Forgotten"))
    says.first.wait_for()
    page.reload(wait_until="networkidle")
    page.locator(".sv-yours-mark").first.wait_for(state="attached")
    assert len(reader.rows()) >= 2
    page.get_by_role("button", name="Forget them").first.click()
    says.first.wait_for()
    page.reload(wait_until="networkidle")
    assert reader.marks() == 0
    wrong = json.dumps({"examples": {"array_addition": {"points": [{}]}}})
    page.evaluate("text => localStorage.setItem('sv-measured', text)", wrong)
    page.reload(wait_until="networkidle")
    page.wait_for_function("() => localStorage.getItem('sv-measured') === null")
    assert reader.marks() == 0


def test_the_numbers_can_be_copied(reader: Reader) -> None:
    """As JSON that says that a browser measured it, with positive times in order."""
    page = reader.open("first-gpu-program/", most=2**11).page
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.press()
    reader.ended()
    page.get_by_role("button", name="Copy the numbers").click()
    page.wait_for_function(
        "() => document.querySelector('.sv-measure__says').textContent.startsWith('Copied')"
    )
    text = page.evaluate("() => navigator.clipboard.readText()")
    record = Browser.model_validate_json(text)
    found = record.examples["array_addition"]
    assert found.software
    assert {p.n for p in found.points} <= {2**8, 2**11}
    assert all(p.cpu and p.cpu.workers >= 1 for p in found.points)
    assert not [f for f in elsewhere.judge(record, "copied", catalog.find()) if f.fails]


CPU = ".sv-yours--cpu"


def test_the_cpu_stands_beside_the_gpu(reader: Reader) -> None:
    """Checked by the same reference, labelled as what it is, in its own colour and shape."""
    page = reader.open("first-gpu-program/", most=2**14).page
    reader.press()
    reader.ended()
    workers = page.evaluate("() => navigator.hardwareConcurrency")
    s = "s" * (workers > 1)
    label = f"your CPU, WebAssembly SIMD in {workers} worker{s}, in this browser"
    assert page.evaluate("() => crossOriginIsolated") is False
    chart = page.locator('figure:has([data-example="array_addition"]) .sv-wide').first
    assert label in " ".join(chart.locator(f"{CPU} text").all_text_contents())
    mark = chart.locator(f"{CPU} .sv-yours-mark:has(title)").first
    assert mark.locator("title").text_content().startswith(label)
    colour = "(e) => getComputedStyle(e).stroke"
    assert mark.evaluate(colour) == "rgb(0, 114, 178)"
    mark = chart.locator(f"{CPU} > .sv-yours-mark").last  # of its key: no triangle
    star = chart.locator(".sv-yours > .sv-yours-mark").last
    assert star.evaluate(colour) != mark.evaluate(colour)
    assert star.get_attribute("d") != mark.get_attribute("d")
    table = page.locator(".sv-measure__found").first
    assert table.locator("thead th:text-is('CPU')").count() == 1
    assert label in table.locator("caption").first.text_content()
    assert faults(page) == ""


def test_a_product_of_matrices_has_no_cpu_beside_it(reader: Reader) -> None:
    """Nor is anything of it loaded."""
    page = reader.open("matrix-product/", most=2**14).page
    reader.press()
    assert "every result checked" in reader.ended()
    assert page.locator(CPU).count() == 0
    assert not any("wasm" in url for url in reader.asked)


NO_CPU = {
    "a wrong program": (None, "its result is wrong"),
    "no SIMD": ("WebAssembly.compile = async () => { throw Error('no SIMD'); };", "no SIMD"),
    "no workers of workers": ("globalThis.Worker = undefined;", "not a constructor"),
    "too little memory": (
        "const post = Worker.prototype.postMessage; Worker.prototype.postMessage = function (m) {"
        " if (m.part) m.part.out = 2 ** 31; return post.call(this, m); };",
        "grow",
    ),
}


@pytest.mark.parametrize("what", NO_CPU)
def test_a_cpu_that_cannot_be_timed_is_absent_in_one_line(reader: Reader, what: str) -> None:
    """And the GPU's points stand as they are."""
    script, line = NO_CPU[what]
    if script:
        reader.instead(script + "\n")
    else:
        wat2wasm = pytest.importorskip("wasmtime").wat2wasm
        text = wasm.TEXT.read_text(encoding="utf-8").replace("f32x4.add", "f32x4.sub")
        body = bytes(wat2wasm(text))
        reader.context.route("**/measure-cpu.wasm", lambda route: route.fulfill(body=body))
    page = reader.open("first-gpu-program/", most=2**11).page
    reader.press()
    assert "every result checked" in reader.ended()
    assert len(reader.rows()) == 2
    assert page.locator(CPU).count() == 0
    notes = page.locator(".sv-measure__note").first.text_content()
    assert re.search(r"Your CPU is not beside it, at [\d,]+: ", notes), notes
    assert line in notes


BEYOND = """async ([name, n]) => {
  const { draw } = await import(new URL("assets/measure-chart.js", document.baseURI));
  const times = (median) => ({ median, low: median, high: median });
  const point = { n, compute: times(1e-9), end_to_end: times(1e6), cpu: times(2e6) };
  const yours = { label: "your GPU, in this browser (a name)", points: [point] };
  yours.cpu = "your CPU, WebAssembly SIMD in 128 workers, in this browser";
  draw(name, yours, () => "", String);
}"""


@pytest.mark.parametrize(
    ("name", "n", "said"),
    [
        (
            "mandelbrot",
            1024 * 1536,
            ["1000000, right of this axis", "2000000, right of"],
        ),
        ("array_addition", 2**20, ["triangles at an edge: beyond the chart, see the table"]),
    ],
)
def test_a_point_beyond_a_chart_is_not_lost(
    reader: Reader, name: str, n: int, said: list[str]
) -> None:
    """A triangle at the edge points to it, and words say so: within the picture, at any width."""
    page = reader.open().page
    page.evaluate(BEYOND, [name, n])
    figure = page.locator(f'figure:has([data-example="{name}"])').first
    words = " ".join(figure.locator(".sv-wide .sv-yours text").all_text_contents())
    for text in [*said, "your CPU, WebAssembly SIMD"]:
        assert text in words
    for width, kind in ((1200, "wide"), (360, "narrow")):
        page.set_viewport_size({"width": width, "height": 900})
        svg = figure.locator(f".sv-{kind}")
        whole = svg.bounding_box()
        for element in svg.locator(".sv-yours :is(text, path)").all():
            box = element.bounding_box()
            assert whole["x"] - 1 <= box["x"]
            assert box["x"] + box["width"] <= whole["x"] + whole["width"] + 1
            assert box["y"] + box["height"] <= whole["y"] + whole["height"] + 1
