"""H12: what is stale, by its source or by its library, and what is to be done about it."""

from pathlib import Path

import pytest

from survival import catalog
from survival.judge import clocks, findings, pins, rules, staleness
from survival.records import LOCAL, Results
from tests.survival.capture.test_clock import made_clock
from tests.survival.conftest import cpu_times, made_machine, made_record, made_variant

PINS = pins.parse(
    """numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.5 ; python_full_version >= '3.12'
cupy-cuda12x==14.2.0 ; sys_platform == 'linux' \\
numba==0.68.1
numba-cuda==0.30.4"""
)


@pytest.mark.parametrize(
    ("name", "libraries", "says"),
    [
        ("cpu_numpy", {"numpy": "2.1.0"}, None),
        ("cpu_numpy", {"numpy": "1.26.4"}, "numpy 1.26.4, pinned is 2.4.6 or 2.5.5"),
        ("cpu_numpy", {}, None),
        ("cpu_python", {"python": "2.7"}, None),
        ("gpu_cupy", {"cupy-cuda13x": "14.0.1"}, None),
        ("gpu_cupy", {"cupy-cuda13x": "13.6.0"}, "cupy-cuda13x 13.6.0, pinned is 14.2.0"),
        ("gpu_numba", {"numba": "0.1", "numba-cuda": "1.0"}, "numba-cuda 1.0, pinned is 0.30.4"),
        ("cpu_numba", {"numba": "0.1", "numba-cuda": "1.0"}, None),
    ],
)
def test_another_major_version_than_the_pinned_one_is_stale(
    name: str, libraries: dict[str, str], says: str | None
) -> None:
    """H12: the first number of the version counts; CuPy is one library by either wheel."""
    record = made_record(made_variant(name, cpu_times()), libraries=libraries)
    assert pins.outdated(record, PINS).get(name) == says


def test_the_repository_pins_what_the_variants_need() -> None:
    """The real files are understood: each library of the examples has a pin, but Python."""
    found = pins.read(catalog.ROOT)
    for library in set(catalog.LIBRARIES) - {"python"}:
        assert any(p in found for p in pins.PACKAGES.get(library, (library,))), library


def results(hash_: str = "0" * 16, folder: str = "made-up") -> Results:
    """Results with one record of `doubling` and a check of the clocks."""
    variant = made_variant("cpu_numpy", cpu_times()) | {"source_hash": hash_}
    return Results(
        machines={folder: made_machine()},
        records={folder: {"doubling": made_record(variant, libraries={"numpy": "1.0"})}},
        clocks={folder: made_clock()},
    )


def test_what_is_stale_is_listed_with_the_reason_and_the_command(examples: Path) -> None:
    """By source, by library and by clock, on the machine that measured it."""
    found = staleness.find(results(), catalog.find(examples), PINS, "f" * 16)
    assert staleness.text(found) == (
        "results/made-up: capture again on Made-up CPU, 2 cores\n"
        "  doubling cpu_numpy: measured on an older version of its source, or of its problem\n"
        "  clock: the timers changed since they were checked\n"
        '    make capture EXAMPLE="doubling"\n'
        "    .venv/bin/python -m survival publish"
    )


def test_an_old_library_is_listed_and_the_readers_own_is_not_published(examples: Path) -> None:
    """The source is today's, NumPy is not; results/local needs no publishing."""
    example = catalog.get("doubling", examples)
    today = example.source_hash(example.variant("cpu_numpy"))
    mine = results(today, LOCAL)
    text = staleness.text(staleness.find(mine, {"doubling": example}, PINS, "a" * 16))
    assert "measured with numpy 1.0, pinned is 2.4.6 or 2.5.5" in text
    assert "publish" not in text
    assert "clock" not in text


def test_nothing_stale_says_so(examples: Path) -> None:
    """One line, so that a person knows that it looked."""
    example = catalog.get("doubling", examples)
    today = example.source_hash(example.variant("cpu_numpy"))
    found = staleness.find(results(today), {"doubling": example}, staleness.NO_PINS, "a" * 16)
    assert staleness.text(found) == "nothing is stale"


def test_a_release_fails_on_what_is_marked_otherwise(examples: Path) -> None:
    """H12: `judge --release` makes every stale number an error, with the command that mends it."""
    found = rules.judge_results(results(), catalog.find(examples), PINS)
    found += clocks.check_clocks(results(), "f" * 16)
    assert [(f.rule, f.fails) for f in found] == [("H12", False), ("H12", False)]
    released = findings.for_release(found)
    assert [(f.rule, f.fails) for f in released] == [("H12", True), ("H12", True)]
    assert "`make capture EXAMPLE=doubling`" in released[0].message


def test_a_cpu_variant_that_a_record_lacks_is_listed_and_fails_a_release(examples: Path) -> None:
    """H2, H12: left out, it could be the one that the GPU would have to beat."""
    (examples / "doubling" / "cpu_numba.py").write_text("def run(a):\n    return a * 2\n")
    example = catalog.get("doubling", examples)
    today = example.source_hash(example.variant("cpu_numpy"))
    found = staleness.find(results(today), {"doubling": example}, staleness.NO_PINS, "a" * 16)
    assert "doubling cpu_numba: not measured" in staleness.text(found)
    record = results(today).records["made-up"]["doubling"]
    lacks = [f for f in rules.judge_record(record, made_machine(), example) if f.rule == "H12"]
    assert [(f.where.split()[-1], f.fails) for f in lacks] == [("cpu_numba", False)]
    assert [f.fails for f in findings.for_release(lacks)] == [True]


def test_a_variant_that_was_not_run_has_no_number_that_could_be_stale(examples: Path) -> None:
    """A GPU variant on a machine without a GPU does not keep a release from being built."""
    variant = made_variant("gpu_cupy", {}) | {"status": "not_run", "reason": "no GPU"}
    record = made_record(variant, libraries={"cupy-cuda12x": "1.0"})
    assert staleness.why_stale(record, catalog.get("doubling", examples), PINS) == {}
