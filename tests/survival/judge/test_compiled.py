"""H12 of what was compiled, the facts that pages show, and claims of machine code."""

from pathlib import Path
from typing import Any

import pytest

from survival import catalog, records
from survival.catalog import Example
from survival.errors import RecordError, SurvivalError
from survival.judge import compiled, evidence, findings, pins, rules, staleness
from survival.judge.claims import evaluation, grammar
from survival.records import COMPILED, Compiled, Kernel, Kernels, Results
from tests.survival.conftest import cpu_times, made_machine, made_record, made_variant

KERNEL = 'SOURCE = """extern "C" __global__ void k(float *x) { x[0] = 1; }"""\n'


@pytest.fixture
def example(examples: Path) -> Example:
    """`doubling`, whose program for the GPU has a kernel, with another like it."""
    path = examples / "doubling" / "gpu_cupy.py"
    path.write_text(path.read_text() + KERNEL)
    (path.parent / "gpu_cupy_wide.py").write_text(path.read_text())
    return catalog.get("doubling", examples)


def made_kernel(arch: str = "sm_90", **of: Any) -> Kernel:
    """A kernel with four wide loads, two of them under way at once."""
    facts: dict[str, Any] = {
        "name": "k",
        "architecture": arch,
        "registers": 32,
        "stack": 0,
        "spill_stores": 0,
        "spill_loads": 0,
        "shared": 1024,
        "loads_in_flight": 2,
        "instructions": 20,
        "opcodes": {"LDG.E.128": 4, "REDG.E.ADD.F32": 1, "FFMA": 8},
        "lines": [],
    }
    return Kernel(**facts | of)


def made_compiled(example: Example, *kernels: Kernel, **of: Any) -> Compiled:
    """A record of the example as it is; the second program has more registers."""
    kernels = kernels or (made_kernel(), made_kernel("sm_75", opcodes={"LDG.E.SYS": 4}))
    more = [k.model_copy(update={"registers": k.registers + 8}) for k in kernels]
    variants = [
        Kernels(
            name=name,
            source_hash=example.code_hash(example.variant(name)),
            language="CUDA C",
            kernels=list(its),
        )
        for name, its in (("gpu_cupy", kernels), ("gpu_cupy_wide", more))
    ]
    facts = {"schema_version": 1, "example": "doubling", "tools": {"made-up-nvrtc": "12.9"}}
    return Compiled(**facts | {"variants": variants} | of)


def judged(record: Compiled | None, example: Example, pinned: pins.Pins = staleness.NO_PINS) -> Any:
    """What the judge says of results that hold nothing else."""
    held = {record.example: record} if record else {}
    results = Results(machines={}, records={}, compiled=held)
    return rules.judge_results(results, {"doubling": example}, pinned)


def test_fresh_is_silent(example: Example) -> None:
    """Today's source and the pinned compiler: nothing to say."""
    pinned = {"made-up-nvrtc": frozenset({"12.9"})}
    assert not judged(made_compiled(example), example, pinned)


def test_a_comment_makes_nothing_stale_and_a_changed_kernel_does(example: Example) -> None:
    """H12: by the syntax tree of the program, which holds the kernel's text."""
    record, path = made_compiled(example), example.variant("gpu_cupy").path
    path.write_text("# a comment\n" + path.read_text())
    again = catalog.get("doubling", path.parents[1])
    assert not judged(record, again)
    path.write_text(path.read_text().replace("x[0] = 1", "x[0] = 2"))
    (found,) = judged(record, catalog.get("doubling", path.parents[1]))
    assert (found.rule, found.severity) == ("H12", "mark")
    assert "gpu_cupy: compiled from an older version of its source" in found.message
    assert "make compile EXAMPLE=doubling" in found.message
    assert all(f.fails for f in findings.for_release([found]))


def test_another_compiler_is_stale(example: Example) -> None:
    """H12: machine code is that of one version of the compiler, not of a major one."""
    pinned = {"made-up-nvrtc": frozenset({"12.10"})}
    found = judged(made_compiled(example), example, pinned)
    assert len(found) == 2
    assert "compiled with made-up-nvrtc 12.9, pinned is 12.10" in found[0].message


def test_what_is_not_compiled_is_told(example: Example) -> None:
    """H12: a program with kernels and without a record; `make stale` names the command."""
    assert [f.severity for f in judged(None, example)] == ["mark", "mark"]
    results = Results(machines={}, records={})
    again = staleness.find(results, {"doubling": example}, {}, "")[0]
    said = staleness.text([again])
    assert "results/compiled: compile again on any machine with Linux" in said
    assert 'make compile EXAMPLE="doubling"' in said


def test_a_record_of_no_example_fails(example: Example) -> None:
    """It would be published, and nobody could say what it is of."""
    record = made_compiled(example).model_copy(update={"example": "gone"})
    found = judged(record, example)
    assert [f for f in found if f.fails and "no such example" in f.message]


FACTS = {
    "registers": 32,
    "loads": 4,
    "load_bits": 128,
    "loads_in_flight": 2,
    "atomics": 1,
    "global_atomics": 1,
    "shared_atomics": 0,
    "shared": 1024,
    "multiply_adds": 8,
    "tensor": 0,
    "spills": 0,
}


@pytest.mark.parametrize(("fact", "value"), FACTS.items())
def test_facts(fact: str, value: int) -> None:
    """Each is read from the fields or counted among the opcodes."""
    assert compiled.FACTS[fact].of(made_kernel()) == value


def test_a_pair_of_multiply_adds_is_two() -> None:
    """From Blackwell on one instruction does two of them."""
    kernel = made_kernel("sm_100", opcodes={"FFMA2": 4, "FFMA": 1, "DFMA": 1})
    assert compiled.FACTS["multiply_adds"].of(kernel) == 10


def test_kernels_are_named(example: Example) -> None:
    """VARIANT where it has one kernel, VARIANT.KERNEL where it has more; else what exists."""
    one = made_compiled(example)
    assert len(compiled.kernels(one, example, "gpu_cupy.k")) == 2
    two = made_compiled(example, made_kernel(), made_kernel(name="other"))
    with pytest.raises(RecordError, match=r"several kernels; write gpu_cupy\.k"):
        compiled.kernels(two, example, "gpu_cupy")
    assert compiled.kernels(two, example, "gpu_cupy.other")[0].name == "other"
    with pytest.raises(RecordError, match="there are: sm_90, sm_75"):
        compiled.of(compiled.kernels(one, example, "gpu_cupy"), "sm_80")
    with pytest.raises(RecordError, match="make compile EXAMPLE=doubling"):
        compiled.kernels(None, example, "gpu_cupy")


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("gpu_cupy compiled has at least 2 loads in flight on sm_90", ""),
        ("gpu_cupy compiled has at least 3 loads in flight on sm_90", "2 loads in flight on sm_90"),
        ("gpu_cupy compiled has exactly 128 bits in one load on sm_90", ""),
        (
            "gpu_cupy compiled has exactly 128 bits in one load on every architecture",
            "32 bits in one load on sm_75",
        ),
        ("gpu_cupy compiled has no spills on every architecture", ""),
        ("gpu_cupy compiled has no atomics on sm_75", ""),
        ("gpu_cupy compiled has no atomics on sm_75, sm_90", "1 atomic on sm_90"),
        ("gpu_cupy compiled has at most 31 registers on sm_75", "32 registers on sm_75"),
        ("gpu_cupy_wide compiled has more registers than gpu_cupy on every architecture", ""),
        (
            "gpu_cupy_wide compiled has fewer registers than gpu_cupy on sm_90",
            "40 registers, gpu_cupy 32 on sm_90",
        ),
        ("gpu_cupy compiled uses REDG.E.ADD on sm_90", ""),
        ("gpu_cupy compiled uses RED on sm_90", "0 times RED on sm_90"),
        ("gpu_cupy compiled does not use REDG on sm_75", ""),
        ("gpu_cupy compiled does not use REDG on sm_90", "1 times REDG on sm_90"),
        # What cannot be understood, or is not recorded.
        ("gpu_cupy compiled has at least 2 wings on sm_90", "unknown fact 'wings'"),
        ("gpu_none compiled has no spills on sm_90", "unknown variant 'gpu_none'"),
        ("gpu_cupy compiled has no spills on sm_60", "unknown architecture 'sm_60'"),
        ("gpu_cupy compiled has more registers on sm_90", "followed by 'than VARIANT'"),
        ("gpu_cupy compiled is fast on sm_90", "is not understood; write VARIANT compiled has"),
        ("cpu_numpy compiled has no spills on sm_90", "has no compiled kernels"),
    ],
)
def test_claims_of_machine_code(example: Example, claim: str, wrong: str) -> None:
    """H14: held against the record at each architecture that the claim is about."""
    results = Results(machines={}, records={}, compiled={"doubling": made_compiled(example)})
    told = evidence.Evidence({"doubling": example}, results)
    found = list(evaluation.check_page("page.md", f"/// claim | doubling\n{claim}\n///\n", told))
    assert [f.rule for f in found] == ["H14"] * bool(wrong)
    assert all(wrong in f.message and "page.md(2)" in f.message for f in found)


def test_no_machine_answers_a_claim_of_machine_code(example: Example) -> None:
    """A record of times neither supports nor contradicts it."""
    text = "gpu_cupy compiled has no spills on sm_90"
    record = made_record(made_variant("cpu_numpy", cpu_times()))
    assert evaluation.evaluate(grammar.parse(text, example), record, made_machine()) is None


def test_the_folder_is_no_machine(tmp_path: Path, example: Example) -> None:
    """It is read beside the machines, and nothing else may lie in it."""
    record, folder = made_compiled(example), tmp_path / "results"
    records.write(folder / COMPILED / "doubling.json", record)
    found = records.read_results(folder)
    assert found.compiled == {"doubling": record}
    assert found.order() == []
    (folder / COMPILED / "doubling.json").rename(folder / COMPILED / "other.json")
    with pytest.raises(SurvivalError, match="holds example 'doubling', not 'other'"):
        records.read_results(folder)
    (folder / COMPILED / "other.json").rename(folder / COMPILED / "notes.txt")
    with pytest.raises(SurvivalError, match=r"notes\.txt: no record of compiled kernels"):
        records.read_results(folder)


def test_a_link_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    """It could lead anywhere, and all of results/ is published."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / COMPILED).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SurvivalError, match="a link"):
        records.read_results(tmp_path / "results")
