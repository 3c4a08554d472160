"""What the ceilings are measured with; the rates themselves are a machine's own."""

import sys
from typing import Any

import pytest

from survival.capture import ceilings, limits
from survival.capture.ceilings import Effort
from survival.judge import rules
from survival.records import Ceilings, Size
from tests.ptx import compile_to_ptx
from tests.survival.conftest import made_machine, made_record, made_variant

BRIEF = Effort(seconds=0.002, largest=2**20)


@pytest.mark.skipif(sys.platform != "linux", reason="NVRTC is installed on Linux only")
@pytest.mark.parametrize(("real", "kind"), [("float", "f32"), ("double", "f64")])
def test_the_loop_is_multiply_adds_and_nothing_else(real: str, kind: str) -> None:
    """The compiled loop holds fused multiply-adds of that precision: none was computed before."""
    ptx = compile_to_ptx(ceilings.LOOP, f"-DREAL={real}", "-DMULTIPLY_ADDS=2048")
    body = ptx.split("bra", 1)[0]
    fused = body.count(f"fma.rn.{kind}")
    assert fused >= 4
    assert fused % 4 == 0
    assert f"mul.{kind}" not in body


@pytest.mark.frameworks
def test_pytorch_gives_the_cpu_a_bfloat16_rate() -> None:
    """Each precision asked for has a rate, and the product ran on some order of matrices."""
    found = list(ceilings._by_torch("cpu", ("float32", "bfloat16"), lambda: None, BRIEF))
    assert [r.precision for r in found] == ["float32", "bfloat16"]
    assert all(r.order in ceilings.ORDERS for r in found)


def test_two_bytes_for_a_number_are_half_the_bytes_to_move() -> None:
    """A float16 variant is held against half of the problem's bytes, and float64 against all."""
    rates = [
        {"device": "cpu", "precision": p, "operations_per_second": 1e15, "order": 1}
        for p in ("float32", "float64", "float16", "bfloat16")
    ]
    memory = [{"device": "cpu", "kernel": "copy", "working_set": 1, "bytes_per_second": 1e9}]
    found = Ceilings.model_validate({"memory": memory, "operations": rates})
    size = Size(n=1, label="1", bytes=1000, operations=1)
    seconds = {
        p: found.limit(size, "cpu", p).seconds  # type: ignore[arg-type]
        for p in ("float32", "float64", "float16", "bfloat16")
    }
    assert seconds == {"float32": 1e-6, "float64": 1e-6, "float16": 5e-7, "bfloat16": 5e-7}


@pytest.mark.parametrize(("precision", "broken"), [("float32", True), ("bfloat16", False)])
def test_h5_knows_that_two_bytes_are_half_the_way(precision: str, broken: bool) -> None:
    """What is too fast for four bytes a number is possible for two."""
    n = 1_000_000
    times = {"compute": {n: 8 * n / 1e12 / 1.8}}  # 1.8 times the bandwidth, in four bytes
    variant: dict[str, Any] = made_variant("cpu_numpy", times, spread=1e-6)
    machine = made_machine()
    rates = [*machine.ceilings.operations]
    rates += [r.model_copy(update={"precision": "bfloat16"}) for r in rates]
    more = machine.ceilings.model_copy(update={"operations": rates})
    record = limits.relimited(made_record(variant | {"precision": precision}), more)
    found = rules.h5_physics(record, machine.model_copy(update={"ceilings": more}))
    assert bool(list(found)) == broken
