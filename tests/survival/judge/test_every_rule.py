"""Every honesty rule has a test that shows it catching, or preventing, what it is for."""

import ast
from pathlib import Path
from typing import Any

import pytest

from survival import catalog
from survival.errors import JudgeError, PageError
from survival.judge import comparisons
from survival.pages.charts import layout, specs
from survival.pages.charts.specs import Point, Series
from survival.records import Size, Variant
from tests.survival.conftest import SIZES, cpu_times, gpu_times, made_record, made_variant
from tests.survival.pages.test_extension import convert, plain

JUDGE = "test_rules.py::"
RULES = {
    "H1": JUDGE + "test_h1_a_record_of_another_machine_fails",
    "H2": JUDGE + "test_h2_a_gpu_is_compared_with_the_fastest_cpu_variant_only",
    "H3": "test_every_rule.py::test_h3_precisions_are_one_or_are_told_with_their_errors",
    "H4": JUDGE + "test_h4_compute_without_end_to_end_fails",
    "H5": JUDGE + "test_h5_a_result_faster_than_physics_is_rejected",
    "H6": JUDGE + "test_h6_a_timing_without_a_right_answer_is_rejected",
    "H7": JUDGE + "test_h7_statistics_that_are_not_of_the_samples_are_rejected",
    "H8": JUDGE + "test_h8_overlapping_intervals_are_no_difference",
    "H9": JUDGE + "test_h9_a_sweep_in_which_the_gpu_always_wins_begins_too_high",
    "H10": JUDGE + "test_h10_a_win_that_is_lost_again_is_no_crossover",
    "H11": "test_every_rule.py::test_h11_nothing_is_averaged_or_extrapolated",
    "H12": "test_staleness.py::test_a_release_fails_on_what_is_marked_otherwise",
    "H13": "prose/test_lint.py",
    "H14": "claims/test_claims.py",
    "H15": "test_every_rule.py::test_h15_work_is_counted_once_per_problem",
    "H16": "test_every_rule.py::test_h16_charts_do_not_mislead",
    "H17": "prose/test_lint.py",
}
"""Each rule and the test that stands for it: a function, or a file whose tests name the rule."""


@pytest.mark.parametrize("rule", [f"H{i}" for i in range(1, 18)])
def test_each_rule_has_a_test_that_names_it(rule: str) -> None:
    """The table has all rules H1 to H17, and what it points at exists and says which rule it is."""
    name, _, function = RULES[rule].partition("::")
    tree = ast.parse((Path(__file__).parent / name).read_text())
    found = [
        f"{n.name} {ast.get_docstring(n)}"
        for n in ast.walk(tree)
        if isinstance(n, ast.FunctionDef)
        and n.name.startswith("test_")
        and function in ("", n.name)
    ]
    if not function:
        found.append(ast.get_docstring(tree) or "")
    wanted = {f"test_{rule.lower()}_", f"{rule}:", f"{rule} ", f"{rule},", f"{rule})"}
    assert any(w in text for w in wanted for text in found), f"no test of {rule} in {name}"
    assert len(RULES) == 17


def test_h3_precisions_are_one_or_are_told_with_their_errors() -> None:
    """H3: float32 against float64 is refused; Python's float64 is told, with both errors."""
    python, numpy = (
        made_variant("cpu_python", cpu_times(1e-7)),
        made_variant("cpu_numpy", cpu_times()),
    )
    python["checks"][4]["error"] = 2e-16
    wide = made_variant("cpu_numba_float64", cpu_times())
    record = made_record(python, numpy, wide, made_variant("gpu_cupy", gpu_times()))
    a, b, c, gpu = record.variants
    n = SIZES[4]
    assert comparisons.h3_precisions(record, gpu, b, n) == ""
    told = "float64, error 2.0e-16 against float32, error 1.0e-08"
    assert comparisons.h3_precisions(record, a, b, n) == told
    assert comparisons.ratio(record, "cpu_python", "cpu_numpy", n, "compute").precisions == told
    with pytest.raises(JudgeError, match=r"H3.*'gpu_cupy' computes in float32.*float64"):
        comparisons.h3_precisions(record, gpu, c, n)
    unchecked = a.model_copy(update={"checks": []})
    with pytest.raises(JudgeError, match=r"H3.*'cpu_python' has no error against the oracle"):
        comparisons.h3_precisions(record, unchecked, b, n)


def test_h3_the_page_tells_both_precisions_and_errors() -> None:
    """H3: a ratio in words, and the row of a table, say which side computes in float64."""
    said = plain(convert("[[ratio toy_sum cpu_python 2^20 compute against cpu_numpy]]"))
    assert "in float64, error 1.0e-8 against" in said
    assert "in float32, error 1.0e-8, on a CPU with 16 cores)" in said
    same = plain(convert("[[ratio toy_sum cpu_numpy 2^20 compute against cpu_numba]]"))
    assert "float" not in same
    table = plain(convert("/// timings | toy_sum\n    size: 2^20\n///"))
    assert "computes in float64" in table
    assert "The error is the relative L2 error against the reference" in table


AVERAGES = frozenset(
    (
        *("mean", "fmean", "nanmean", "average", "gmean", "hmean", "geometric_mean"),
        *("harmonic_mean", "polyfit", "interp", "interp1d", "curve_fit", "extrapolate"),
    )
)


def averages(source: str) -> set[str]:
    """Names in a source that average or extrapolate."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.name)
    return names & AVERAGES


def test_h11_nothing_is_averaged_or_extrapolated() -> None:
    """H11: no code of ours takes a mean or fits a curve, and a size not measured has no number.

    But one: Student's interval is around the mean of what the processes of one timing say.
    """
    assert averages("import numpy as np\nx = np.mean([1, 2])") == {"mean"}
    assert averages("from statistics import geometric_mean as g") == {"geometric_mean"}
    for path in (catalog.ROOT / "survival").rglob("*.py"):
        allowed = {"fmean"} if path == catalog.ROOT / "survival" / "stats.py" else set()
        assert averages(path.read_text()) == allowed, path
    with pytest.raises(PageError, match=r"unknown size '2\^22'"):
        convert("[[time toy_sum cpu_numpy 2^22 compute]]")
    with pytest.raises(PageError, match="has no compute timing at 16777216"):
        convert("[[rate toy_sum cpu_python 2^24 compute]]")


def test_h15_work_is_counted_once_per_problem() -> None:
    """H15: bytes and operations belong to a size; no variant can bring its own count."""
    assert {"bytes", "operations"} <= Size.model_fields.keys()
    assert not {"bytes", "operations", "work"} & Variant.model_fields.keys()
    with pytest.raises(ValueError, match="bytes"):
        made_record(made_variant("cpu_numpy", cpu_times()) | {"bytes": 1})
    for example in catalog.find().values():
        assert callable(example.problem().work)
        for v in example.variants:
            defined = {
                n.name for n in ast.walk(ast.parse(v.source)) if isinstance(n, ast.FunctionDef)
            }
            assert "work" not in defined, v.path


def series(device: str, shape: str, *, dashed: bool = False) -> Series:
    """Three made-up points with an interval."""
    points = tuple(Point(10.0**i, 2.0 * i, 1.9 * i, 2.1 * i, "tip") for i in (1, 2, 3))
    return Series(device, device, shape, points, dashed)


def marks(spec: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Layers of a chart with that mark."""
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


@pytest.mark.parametrize("frame", [layout.WIDE, layout.NARROW])
def test_h16_charts_do_not_mislead(frame: layout.Frame) -> None:
    """H16: lines over numbers, log axes named, bars from zero, spread drawn, shapes besides."""
    both = [series("cpu", "square"), series("gpu", "circle", dashed=True)]
    spec = specs.over_sizes(both, frame, "elements")
    lines = [m for m in marks(spec, "line") if len(m["data"]["values"]) == 3]
    assert len(lines) == 2
    for line in lines:
        for axis in ("x", "y"):
            encoding = line["encoding"][axis]
            assert encoding["type"] == "quantitative"
            assert encoding["scale"]["type"] == "log"
            assert "log scale" in encoding["axis"]["title"]
    assert len(marks(spec, "area")) == 2
    points = [m["mark"] for m in marks(spec, "point")]
    cpu, gpu = points[0], points[2] if points[2]["shape"] == "circle" else points[1]
    assert cpu["shape"] != gpu["shape"]
    assert cpu["fill"] != gpu["fill"]
    rows = [Series(s.label, s.device, s.shape, s.points[:1]) for s in both]
    bars = specs.at_one_size(rows, frame, "time", ladder=False)
    drawn = [m for m in marks(bars, "rect") if m["encoding"]["x"].get("scale")]
    for bar in drawn:
        assert bar["encoding"]["x"]["scale"]["domain"][0] == 0
        assert bar["data"]["values"][0][bar["encoding"]["x"]["field"]] == 0
    whiskers = [m for m in marks(bars, "rule") if "x2" in m["encoding"]]
    assert len(whiskers) == len(drawn) == 2
