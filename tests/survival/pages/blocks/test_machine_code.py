"""The word `[[compiled ...]]`, the block `machine-code`, and claims of machine code on a page."""

import re
import shutil
from pathlib import Path

import markdown
import pytest

from survival import catalog, records
from survival.errors import SurvivalError
from survival.records import COMPILED, Compiled, Kernel, Kernels, Line

PAGES = Path(__file__).resolve().parents[1]
EXAMPLE = "toy_sum"
VARIANT = "gpu_cupy_rawkernel"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Made-up machines and examples, with a compiled record of one of them."""
    for name in ("examples", "results"):
        shutil.copytree(PAGES / name, tmp_path / name)
    program = tmp_path / "examples" / EXAMPLE / f"{VARIANT}.py"
    program.write_text(program.read_text() + 'SOURCE = "__global__ void add() {}"\n')
    example = catalog.get(EXAMPLE, tmp_path / "examples")
    kernel = Kernel(
        name="add",
        architecture="sm_90",
        registers=1032,
        stack=0,
        spill_stores=4,
        spill_loads=4,
        shared=0,
        loads_in_flight=3,
        instructions=9,
        opcodes={"LDG.E.128": 3, "STG.E": 1},
        lines=[
            Line(source="a = x[i] < 1;", code="LDG.E.128 R4, desc[UR4][R2.64]", count=3),
            Line(source="", code="STG.E desc[UR4][R2.64], R4", count=1),
        ],
    )
    made = Compiled(
        schema_version=1,
        example=EXAMPLE,
        tools={"made-up-compiler": "1.2"},
        variants=[
            Kernels(
                name=VARIANT,
                source_hash=example.code_hash(example.variant(VARIANT)),
                language="CUDA C",
                kernels=[kernel],
            )
        ],
    )
    records.write(tmp_path / "results" / COMPILED / f"{EXAMPLE}.json", made)
    return tmp_path


def convert(text: str, folder: Path) -> str:
    """The HTML of a page."""
    settings = {"results": str(folder / "results"), "examples": str(folder / "examples")}
    return str(
        markdown.markdown(
            text,
            extensions=["survival.pages.extension"],
            extension_configs={"survival.pages.extension": settings},
        )
    )


def test_the_word_names_its_record_and_its_architecture(folder: Path) -> None:
    """A <data> element in a link to the record, with the architecture beside it; no machine's."""
    html = convert(f"[[compiled {EXAMPLE} {VARIANT} registers sm_90]]", folder)
    assert 'href="results/compiled/toy_sum.json"' in html
    assert 'value="1032" data-record="results/compiled/toy_sum.json"' in html
    assert ">1,032</data></a> (sm_90)" in html
    assert "made-up-compiler 1.2" in html
    assert "data-word" not in html
    assert "sv-stale" not in html


def test_stale_numbers_are_marked(folder: Path) -> None:
    """H12: a changed kernel shows on the page."""
    path = folder / "examples" / EXAMPLE / f"{VARIANT}.py"
    path.write_text(path.read_text() + "\nMORE = 1\n")
    html = convert(f"[[compiled {EXAMPLE} {VARIANT} registers sm_90]]", folder)
    assert "sv-n sv-stale" in html


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[compiled toy_sum]]", "needs EXAMPLE VARIANT FACT ARCH"),
        (f"[[compiled toy_sum {VARIANT} wings sm_90]]", "unknown fact 'wings'; there are: regis"),
        (f"[[compiled toy_sum {VARIANT} registers sm_1]]", "there are: sm_90"),
        ("[[compiled toy_sum gpu_cupy registers sm_90]]", "make compile EXAMPLE=toy_sum"),
        ("[[compiled toy_sum none registers sm_90]]", "unknown variant 'none'"),
        (f"/// machine-code | toy_sum {VARIANT}\n///", "needs EXAMPLE VARIANT ARCH"),
        (f"/// machine-code | toy_sum {VARIANT} sm_1\n///", "there are: sm_90"),
        (
            f"/// machine-code | toy_sum {VARIANT} sm_90\n    only: HMMA\n///",
            "has no instruction of HMMA",
        ),
        (
            f"/// claim | toy_sum\n{VARIANT} compiled has no spills on sm_90\n///",
            "does not hold in the machine code: 8 bytes of spills on sm_90",
        ),
    ],
)
def test_what_is_wrong_stops_the_build(folder: Path, text: str, says: str) -> None:
    """With one line that says what exists."""
    with pytest.raises(SurvivalError, match=re.escape(says)):
        convert(text, folder)


def test_the_block_shows_source_beside_machine_code(folder: Path) -> None:
    """Each line of source with what became of it, escaped, in a region that scrolls by keyboard."""
    html = convert(f"/// machine-code | toy_sum {VARIANT} sm_90\n///", folder)
    assert '<th scope="row"><code>a = x[i] &lt; 1;</code></th>' in html
    assert "<code>LDG.E.128 R4, desc[UR4][R2.64]</code>&nbsp;×&nbsp;3" in html
    assert "the compiler's own" in html
    assert 'tabindex="0" role="region" aria-label="Machine code of add for sm_90"' in html
    for value in ("1032", "8", "0", "3"):
        assert f'value="{value}" data-record="results/compiled/toy_sum.json"' in html


def test_the_block_shows_only_what_it_is_asked_for(folder: Path) -> None:
    """`only` names the beginnings of instructions."""
    html = convert(f"/// machine-code | toy_sum {VARIANT} sm_90\n    only: LDG\n///", folder)
    assert "LDG.E.128" in html
    assert "STG.E" not in html


def test_a_claim_that_holds_says_so(folder: Path) -> None:
    """The mark says that machine code was looked at, and what decided for each architecture."""
    claim = f"{VARIANT} compiled has at least 3 loads in flight on every architecture"
    html = convert(f"/// claim | toy_sum\n{claim}\n///", folder)
    assert "sv-claim--checked" in html
    assert "checked in the machine code" in html
    assert "sm_90: 3 loads in flight" in html


def test_architectures_that_say_the_same_are_named_together() -> None:
    """Seven lines with one number are one line."""
    text = (
        "/// claim | total\ngpu_cupy_rawkernel compiled has no atomics on every architecture\n///"
    )
    html = str(markdown.markdown(text, extensions=["survival.pages.extension"]))
    assert re.search(
        r"<small>sm_75, sm_80, (?:sm_\d+, )*sm_100(?:, sm_120)?: 0 atomics</small>", html
    )
    assert html.count("<small>") == 1
