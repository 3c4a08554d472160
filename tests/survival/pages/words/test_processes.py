"""What a page shows of times that several processes measured: all of it is made up."""

from dataclasses import replace
from typing import Any

import pytest

from survival import units
from survival.capture import limits
from survival.judge import comparisons, evidence, rules
from survival.judge.evidence import Measured
from survival.pages.charts import captions
from survival.pages.words import figures, tables
from survival.records import Ceilings, Record
from tests.survival.conftest import SIZES, made_machine, made_processes, made_record
from tests.survival.pages.words.test_figures import HERE

N = 1_000_000


def of(*variants: dict[str, Any], ceilings: Ceilings | None = None) -> Measured:
    """A record of schema 2 on the made-up machine, as a page sees it."""
    found = evidence.load(HERE / "results", HERE / "examples", False).reference("toy_sum")
    assert found is not None
    machine = made_machine()
    if ceilings:
        machine = machine.model_copy(update={"ceilings": ceilings})
    record = made_record(*variants, schema_version=2)
    record = limits.relimited(record, machine.ceilings)
    return replace(found, machine=machine, record=record, stale=frozenset(), why_stale={})


def at_every_size(factor: float, *shares: float) -> dict[tuple[int, str], list[float]]:
    """Compute times that grow with the size, of as many processes as there are shares."""
    return {(n, "compute"): [factor * n * s for s in shares] for n in SIZES}


def plain(text: str) -> str:
    """Without spaces that do not break."""
    return text.replace(units.NBSP, " ")


def test_a_time_says_of_how_many_processes_it_is() -> None:
    """The median of theirs, its interval over them, and all samples."""
    m = of(made_processes("cpu_numpy", at_every_size(1e-9, 0.8, 1.0, 1.3)))
    timing = m.record.variants[0].timing(N, "compute")
    assert timing is not None
    number = figures.time(m, m.record.variants[0], timing, "compute")
    assert plain(number.text) == "1.0 ms"
    assert "median of 27 samples in 3 processes" in number.title
    assert "95 % interval" in number.title
    assert "noisy" not in number.title


def test_three_that_agree_earn_a_third_digit() -> None:
    """One process never does."""
    for shares, text in (((0.999, 1.0, 1.001), "1.23 ms"), ((1.0,), "1.2 ms")):
        m = of(made_processes("cpu_numpy", at_every_size(1.23e-9, *shares), spread=0.1))
        timing = m.record.variants[0].timing(N, "compute")
        assert timing is not None
        assert plain(figures.time(m, m.record.variants[0], timing, "compute").text) == text


def ratio(theirs: float, *shares: float, name: str = "cpu_numba_onecore") -> tuple[str, Measured]:
    """How `name` stands to `cpu_numba`: its time over the other's in each pass."""
    m = of(
        made_processes("cpu_numba", at_every_size(1e-9, 0.7, 1.0, 1.4)),
        made_processes(
            name,
            at_every_size(
                1e-9,
                *[
                    r * s
                    for r, s in zip([theirs * x for x in shares], (0.7, 1.0, 1.4), strict=True)
                ],
            ),
        ),
    )
    found = comparisons.ratio(m.record, "cpu_numba", name, N, "compute")
    return plain(figures.times_words(found, m.machine)), m


def test_a_ratio_has_the_interval_of_the_ratios_of_the_passes() -> None:
    """Both sides moved by a factor of two from pass to pass, and the ratio hardly."""
    said, m = ratio(3.0, 0.95, 1.0, 1.05, name="cpu_numpy")
    assert said == "3.0 times as fast (2.6 to 3.4)"
    mine, theirs = (v.timing(N, "compute") for v in m.record.variants)
    assert mine is not None
    assert theirs is not None
    assert mine.high > theirs.low  # the two intervals overlap, which settles nothing


def test_a_ratio_that_may_be_one_is_no_difference() -> None:
    """Nor is it a finding that both are equal, and the words do not say so."""
    _, m = ratio(1.1, 0.7, 1.0, 1.4, name="cpu_numpy")
    said = tables.versus_best_cpu(m, m.record.variant("cpu_numpy"), N, "compute")
    assert said == figures.NOT_SETTLED == "no settled difference"


def test_a_caption_calls_nothing_the_fastest_that_another_may_be() -> None:
    """Its bands overlap, and a reader who sees that asks how it can be the fastest."""

    def caption(m: Measured) -> str:
        drawn = {v.name for v in m.record.variants}
        parts = captions.best_of(m, m.record.size(N), ["cpu"], ["compute"], drawn)
        return plain(figures.plain(parts))

    _, near = ratio(1.1, 0.7, 1.0, 1.4, name="cpu_numpy")
    _, far = ratio(3.0, 0.95, 1.0, 1.05, name="cpu_numpy")
    ours, theirs = (near.label(name) for name in ("cpu_numba", "cpu_numpy"))
    assert f"({ours}; no settled difference from {theirs}) takes" in caption(near)
    assert f"({ours}) takes" in caption(far)


def test_more_than_the_cores_allow_is_never_printed_bare() -> None:
    """As a range, with what it is not; the same of another program is a ratio like any."""
    said, m = ratio(2.4, 0.9, 1.0, 1.1)
    assert m.machine.cpu.cores == 2
    no_result = "more than 2 cores allow and so no result about cores"
    assert said == f"1.9 to 3.1 times as fast, in the middle {no_result}"
    assert ratio(2.4, 0.99, 1.0, 1.01)[0] == f"2.3 to 2.5 times as fast, {no_result}"
    assert ratio(1.9, 0.99, 1.0, 1.01)[0] == "1.9 times as fast (1.9 to 1.9)"
    assert ratio(2.4, 0.9, 1.0, 1.1, name="cpu_numpy")[0] == "2.4 times as fast (1.9 to 3.1)"


def both_scopes(*trips: float) -> Measured:
    """A variant with transfers whose end to end is longer by these seconds, pass by pass."""
    times = at_every_size(1e-9, 0.8, 1.0, 1.2)
    whole = {
        (n, "end_to_end"): [c + t * n / N for c, t in zip(middles, trips, strict=True)]
        for (n, _), middles in times.items()
    }
    return of(made_processes("cpu_torch", times | whole))


def test_no_end_to_end_is_shown_below_its_compute() -> None:
    """Where the trip cannot be told from nothing, one number stands for both and says so."""
    m = both_scopes(-2e-4, 1e-4, 5e-5)
    v = m.record.variants[0]
    assert v.no_trip(N)
    compute, whole = (v.timing(N, s) for s in ("compute", "end_to_end"))  # type: ignore[arg-type]
    assert compute is whole
    table = tables.table(m, m.record.size(N))
    texts = [c.number.text for c in table.rows[0].cells if c.number]
    assert len(texts) == 2
    assert len(set(texts)) == 1
    assert not [f for f in rules.judge_record(m.record, m.machine, None) if f.rule == "H4"]


def test_a_trip_of_many_times_the_work_is_shown() -> None:
    """Its processes differ so much that their difference may be nothing, and their times cannot."""
    m = both_scopes(8e-3, 2e-2, 5e-2)
    v = m.record.variants[0]
    trip = v.trip(N)
    assert trip is not None
    assert trip.low < 0
    assert not v.no_trip(N)


def test_a_trip_that_is_sure_is_shown() -> None:
    """In every pass about the same, though the times themselves differ by more."""
    m = both_scopes(1.0e-4, 1.05e-4, 0.95e-4)
    v = m.record.variants[0]
    assert not v.no_trip(N)
    trip = v.trip(N)
    assert trip is not None
    assert trip.value == pytest.approx(1e-4)
    compute, whole = (v.timing(N, s) for s in ("compute", "end_to_end"))  # type: ignore[arg-type]
    assert compute is not None
    assert whole is not None
    assert whole.median > compute.median


def test_a_trip_below_nothing_is_refused() -> None:
    """In every pass the whole took far less than its part: something was measured wrongly."""
    m = both_scopes(-3e-4, -3.1e-4, -2.9e-4)
    found = [f for f in rules.judge_record(m.record, m.machine, None) if f.rule == "H4"]
    assert found
    assert all(f.severity == "fail" for f in found)


def test_a_fraction_names_its_kernel_and_its_spread() -> None:
    """By the tries of the record's own capture, in the title that a reader opens."""
    fields = made_machine().ceilings.model_dump()
    tries = [{"capture": "20261121-000000", "values": [1e12, 2e12, 3e12], "best": 4e12}]
    fields["memory"] = [
        {"device": d, "kernel": "add", "working_set": 1, "bytes_per_second": 4e12, "tries": tries}
        for d in ("cpu", "gpu")
    ]
    m = of(
        made_processes("cpu_numpy", at_every_size(1e-11, 0.9, 1.0, 1.1)),
        ceilings=Ceilings.model_validate(fields),
    )
    v = m.record.variants[0]
    timing = v.timing(N, "compute")
    assert timing is not None
    number = figures.fraction(m, v, timing)
    assert number is not None
    assert plain(number.text) == "40 %"
    assert number.title.startswith(
        "the limit is 4.0 µs (2.0–8.0 µs in the same capture), set by memory bandwidth, "
        "by an addition; "
    )
    assert tables.table(m, m.record.size(N)).rows[0].limited_by == "add"
    assert Record.model_validate_json(m.record.model_dump_json()) == m.record
