"""The other compiler: every WGSL program in Chromium, on SwiftShader, which is no GPU."""

import ast
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, serving

pytestmark = pytest.mark.browser

LISTINGS = sorted(ROOT.glob("examples/*/gpu_wgpu*.py"))

COMPILE = """async (code) => {
    const adapter = await navigator.gpu.requestAdapter();
    const device = await adapter.requestDevice();
    const module = device.createShaderModule({ code });
    const told = await module.getCompilationInfo();
    return told.messages.map((m) => `${m.type} ${m.lineNum}: ${m.message}`);
}"""
ADD = """async (code) => {
    const device = await (await navigator.gpu.requestAdapter()).requestDevice();
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
    const n = 1009, a = new Float32Array(n).map(() => Math.random());
    const b = new Float32Array(n).map(() => Math.random());
    const buffer = (usage) => device.createBuffer({ size: 4 * n, usage });
    const [A, B] = [a, b].map((x) => {
        const made = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
        device.queue.writeBuffer(made, 0, x);
        return made;
    });
    const C = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    const read = buffer(GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    const entries = [A, B, C].map((made, binding) => ({ binding, resource: { buffer: made } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const encoder = device.createCommandEncoder(), work = encoder.beginComputePass();
    work.setPipeline(pipeline);
    work.setBindGroup(0, group);
    work.dispatchWorkgroups(Math.ceil(n / 256));
    work.end();
    encoder.copyBufferToBuffer(C, 0, read, 0, 4 * n);
    device.queue.submit([encoder.finish()]);
    await read.mapAsync(GPUMapMode.READ);
    const c = new Float32Array(read.getMappedRange());
    return c.every((value, i) => value === Math.fround(a[i] + b[i]));
}"""


@functools.cache
def wgsl(path: Path) -> str:
    """The program's WGSL, read as the build reads it: without running the file."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SOURCE":
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{path}: no SOURCE")


@pytest.fixture(scope="module")
def page(webgpu_chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A page that may use WebGPU, which needs an address."""
    folder = tmp_path_factory.mktemp("wgsl")
    (folder / "index.html").write_text("<!doctype html><title>WGSL</title>")
    with serving(folder) as address:
        page = webgpu_chromium.new_page()
        page.goto(address)
        yield page
        page.close()


def test_the_adapter_is_known_to_be_no_gpu(page: Any) -> None:
    """What tells a page that nothing here is evidence of a GPU."""
    info = page.evaluate(
        "async () => { const { info } = await navigator.gpu.requestAdapter();"
        " return JSON.stringify([info.architecture, info.isFallbackAdapter]); }"
    )
    assert json.loads(info) == ["swiftshader", True]


@pytest.mark.parametrize("path", LISTINGS, ids=lambda p: p.parent.name)
def test_tint_takes_every_program(page: Any, path: Path) -> None:
    """Without an error or a warning."""
    assert page.evaluate(COMPILE, wgsl(path)) == []


@pytest.mark.parametrize("name", ["f64", "u8", "i8", "u16", "i16"])
def test_wgsl_lacks_what_chapters_say_it_lacks(page: Any, name: str) -> None:
    """No float64, no bytes, no integers of two bytes; those of four it has."""
    declared = "@group(0) @binding(0) var<storage> x: array<{}>;"
    assert page.evaluate(COMPILE, declared.format("u32")) == []
    assert any(name in error for error in page.evaluate(COMPILE, declared.format(name)))


def test_who_does_not_ask_gets_the_array_that_the_first_chapter_names(page: Any) -> None:
    """Which is what every GPU allows, in bytes."""
    asked = "async () => (await (await navigator.gpu.requestAdapter()).requestDevice()).limits"
    assert page.evaluate(f"{asked}.maxStorageBufferBindingSize") == 134_217_728
    text = (ROOT / "docs" / "first-gpu-program.md").read_text("utf-8")
    assert "128 MiB" in text
    assert "134,217,728" in text


def test_a_program_computes_in_the_page(page: Any) -> None:
    """The text of the listing, as it is, adds two arrays."""
    path = ROOT / "examples" / "array_addition" / "gpu_wgpu.py"
    assert page.evaluate(ADD, wgsl(path)) is True
