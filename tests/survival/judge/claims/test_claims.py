"""H14: claims are understood, and held against made-up records by their intervals."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from survival import catalog, records
from survival.catalog import Example
from survival.errors import SurvivalError
from survival.judge.claims import evaluation, grammar, kinds
from survival.judge.evidence import Evidence
from survival.records import Machine, Record
from tests.survival.conftest import PROBLEM, SIZES, made_machine, made_record, made_variant

GPU = {
    "model": "Made-up GPU",
    "compute_capability": "9.0",
    "multiprocessors": 1,
    "memory_bytes": 2**33,
    "l2_bytes": 2**20,
    "driver": "1",
    "cuda": "12",
}
NAMES = ("cpu_python", "cpu_numpy", "cpu_numba", "cpu_numba_float64", "gpu_cupy")


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """The made-up example, with the sizes of the made-up record."""
    folder = tmp_path / "examples" / "doubling"
    folder.mkdir(parents=True)
    sizes = f"SIZES = {SIZES}\n"
    (folder / "problem.py").write_text(PROBLEM.replace("SIZES = (8, 16, 32, 64, 128)\n", sizes))
    for name in NAMES:
        more = "def to_device(a): return (a,)\ndef to_host(a): return a\n" * name.startswith("gpu")
        (folder / f"{name}.py").write_text(f'"""Doubles."""\ndef run(a): return a\n{more}')
    return catalog.get("doubling", tmp_path / "examples")


def times(*seconds: float) -> dict[int, float]:
    """A median for each size."""
    return dict(zip(SIZES, seconds, strict=False))


def record(*more: dict[str, Any]) -> Record:
    """NumPy wins the first two sizes, Numba the others; at the third the two are equal."""
    return made_record(
        made_variant("cpu_python", {"compute": times(1e-5, 1e-4, 1e-3, 1e-2)}),
        made_variant("cpu_numpy", {"compute": times(1e-6, 2e-6, 2e-5, 2e-4, 2e-3)}),
        made_variant("cpu_numba", {"compute": times(5e-6, 5e-6, 2e-5, 1e-4, 1e-3)}),
        made_variant("cpu_numba_float64", {"compute": times(5e-6, 5e-6, 4e-5, 2e-4, 2e-3)}),
        *more,
    )


def gpu_record() -> Record:
    """The same with a GPU that takes over at the fourth size, and end to end never."""
    ends = {"compute": times(1e-5, 1e-5, 4e-5, 5e-5, 6e-5), "end_to_end": times(*[1e-2] * 5)}
    return record(made_variant("gpu_cupy", ends))


def verdict(
    text: str, example: Example, held: Record | None = None, machine: Machine | None = None
) -> kinds.Verdict | None:
    """What the made-up record says of a claim."""
    claim = grammar.parse(text, example, ["made-up"])
    return evaluation.evaluate(claim, held or gpu_record(), machine or made_machine(gpu=GPU))


HOLD = [
    "cpu_numpy compute is faster than cpu_numba at 100",
    "cpu_numpy compute is faster than cpu_numba at 100, 1,000",
    "cpu_numpy compute is faster than cpu_numba at sizes up to 1000.",
    "cpu_numba compute is faster than cpu_numpy at sizes from 100000",
    "cpu_numba compute is slower than cpu_numpy at 100 and 1000",
    "cpu_numba compute is no slower than cpu_numpy at sizes from 10000",
    "cpu_numpy compute is no faster than cpu_numba at sizes from 10000",
    "cpu_numpy compute is at least 9 times as fast as cpu_python at every size",
    "cpu_numpy compute is at most 51 times as fast as cpu_python at every size",
    "cpu_numba compute is at most 0.25 times as fast as cpu_numpy at 100",
    "cpu_numba compute is not measurably different from cpu_numpy at 10000",
    "cpu_numba compute is faster than cpu_numba_float64 at sizes from 10000",
    "cpu_numpy compute is the best CPU at 100",
    "cpu_numba compute is the best CPU at sizes from 100000",
    "gpu_cupy compute is faster than the best CPU at sizes from 100000",
    "gpu_cupy compute is slower than the best CPU at sizes up to 10000",
    "gpu_cupy compute is slower than cpu_numba at 100",
    "gpu_cupy end_to_end is slower than gpu_cupy compute at every size",
    "gpu_cupy end_to_end is slower than the best CPU at every size",
    "cpu_numba compute is faster than the best GPU at 100",
    "crossover compute is at 100000",
    "crossover compute is below 1000000",
    "crossover compute is above 10000",
    "crossover end_to_end is above 1000000",
    "cpu_numpy compute reaches at most 1 % of the limit at sizes from 1000",
    "cpu_numpy compute reaches at least 0.07 % of the limit at 100",
]
FAIL = [
    ("cpu_numba compute is faster than cpu_numpy at 100", "H14"),
    ("cpu_numba compute is faster than cpu_numpy at every size", "H14"),
    ("cpu_numba compute is slower than cpu_numpy at 100000", "H14"),
    ("cpu_numba compute is no slower than cpu_numpy at 1000", "H14"),
    ("cpu_numpy compute is at least 10 times as fast as cpu_python at 100", "H14"),
    ("cpu_numpy compute is at most 10 times as fast as cpu_python at 100", "H14"),
    ("cpu_numba compute is not measurably different from cpu_numpy at 100", "H14"),
    ("cpu_numba compute is faster than cpu_numpy at 10000", "H14"),
    ("cpu_numba compute is the best CPU at 10000", "H14"),
    ("gpu_cupy compute is faster than cpu_numpy at 100000", "H2"),
    ("cpu_numpy compute is slower than gpu_cupy at 100000", "H2"),
    ("gpu_cupy compute is at least 2 times as fast as cpu_python at 100000", "H2"),
    ("gpu_cupy compute is slower than cpu_numba_float64 at 100", "H3"),
    ("crossover compute is above 100000", "H14"),
    ("crossover end_to_end is below 1000000", "H14"),
    ("cpu_numpy compute reaches at least 50 % of the limit at 100", "H14"),
    ("cpu_numpy compute reaches at most 0.05 % of the limit at 100", "H14"),
]


@pytest.mark.parametrize("text", HOLD)
def test_a_claim_that_the_record_supports_holds(text: str, example: Example) -> None:
    """Every form of claim, true of the made-up record."""
    found = verdict(text, example)
    assert found is not None
    assert found.holds, found.says


@pytest.mark.parametrize(("text", "rule"), FAIL, ids=[text for text, _ in FAIL])
def test_a_claim_that_the_record_contradicts_fails(text: str, rule: str, example: Example) -> None:
    """Every form of claim, false of the made-up record, by the rule that it breaks."""
    found = verdict(text, example)
    assert found is not None
    assert not found.holds
    assert found.reading.rule == rule


def test_a_verdict_is_one_line_with_both_numbers_and_intervals(example: Example) -> None:
    """What a writer needs to mend the sentence: both medians, intervals, scope and size."""
    found = verdict("cpu_numba compute is faster than cpu_numpy at 100", example)
    assert found is not None
    assert found.says == (
        "cpu_numba compute takes 5.00 µs (4.99–5.02 µs), "
        "cpu_numpy compute takes 1.00 µs (0.997–1.00 µs), at 100 elements"
    )


def test_overlapping_intervals_are_not_faster(example: Example) -> None:
    """H8: a smaller median alone does not make a variant faster."""
    held = made_record(
        made_variant("cpu_numpy", {"compute": times(*[1.00e-6] * 5)}, spread=0.1),
        made_variant("cpu_numba", {"compute": times(*[1.05e-6] * 5)}, spread=0.1),
    )
    found = verdict("cpu_numpy compute is faster than cpu_numba at 100", example, held)
    assert found is not None
    assert not found.holds
    assert "the interval of their ratio holds 1" in found.says


def test_a_number_of_times_holds_at_the_unfavourable_ends(example: Example) -> None:
    """A ratio of medians of exactly ten does not support "at least 10 times"."""
    held = record()
    for factor, holds in ((10, False), (9.9, True)):
        text = f"cpu_numpy compute is at least {factor} times as fast as cpu_python at 100"
        found = verdict(text, example, held)
        assert found is not None
        assert found.holds is holds


def test_the_decisive_size_is_where_the_claim_holds_most_narrowly(example: Example) -> None:
    """Of all sizes that a claim is about, the closest call is the one that is told."""
    found = verdict("cpu_numpy compute is faster than cpu_numba at sizes up to 1000", example)
    assert found is not None
    assert (found.reading.size.n, found.sizes) == (1000, 2)


@pytest.mark.parametrize(
    "text",
    [
        "gpu_cupy compute is slower than the best CPU at 100",
        "crossover compute is above 100",
        "cpu_python compute is slower than cpu_numpy at 1000000",
        "cpu_python compute is slower than cpu_numpy at 100, 1000000",
    ],
)
def test_what_was_not_measured_is_not_claimed(text: str, example: Example) -> None:
    """Without a GPU, or at a size that was left out, a claim neither holds nor fails."""
    assert verdict(text, example, record()) is None


def test_a_named_size_contradicts_even_if_another_is_missing(example: Example) -> None:
    """A gap in the record does not hide that the claim is false elsewhere."""
    found = verdict("cpu_python compute is faster than cpu_numpy at 100, 1000000", example)
    assert found is not None
    assert not found.holds


@pytest.mark.parametrize(
    ("where", "applies"),
    [
        ("on machines with a GPU", True),
        ("on machines without a GPU", False),
        ("on machines with at least 2 cores", True),
        ("on machines with at least 3 cores", False),
        ("on machines with at most 1 core", False),
        ("on made-up", True),
    ],
)
def test_a_claim_is_about_its_machines_only(where: str, applies: bool, example: Example) -> None:
    """A false claim fails where it applies, and nowhere else."""
    found = verdict(f"cpu_numba compute is faster than cpu_numpy at 100 {where}", example)
    assert (found is not None) is applies


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cpu_numba is faster", "is not understood; write VARIANT SCOPE is (faster than"),
        ("cpu_numbat compute is faster than cpu_numpy at 100", "unknown variant 'cpu_numbat'"),
        ("cpu_numba compute is faster than cpu_nmpy at 100", "unknown variant 'cpu_nmpy'"),
        ("cpu_numba comput is faster than cpu_numpy at 100", "H4: claim: unknown scope 'comput'"),
        ("cpu_numba compute is faster than cpu_numpy at 101", "unknown size '101'; there are: 100"),
        ("cpu_numba compute is faster than cpu_numba at 100", "cannot be compared with itself"),
        ("cpu_numba compute is faster than the best CPU at 100", "write 'is the best CPU'"),
        ("cpu_numba compute is the best GPU at 100", "'cpu_numba' is no GPU variant"),
        ("cpu_numba compute is faster than cpu_numpy at 100 on mars", "unknown machine 'mars'"),
        ("gpu_cupy end_to_end reaches at least 9 % of the limit at 100", "only compute has"),
        ("crossover compute is above every size", "is not understood"),
        ("cpu_numba compute is faster than cpu_numpy at " + "9" * 5000, "is longer than 300"),
        ("crossover first_call is above 100", "unknown scope 'first_call'"),
        ("cpu_numba compute is at least 0 times as fast as cpu_numpy at 100", "more than 0"),
    ],
)
def test_a_claim_that_is_not_understood_says_what_would_be(
    text: str, says: str, example: Example
) -> None:
    """One line that names what exists."""
    with pytest.raises(SurvivalError) as e:
        grammar.parse(text, example, ["made-up"])
    assert says in str(e.value)
    assert "\n" not in str(e.value)


PAGE = """# A page

```text
/// claim | doubling
this is code
///
```

//// claim | doubling
cpu_numpy compute is faster than cpu_numba at 100

{}
////
"""


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("cpu_numba compute is faster than cpu_numpy at 100", "H14"),
        ("gpu_cupy compute is faster than cpu_numpy at 100000", "H2"),
        ("gibberish", "H14"),
    ],
)
def test_a_page_is_told_its_line_its_record_and_both_numbers(
    line: str, rule: str, example: Example
) -> None:
    """H14: the false claim is found on its line; the true one and the fence are not."""
    results = records.Results(
        machines={"made-up": made_machine(gpu=GPU)},
        records={"made-up": {"doubling": gpu_record()}},
    )
    evidence = Evidence({"doubling": example}, results)
    found = list(evaluation.check_page("docs/x.md", PAGE.format(line), evidence))
    assert len(found) == 1
    assert found[0].message.startswith(f"{rule} docs/x.md(12): ")
    assert found[0].fails
    if line != "gibberish":
        assert "results/made-up/doubling.json" in found[0].message
    assert not list(evaluation.check_page("docs/x.md", PAGE.format(""), evidence))


def test_the_readers_own_capture_fails_nobodys_build(example: Example) -> None:
    """results/local may contradict a claim: it is the reader's, and not counted."""
    results = records.Results(
        machines={"local": made_machine(gpu=GPU)}, records={"local": {"doubling": gpu_record()}}
    )
    evidence = Evidence({"doubling": example}, results)
    text = PAGE.format("cpu_numba compute is faster than cpu_numpy at 100")
    assert not list(evaluation.check_page("docs/x.md", text, evidence))
    (own,) = evaluation.check_page("docs/x.md", text, evidence, own=True)
    assert own.message.startswith("H14 docs/x.md(")
    assert "results/local/doubling.json" in own.message
    assert "mend the sentence" not in own.message  # it may be somebody else's
    assert not own.fails


def exact(errors: dict[str, list[float]]) -> Record:
    """The made-up record with these errors, by variant, one for each size."""
    told = gpu_record().model_dump(mode="json")
    for v in told["variants"]:
        for check, error in zip(v["checks"], errors.get(v["name"], []), strict=False):
            check["error"] = error
    return Record.model_validate(told)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("cpu_numpy error is smaller than cpu_numba at 100", True),
        ("cpu_numpy error is smaller than cpu_numba at every size", False),  # equal at 1,000
        ("cpu_numba error is larger than cpu_numpy at 100", True),
        ("cpu_numba error is larger than cpu_numpy at 1000", False),
        ("cpu_numba error is at least 4 times that of cpu_numpy at 100", True),
        ("cpu_numba error is at least 4.1 times that of cpu_numpy at 100", False),
        ("cpu_numba error is at most 4 times that of cpu_numpy at sizes up to 1000", True),
        ("cpu_numba error is at most 3 times that of cpu_numpy at sizes up to 1000", False),
        ("cpu_numba error is at least 1000 times that of cpu_numba_float64 at 100", True),
        ("cpu_numba_float64 error is at most 1 times that of cpu_numba at 100", True),
        ("cpu_numba error is larger than gpu_cupy at 100 on machines with a GPU", True),
    ],
)
def test_errors_are_compared_as_they_are(text: str, holds: bool, example: Example) -> None:
    """One number each, without an interval; none at all is smaller than any."""
    held = exact(
        {
            "cpu_numpy": [1e-7, 2e-7],
            "cpu_numba": [4e-7, 2e-7],
            "cpu_numba_float64": [0.0, 0.0],
            "gpu_cupy": [1e-8, 1e-8],
        }
    )
    found = verdict(text, example, held)
    assert found is not None
    assert found.holds == holds
    assert "error is" in found.says


def test_an_error_that_was_not_taken_checks_no_claim(example: Example) -> None:
    """As with timings: what is missing neither supports nor contradicts."""
    held = gpu_record()
    held.variant("cpu_numba").checks.clear()
    assert verdict("cpu_numba error is smaller than cpu_numpy at 100", example, held) is None


def test_a_claim_about_an_unknown_example_is_told_its_line(example: Example) -> None:
    """A typo in the block's head is found too."""
    evidence = Evidence({"doubling": example}, records.Results(machines={}, records={}))
    found = list(evaluation.check_page("docs/x.md", "/// claim | dubbling\nx\n///\n", evidence))
    assert [f.where for f in found] == ["docs/x.md(1)"]
    assert "unknown example 'dubbling'; there are: doubling" in found[0].says


@pytest.fixture
def beside(example: Example) -> Example:
    """Another example, next to the first, that counts the same thing."""
    shutil.copytree(example.problem_path.parent, example.problem_path.parents[1] / "tripling")
    return example


def tripling(**changes: Any) -> Record:
    """NumPy takes three times as long for other work of the same sizes."""
    times_3 = made_variant("cpu_numpy", {"compute": times(3e-6, 6e-6, 6e-5, 6e-4, 6e-3)})
    return made_record(times_3, example="tripling", **changes)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("cpu_numpy compute is faster than tripling.cpu_numpy at every size", True),
        (
            "cpu_numpy compute is at least 2.9 times as fast as tripling.cpu_numpy compute at 100",
            True,
        ),
        (
            "cpu_numpy compute is at least 3.1 times as fast as tripling.cpu_numpy compute at 100",
            False,
        ),
        ("cpu_numba compute is slower than tripling.cpu_numpy at 100", True),
    ],
)
def test_a_claim_may_speak_of_another_example(text: str, holds: bool, beside: Example) -> None:
    """Two kinds of work, one machine, one capture: the verdict names both with their times."""
    claim = grammar.parse(text, beside)
    assert claim.beside == "tripling"
    found = evaluation.evaluate(claim, record(), made_machine(), {"tripling": tripling()})
    assert found is not None
    assert found.holds is holds
    assert "tripling.cpu_numpy compute takes" in found.says


def test_another_example_must_be_of_the_same_capture(beside: Example) -> None:
    """H1: without the other record, or with one of another capture, nothing is said."""
    claim = grammar.parse("cpu_numpy compute is faster than tripling.cpu_numpy at 100", beside)
    assert evaluation.evaluate(claim, record(), made_machine()) is None
    other = {"tripling": tripling(capture="20261120-000000")}
    assert evaluation.evaluate(claim, record(), made_machine(), other) is None


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ("tripping.cpu_numpy", "unknown example 'tripping'; there are: doubling, tripling"),
        ("tripling.cpu_nmpy", "unknown variant 'cpu_nmpy'"),
        ("tripling.gpu_cupy", "H3: claim: 'tripling.gpu_cupy' does other work than 'cpu_numpy'"),
        ("tripling.cpu_numba_float64", "H3: claim"),
    ],
)
def test_other_work_is_compared_on_one_device_in_one_precision(
    other: str, says: str, beside: Example
) -> None:
    """What differs besides the work would be taken for its effect."""
    with pytest.raises(SurvivalError) as e:
        grammar.parse(f"cpu_numpy compute is faster than {other} at 100", beside)
    assert says in str(e.value)


def test_other_work_is_counted_in_the_same_unit(beside: Example) -> None:
    """A size of the one must mean a size of the other."""
    problem = beside.problem_path.parents[1] / "tripling" / "problem.py"
    problem.write_text(problem.read_text() + 'UNIT = "rows"\n')
    with pytest.raises(SurvivalError, match="count different things"):
        grammar.parse("cpu_numpy compute is faster than tripling.cpu_numpy at 100", beside)
