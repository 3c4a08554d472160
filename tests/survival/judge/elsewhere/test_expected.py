"""What authors expect: every GPU program has it, and a measurement proves it wrong."""

import re
import tomllib
from pathlib import Path

import pytest

from survival import catalog
from survival.errors import JudgeError
from survival.judge.elsewhere import expected
from survival.records import Results
from tests.survival.conftest import SIZES, made_machine, made_record, made_variant

TOML = 'on = "an H100 SXM"\n[doubling.gpu_cupy]\npercent = [40, 60]\nwhy = "two trips for one"\n'


@pytest.mark.parametrize("name", sorted(catalog.find()))
def test_every_gpu_program_says_what_its_author_expects(name: str) -> None:
    """And why, before a GPU has measured it."""
    example = catalog.find()[name]
    gpu, rows = expected.expectations(example)
    assert set(rows) == {v.name for v in example.variants if v.device == "gpu"}
    assert gpu or not rows


def test_no_expectation_is_of_an_example_that_is_not_there() -> None:
    """A table under a name that no example has would never be read."""
    for path in catalog.EXAMPLES.glob(f"*/{expected.FILE}"):
        names = set(tomllib.loads(path.read_text(encoding="utf-8"))) - {"on"}
        assert names <= set(catalog.find())


@pytest.mark.parametrize("name", sorted(catalog.find()))
def test_nobody_expects_more_than_the_bytes_allow(name: str) -> None:
    """Who moves 48 bytes where 8 would do reaches a sixth of the limit at best, and 5 % beyond."""
    for row in expected.expectations(catalog.find()[name])[1].values():
        for moved, needed in re.findall(r"move (\d+) bytes where (\d+) would do", row.why):
            assert row.percent[1] <= 105 * int(needed) / int(moved), row.why


def written(examples: Path, text: str = TOML) -> catalog.Example:
    """The made-up example with that file."""
    (examples / "doubling" / expected.FILE).write_text(text, encoding="utf-8")
    return catalog.get("doubling", examples)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("gpu_cupy", "gpu_cuda", "unknown GPU program 'gpu_cuda'; there are: gpu_cupy"),
        ("gpu_cupy", "cpu_numpy", "unknown GPU program 'cpu_numpy'"),
        ("[40, 60]", "[60, 40]", "from is more than to"),
        ("[40, 60]", "[40, 600]", "percent.1: Input should be less than or equal to 105"),
        ("[40, 60]", "[40]", "gpu_cupy: percent"),
        ("two trips for one", "so", "why: Value should have at least 12"),
        ('on = "an H100 SXM"\n', "", "`on` names the GPU"),
        ("[40, 60]", "[40, 60", "doubling/expected.toml: "),
    ],
)
def test_what_cannot_be_read_is_told(examples: Path, right: str, wrong: str, says: str) -> None:
    """One line with the file, the program and the field."""
    with pytest.raises(JudgeError) as told:
        expected.expectations(written(examples, TOML.replace(right, wrong)))
    assert says in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(("share", "marked"), [(0.39, True), (0.5, False), (0.61, True)])
def test_a_measurement_proves_an_author_wrong(examples: Path, share: float, marked: bool) -> None:
    """Too little and too much are both worth a look; neither stops a build."""
    n = SIZES[-1]
    times = {"compute": {m: 8 * m / 1e12 / (share if m == n else 0.01) for m in SIZES}}
    record = made_record(made_variant("gpu_cupy", times, spread=1e-6))
    machine = made_machine()
    results = Results(machines={"made-up": machine}, records={"made-up": {"doubling": record}})
    found = list(expected.judge_expected(results, {"doubling": written(examples)}))
    assert [f.severity for f in found] == (["mark"] if marked else [])
    assert all("two trips for one" in f.says for f in found)
