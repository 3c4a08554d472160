"""Every program with wgpu runs on a driver that plays a GPU, and its mistakes are found there.

WebGPU promises that nobody reads or writes outside of an array, which hides a missing guard. So
here each array has a margin behind it that must stay as it was, and whose numbers are poison.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wgpu

from tests.examples.conftest import Case, allowed_sizes, cases, variant_files
from tests.examples.wgpu_files import kernel, shared
from tests.standin.problems import load

FILES = variant_files("gpu_wgpu*")
APIS = ("Vulkan", "Metal", "D3D12")
PICK = "WGPUPY_WGPU_ADAPTER_NAME"
"""By this wgpu takes the adapter whose name and API it holds."""
POISON, MARK = 0xFFFFFFFF, 0x5A5A5A5A
"""Behind what is read: no number as float32, and four bytes of 255. Behind what is written: another
number, because what is computed from poison is poison."""
MARGIN = 4096
"""Numbers of four bytes behind every array."""


def lacks(what: str) -> None:
    """Skip with the reason, or fail where a driver is demanded (REQUIRE_VULKAN=1)."""
    says = f"{what} (Debian: apt-get install mesa-vulkan-drivers)"
    if os.environ.get("REQUIRE_VULKAN") == "1":
        pytest.fail(f"REQUIRE_VULKAN=1, but {says}")
    pytest.skip(says)


@pytest.fixture(scope="module")
def adapter() -> Iterator[Any]:
    """What the programs run on: a program that plays a GPU where there is one, else the GPU."""
    seen = [a for a in wgpu.gpu.enumerate_adapters_sync() if a.info["backend_type"] in APIS]
    if not seen:
        lacks("no driver shows a GPU")
    chosen = min(seen, key=lambda a: a.info["adapter_type"] != "CPU")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(PICK, chosen.summary)
        yield chosen


@pytest.fixture(scope="module")
def software(adapter: Any) -> Any:
    """A program that plays a GPU: on a GPU, what lacks a barrier may be right by chance."""
    if adapter.info["adapter_type"] != "CPU":
        lacks("mistakes are looked for on a program that plays a GPU, and there is none")
    return adapter


DIRT = """
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<workgroup> all: array<u32, 4096>;
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) t: u32) {
    for (var i = t; i < 4096; i += 256) { all[i] = 0xFFFFFFFF; }
    workgroupBarrier();
    out[t] = all[4095 - t];
}
"""


def leave_dirt(variant: Any) -> None:
    """Fill the memory of workgroups with poison: drivers need not clear it."""
    device = variant.device
    module = device.create_shader_module(code=DIRT)
    dirty = device.create_compute_pipeline(layout="auto", compute={"module": module})
    out = device.create_buffer(size=1024, usage="STORAGE")
    group = device.create_bind_group(
        layout=dirty.get_bind_group_layout(0),
        entries=[{"binding": 0, "resource": {"buffer": out}}],
    )
    commands = device.create_command_encoder()
    work = commands.begin_compute_pass()
    work.set_pipeline(dirty)
    work.set_bind_group(0, group)
    work.dispatch_workgroups(64)
    work.end()
    device.queue.submit([commands.finish()])


def margins(variant: Any) -> None:
    """Put a margin behind every array of a program, and send out more workgroups than it asks."""
    device, program = variant.device, variant.run.__globals__
    size: dict[Any, int] = {}  # of a buffer without its margin, in bytes
    behind: dict[Any, int] = {}

    def made(data: np.ndarray, margin: int = POISON) -> Any:
        words = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint32)
        padded = np.concatenate([words, np.full(MARGIN, margin, np.uint32)])
        usage = "STORAGE|UNIFORM|COPY_SRC|COPY_DST"
        buffer = device.create_buffer_with_data(data=padded, usage=usage)
        size[buffer], behind[buffer] = words.nbytes, margin
        return buffer

    def bind(*buffers: Any) -> Any:
        asked = re.findall(r"lengths\[(\d+)\]", program["SOURCE"])
        if asked:
            lengths = [size[b] // 4 for b in buffers]
            buffers = (*buffers, made(np.uint32(lengths)))
        layout = variant.kernel.get_bind_group_layout(0)
        at = [*range(len(buffers) - 1), LENGTHS] if asked else range(len(buffers))
        entries = [
            {"binding": i, "resource": {"buffer": b}} for i, b in zip(at, buffers, strict=True)
        ]
        return device.create_bind_group(layout=layout, entries=entries)

    def launch(*steps: Any, zero: Any = ()) -> None:
        commands = device.create_command_encoder()
        for buffer in zero:
            commands.clear_buffer(buffer, 0, size[buffer])
        work = commands.begin_compute_pass()
        work.set_pipeline(variant.kernel)
        for group, (across, *down) in steps:
            work.set_bind_group(0, group)
            work.dispatch_workgroups(across + 1, *down)
        work.end()
        device.queue.submit([commands.finish()])

    def download(buffer: Any, dtype: Any) -> np.ndarray:
        for b, length in size.items():
            margin = np.frombuffer(device.queue.read_buffer(b, length), np.uint32)
            assert (margin == behind[b]).all(), "wrote behind an array"
        return np.frombuffer(device.queue.read_buffer(buffer, 0, size[buffer]), dtype)

    program |= {
        "upload": made,
        "empty": lambda count: made(np.full(count, POISON, np.uint32), MARK),
        "bind": bind,
        "launch": launch,
        "download": download,
    }


LENGTHS = 7
"""The binding of a further array, with the lengths of the others without their margins."""


def with_margins(path: Path, *replaced: tuple[str, str]) -> Any:
    """A program, some of its text replaced, that sees its arrays but not their margins."""
    source = kernel(path)
    for right, wrong in replaced:
        assert source.count(right) == 1, right
        source = source.replace(right, wrong)
    at = {name: k for k, name in re.findall(r"@binding\((\d+)\) var<[\w, ]+> (\w+)", source)}
    told = re.sub(r"arrayLength\(&(\w+)\)", lambda m: f"lengths[{at[m[1]]}]", source)
    if told != source:
        told += f"@group(0) @binding({LENGTHS}) var<storage, read> lengths: array<u32>;"
    variant = load(path, (kernel(path), told))
    margins(variant)
    return variant


def try_out(case: Case, variant: Any, n: int) -> None:
    """Verify one size: twice with the same arrays on the device, and once with others."""
    for inputs in (case.inputs(n), case.problem.make_inputs(n, np.random.default_rng(n + 1))):
        there = variant.to_device(*inputs)
        for _ in range(2):
            leave_dirt(variant)
            case.verify(variant.to_host(variant.run(*there)), inputs)


def try_sizes(case: Case, variant: Any, sizes: list[int]) -> None:
    """The same at each size."""
    for n in sizes:
        try_out(case, variant, n)


@pytest.mark.parametrize("case", list(cases("gpu_wgpu*")))
def test_equals_the_oracle(adapter: Any, case: Case) -> None:
    """The program agrees with the float64 oracle, at small, odd and one larger size."""
    sizes = [*allowed_sizes(case.problem), case.problem.SIZES[3]]
    try_sizes(case, load(case.variant_path), sizes)


@pytest.mark.parametrize("case", list(cases("gpu_wgpu*")))
def test_stays_within_its_arrays(adapter: Any, case: Case) -> None:
    """Nothing behind an array is changed, or comes into the answer; nor do more workgroups harm."""
    try_sizes(case, with_margins(case.variant_path), allowed_sizes(case.problem)[:5])


GUARD, BARRIER = "no guard", "no barrier"
MISTAKES: dict[str, list[tuple[str, str, str]]] = {
    # What is wrong, with the text that is right and what stands in its place.
    "array_addition": [(GUARD, "if (i < arrayLength(&c)) {", "{")],
    "saxpy": [
        (GUARD, "if (i < arrayLength(&out)) {", "{"),
        ("one element too far", "i < arrayLength(&out)", "i <= arrayLength(&out)"),
    ],
    "embedding_search": [
        (GUARD, "if (lane == 0 && i < arrayLength(&scores)) {", "if (lane == 0) {"),
        (BARRIER, "workgroupBarrier();", ""),
        ("one vector too far", "t / 32", "t / 32 + 1"),
    ],
    "mandelbrot": [
        ("no guard below", "if (j >= width || i >= arrayLength(&y)) {", "if (j >= width) {"),
        ("no guard beside", "if (j >= width || i >= arrayLength(&y)) {", "if (i >= height()) {"),
    ],
    "total": [
        (GUARD, "if (t == 0 && group.x < groups) {", "if (t == 0) {"),
        ("no guard before reading", "i < arrayLength(&x);", "i < arrayLength(&x) + 9;"),
        (BARRIER, "workgroupBarrier();", ""),
    ],
    "histogram": [
        ("no guard for the last bytes", "min(4 * i + 4, n)", "4 * i + 4"),
        ("no barrier after zeros", "with zeros\n    workgroupBarrier();", "with zeros"),
        ("no barrier after counting", "    workgroupBarrier();\n    atomicAdd", "    atomicAdd"),
        (
            "no atomic",
            "atomicAdd(&own[word & 255], 1u);",
            "atomicStore(&own[word & 255], atomicLoad(&own[word & 255]) + 1);",
        ),
        ("shared memory read before written", "atomicStore(&own[t], 0u);", ""),
    ],
    "transpose": [
        ("no guard below", "if (left + k < columns && top", "if (top"),
        ("no guard beside", "left + k < columns && top + thread.x < rows", "left + k < columns"),
        (BARRIER, "workgroupBarrier();", ""),
    ],
    "matrix_product": [
        ("no guard beside", "if (i < n && j < n) {", "if (i < n) {"),
        ("no guard below", "if (i < n && j < n) {", "if (j < n) {"),
        ("no guard before reading a", "if (i < n && k + x < n) {", "{"),
        ("no guard before reading b", "if (k + y < n && j < n) {", "{"),
        ("no barrier before use", "workgroupBarrier();  // the tiles are complete", ""),
        ("no barrier after use", "workgroupBarrier();  // nobody needs them any more", ""),
    ],
    "attention": [
        (
            GUARD,
            "if (row < n) {\n        for (var d = 0u; d < 16; d++) { result",
            "{\n        for (var d = 0u; d < 16; d++) { result",
        ),
        ("no guard for the last keys", "min(16, n - first)", "16u"),
        ("no barrier before use", "workgroupBarrier();  // the next ones are complete", ""),
        (
            "no barrier after use",
            "workgroupBarrier();  // nobody needs the last positions any more",
            "",
        ),
    ],
}


@pytest.mark.parametrize(
    ("example", "right", "wrong"),
    [
        pytest.param(e, *texts, id=f"{e}-{name}")
        for e, all_of_it in MISTAKES.items()
        for name, *texts in all_of_it
    ],
)
def test_a_mistake_is_found(software: Any, example: str, right: str, wrong: str) -> None:
    """A kernel without that line changes the answer, or what lies behind its arrays."""
    case = next(c.values[0] for c in cases("gpu_wgpu*") if str(c.id) == f"{example}-gpu_wgpu")
    height = "fn height() -> u32 { return arrayLength(&y); }\n\n@compute"
    replaced = [(right, wrong), *[("@compute", height)] * ("height()" in wrong)]
    variant = with_margins(case.variant_path, *replaced)
    with pytest.raises(AssertionError):
        try_sizes(case, variant, allowed_sizes(case.problem))


def test_every_program_has_its_mistakes() -> None:
    """None is left out of the table above, and whoever has a barrier loses it there."""
    assert {p.parent.name for p in FILES} == MISTAKES.keys()
    for path in FILES:
        lost = [right for _, right, _ in MISTAKES[path.parent.name] if "workgroupBarrier" in right]
        assert len(lost) == kernel(path).count("workgroupBarrier"), path


def test_what_is_the_same_is_the_same() -> None:
    """All have that part, to the letter, and use its names as they are."""
    parts = {shared(p.read_text(encoding="utf-8")) for p in FILES}
    assert len(parts) == 1
    assert all(parts)


@pytest.mark.parametrize("path", [pytest.param(p, id=p.parent.name) for p in FILES])
def test_the_kernel_can_be_taken_out(path: Path) -> None:
    """It is a literal with one entry point, its arrays bound from 0 on in the order of the text."""
    source = kernel(path)
    assert re.findall(r"@compute[^{]*\nfn (\w+)\(", source) == ["main"]
    bound = [int(k) for k in re.findall(r"@group\(0\) @binding\((\d+)\)", source)]
    assert bound == list(range(len(bound)))
    assert len(bound) == source.count("@binding(") < LENGTHS


def test_a_rectangle_is_transposed(adapter: Any) -> None:
    """Rows and columns are not mixed up, which a square does not show."""
    variant = with_margins(next(p for p in FILES if p.parent.name == "transpose"))
    for shape in ((1, 1), (1, 70), (70, 1), (33, 65), (100, 31)):
        a = np.random.default_rng(1).random(shape, np.float32)
        leave_dirt(variant)
        np.testing.assert_array_equal(variant.to_host(variant.run(*variant.to_device(a))), a.T)


def test_workgroups_are_spread_over_rows(adapter: Any) -> None:
    """No row is longer than WebGPU allows, and all threads are there, with few to spare."""
    spread = load(FILES[0]).spread
    for threads in (1, 255, 256, 257, 2**24 - 256, 2**24, 2**24 + 1, 2**26, 2**31):
        across, down = spread(threads, 256)
        assert across <= 65_535
        assert threads <= across * down * 256 < threads + 256 * (down + 1)


@pytest.mark.parametrize("example", ["array_addition", "saxpy", "embedding_search"])
def test_more_workgroups_than_fit_in_a_row(adapter: Any, example: str) -> None:
    """Those in further rows do their part: here a row has three."""
    case = next(c.values[0] for c in cases("gpu_wgpu*") if str(c.id) == f"{example}-gpu_wgpu")
    variant = with_margins(case.variant_path)
    variant.run.__globals__["spread"] = lambda threads, block: (3, -(-threads // block) // 3 + 1)
    try_sizes(case, variant, [1, 1009, 4099])


def test_an_array_beyond_the_limit_is_refused_with_the_limit(adapter: Any) -> None:
    """The library says which limit: nothing is computed on a part of the data."""
    variant = load(next(p for p in FILES if p.parent.name == "array_addition"))
    limit = variant.device.limits["max-storage-buffer-binding-size"]
    if limit > 2**28:
        pytest.skip("this GPU takes arrays that are too large for a test")
    large = [variant.empty(limit // 4 + 1) for _ in range(3)]
    with pytest.raises(wgpu.GPUValidationError, match=rf"exceeds .* limit {limit}"):
        variant.bind(*large)


def test_attention_of_another_width_is_refused(adapter: Any) -> None:
    """The kernel has 64 written into it."""
    variant = load(next(p for p in FILES if p.parent.name == "attention"))
    with pytest.raises(ValueError, match=r"64 numbers .* not 32"):
        variant.to_device(*np.zeros((3, 4, 10, 32), np.float32))


def run_apart(code: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_program_that_plays_a_gpu_is_called_one(software: Any) -> None:
    """Whoever has only that does not take the answer for a GPU's."""
    code = f"import runpy; runpy.run_path({str(FILES[0])!r}, run_name='__main__')"
    code, output, _ = run_apart(code, **{PICK: software.summary})
    assert code == 0
    assert output.rstrip().endswith(", a program that plays a GPU")
    assert software.info["device"] in output


@pytest.mark.parametrize("path", [pytest.param(p, id=p.parent.name) for p in FILES])
def test_every_program_says_what_computed(path: Path) -> None:
    """Its last line is the GPU's name."""
    last = path.read_text(encoding="utf-8").splitlines()[-1]
    assert re.fullmatch(r'    print\("(computed|drawn) by", gpu\)', last)


@pytest.mark.parametrize(
    ("before", "environment", "says"),
    [
        ("import sys; sys.modules['wgpu'] = None; ", {}, "Needs wgpu: pip install wgpu"),
        (
            "",
            {"WGPU_BACKEND_TYPE": "Vulkan", "VK_ICD_FILENAMES": "none", "VK_DRIVER_FILES": "none"},
            "This program needs a GPU: no driver for Vulkan",
        ),
    ],
    ids=["no wgpu", "no driver"],
)
def test_what_is_missing_is_said_in_one_line(
    before: str, environment: dict[str, str], says: str
) -> None:
    """No traceback."""
    if environment and sys.platform != "linux":
        pytest.skip("how to hide the driver is known for Vulkan's loader on Linux only")
    code = f"{before}import runpy; runpy.run_path({str(FILES[0])!r}, run_name='__main__')"
    code, _, errors = run_apart(code, **(environment | {PICK: ""}))
    assert code == 1
    others = ("error: XDG_RUNTIME_DIR", "Forcing backend")  # of Mesa, and of our setting
    (line,) = [line for line in errors.splitlines() if not line.startswith(others)]
    assert line.startswith(says)
