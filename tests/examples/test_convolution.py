"""Where the tolerance of `convolution` lies: it accepts Winograd's algorithm and refuses TF32."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

# F(4, 3) of Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016).
DATA = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    np.float32,
)
FILTER = np.array(
    [
        [1 / 4, 0, 0],
        [-1 / 6, -1 / 6, -1 / 6],
        [-1 / 6, 1 / 6, -1 / 6],
        [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6],
        [0, 0, 1],
    ],
    np.float32,
)
BACK = np.array(
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    np.float32,
)


@pytest.fixture(scope="module")
def layer() -> dict[str, Any]:
    """What the problem defines, by name."""
    path = Path(__file__).parents[2] / "examples" / "convolution" / "problem.py"
    return runpy.run_path(str(path))


def winograd(picture: Any, weights: Any) -> tuple[Any, int]:
    """The layer by F(4 x 4, 3 x 3) in float32, and its products between picture and weights."""
    filters, side = len(weights), picture.shape[1]
    padded = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
    w = np.einsum("ai,kcij,bj->abkc", FILTER, weights, FILTER)
    result = np.empty((filters, side, side), np.float32)
    products = 0
    for y in range(0, side, 4):
        for x in range(0, side, 4):
            tile = padded[:, y : y + 6, x : x + 6]
            d = np.einsum("ai,cij,bj->abc", DATA, tile, DATA)
            m = np.einsum("abkc,abc->abk", w, d)
            products += w.size
            result[:, y : y + 4, x : x + 4] = np.einsum("ia,abk,jb->kij", BACK, m, BACK)
    return result, products


def shorten(x: Any) -> Any:
    """Float32 with 10 bits of mantissa, as TF32 rounds it."""
    i = x.view(np.uint32)
    return ((i + 0xFFF + (i >> 13 & 1)) >> 13 << 13).view(np.float32)


def test_tolerance_accepts_winograd_and_refuses_tf32(layer: dict[str, Any]) -> None:
    """Winograd's error lies within the tolerance for float32, that of TF32 far outside."""
    inputs = layer["make_inputs"](28 * 28, np.random.default_rng(1))
    expected = layer["reference"](*inputs)

    def error(result: Any) -> float:
        return float(np.linalg.norm(result - expected) / np.linalg.norm(expected))

    fast, products = winograd(*inputs)
    assert products == layer["work"](inputs, expected)["operations"] // 2
    assert error(fast) < layer["TOLERANCE"] / 2
    short = error(layer["reference"](*map(shorten, inputs)))
    assert 10 * layer["TOLERANCE"] < short < layer["TOLERANCES"]["tf32"]


@pytest.mark.frameworks
@pytest.mark.parametrize(("side", "lines"), [(7, 0), (28, 1)])
def test_pytorch_asks_onednn_for_all_but_tiny_pictures(side: int, lines: int) -> None:
    """And oneDNN follows the definition, as the page says: it counts no fewer products."""
    program = Path(__file__).parents[2] / "examples" / "convolution" / "cpu_torch.py"
    code = (
        "import runpy, numpy as np\n"
        f"run = runpy.run_path({str(program)!r})['run']\n"
        f"run(np.ones((64, {side}, {side}), 'f'), np.ones((64, 64, 3, 3), 'f'))"
    )
    environment = {**os.environ, "ONEDNN_VERBOSE": "1"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout
    asked = [line for line in said.splitlines() if ",exec,cpu,convolution," in line]
    assert len(asked) == lines
    assert all("alg:convolution_direct" in line for line in asked)
