"""WGSL programs, run on whatever plays a GPU here: answers, guards, barriers, one shared part.

A driver makes accesses past an array's end harmless, so that a missing guard changes no answer.
Here each index is checked by the kernel itself, which is given a counter for it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import Case, load, variant_files

SHARED = "# The same in every program that uses wgpu"
LISTINGS = variant_files("gpu_wgpu*")
STORAGE = re.compile(r"@binding\((\d+)\) var<storage, (\w+)> (\w+): array<(\w+)>;")
WORKGROUP = re.compile(r"var<workgroup> (\w+):")

os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # a driver complains where there is none


@pytest.fixture(scope="module", autouse=True)
def adapter() -> None:
    """Something that runs WGSL, real or played; REQUIRE_VULKAN=1 makes its absence a failure."""
    wgpu = pytest.importorskip("wgpu")
    if not wgpu.gpu.enumerate_adapters_sync():
        says = "nothing here runs WGSL (Debian: apt-get install mesa-vulkan-drivers)"
        if os.environ.get("REQUIRE_VULKAN") == "1":
            pytest.fail(says)
        pytest.skip(says)


def source(name: str) -> str:
    """The WGSL of an example's program."""
    text: str = load(next(p for p in LISTINGS if p.parent.name == name)).SOURCE
    return text


class Checked:
    """A program whose kernels count how often they index past an array's end."""

    def __init__(self, path: Path, source: str) -> None:
        self.program = program = load(path)
        self.kept = program.module, program.prepare
        self.counter = program.room(4)
        self.source = source
        self.at = 1 + max(int(binding) for binding, *_ in STORAGE.findall(source))

    def __enter__(self) -> "Checked":
        program = self.program
        program.module = program.device.create_shader_module(code=self.with_checks())
        program.prepare = self.prepare
        return self

    def __exit__(self, *_: object) -> None:
        self.program.module, self.program.prepare = self.kept

    def with_checks(self) -> str:
        """The source in which each index into an array of the host's goes through a check."""
        lines = [
            f"@group(0) @binding({self.at}) var<storage, read_write> past: atomic<u32>;",
            "fn held(i: u32, length: u32) -> u32 {",
            "    if (i >= length) { atomicAdd(&past, 1u); }",
            "    return i;",
            "}",
        ]
        text = self.source
        for _, _, name, _ in STORAGE.findall(text):
            for m in reversed(list(re.finditer(rf"\b{name}\[", text))):
                end = closing(text, m.end())
                index = text[m.end() : end]
                checked = f"held({index}, arrayLength(&{name}))"
                text = text[: m.end()] + checked + text[end:]
        return text + "\n".join(lines) + "\n"

    def prepare(self, name: str, blocks: Any, *buffers: Any) -> Any:
        """What the program does, with the counter bound as well."""
        program = self.program
        kernel = {"module": program.module, "entry_point": name}
        pipeline = program.device.create_compute_pipeline(layout="auto", compute=kernel)
        bound = {**dict(enumerate(buffers)), self.at: self.counter}
        entries = [{"binding": i, "resource": {"buffer": b}} for i, b in bound.items()]
        layout = pipeline.get_bind_group_layout(0)
        return pipeline, program.device.create_bind_group(layout=layout, entries=entries), blocks

    def past(self) -> int:
        """How often a kernel has reached past an end."""
        return int(self.program.download(self.counter, np.uint32)[0])


def closing(text: str, at: int) -> int:
    """Where the bracket that was opened before `at` is closed."""
    depth = 1
    while depth:
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        at += 1
    return at - 1


DIRT = """
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<workgroup> all: array<u32, 4096>;
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) t: u32) {
    for (var i = t; i < 4096u; i += 256u) { all[i] = 0xFFFFFFFF; }
    workgroupBarrier();
    out[t] = all[4095u - t];
}
"""


def leave_dirt(program: Any) -> None:
    """Fill the memory that blocks share: a driver need not clear it for the next kernel."""
    kept = program.module, dict(program.pipelines)
    program.module = program.device.create_shader_module(code=DIRT)
    try:
        program.launch(program.prepare("main", (64, 1, 1), program.room(256)))
    finally:
        program.module = kept[0]
        program.pipelines.clear()
        program.pipelines.update(kept[1])


@contextmanager
def short_rows(program: Any) -> Iterator[None]:
    """Three blocks in a row in place of 65,535, so that small work takes several rows as well."""
    kept = program.grid
    program.grid = lambda blocks: (3, -(-blocks // 3), 1)
    try:
        yield
    finally:
        program.grid = kept


def case_of(name: str) -> Case:
    """An example's program, with the first of its problems."""
    path = next(p for p in LISTINGS if p.parent.name == name)
    return Case(path.with_name("problem.py"), path)


def test_equals_the_oracle(wgpu_case: Case, sizes: Any) -> None:
    """At one, at primes, around a block, and at a larger size; and again, with what is there."""
    program = load(wgpu_case.variant_path)
    for n in [*sizes(wgpu_case.problem), wgpu_case.problem.SIZES[2]]:
        inputs = wgpu_case.inputs(n)
        there = program.to_device(*inputs)
        for _ in range(2):
            leave_dirt(program)
            wgpu_case.verify(program.to_host(program.run(*there)), inputs)


def test_no_thread_reaches_past_an_end(wgpu_case: Case, sizes: Any) -> None:
    """In no array, at no size; and the answer is still right."""
    program = load(wgpu_case.variant_path)
    with short_rows(program), Checked(wgpu_case.variant_path, program.SOURCE) as checked:
        for n in sizes(wgpu_case.problem):
            inputs = wgpu_case.inputs(n)
            wgpu_case.verify(wgpu_case.solve(*inputs), inputs)
            assert checked.past() == 0, n


GUARDS = [
    # Each half of each condition that keeps a thread within an array.
    ("array_addition", "i < arrayLength(&c)", "true"),
    ("saxpy", "i < arrayLength(&result)", "true"),
    ("embedding_search", "row < arrayLength(&scores)", "true"),
    ("mandelbrot", "at.x < sizes[0]", "true"),
    ("mandelbrot", "at.y < sizes[1]", "true"),
    ("transpose", "source.y < sizes[0]", "true"),
    ("transpose", "source.x < sizes[1]", "true"),
    ("transpose", "place.y < sizes[1]", "true"),
    ("transpose", "place.x < sizes[0]", "true"),
    ("matrix_product", "row < n", "true"),
    ("matrix_product", "k + i % 16u < n", "true"),
    ("matrix_product", "k + i / 64u < n", "true"),
    ("matrix_product", "column < n", "true"),
    ("matrix_product", "at.x < n", "true"),
    ("matrix_product", "at.y < n", "true"),
    ("attention", "64u * position < arrayLength(&result)", "true"),
    ("attention", "first + t < n[0]", "true"),
    # A loop must end all the same.
    ("attention", "i < min(64u, n[0] - first)", "i < 64u"),
    ("embedding_search", "i < width", "i < width + 32u"),
    ("total", "i < arrayLength(&x)", "i < arrayLength(&x) + 256u"),
    ("histogram", "i < arrayLength(&x)", "i < arrayLength(&x) + 256u"),
    ("histogram", "i < arrayLength(&counted)", "i < arrayLength(&counted) + 256u"),
]


@pytest.mark.parametrize(("name", "guard", "wider"), GUARDS)
def test_a_missing_guard_is_found(name: str, guard: str, wider: str, sizes: Any) -> None:
    """Which no answer would show."""
    case, text = case_of(name), source(name)
    assert text.count(guard) == 1
    without = text.replace(guard, wider)
    with short_rows(load(case.variant_path)), Checked(case.variant_path, without) as checked:
        for n in sizes(case.problem):
            case.solve(*case.inputs(n))
        assert checked.past() > 0


@pytest.mark.parametrize("path", LISTINGS, ids=lambda p: p.parent.name)
def test_every_guard_is_taken_out(path: Path) -> None:
    """Above: of each program one at least, and whatever asks for an array's length."""
    taken = {guard for name, guard, _ in GUARDS if name == path.parent.name}
    assert taken
    asks = re.findall(r"[\w *]+ < arrayLength\(&\w+\)", source(path.parent.name))
    assert {guard.strip() for guard in asks} <= taken


BARRIER = "workgroupBarrier();"
BARRIERS = [
    pytest.param(p.parent.name, k, id=f"{p.parent.name}-{k}")
    for p in LISTINGS
    for k in range(p.read_text("utf-8").count(BARRIER))
]


@pytest.mark.parametrize(("name", "k"), BARRIERS)
def test_every_barrier_is_needed(name: str, k: int, sizes: Any) -> None:
    """Without any one of them the answer is wrong."""
    parts = source(name).split(BARRIER)
    without = BARRIER.join(parts[: k + 1]) + BARRIER.join(["", *parts[k + 1 :]])[len(BARRIER) :]
    assert without.count(BARRIER) == len(parts) - 2
    assert_wrong(case_of(name), without, sizes)


ADD_ONE = "atomicAdd(&table[(words[k / 4u] >> (8u * (k % 4u))) & 255u], 1u);"
WRONG = [
    ("total", "half = 128u", "half = 64u"),
    ("histogram", "k < n[0]", "k < n[0] + 99u"),
    ("histogram", "x[i];", "x[i] & vec4u(127u);"),
    ("histogram", "atomicStore(&table[t], 0u);", ""),
    (
        "histogram",
        ADD_ONE,
        ADD_ONE.replace("atomicAdd(&", "let p = &").replace(", 1u)", "")
        + " atomicStore(p, atomicLoad(p) + 1u);",
    ),
    ("transpose", "tile[t.x][t.y]", "tile[t.y][t.x]"),
    ("attention", "mine *= exp(before - top);", ""),
    ("mandelbrot", "<= 4.0", "< 2.0"),
]


@pytest.mark.parametrize(("name", "right", "wrong"), WRONG, ids=lambda t: t[:20])
def test_a_mistake_is_found(name: str, right: str, wrong: str, sizes: Any) -> None:
    """An atomic, an edge or a sign that is missing makes a wrong answer at one of the sizes."""
    assert source(name).count(right) == 1
    assert_wrong(case_of(name), source(name).replace(right, wrong), sizes)


def assert_wrong(case: Case, text: str, sizes: Any) -> None:
    """With this source in place of its own a program is wrong at one of the sizes."""
    program = load(case.variant_path)
    kept = program.module
    program.module = program.device.create_shader_module(code=text)
    program.pipelines.clear()
    try:
        assert not all(is_right(case, n) for n in sizes(case.problem))
    finally:
        program.module = kept
        program.pipelines.clear()


def is_right(case: Case, n: int) -> bool:
    """Whether the answer at that size is the oracle's."""
    inputs = case.inputs(n)
    leave_dirt(load(case.variant_path))
    try:
        case.verify(case.solve(*inputs), inputs)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("path", LISTINGS, ids=lambda p: p.parent.name)
def test_shared_memory_is_written_before_it_is_read(path: Path) -> None:
    """WGSL sets it to zero, and no other language does: a program must not rely on it."""
    text = load(path).SOURCE
    for name in WORKGROUP.findall(text):
        body = text[text.index("@compute") :]
        first = next(m for m in re.finditer(rf"&?\b{name}\b", body))
        line = body[body.rfind("\n", 0, first.start()) + 1 :].split("\n")[0]
        assert re.search(rf"\b{name}(\[.*\])+ = |atomicStore\(&{name}", line), line


def test_what_all_share_is_the_same_text() -> None:
    """So that it can be folded, and is read once."""
    shared = {parts(p)[1] for p in LISTINGS}
    assert len(LISTINGS) >= 9
    assert len(shared) == 1


def parts(path: Path) -> tuple[str, str]:
    """A program's own part, and what it shares up to its main guard."""
    own, shared, _ = path.read_text("utf-8").split(SHARED)
    return own, shared


def test_their_own_part_is_short() -> None:
    """Guard, kernel and the four functions: what a reader reads."""
    for path in LISTINGS:
        assert len(parts(path)[0].split("\n")) <= 78, path


def test_a_kernel_is_compiled_once() -> None:
    """Else the time of the whole way would be that of the compiler."""
    program = load(LISTINGS[0])
    first, *_ = program.prepare("add", (1, 1, 1), *[program.room(4) for _ in range(3)])
    again, *_ = program.prepare("add", (1, 1, 1), *[program.room(4) for _ in range(3)])
    assert first is again


def test_blocks_are_spread_over_rows() -> None:
    """No row is longer than WebGPU allows, and no block is missing."""
    grid = load(LISTINGS[0]).grid
    for blocks in (1, 65_535, 65_536, 2**18, 2**23):
        across, down, deep = grid(blocks)
        assert max(across, down) <= 65_535
        assert deep == 1
        assert blocks <= across * down < blocks + across


@pytest.mark.parametrize(("name", "size"), [("attention", "not 32"), ("embedding_search", ": 30")])
def test_a_width_that_the_kernel_cannot_do_is_refused(name: str, size: str) -> None:
    """Rather than answered wrongly."""
    program = load(case_of(name).variant_path)
    inputs = {
        "attention": [np.zeros((4, 10, 32), np.float32)] * 3,
        "embedding_search": [np.zeros((10, 30), np.float32), np.zeros(30, np.float32)],
    }
    with pytest.raises(ValueError, match=size):
        program.to_device(*inputs[name])


def test_an_array_beyond_the_limit_is_refused_with_the_limit() -> None:
    """By wgpu: nothing is computed on a part of the data."""
    import wgpu

    program = load(LISTINGS[0])
    limit = program.device.limits["max-storage-buffer-binding-size"]
    if limit > 2**28:
        pytest.skip("this GPU takes arrays that are too large for a test")
    large = [program.room(limit // 4 + 1) for _ in range(3)]
    with pytest.raises(wgpu.GPUValidationError, match=rf"exceeds .* limit {limit}"):
        program.prepare("add", (1, 1, 1), *large)


def run_apart(before: str = "", **environment: str) -> tuple[int, str, list[str]]:
    """The first program in a fresh interpreter: exit code, output, and errors but for drivers'."""
    code = f"{before}import runpy; runpy.run_path({str(LISTINGS[0])!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    noise = ("error: XDG_RUNTIME_DIR", "Forcing backend")  # of Mesa, and of what we set
    errors = [line for line in done.stderr.splitlines() if not line.startswith(noise)]
    return done.returncode, done.stdout, errors


def test_a_program_that_plays_a_gpu_is_called_one() -> None:
    """Whoever has only that does not take its answer for a GPU's."""
    code, output, errors = run_apart()
    assert (code, errors) == (0, [])
    kind = load(LISTINGS[0]).adapter.info["adapter_type"]
    assert output.rstrip().endswith(", a program that plays a GPU") == (kind == "CPU")


def test_without_wgpu_one_line_says_so() -> None:
    """No traceback."""
    code, _, errors = run_apart("import sys; sys.modules['wgpu'] = None; ")
    assert (code, errors) == (1, ["Needs wgpu: pip install wgpu (see chapter 3)."])


@pytest.mark.skipif(sys.platform != "linux", reason="hides the drivers from Vulkan's loader")
def test_without_a_gpu_one_line_says_so() -> None:
    """No traceback."""
    hidden = {"VK_ICD_FILENAMES": "none", "VK_DRIVER_FILES": "none"}
    code, _, errors = run_apart(WGPU_BACKEND_TYPE="Vulkan", WGPUPY_WGPU_ADAPTER_NAME="", **hidden)
    assert (code, errors) == (1, ["This program needs a GPU and its driver (see chapter 3)."])
