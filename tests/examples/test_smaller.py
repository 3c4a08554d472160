"""Weights in few bits: what the tolerances refuse, and that nobody keeps more bits than told."""

from typing import Any

import numpy as np
import pytest

from survival import catalog
from survival.capture.worker import _load, relative_error

EXAMPLE = catalog.get("smaller")
PROBLEM = EXAMPLE.problem()
SHORT = {"bfloat16": 16, "int8": 8, "int4": 4, "mxfp4": 4}


def inputs(rows: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """A small matrix and a vector."""
    made: tuple[np.ndarray, np.ndarray] = PROBLEM.make_inputs(
        rows * PROBLEM.WIDTH, np.random.default_rng(7)
    )
    return made


def packed(name: str, weights: np.ndarray, x: np.ndarray) -> Any:
    """A program, and what it makes of the inputs."""
    program = _load(EXAMPLE.variant(name).path)
    return program, program.to_device(weights, x)


@pytest.mark.parametrize("name", ["cpu_numba_bfloat16", "cpu_numba_int8", "cpu_numba_int4"])
def test_a_program_keeps_as_few_bits_as_its_name_says(name: str) -> None:
    """Weights in so many bits, and 16 more for each 32 of them at most."""
    weights, x = inputs()
    _, kept = packed(name, weights, x)
    bits = SHORT[EXAMPLE.variant(name).precision]
    held = sum(a.nbytes for a in kept if isinstance(a, np.ndarray)) - x.nbytes
    assert weights.size * bits <= 8 * held <= weights.size * (bits + 0.5)


@pytest.mark.parametrize("name", ["cpu_numpy_int8", "cpu_numba_int8", "cpu_numba_int4"])
def test_a_row_of_zeros_is_no_accident(name: str) -> None:
    """A block without a largest weight has a scale all the same."""
    weights, x = inputs(4)
    weights[1] = 0
    weights[2, :32] = 0
    program, kept = packed(name, weights, x)
    y = program.to_host(program.run(*kept))
    assert y[0, 1] == 0
    assert np.isfinite(y).all()


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("cpu_numba_int4", "(two & 15) - 8", "(two & 15) - 7"),
        ("cpu_numba_int4", "x[t, b, 16 + j]", "x[t, b, j]"),
        ("cpu_numba_int4", "q[:, :, :16] | q[:, :, 16:] << 4", "q[:, :, 16:] | q[:, :, :16] << 4"),
        ("cpu_numba_int4", "halves[i, b]", "halves[i, 0]"),
        ("cpu_numba_int8", "halves[i, b]", "halves[0, b]"),
        ("cpu_numba_int8", "np.rint(blocks / scales)", "(blocks / scales / 2)"),
        ("cpu_numba_bfloat16", "+ 0x8000", "+ 0x800000"),
    ],
)
def test_the_tolerances_refuse_a_plausible_mistake(name: str, right: str, wrong: str) -> None:
    """A wrong scale, offset or half of a byte is outside; the right program is inside."""
    made = inputs()
    expected = PROBLEM.reference(*made)
    variant = EXAMPLE.variant(name)
    allowed = PROBLEM.TOLERANCES[variant.precision]
    program, kept = packed(name, *made)
    assert relative_error(program.to_host(program.run(*kept)), expected) < allowed
    assert variant.source.count(right) == 1
    broken: dict[str, Any] = {"__name__": "broken"}
    exec(variant.source.replace(right, wrong), broken)
    assert relative_error(broken["run"](*broken["to_device"](*made)), expected) > allowed
