"""What a page's workers compute on the reader's CPU: assembled again, and run without a browser."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from survival import catalog
from survival.pages.blocks.measure import BESIDE
from survival.site import wasm

wasmtime = pytest.importorskip("wasmtime")


class Program:
    """The program and its memory, into which arrays are put one behind the other."""

    def __init__(self, binary: bytes) -> None:
        engine = wasmtime.Engine()
        self.store = wasmtime.Store(engine)
        module = wasmtime.Module(engine, binary)
        self.exports = wasmtime.Instance(self.store, module, []).exports(self.store)
        self.memory = self.exports["memory"]
        self.memory.grow(self.store, 64)
        self.end = 64

    def put(self, array: Any) -> int:
        """Where the array lies; its end is followed by room, as in the page."""
        at = self.end
        self.memory.write(self.store, array.tobytes(), at)
        self.end += 64 * -(-array.nbytes // 64) + 192
        return at

    def call(self, name: str, *args: int) -> None:
        """Run it."""
        self.exports[name](self.store, *args)

    def get(self, at: int, count: int, kind: Any) -> Any:
        """Numbers from there."""
        return np.frombuffer(self.memory.read(self.store, at, at + 4 * count), kind)


@pytest.fixture
def program() -> Program:
    """The one that is published."""
    return Program(wasm.BINARY.read_bytes())


def test_the_binary_is_what_the_text_says() -> None:
    """`python -m survival.site.wasm` writes it; without imports it can do nothing but compute."""
    assert wasm.BINARY.read_bytes() == wasm.assembled()
    text = wasm.TEXT.read_text(encoding="utf-8")
    assert "(import" not in text
    assert "shared" not in text


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7, 8, 9, 256, 1000, 2048, 16_384])
def test_it_adds(program: Program, n: int) -> None:
    """As the oracle does, exactly; and writes nothing beyond its result but to its own room."""
    a, b = np.random.default_rng(n).random((2, n), dtype=np.float32)
    x, y, z = (program.put(v) for v in (a, b, np.full(n, 9, np.float32)))
    behind = program.put(np.full(16, 7, np.float32))
    program.call("add", x, y, z, 4 * n)
    assert (program.get(z, n, np.float32) == (a + b)).all()
    assert (program.get(x, n, np.float32) == a).all()
    assert (program.get(behind, 16, np.float32) == 7).all()


@pytest.mark.parametrize("name", ["mandelbrot", "mandelbrot_deep"])
@pytest.mark.parametrize("rows", [slice(None), slice(1, None, 3), slice(0, 0)])
def test_it_draws(program: Program, name: str, rows: slice) -> None:
    """The oracle's picture, whole, a worker's share of its rows, or none of them."""
    problem = catalog.get(name).problem()
    n = problem.SIZES[1]
    x, y, iterations = problem.make_inputs(n, np.random.default_rng(7))
    y = np.ascontiguousarray(y[rows])
    counts = program.put(np.zeros(x.size * y.size, np.uint32))
    program.call("escape", program.put(x), program.put(y), counts, x.size, y.size, iterations)
    found = program.get(counts, x.size * y.size, np.uint32).reshape(y.size, x.size)
    if y.size:
        assert problem.error(found, problem.reference(x, y, iterations)) <= problem.TOLERANCE


def test_every_size_of_the_guide_is_one_that_it_can_draw() -> None:
    """Eight pixels walk together: a width that is no multiple of eight would be drawn wrong."""
    for name in BESIDE:
        problem = catalog.get(name).problem()
        for n in problem.SIZES if hasattr(problem, "shape") else ():
            assert problem.shape(n)[1] % 8 == 0


MISTAKES = {
    "a difference for a sum": (
        "f32x4.add (v128.load (local.get $a))",
        "f32x4.sub (v128.load (local.get $a))",
    ),
    "two where four is meant": ("(f32.const 4)", "(f32.const 2)"),
    "a picture upside down": (
        "(local.set $y (i32.add (local.get $y)",
        "(local.set $y (i32.sub (local.get $y)",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str) -> None:
    """These tests can fail."""
    text = wasm.TEXT.read_text(encoding="utf-8")
    before, after = MISTAKES[mistake]
    assert text.count(before) == 1
    program = Program(bytes(wasmtime.wat2wasm(text.replace(before, after))))
    check: Callable[[], None] = partial(test_it_adds, program, 256)
    if "sum" not in mistake:
        check = partial(test_it_draws, program, "mandelbrot", slice(None))
    with pytest.raises(AssertionError):
        check()
