"""What the ceilings are measured with; the rates themselves are a machine's own."""

import sys
import time
from typing import Any

import pytest

from survival.capture import ceilings, limits, machine, timers
from survival.capture.ceilings import Effort
from survival.judge import rules
from survival.pages.blocks import machines
from survival.pages.words import limits as words
from survival.records import EMPTIED, Ceilings, MemoryRate, Record, Size, Timing, Try
from tests.ptx import compile_to_ptx
from tests.standin import cupy_like
from tests.survival.conftest import (
    SIZES,
    made_gpu,
    made_machine,
    made_record,
    made_timing,
    made_variant,
)

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


@pytest.mark.frameworks
def test_pytorch_gives_the_cpu_a_rate_of_integers() -> None:
    """The product of 8-bit integers ran on some order of matrices."""
    found = list(ceilings._integers("cpu", lambda: None, BRIEF))
    assert {r.precision for r in found} == {"int8"}
    assert all(r.order in ceilings.ORDERS for r in found)


def test_stored_weights_are_fewer_bytes_and_whichever_unit_multiplies_them() -> None:
    """A quarter and an eighth of the bytes; of arithmetic, the fastest that the device has."""
    rates = [
        {"device": "cpu", "precision": p, "operations_per_second": rate, "order": 1}
        for p, rate in (("float32", 1e9), ("bfloat16", 4e9))
    ]
    rates.append(rates[0] | {"device": "gpu", "operations_per_second": 1e15})
    memory = [{"device": "cpu", "kernel": "copy", "working_set": 1, "bytes_per_second": 1e9}]
    found = Ceilings.model_validate({"memory": memory, "operations": rates})
    moves = Size(n=1, label="1", bytes=8000, operations=1)
    computes = Size(n=1, label="1", bytes=1, operations=8000)
    for p, share, rate in (("float32", 1, 1e9), ("int8", 4, 4e9), ("int4", 8, 4e9)):
        assert found.limit(moves, "cpu", p, "now").seconds == 8e-6 / share  # type: ignore[arg-type]
        assert found.limit(computes, "cpu", p, "now").seconds == 8000 / rate  # type: ignore[arg-type]


@pytest.mark.parametrize(("slower", "limit"), [(100, 1e9), (0.5, 2e9)])
def test_a_half_may_be_widened_and_multiplied_as_float32(slower: float, limit: float) -> None:
    """Where a CPU has no instructions for halves, their rate is no limit, and H5 is silent."""
    rates = [
        {"device": "cpu", "precision": p, "operations_per_second": rate, "order": 1}
        for p, rate in (("float32", 1e9), ("bfloat16", 1e9 / slower))
    ]
    memory = [{"device": "cpu", "kernel": "copy", "working_set": 1, "bytes_per_second": 1e15}]
    found = Ceilings.model_validate({"memory": memory, "operations": rates})
    computes = Size(n=1, label="1", bytes=1, operations=8000)
    assert found.limit(computes, "cpu", "bfloat16", "now").seconds == 8000 / limit
    machine = made_machine().model_copy(update={"ceilings": found})
    n = 1_000_000
    variant = made_variant("cpu_numpy", {"compute": {n: 2 * n / 0.9e9}}, spread=1e-6)
    record = limits.relimited(made_record(variant | {"precision": "bfloat16"}), found)
    assert not list(rules.h5_physics(record, machine))


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
    pauses = iter([0.0, 0.02, 0.02, 0.001, *[0.02] * 40])
    seen = ceilings.took(lambda: time.sleep(next(pauses)), lambda: None, 0.02)
    assert 0.001 <= seen.best < 0.02 <= seen.typical
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


def gpu_rates(monkeypatch: pytest.MonkeyPatch, timer: str) -> list[MemoryRate]:
    """The memory rates of the stand-in's GPU, by such a clock, to which all takes 1 s."""
    monkeypatch.setattr(machine, "free_bytes", lambda device: 2**25)
    monkeypatch.setattr(ceilings, "COLD_FROM", 2**18)

    def clock(launch: Any, synchronize: Any, budget: timers.Budget) -> timers.Samples:
        launch()
        synchronize()
        return timers.Samples((0.5,) + (1.0,) * 9, 1, timer)

    monkeypatch.setattr(timers, "gpu", clock)
    cupy_like.reset()
    cp: Any = cupy_like.modules()["cupy"]
    return ceilings._both(cp, cp.cuda.get_current_stream().synchronize, BRIEF)


def test_a_gpus_memory_is_tried_warm_and_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same kernels: cold by the clock of the programs, from the size where it can matter."""
    found = gpu_rates(monkeypatch, f"a clock: {EMPTIED} before each sample")
    sets = {cold: {r.working_set for r in found if r.cold == cold} for cold in (False, True)}
    assert sets == {False: {2**16, 2**18, 2**20}, True: {2**18, 2**20}}
    assert {r.kernel for r in found if r.cold} == set(ceilings.KERNELS)
    copy = next(r for r in found if (r.kernel, r.working_set, r.cold) == ("copy", 2**20, True))
    assert (copy.best, copy.tries[0].values) == (2 * 2**20, [2**20])
    assert "cold" in ceilings.timer("full", cold=True)


def test_a_clock_that_empties_nothing_has_no_cold_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its programs are timed warm as well."""
    assert not any(r.cold for r in gpu_rates(monkeypatch, "a clock: L2 not cleared"))


WARM, COLD = 8e12, 1e12
"""Bytes per second from a GPU's cache and from its memory."""


def with_cold(cold: float = COLD, capture: str = "20261121-000000") -> Any:
    """A machine whose GPU was tried both ways in that capture, on sets from a cache to memory."""
    made = made_machine(gpu=made_gpu())
    fields = {"device": "gpu", "kernel": "copy"}
    rates = [
        MemoryRate.model_validate(
            fields
            | {"working_set": w, "bytes_per_second": r, "cold": c}
            | {"tries": [Try(capture=capture, values=[r], best=r)]}
        )
        for w, r, c in ((1, WARM, False), (2**23, COLD, False), (2**20, cold, True))
    ]
    memory = [r for r in made.ceilings.memory if r.device == "cpu"] + rates
    return made.model_copy(update={"ceilings": made.ceilings.model_copy(update={"memory": memory})})


def on_gpu(timer: str, share: float, machine: Any, **changes: Any) -> Record:
    """A record of a GPU program that reaches that share of the cold rate at every size."""
    times = {"compute": {n: 8 * n / COLD / share for n in SIZES}}
    variant = made_variant("gpu_cupy", times, spread=1e-6)
    variant["timings"] = [t | {"timer": timer} for t in variant["timings"]]
    sizes = [{"n": n, "label": f"{n}", "bytes": 8 * n, "operations": 1} for n in SIZES]
    return limits.relimited(made_record(variant, sizes=sizes, **changes), machine.ceilings)


def shares(record: Record) -> set[float]:
    """What shares of their limits its times reach."""
    v = record.variants[0]
    reached = [(v.check(t.size), t) for t in v.timings]
    return {round(c.limit.seconds / t.median, 4) for c, t in reached if c and c.limit}


@pytest.mark.parametrize(("timer", "share"), [(f"{EMPTIED} each time", 0.5), ("warm", 0.0625)])
def test_a_time_is_held_against_what_its_clock_leaves_in_the_cache(
    timer: str, share: float
) -> None:
    """A6: a time with an emptied cache is no share of what the cache gives."""
    machine = with_cold()
    record = on_gpu(timer, 0.5, machine)
    assert shares(record) == {share}
    cold = {c.limit.cold for c in record.variants[0].checks if c.limit}
    assert cold == ({True} if EMPTIED in timer else {None})
    assert not [f for f in rules.judge_record(record, machine, None) if f.rule == "H5"]
    limit = record.variants[0].checks[0].limit
    assert limit is not None
    assert words.set_by(limit).endswith(" with an empty cache") == (EMPTIED in timer)


@pytest.mark.parametrize(("timer", "rejected"), [(f"{EMPTIED} each time", True), ("warm", False)])
def test_h5_no_emptied_cache_gives_what_a_full_one_does(timer: str, rejected: bool) -> None:
    """Twice the memory's rate comes from a cache; a clock that says it was empty is wrong."""
    machine = with_cold()
    found = rules.h5_physics(on_gpu(timer, 2.0, machine), machine)
    assert bool(list(found)) == rejected


def test_what_a_capture_did_not_try_cold_stays_as_it_was() -> None:
    """Records of before, and those of an earlier capture, are held against warm rates."""
    tuesday, timer = with_cold(), f"{EMPTIED} each time"
    monday = {"capture": "20261120-000000"}
    warm = [r for r in tuesday.ceilings.memory if not r.cold]
    before = tuesday.model_copy(
        update={"ceilings": tuesday.ceilings.model_copy(update={"memory": warm})}
    )
    old = on_gpu(timer, 2.0, before, **monday)
    assert shares(old) == {0.25}
    assert on_gpu(timer, 2.0, tuesday, **monday) == old
    assert not [f for f in rules.judge_record(old, tuesday, None) if f.rule == "H5"]


def test_the_machines_page_shows_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under heads of their own, so that neither hides the other."""
    asked: list[str] = []

    def number(text: str, value: float | str, note: str) -> Any:
        asked.append(note)
        return text

    (_, heads, rows), *_ = machines._ceilings(with_cold(), number)
    assert heads == ["Working set", "CPU, copy", "GPU, copy", "GPU, copy, cold"]
    assert [len(row) for row in rows] == [4, 4, 4]
    assert any(note.startswith("gpu copy, cold") for note in asked)
