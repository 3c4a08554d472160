"""cloud/predictions.toml: what is expected of each example before it is measured."""

import tomllib
from typing import Any

import pytest

from survival import catalog

FILE = catalog.ROOT / "cloud" / "predictions.toml"
EXPECTED = tomllib.loads(FILE.read_text(encoding="utf-8"))["expected"]
BOUND_BY = {"memory", "arithmetic", "latency", "shared", "launches", "bus"}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: str(e["example"]))
def test_a_prediction_is_of_a_gpu_program(expected: dict[str, Any]) -> None:
    """Of an example that exists, with a reason and an order that a measurement can contradict."""
    assert set(expected) == {"example", "variant", "bound_by", "fraction", "why"}
    variants = {v.name: v for v in catalog.get(expected["example"]).variants}
    assert variants[expected["variant"]].device == "gpu"
    low, high = expected["fraction"]
    assert 0 < low < high <= 1.05  # beyond which H5 rejects it
    assert expected["bound_by"] in BOUND_BY
    assert expected["why"]


def test_an_example_is_predicted_once() -> None:
    """Or two predictions could both be right."""
    names = [e["example"] for e in EXPECTED]
    assert len(names) == len(set(names))
