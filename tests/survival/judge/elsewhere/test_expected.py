"""What authors expect: every GPU program has it, and a measurement proves it wrong."""

import re
import tomllib
from pathlib import Path

import pytest

from survival import catalog
from survival.errors import JudgeError
from survival.judge import compiled
from survival.judge.elsewhere import expected
from survival.records import COMPILED, Results, read_compiled
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


LOADS = re.compile(r"(?:(one|two|four) )?loads? of (four|16) bytes(?: on)?|(four|16) bytes a load")
NUMBERS = {"one": 1, "two": 2, "four": 4, "16": 16}


def loads(variant: catalog.Variant, example: str) -> tuple[int, int | None] | None:
    """Bytes of the widest load of a GPU program, and how many are under way on an H100.

    Of WGSL the source tells the width alone. Nothing where no record says what a compiler made.
    """
    if variant.library == "wgpu":
        return (16 if "array<vec4" in variant.path.read_text(encoding="utf-8") else 4), None
    path = catalog.RESULTS / COMPILED / f"{example}.json"
    made = read_compiled(path).variants if path.exists() else []
    of = [k for v in made if v.name == variant.name for k in v.kernels if k.architecture == "sm_90"]
    if not of:
        return None
    widest = max(compiled.widest(k, "LDG") for k in of) // 8
    return widest, max(k.loads_in_flight for k in of)


def test_the_loads_of_an_expectation_are_those_of_the_code() -> None:
    """How wide they are, and how many are under way where the reason counts them."""
    held = 0
    for example in catalog.find().values():
        for name, row in expected.expectations(example)[1].items():
            said = LOADS.search(row.why)
            variant = next(v for v in example.variants if v.name == name)
            made = loads(variant, example.problem_path.parent.name) if said else None
            if said is None or made is None:
                continue
            held += 1
            assert NUMBERS[said[2] or said[3]] == made[0], (example.name, name, row.why)
            if said[1] and "on" in said[0] and made[1] is not None:
                assert NUMBERS[said[1]] == made[1], (example.name, name, row.why)
    assert held >= 10


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
