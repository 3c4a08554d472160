"""What two captures say of each other, and one of itself: on made-up times only."""

import json
from pathlib import Path
from typing import Any

import pytest

from survival import records
from survival.errors import RecordError
from survival.judge import repeats, rules
from survival.records import Record
from tests.survival.conftest import SIZES, made_machine, made_processes, made_record
from tests.survival.test_cli import survival

FIRST = {"capture": "20261121-000000", "schema_version": 2, "captured": "2026-11-21T00:00:00Z"}
SECOND = {"capture": "20261122-000000", "schema_version": 2, "captured": "2026-11-22T00:00:00Z"}


def variant(name: str, *middles: float, size: int = 100) -> dict[str, Any]:
    """A variant with one compute time, of these processes."""
    return made_processes(name, {(size, "compute"): list(middles)})


def two(*middles: float, other: float = 1.0, **changes: Any) -> Record:
    """A record of two variants: one of these processes, and one `other` times as long."""
    slow = [m * other for m in middles]
    return made_record(variant("cpu_numpy", *middles), variant("cpu_numba", *slow), **changes)


def test_a_pair_is_a_variant_and_itself_again() -> None:
    """In the sizes and scopes that both have, of enough processes; a stranger is no twin."""
    twin = variant("cpu_numpy", 1.0, 1.1, 0.9)
    record = two(1.0, 1.1, 0.9).model_copy(update={})
    both = Record.model_validate(record.model_dump() | {"twin": twin})
    assert [(t.size, u.size) for t, u in repeats.pairs([both, record])] == [(100, 100)]
    few = Record.model_validate(record.model_dump() | {"twin": variant("cpu_numpy", 1.0)})
    assert not list(repeats.pairs([few]))


@pytest.mark.parametrize(("again", "alarms"), [((1.0, 1.1, 0.9), 0), ((2.0, 2.2, 1.8), 1)])
def test_a_false_alarm_is_a_pair_whose_ratio_excludes_one(
    again: tuple[float, ...], alarms: int
) -> None:
    """The same program, so that any difference is false."""
    fields = two(1.0, 1.1, 0.9).model_dump() | {"twin": variant("cpu_numpy", *again)}
    assert repeats.false_alarms([Record.model_validate(fields)]) == (alarms, 1)


def test_drift_is_of_the_slowest_round_over_the_fastest() -> None:
    """Of one core or of all, whichever moved more; the median over examples."""
    rounds = [
        {"process": 0, "order": i, "at": float(i), "one_core": one, "all_cores": both}
        for i, (one, both) in enumerate([(0.010, 0.020), (0.011, 0.050), (0.012, 0.025)])
    ]
    drifting = two(1.0, 1.0, 1.0, rounds=rounds)
    steady = two(1.0, 1.0, 1.0, rounds=rounds[:1])
    assert repeats.drift([drifting]) == pytest.approx(2.5)
    assert repeats.drift([drifting, steady, steady]) == 1.0
    assert repeats.drift([two(1.0, 1.0, 1.0)]) is None


def sweep(
    factor: float, other: float, scatter: tuple[float, ...] = (1.0, 1.0, 1.0), **changes: Any
) -> dict[str, Record]:
    """Two variants at every size: the first's times, and the second's over the first's.

    `scatter` is by what the ratio differs from process to process.
    """
    mine = {(n, "compute"): [factor * n * x for x in (0.99, 1.0, 1.01)] for n in SIZES}
    theirs = {
        key: [other * m * s for m, s in zip(middles, scatter, strict=True)]
        for key, middles in mine.items()
    }
    record = made_record(
        made_processes("cpu_numpy", mine), made_processes("cpu_numba", theirs), **changes
    )
    return {"doubling": record}


def test_repeatability_is_how_far_times_and_ratios_moved() -> None:
    """All times 20 % longer, and the ratio of two variants from 2 to 2.2."""
    found = repeats.repeatability(sweep(1e-9, 2.0, **FIRST), sweep(1.2e-9, 2.2, **SECOND))
    assert found is not None
    assert (found.timings, found.ratios) == (10, 5)
    assert found.time == pytest.approx(0.26, abs=1e-4)  # between 20 % and 32 %
    assert found.ratio == found.ratio_p90 == pytest.approx(0.1, abs=1e-4)
    assert (found.overlap, found.held) == (0.0, 0.0)
    assert found.captures == ("20261121-000000", "20261122-000000")
    same = repeats.repeatability(sweep(1e-9, 2.0, **FIRST), sweep(1e-9, 2.0, **SECOND))
    assert same is not None
    assert (same.time, same.ratio, same.overlap, same.held) == (0, 0, 1, 1)


def test_what_a_capture_kept_of_the_one_before_repeats_nothing() -> None:
    """Who goes on with a capture has some records of it still: the very same, and no second."""
    kept = sweep(1e-9, 2.0, **FIRST)
    assert repeats.repeatability(kept, kept) is None
    assert repeats.repeats("made-up", kept, kept) is None
    before = kept | {"other": sweep(1e-9, 2.0, **FIRST)["doubling"]}
    after = kept | {"other": sweep(1.2e-9, 2.0, **SECOND)["doubling"]}
    found = repeats.repeats("made-up", before, after)
    assert found is not None
    assert {t.example for t in found.timings} == {"other"}
    assert found.captures == (FIRST["capture"], SECOND["capture"])


def test_the_intervals_of_both_captures_are_asked() -> None:
    """The ratio of one capture is 2 in each process; that of the other is 2.2, give or take much.

    The wide interval holds 2, the narrow one does not hold 2.2: half of them are held.
    """
    restless = sweep(1e-9, 2.2, scatter=(0.9, 1.0, 1.1), **SECOND)
    found = repeats.repeatability(sweep(1e-9, 2.0, **FIRST), restless)
    assert found is not None
    assert found.held == 0.5


def test_other_sources_are_not_held_against_each_other() -> None:
    """A program that was changed is another one."""
    after = sweep(1e-9, 2.0, **SECOND)["doubling"].model_dump(mode="json")
    for v in after["variants"]:
        v["source_hash"] = "f" * 16
    changed = {"doubling": Record.model_validate(after)}
    assert repeats.repeatability(sweep(1e-9, 2.0), changed) is None
    assert repeats.repeats("made-up", sweep(1e-9, 2.0), changed) is None


def wide(shift: float, **changes: Any) -> dict[str, Record]:
    """Processes that differ by a third, each sure of itself; `shift` is the first one's."""
    times = {(n, "compute"): [shift * n * 1e-9, 1.3e-9 * n, 1.6e-9 * n] for n in SIZES}
    times[100, "first_call"] = [1.0, 1.1, 1.2]
    return {"doubling": made_record(made_processes("cpu_numpy", times), **changes)}


def test_one_process_is_surer_than_three_and_the_second_capture_tells() -> None:
    """The same samples, as if one process had been all and with all of them; no first call."""
    found = repeats.repeats("made-up", wide(1.0, **FIRST), wide(1.2, **SECOND))
    assert found is not None
    assert [(t.size, t.scope) for t in found.timings] == [(n, "compute") for n in SIZES]
    assert (found.overlaps(alone=True), found.overlaps(alone=False)) == (0, 5)
    assert found.timings[0].one_before[1] == pytest.approx(1e-7)
    assert found.timings[0].before[1] == pytest.approx(1.3e-7)


def capture(folder: Path, found: dict[str, Record]) -> None:
    """A folder of a capture."""
    folder.mkdir(parents=True)
    records.write(folder / "machine.json", made_machine())
    for name, record in found.items():
        records.write(folder / f"{name}.json", record)


def test_what_is_stored_is_read_judged_and_published_with_its_machine(tmp_path: Path) -> None:
    """Beside the second capture; the machine says it in short."""
    before, after = sweep(1e-9, 2.0, **FIRST), sweep(1.2e-9, 2.2, **SECOND)
    capture(tmp_path / "made-up", after)
    said = repeats.store(before, made_machine(), after, str(tmp_path / "made-up"))
    assert said.startswith("10 timings moved by 26.0%, 0% of their intervals overlap")
    results = records.read_results(tmp_path)
    assert len(results.repeats["made-up"].timings) == 10
    assert results.machines["made-up"].repeatability is not None
    assert results.records["made-up"].keys() == {"doubling"}
    assert not list(repeats.of_their_records(results.repeats["made-up"], after))
    with pytest.raises(RecordError, match="no folder"):
        repeats.store(before, made_machine(), after, str(tmp_path / "nowhere"))


def test_what_is_not_what_the_record_says_fails(tmp_path: Path) -> None:
    """A file that says the second capture was kinder than it was; that of another is not judged."""
    before, after = sweep(1e-9, 2.0, **FIRST), sweep(1.2e-9, 2.2, **SECOND)
    capture(tmp_path / "made-up", after)
    repeats.store(before, made_machine(), after, str(tmp_path / "made-up"))
    path = tmp_path / "made-up" / records.REPEATS_FILE
    told = json.loads(path.read_text())
    told["timings"][0]["after"] = told["timings"][0]["before"]
    path.write_text(json.dumps(told))
    results = records.read_results(tmp_path)
    wrong = [f for f in rules.judge_results(results, {}) if "repeats.json" in f.where]
    assert [f.severity for f in wrong] == ["fail"]
    later = {"doubling": after["doubling"].model_copy(update={"capture": "20261130-000000"})}
    assert not list(repeats.of_their_records(results.repeats["made-up"], later))
    told["timings"][0]["after"] = [3.0, 2.0, 1.0]
    path.write_text(json.dumps(told))
    with pytest.raises(RecordError, match="a median lies outside its interval"):
        records.read_results(tmp_path)


def test_the_page_on_machines_says_it_or_that_nobody_knows() -> None:
    """Old records, false alarms, drift, and what a second capture changed."""
    old = {"doubling": made_record(variant("cpu_numpy", 1.0), schema_version=1)}
    told = dict(repeats.honesty(made_machine(), old))
    assert told["Processes per variant"][0] == "one, in 1 of 1 records"
    assert told["Repeated"][0] == "not yet repeated"
    assert "False alarms" not in told
    after = sweep(1.2e-9, 2.2, **SECOND)
    found = repeats.repeatability(sweep(1e-9, 2.0, **FIRST), after)
    machine = made_machine().model_copy(update={"repeatability": found})
    told = dict(repeats.honesty(machine, after))
    assert {label: fact[0].replace("\u00a0", " ") for label, fact in told.items()} == {
        "A time in the next capture": "moves by 26 % (one in ten by over 32 %)",
        "A ratio in the next capture": "moves by 10 % (one in ten by over 10 %)",
        "Intervals of times that overlap": "0 %",
        "Intervals of ratios that hold": "0 %",
    }


def test_the_command_stores_both_captures_beside_the_second(tmp_path: Path) -> None:
    """`survival repeats FIRST SECOND`: one line, and two files that are read again."""
    for name, found in (("first", sweep(1e-9, 2.0, **FIRST)), ("b", sweep(1.2e-9, 2.2, **SECOND))):
        capture(tmp_path / name, found)
    done = survival("repeats", str(tmp_path / "first"), str(tmp_path / "b"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("10 timings moved by 26.0%")
    machine, found = records.read_capture(tmp_path / "b")
    assert machine.repeatability is not None
    assert found.keys() == {"doubling"}
    assert len(records.read_repeats(tmp_path / "b" / records.REPEATS_FILE).timings) == 10
    assert not (tmp_path / "first" / records.REPEATS_FILE).exists()
