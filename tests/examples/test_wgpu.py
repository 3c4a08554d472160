"""WGSL programs, run on whatever plays a GPU here: answers, guards, barriers, one shared part.

A driver makes accesses past an array's end harmless, so that a missing guard changes no answer.
Here each index is checked by the kernel itself, which is given a counter for it.
"""

import os
import re
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


def test_equals_the_oracle(wgpu_case: Case, sizes: Any) -> None:
    """At one, at primes, and around a block."""
    for n in sizes(wgpu_case.problem):
        inputs = wgpu_case.inputs(n)
        wgpu_case.verify(wgpu_case.solve(*inputs), inputs)


def test_no_thread_reaches_past_an_end(wgpu_case: Case, sizes: Any) -> None:
    """In no array, at no size; and the answer is still right."""
    with Checked(wgpu_case.variant_path, load(wgpu_case.variant_path).SOURCE) as checked:
        for n in sizes(wgpu_case.problem):
            inputs = wgpu_case.inputs(n)
            wgpu_case.verify(wgpu_case.solve(*inputs), inputs)
            assert checked.past() == 0, n


GUARDS = {
    "array_addition": "if (i < arrayLength(&c)) {",
    "saxpy": "if (i < arrayLength(&result)) {",
    "mandelbrot": "if (at.x < sizes[0] && at.y < sizes[1]) {",
    "transpose": "if (place.y < sizes[1] && place.x < sizes[0]) {",
    "matrix_product": "if (at.x < n && at.y < n) {",
}


@pytest.mark.parametrize("name", GUARDS)
def test_a_missing_guard_is_found(name: str, sizes: Any) -> None:
    """Which no answer would show."""
    path = next(p for p in LISTINGS if p.parent.name == name)
    case = Case(path.with_name("problem.py"), path)
    text = source(name)
    assert GUARDS[name] in text
    with Checked(path, text.replace(GUARDS[name], "if (true) {")) as checked:
        n = sizes(case.problem)[-1]
        case.solve(*case.inputs(n))
        assert checked.past() > 0


WRONG = [
    ("total", "workgroupBarrier();", ""),
    ("total", "half = 128u", "half = 64u"),
    ("embedding_search", "workgroupBarrier();", ""),
    ("histogram", "k < n[0]", "k < n[0] + 99u"),
    ("histogram", "x[i];", "x[i] & vec4u(127u);"),
    ("transpose", "workgroupBarrier();", ""),
    ("transpose", "tile[t.x][t.y]", "tile[t.y][t.x]"),
    ("matrix_product", "workgroupBarrier();", ""),
    ("attention", "workgroupBarrier();", ""),
    ("attention", "mine *= exp(before - top);", ""),
    ("mandelbrot", "<= 4.0", "< 2.0"),
]


@pytest.mark.parametrize(("name", "right", "wrong"), WRONG, ids=lambda t: t[:20])
def test_a_mistake_is_found(name: str, right: str, wrong: str, sizes: Any) -> None:
    """A barrier, an edge or a sign that is missing makes a wrong answer at one of the sizes."""
    path = next(p for p in LISTINGS if p.parent.name == name)
    case = Case(path.with_name("problem.py"), path)
    program = load(path)
    kept = program.module
    assert right in program.SOURCE
    text = program.SOURCE.replace(right, wrong)
    program.module = program.device.create_shader_module(code=text)
    try:
        assert not all(is_right(case, n) for n in sizes(case.problem))
    finally:
        program.module = kept


def is_right(case: Case, n: int) -> bool:
    """Whether the answer at that size is the oracle's."""
    inputs = case.inputs(n)
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
        assert len(parts(path)[0].split("\n")) <= 76, path
