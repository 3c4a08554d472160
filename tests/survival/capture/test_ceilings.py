"""What the ceilings are measured with; the rates themselves are a machine's own."""

import sys
import time
from typing import Any

import pytest

from survival.capture import ceilings, limits
from survival.capture.ceilings import Effort
from survival.judge import rules
from survival.pages.words import limits as words
from survival.records import Ceilings, Size, Timing, Try
from tests.ptx import compile_to_ptx
from tests.survival.conftest import made_machine, made_record, made_timing, made_variant

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
    assert {r.precision for r in found} == {"float32", "bfloat16"}
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
        p: found.limit(size, "cpu", p, "now").seconds  # type: ignore[arg-type]
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


def tried(capture: str, *values: float, best: float = 0.0) -> Try:
    """What a capture found; the best sample is the best process unless another is named."""
    return Try(capture=capture, values=list(values), best=best or max(values))


def stream(kernel: str, *tries: Try, best: float = 0.0) -> dict[str, Any]:
    """The rate of a kernel on a set of one byte, with its tries."""
    most = best or max(t.best for t in tries)
    told = [t.model_dump() for t in tries]
    return {
        "device": "cpu",
        "kernel": kernel,
        "working_set": 1,
        "bytes_per_second": most,
        "tries": told,
    }


def of(*memory: dict[str, Any]) -> Ceilings:
    """Ceilings of these streams, and arithmetic that is never the limit."""
    rate = {"device": "cpu", "precision": "float32", "operations_per_second": 1e15, "order": 1}
    return Ceilings.model_validate({"memory": memory, "operations": [rate]})


SIZE = Size(n=1, label="1", bytes=1000, operations=1)


def test_a_limit_is_what_its_own_capture_typically_reached() -> None:
    """The median of three processes, the kernel that reached it, and between what it lay."""
    copy = stream("copy", tried("monday", 90.0, 100.0, 120.0, best=130.0))
    add = stream("add", tried("monday", 80.0, 99.0, 500.0))
    limit = of(copy, add).limit(SIZE, "cpu", "float32", "monday")
    assert (limit.seconds, limit.kernel, limit.bound_by) == (10.0, "copy", "memory")
    assert (limit.shortest, limit.longest) == (1000 / 130, 1000 / 90)


def test_a_luckier_capture_lowers_no_fraction_of_an_earlier_one() -> None:
    """It raises what a result is refused above, and nothing else; so does a kernel of its own."""
    first = of(stream("copy", tried("monday", 100.0)))
    lucky = of(stream("copy", tried("tuesday", 200.0)), stream("read", tried("tuesday", 300.0)))
    both = limits.joined(first, lucky)
    before, after = (c.limit(SIZE, "cpu", "float32", "monday") for c in (first, both))
    assert before == after
    assert both.limit(SIZE, "cpu", "float32", "tuesday").kernel == "read"
    assert both.memory_rate("cpu", 1000) == 300.0


def test_ceilings_of_before_are_the_best_of_many_and_stay_so() -> None:
    """A file without tries says only the best; joined with a later one it says it for its own."""
    old = of(stream("copy", best=100.0))
    new = of(stream("copy", tried("tuesday", 40.0, 50.0, 60.0)))
    both = limits.joined(old, new)
    assert old.limit(SIZE, "cpu", "float32", "monday") == both.limit(
        SIZE, "cpu", "float32", "monday"
    )
    assert both.memory[0].tries == [Try(best=100.0), tried("tuesday", 40.0, 50.0, 60.0)]
    assert both.limit(SIZE, "cpu", "float32", "tuesday").seconds == 20.0
    assert both.memory_rate("cpu", 1000) == 100.0


def test_the_tries_of_a_capture_are_its_processes_and_none_counts_twice() -> None:
    """Published again, or read from two folders, a process is still one."""
    one, two = (of(stream("copy", tried("monday", v))) for v in (50.0, 60.0))
    both = limits.joined(one, two)
    assert both.memory[0].tries == [tried("monday", 50.0, 60.0)]
    assert limits.joined(both, both) == both


def test_of_a_launch_the_shortest_is_the_best() -> None:
    """Rates are better the higher they are, and this is a time."""
    memory = stream("copy", tried("monday", 1.0))
    sides = [
        of(memory).model_copy(
            update={"launch_seconds": s, "launch_tries": [Try(capture=c, values=[2 * s], best=s)]}
        )
        for c, s in (("monday", 3.0), ("tuesday", 5.0))
    ]
    both = limits.joined(*sides)
    assert both.launch_seconds == 3.0
    assert both.launch("tuesday") == (10.0, 10.0, 5.0)
    assert of(memory).launch("monday") is None


def test_a_try_is_the_median_and_the_best_is_kept_beside_it() -> None:
    """Not the fastest sample of many, which a program's median would be held against."""
    pauses = iter([0.0, 0.004, 0.004, 0.001, *[0.004] * 40])
    seen = ceilings.took(lambda: time.sleep(next(pauses)), lambda: None, 0.02)
    assert 0.001 <= seen.best < 0.004 <= seen.typical
    rate = seen.rate("bytes_per_second", 1.0)
    assert rate["bytes_per_second"] == rate["tries"][0].best == 1 / seen.best
    assert rate["tries"][0].values == [1 / seen.typical]


def test_a_result_above_the_typical_rate_is_shown_as_a_range_and_above_the_best_refused() -> None:
    """H5: what the best sample allows is possible; what is 5 % beyond it is an error."""
    limit = of(stream("copy", tried("monday", 100.0, best=120.0))).limit(
        SIZE, "cpu", "float32", "monday"
    )
    slow, fast = (Timing.model_validate(made_timing(1, "compute", s)) for s in (20.0, 8.0))
    assert words.share(limit, slow) == "50\u00a0%"
    assert words.share(limit, fast) == "104–125\u00a0%"
    assert "set by memory bandwidth, by a copy" in words.told(limit)
