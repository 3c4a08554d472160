"""Each rule catches what it is for, and lets an honest record pass."""

import re
from pathlib import Path
from typing import Any

import pytest

from survival import catalog
from survival.catalog import Example
from survival.errors import JudgeError
from survival.judge import comparisons, rules, staleness
from survival.records import LOCAL, Record, Results
from tests.survival.conftest import (
    SIZES,
    cpu_times,
    gpu_times,
    made_gpu,
    made_limit,
    made_machine,
    made_record,
    made_timing,
    made_variant,
)


def honest(**changes: Any) -> Record:
    """A record that breaks no rule."""
    return made_record(
        made_variant("cpu_numpy", cpu_times()),
        made_variant("cpu_numba", cpu_times(slope=4e-10)),
        made_variant("gpu_cupy", gpu_times()),
        **changes,
    )


def broken(record: Record) -> set[str]:
    """Ids of the rules that a record breaks or is marked by."""
    return {f.rule for f in rules.judge_record(record, made_machine(), None)}


def changed(variant: dict[str, Any], **fields: Any) -> Record:
    """An otherwise honest record with one changed variant."""
    return made_record(variant | fields, made_variant("cpu_numba", cpu_times()))


def test_an_honest_record_breaks_nothing() -> None:
    """No rule speaks of a record in which all is well."""
    assert broken(honest()) == set()


def test_h1_a_record_of_another_machine_fails() -> None:
    """A record beside another machine's description is no comparison."""
    assert broken(honest(machine="other")) == {"H1"}


def test_h4_compute_without_end_to_end_fails() -> None:
    """A GPU variant that shows only compute hides the transfers."""
    times = gpu_times()
    del times["end_to_end"][100]
    record = made_record(made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", times))
    assert broken(record) == {"H4"}


def test_h4_is_satisfied_by_a_stated_reason() -> None:
    """A size left out end to end, with the reason, hides nothing."""
    times = gpu_times()
    del times["end_to_end"][1_000_000]
    left_out = [{"size": 1_000_000, "scope": "end_to_end", "reason": "too slow"}]
    variant = made_variant("gpu_cupy", times) | {"left_out": left_out}
    assert broken(made_record(made_variant("cpu_numpy", cpu_times()), variant)) == set()


@pytest.mark.parametrize(("factor", "fails"), [(1.04, False), (1.08, True)])
def test_h4_the_whole_is_no_faster_than_its_part(factor: float, fails: bool) -> None:
    """Computing alone may be as slow as all of it but for noise; more is a contradiction."""
    times = gpu_times()
    times["compute"][100] = times["end_to_end"][100] * factor
    variant = made_variant("gpu_cupy", times, spread=1e-6)
    record = made_record(made_variant("cpu_numpy", cpu_times()), variant)
    assert broken(record) == ({"H4"} if fails else set())


COLD = "cuda-bench 1: cold, L2 cleared before each sample, sync"


@pytest.mark.parametrize(
    ("name", "timer", "longer", "fails"),
    [
        ("gpu_cupy_overlapped", COLD, 4e-6, False),  # a few kilobytes, driven by the host
        ("gpu_cupy_everytime", COLD, 4e-6, False),
        ("gpu_cupy", COLD, 9e-6, True),  # more than a launch and the bytes explain
        ("gpu_cupy", "made up", 4e-6, True),  # a clock that empties no cache
        ("cpu_numpy_blocks", COLD, 4e-6, True),
    ],
)
def test_h4_an_emptied_cache_may_make_computing_longer(
    name: str, timer: str, longer: float, fails: bool
) -> None:
    """A9: compute is timed cold, end to end warm. What that explains is accepted, and no more."""
    times = gpu_times()
    times["compute"][100] = times["end_to_end"][100] * 1.05 + longer
    variant = made_variant(name, times, spread=1e-6)
    variant["timings"] = [t | {"timer": timer} for t in variant["timings"]]
    record = made_record(made_variant("cpu_numpy", cpu_times()), variant)
    machine = made_machine(gpu=made_gpu())
    ceilings = machine.ceilings.model_copy(update={"launch_seconds": 5e-6})
    machine = machine.model_copy(update={"ceilings": ceilings})
    found = list(rules.h4_end_to_end_contains_compute(record, machine))
    assert bool(found) == fails


@pytest.mark.parametrize(
    ("name", "tf32", "times_the_rate", "fails"),
    [
        ("gpu_torch", 8e12, 2.6, False),  # an A100's tensor cores, against its float32
        ("gpu_torch", 8e12, 2.9, True),
        ("gpu_torch", None, 1.1, True),
        ("gpu_torch_float64", 8e12, 2.6, True),
        ("cpu_torch", 8e12, 2.6, True),
    ],
)
def test_h5_float32_may_be_made_of_products_of_tensor_cores(
    name: str, tf32: float | None, times_the_rate: float, fails: bool
) -> None:
    """A9: three products in TF32 make one in float32, on a GPU and nowhere else."""
    seconds = 1e9 / 1e12 / times_the_rate
    variant = made_variant(name, {"compute": dict.fromkeys(SIZES, seconds)}, spread=1e-6)
    sizes = [{"n": n, "label": f"{n}", "bytes": 8, "operations": 10**9} for n in SIZES]
    machine = made_machine(gpu=made_gpu())
    rates = [*machine.ceilings.operations]
    if tf32:
        update = {"precision": "tf32", "device": "gpu", "operations_per_second": tf32}
        rates.append(rates[0].model_copy(update=update))
    ceilings = machine.ceilings.model_copy(update={"operations": rates})
    machine = machine.model_copy(update={"ceilings": ceilings})
    found = list(rules.h5_physics(made_record(variant, sizes=sizes), machine))
    assert bool(found) == fails


@pytest.mark.parametrize(("factor", "rejected"), [(1.04, False), (1.06, True)])
def test_h5_a_result_faster_than_physics_is_rejected(factor: float, rejected: bool) -> None:
    """Five percent above the measured bandwidth pass as noise, six do not."""
    seconds = 8 * 1_000_000 / 1e12 / factor
    times = {"compute": {n: max(1e-6, 8 * n / 1e12) for n in SIZES} | {1_000_000: seconds}}
    record = made_record(made_variant("cpu_numpy", times, spread=1e-6))
    found = [f for f in rules.judge_record(record, made_machine(), None) if f.rule == "H5"]
    assert [f.rejects for f in found] == ([True] if rejected else [])


@pytest.mark.parametrize("capture", ["20261121-000000", "20261120-000000"])
@pytest.mark.parametrize(
    "raised",
    [
        {"bytes_per_second": 1e15},
        {"operations_per_second": 1e15},
        {"seconds": 1e-7},
        {"bound_by": "operations"},
    ],
)
def test_h5_limits_that_are_not_the_machines_are_rejected(
    raised: dict[str, Any], capture: str
) -> None:
    """A record cannot bring limits of its own, whichever capture it says it belongs to."""
    variant = made_variant("cpu_numpy", cpu_times())
    for check in variant["checks"]:
        check["limit"] = check["limit"] | raised
    found = rules.judge_record(made_record(variant, capture=capture), made_machine(), None)
    assert {(f.rule, f.rejects) for f in found} == {("H5", True)}


def test_h5_times_are_held_against_the_machine_and_not_against_the_record() -> None:
    """A hundredth of every time, and limits raised with them, is above the machine's ceilings."""
    times = {"compute": {n: 8 * n / 1e12 / 100 for n in SIZES}}
    variant = made_variant("cpu_numpy", times)
    for check in variant["checks"]:
        limit = {"seconds": check["limit"]["seconds"] / 100, "bytes_per_second": 1e14}
        check["limit"] = check["limit"] | limit
    record = made_record(variant, capture="20261120-000000")
    says = [f.says for f in rules.judge_record(record, made_machine(), None) if f.rule == "H5"]
    assert len([s for s in says if "implies 1e+14 bytes/s" in s]) == len(SIZES)


def test_h5_without_a_ceiling_there_is_no_limit() -> None:
    """A limit in a precision whose rate was not measured follows from nothing."""
    variant = made_variant("cpu_numpy", cpu_times()) | {"precision": "tf32"}
    assert broken(made_record(variant)) == {"H5"}


@pytest.mark.parametrize("checks", [[], [{"size": 100, "error": 1e-3}]])
def test_h6_a_timing_without_a_right_answer_is_rejected(checks: list[dict[str, Any]]) -> None:
    """Neither an unchecked nor a wrong result counts."""
    record = changed(made_variant("cpu_numpy", cpu_times()), checks=checks)
    assert "H6" in {f.rule for f in rules.judge_record(record, made_machine(), None) if f.rejects}


def test_h6_a_precision_may_have_a_tolerance_of_its_own() -> None:
    """A larger error is right for TF32 only, and only where the record says so."""
    wrong = {
        "checks": [c | {"error": 1e-4} for c in made_variant("cpu_numpy", cpu_times())["checks"]]
    }
    for precision, tolerances, right in (
        ("tf32", {"tf32": 1e-3}, True),
        ("tf32", {"float16": 1e-3}, False),
        ("float32", {"tf32": 1e-3}, False),
    ):
        variant = made_variant("cpu_numpy", cpu_times()) | wrong | {"precision": precision}
        record = made_record(variant, tolerances=tolerances)
        found = {f.rule for f in rules.h6_checked_against_oracle(record, made_machine())}
        assert found == (set() if right else {"H6"})


def test_h7_few_samples_fail() -> None:
    """Five samples have no 95 % interval of the median."""
    variant = made_variant("cpu_numpy", cpu_times())
    variant["timings"][0] |= {"samples": variant["timings"][0]["samples"][:5]}
    assert broken(made_record(variant)) == {"H7"}


def test_h7_statistics_that_are_not_of_the_samples_are_rejected() -> None:
    """A median that the samples do not have was typed by somebody."""
    variant = made_variant("cpu_numpy", cpu_times())
    variant["timings"][0] |= {"median": variant["timings"][0]["median"] * 1.001}
    found = rules.judge_record(made_record(variant), made_machine(), None)
    assert [(f.rule, f.rejects) for f in found] == [("H7", True)]


@pytest.mark.parametrize(("slow", "broken_rules"), [(2, set()), (3, {"H7"})])
def test_h7_a_machine_that_others_slowed_fails(slow: int, broken_rules: set[str]) -> None:
    """In most of its moments; a neighbour on the same hardware is no program of this machine."""
    took = [1.6e-2] * slow + [1e-2] * (5 - slow)
    rounds = [
        {"process": 0, "order": k, "at": float(k), "one_core": 1e-2, "all_cores": t}
        for k, t in enumerate(took)
    ]
    record = made_record(made_variant("cpu_numpy", cpu_times()), rounds=rounds)
    assert {f.rule for f in rules.fit_to_publish(record)} == broken_rules
    quick = made_record(made_variant("cpu_numpy", cpu_times()), rounds=rounds, mode="quick")
    assert {f.rule for f in rules.fit_to_publish(quick)} == {"record"}  # for being quick


def test_h7_a_wide_interval_is_no_fault_and_no_mark() -> None:
    """It stands beside the number, and digits and verdicts follow from it."""
    record = made_record(made_variant("cpu_numpy", cpu_times(), spread=0.2))
    found = rules.judge_record(record, made_machine(), None)
    assert found == []


def test_h8_overlapping_intervals_are_no_difference() -> None:
    """Two medians one percent apart, with wider intervals, do not differ."""
    record = made_record(
        made_variant("cpu_numpy", cpu_times(1e-9), spread=0.05),
        made_variant("cpu_numba", cpu_times(1.01e-9), spread=0.05),
    )
    assert not comparisons.ratio(record, "cpu_numpy", "cpu_numba", 1_000_000, "compute").differs
    assert comparisons.ratio(honest(), "cpu_numba", "cpu_numpy", 1_000_000, "compute").differs


def test_h9_four_sizes_are_no_sweep() -> None:
    """A crossover cannot be read from four points."""
    times = {"compute": dict.fromkeys(SIZES[:4], 1e-06)}
    assert broken(made_record(made_variant("cpu_numpy", times))) == {"H9"}


def test_h9_a_sweep_in_which_the_gpu_always_wins_begins_too_high() -> None:
    """There is always a size small enough for the CPU to win; the sweep must show it."""
    times = gpu_times(launch=1e-8, slope=1e-11)
    record = made_record(made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", times))
    assert broken(record) == {"H9"}


def test_h9_no_sweep_can_begin_below_one() -> None:
    """One text, one chain: where the GPU wins even there, no smaller size was left out."""
    sizes = [{"n": n, "label": f"{n:,}", "bytes": 8 * n, "operations": n} for n in (1, *SIZES)]
    times = {
        name: {scope: {1: seconds[100] / 2} | seconds for scope, seconds in of.items()}
        for name, of in (("cpu", cpu_times()), ("gpu", gpu_times(launch=1e-8, slope=1e-11)))
    }
    both = made_variant("cpu_numpy", times["cpu"]), made_variant("gpu_cupy", times["gpu"])
    assert broken(made_record(*both, sizes=sizes)) == set()


def test_h10_crossover_is_the_size_from_which_the_gpu_wins_at_all_larger_ones() -> None:
    """Computed from the best of each device, per scope."""
    assert comparisons.crossover(honest(), "compute") == 100_000
    assert comparisons.crossover(honest(), "end_to_end") == 1_000_000


def test_h10_a_win_that_is_lost_again_is_no_crossover() -> None:
    """One lucky size in the middle does not count."""
    times = gpu_times()
    times["end_to_end"] |= {1000: 1e-9, 1_000_000: 1.0}
    record = made_record(made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", times))
    assert comparisons.crossover(record, "end_to_end") is None


def test_h2_a_gpu_is_compared_with_the_fastest_cpu_variant_only() -> None:
    """Naming a slower base for a GPU variant is refused, and the right one is named."""
    with pytest.raises(JudgeError, match=r"H2.*'cpu_numba'"):
        comparisons.ratio(honest(), "gpu_cupy", "cpu_numpy", 1_000_000, "compute")
    assert comparisons.ratio(honest(), "gpu_cupy", "cpu_numba", 1_000_000, "compute").faster


def test_h2_headline_takes_the_fastest_cpu_variant_at_that_size() -> None:
    """The base of a headline ratio is found, not chosen."""
    record = honest()
    found = comparisons.headline(record, record.variant("gpu_cupy"), 1_000_000, "end_to_end")
    assert found is not None
    assert found.base.name == "cpu_numba"
    assert found.value == pytest.approx(4.01e-4 / 3.4e-4)


def test_h3_precisions_are_not_mixed() -> None:
    """A float32 GPU variant is not held against a float64 CPU variant."""
    record = made_record(
        made_variant("cpu_numba_float64", cpu_times()), made_variant("gpu_cupy", gpu_times())
    )
    with pytest.raises(JudgeError, match="H3"):
        comparisons.ratio(record, "gpu_cupy", "cpu_numba_float64", 1_000_000, "compute")
    assert comparisons.headline(record, record.variant("gpu_cupy"), 1_000_000, "compute") is None


def test_h12_a_changed_source_is_stale_and_a_changed_comment_is_not(examples: Path) -> None:
    """The hash follows the code, not its comments or docstrings."""
    example = catalog.get("doubling", examples)
    variants = [
        made_variant("cpu_numpy", cpu_times())
        | {"source_hash": example.source_hash(example.variant("cpu_numpy"))}
    ]
    record = made_record(*variants)
    assert staleness.stale(record, example) == []
    path = examples / "doubling" / "cpu_numpy.py"
    path.write_text(path.read_text().replace("with NumPy", "in one line") + "# a comment\n")
    assert staleness.stale(record, catalog.get("doubling", examples)) == []
    path.write_text(path.read_text().replace("a * 2", "a + a"))
    assert staleness.stale(record, catalog.get("doubling", examples)) == ["cpu_numpy"]
    marks = rules.judge_record(record, made_machine(), catalog.get("doubling", examples))
    assert [(f.rule, f.severity) for f in marks] == [("H12", "mark")]


def of_doubling(examples: Path, **changes: Any) -> tuple[Record, Example]:
    """A fresh record of the example `doubling`, with these changes, and the example."""
    example = catalog.get("doubling", examples)
    sizes = [{"n": n, "label": str(n), "bytes": 8 * n, "operations": n} for n in (8, 16, 32, 64)]
    left = [{"n": 128, "label": "128", "reason": "too much memory"}]
    variants = [
        made_variant("cpu_numpy", {"compute": dict.fromkeys((8, 16, 32, 64), 1e-06)}),
        made_variant("gpu_cupy", {"compute": {}, "end_to_end": {}})
        | {"status": "not_run", "reason": "no GPU"},
    ]
    for v in variants:
        v["source_hash"] = example.source_hash(example.variant(v["name"]))
    for name in {v["name"] for v in variants} & changes.keys():
        (variant,) = (v for v in variants if v["name"] == name)
        variant |= changes.pop(name)
    return made_record(*variants, **{"sizes": sizes, "sizes_left_out": left, **changes}), example


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"unit": "pixels"}, "unit is pixels, but elements in the example"),
        ({"tolerance": 1e9}, "tolerance is 1000000000.0, but 1e-06 in"),
        ({"tolerances": {"float32": 1.0}}, "tolerances is {'float32': 1.0}, but {} in"),
        ({"error_measure": "luck"}, "error_measure is luck, but relative L2 error in"),
        ({"sizes_left_out": []}, "sizes is {8: '8', 16: '16', 32: '32', 64: '64'}, but {8: '8', "),
        ({"cpu_numpy": {"device": "gpu"}}, "device is gpu, but cpu in"),
        ({"cpu_numpy": {"library": "numba"}}, "library is numba, but numpy in"),
        ({"cpu_numpy": {"precision": "float64"}}, "precision is float64, but float32 in"),
        ({"cpu_numpy": {"transfers": True}}, "transfers is True, but False in"),
        ({"gpu_cupy": {"transfers": False}}, "transfers is False, but True in"),
        (
            {"gpu_cupy": {"status": "measured", "timings": [made_timing(8, "end_to_end", 1.0)]}},
            "timed on a GPU, but machine.json has none",
        ),
    ],
)
def test_a_fresh_record_says_what_its_example_says(
    examples: Path, changes: dict[str, Any], says: str
) -> None:
    """What a record says of itself is not believed where the example lies beside it."""
    record, example = of_doubling(examples, **changes)
    found = [f for f in rules.judge_record(record, made_machine(), example) if f.rule == "record"]
    assert all(f.fails and says in f.says for f in found[:1])
    assert bool(found) == bool(says)
    assert all(NEXT_STEP.search(f.message) for f in found)


def test_a_stale_record_may_say_what_its_example_said(examples: Path) -> None:
    """Unit, tolerance and sizes may have changed with the source; a name means what it meant."""
    old = {"source_hash": "0" * 16}
    record, example = of_doubling(examples, unit="pixels", cpu_numpy=old, gpu_cupy=old)
    assert {f.rule for f in rules.judge_record(record, made_machine(), example)} == {"H9", "H12"}
    record, _ = of_doubling(examples, cpu_numpy=old | {"device": "gpu"}, gpu_cupy=old)
    assert "record" in {f.rule for f in rules.judge_record(record, made_machine(), example)}


def broken_records() -> list[Record]:
    """One record for each way to break a rule of records."""
    cpu, gpu = made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", gpu_times())
    first = cpu["timings"][0]
    wrong = [
        cpu | {"timings": [first | made_timing(100, "compute", 1e-12), *cpu["timings"][1:]]},
        cpu | {"checks": [c | {"limit": made_limit(7)} for c in cpu["checks"]]},
        cpu | {"checks": []},
        cpu | {"checks": [c | {"error": 1.0} for c in cpu["checks"]]},
        cpu | {"checks": [c | {"limit": None} for c in cpu["checks"]]},
        cpu | {"timings": [first | {"samples": [1e-6]}, *cpu["timings"][1:]]},
        cpu | {"timings": [first | {"median": 1.0}, *cpu["timings"][1:]]},
        cpu | {"timings": [first]},
        gpu | {"timings": gpu["timings"][:-1]},
        gpu | {"timings": [*gpu["timings"][:5], made_timing(100, "end_to_end", 1e-7)]},
    ]
    wins = made_variant("gpu_cupy", gpu_times(launch=1e-8))
    fields = [
        {"machine": "other"},
        {"mode": "quick"},
        {"commit": "0-dirty"},
        {"captured": "2999-01-01T00:00:00Z"},
    ]
    return [
        *(made_record(v) for v in wrong),
        made_record(cpu, wins),
        *(made_record(cpu, **changes) for changes in fields),
    ]


NEXT_STEP = re.compile(r"; (capture|publish|mend|find|move|add|begin|run|commit|set|remove) ")


@pytest.mark.parametrize("record", broken_records())
def test_whoever_breaks_a_rule_is_told_what_to_do(record: Record) -> None:
    """Each message that stops a build ends with the next step."""
    found = [*rules.judge_record(record, made_machine(), None), *rules.fit_to_publish(record)]
    fails = [f for f in found if f.fails]
    assert fails
    for f in fails:
        assert NEXT_STEP.search(f.message), f.message


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mode": "quick"}, "a quick capture is not published"),
        ({"commit": "0" * 40 + "-dirty"}, "measured on changes that were not committed"),
        ({"captured": "2999-01-01T00:00:00Z"}, "captured in the future"),
    ],
)
def test_only_published_records_must_be_fit_for_it(changes: dict[str, str], says: str) -> None:
    """A quick capture of uncommitted code is shown to its own reader all the same."""
    record = honest(**changes)
    for folder in ("made-up", LOCAL):
        results = Results(machines={folder: made_machine()}, records={folder: {"doubling": record}})
        found = [f for f in rules.judge_results(results, {}) if f.rule == "record"]
        assert [f.says.partition(";")[0] for f in found] == ([] if folder == LOCAL else [says])
        assert all(f.fails for f in found)


def test_fraction_is_of_compute_only() -> None:
    """The limit says nothing about the bus, so end to end has no fraction."""
    record = honest()
    gpu = record.variant("gpu_cupy")
    compute, whole = gpu.timing(100, "compute"), gpu.timing(100, "end_to_end")
    assert compute is not None
    assert whole is not None
    assert comparisons.fraction(record, gpu, compute) == pytest.approx(8e-10 / compute.median)
    assert comparisons.fraction(record, gpu, whole) is None


@pytest.mark.parametrize(
    ("others", "why"),
    [
        (None, ""),
        (0.1, ""),
        (0.314, "other programs took 31 % of the processors meanwhile"),
    ],
)
def test_a_disturbed_timing_says_so_however_narrow_its_interval(
    others: float | None, why: str
) -> None:
    """Found when another program held one of two cores: 8 ms for 256 elements, ± 0.1 %."""
    timing = made_record(made_variant("cpu_numpy", cpu_times())).variants[0].timings[0]
    steady = {"low": timing.median, "high": timing.median, "others": others}
    assert comparisons.why_disturbed(timing.model_copy(update=steady)) == why


def test_first_call_alone_makes_no_sweep() -> None:
    """A first call at one size does not count as a size of the sweep."""
    variant = made_variant("cpu_numpy", cpu_times())
    variant["timings"] = [made_timing(100, "first_call", 1.0)]
    assert broken(made_record(variant)) == {"H9"}
