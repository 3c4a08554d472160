"""The kernels of the programs with wgpu in a browser: Tint, Chromium's compiler, takes them too.

wgpu's compiler is naga, and the two differ. SwiftShader, which comes with Chromium, plays the GPU.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browser.conftest import CHROMIUM_FLAGS, missing, serving
from tests.examples.conftest import load, variant_files
from tests.examples.wgpu_files import kernel

pytestmark = pytest.mark.browser
PROGRAMS = {p.parent.name: p for p in variant_files("gpu_wgpu*")}
FLAGS = [
    *(flag for flag in CHROMIUM_FLAGS if flag != "--disable-gpu"),
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
]

COMPILE = """async code => {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return null;
    const device = await adapter.requestDevice();
    device.pushErrorScope("validation");
    const module = device.createShaderModule({code});
    const {messages} = await module.getCompilationInfo();
    const said = messages.map(m => `${m.type} ${m.lineNum}:${m.linePos} ${m.message}`);
    device.createComputePipeline({layout: "auto", compute: {module, entryPoint: "main"}});
    const fault = await device.popErrorScope();
    if (fault) said.push(fault.message);
    return {said, name: adapter.info.architecture, plays: adapter.info.isFallbackAdapter};
}"""

RUN = """async ({code, inputs, length, workgroups}) => {
    const adapter = await navigator.gpu.requestAdapter();
    const device = await adapter.requestDevice();
    const module = device.createShaderModule({code});
    const kernel = device.createComputePipeline(
        {layout: "auto", compute: {module, entryPoint: "main"}});
    const {STORAGE, COPY_SRC, COPY_DST, MAP_READ} = GPUBufferUsage;
    const buffers = inputs.map(numbers => {
        const array = new Float32Array(numbers);
        const buffer = device.createBuffer({size: array.byteLength, usage: STORAGE | COPY_DST});
        device.queue.writeBuffer(buffer, 0, array);
        return buffer;
    });
    const out = device.createBuffer({size: 4 * length, usage: STORAGE | COPY_SRC});
    const read = device.createBuffer({size: 4 * length, usage: COPY_DST | MAP_READ});
    const entries = [...buffers, out].map((buffer, binding) => ({binding, resource: {buffer}}));
    const commands = device.createCommandEncoder();
    const work = commands.beginComputePass();
    work.setPipeline(kernel);
    work.setBindGroup(0, device.createBindGroup({layout: kernel.getBindGroupLayout(0), entries}));
    work.dispatchWorkgroups(...workgroups);
    work.end();
    commands.copyBufferToBuffer(out, 0, read, 0, 4 * length);
    device.queue.submit([commands.finish()]);
    await read.mapAsync(GPUMapMode.READ);
    return [...new Float32Array(read.getMappedRange())];
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An empty page in a Chromium of its own, whose GPU is SwiftShader."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed: run 'make test-browser'")
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        missing("no Chromium on PATH: on Debian, run 'sudo apt install chromium'")
    folder = tmp_path_factory.mktemp("empty")
    (folder / "index.html").write_text("<!doctype html><title>WGSL</title>", encoding="utf-8")
    with sync_playwright() as playwright, serving(folder) as address:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        yield page
        browser.close()


def compiled(page: Any, source: str) -> list[str]:
    """What Chromium says of a kernel: nothing, if it takes it."""
    answer = page.evaluate(COMPILE, source)
    if answer is None:
        missing("this Chromium gives no adapter, not even SwiftShader")
    assert answer["name"] == "swiftshader"
    assert answer["plays"]
    return list(answer["said"])


@pytest.mark.parametrize("path", PROGRAMS.values(), ids=list(PROGRAMS))
def test_chromium_takes_the_kernel(page: Any, path: Path) -> None:
    """Without an error or a warning, and within the limits that every browser grants."""
    assert compiled(page, kernel(path)) == []


WRONG = {
    "a barrier in a branch": ("workgroupBarrier();", "if (t < 9) { workgroupBarrier(); }"),
    "more shared memory than browsers grant": ("array<f32, 256>", "array<f32, 12256>"),
}


@pytest.mark.parametrize(("right", "wrong"), WRONG.values(), ids=list(WRONG))
def test_chromium_refuses_what_is_wrong(page: Any, right: str, wrong: str) -> None:
    """Both of these pass wgpu's compiler."""
    source = kernel(PROGRAMS["total"])
    assert right in source
    assert compiled(page, source.replace(right, wrong, 1))


@pytest.mark.parametrize("n", [1, 97, 1009])
def test_addition_is_right_in_chromium(page: Any, n: int) -> None:
    """The same kernel, sent from a page, gives the same answer."""
    path = PROGRAMS["array_addition"]
    assert compiled(page, kernel(path)) == []
    problem = load(path.parent / "problem.py")
    inputs = problem.make_inputs(n, np.random.default_rng(n))
    job = {
        "code": kernel(path),
        "inputs": [a.tolist() for a in inputs],
        "length": n,
        "workgroups": [-(-n // 256), 1],
    }
    expected = problem.reference(*inputs)
    error = np.linalg.norm(page.evaluate(RUN, job) - expected) / np.linalg.norm(expected)
    assert error <= problem.TOLERANCE
