"""What others measured: with source and date or not at all, and never mixed with ours."""

import inspect
import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survival import catalog, cli, system
from survival.errors import JudgeError
from survival.judge import comparisons, evidence, rules
from survival.judge.claims import evaluation, grammar, kinds
from survival.judge.elsewhere import bounds, cited
from survival.records import Results, Size
from tests.survival.judge.elsewhere import test_bounds

ROW = tomllib.loads(cited.FILE.read_text(encoding="utf-8"))["cited"][0]


def written(path: Path, **changes: Any) -> Path:
    """A cited.toml with one row; a value of None leaves its field out."""
    row = {k: v for k, v in (ROW | changes).items() if v is not None}
    lines = [f"{k} = {v if k == 'date' else repr(v)}" for k, v in row.items()]
    path.write_text("[[cited]]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("field", ["source", "date", "method", "machine", "by"])
def test_a_figure_without_where_it_is_from_is_refused(tmp_path: Path, field: str) -> None:
    """H17: one line that names file, row and field."""
    with pytest.raises(JudgeError, match=rf"cited.toml: row 1 .*{field}: Field required") as e:
        cited.every(written(tmp_path / "cited.toml", **{field: None}))
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"seconds": -1.0},
        {"seconds": 0.0},
        {"size": 0},
        {"source": ""},
        {"ratio": 3.0},
        {"date": date.today() + timedelta(days=2)},
    ],
)
def test_a_figure_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Times are positive, and no source is of the future."""
    with pytest.raises(JudgeError, match=r"cited.toml: "):
        cited.every(written(tmp_path / "cited.toml", **changes))


def test_what_is_cited_is_of_an_example_and_no_smaller_than_its_sizes() -> None:
    """And each time is one that some GPU's data sheet allows, so that no unit is wrong."""
    for row in cited.every():
        problem = catalog.get(row.example).problem()
        assert min(problem.SIZES) <= row.size, row
        assert row in cited.figures(row.example)
        work = {
            "matrix_product": (0, 2 * row.size**1.5),
            "saxpy": (12 * row.size, 2 * row.size),
            "total": (4 * row.size, row.size),
            "transpose": (8 * row.size, 0),
        }[row.example]
        size = Size(n=row.size, label="", bytes=work[0], operations=int(work[1]))
        precision = "bfloat16" if "bfloat16" in row.program else "float32"
        assert min(s.seconds(size, precision) for s in bounds.data_sheets()) < row.seconds, row


def test_no_ratio_crossover_or_claim_can_reach_a_cited_figure() -> None:
    """H1: what compares, and what claims, knows records only."""
    for module in (comparisons, rules, evidence, evaluation, grammar, kinds):
        assert "cited" not in inspect.getsource(module).lower(), module.__name__


@pytest.fixture
def no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """`survival judge` without a record and without pages: what others said is what is left."""
    nothing = Results(machines={}, records={})
    monkeypatch.setattr(cli.records, "read_results", lambda *_: nothing)
    monkeypatch.setattr(cli.lint, "judge_pages", lambda *_: (0, []))


REFUSED = {
    "no source": ("cited.toml", {"source": None}, r"row 1 .*source: Field required"),
    "no date": ("cited.toml", {"date": None}, r"row 1 .*date: Field required"),
    "no example": ("cited.toml", {"example": "sorting"}, "H17 cited.toml: .* of no example: sort"),
    "no data sheet": ("gpus.toml", {"source": None}, r"row 1 .*source: Field required"),
    "GB/s for TB/s": ("gpus.toml", {"bandwidth": 1e6}, r"row 1 .*bandwidth: "),
    "GFLOP/s": ("gpus.toml", {"float32": 60_000}, r"row 1 .*float32: "),
    "MFLOP/s": ("gpus.toml", {"float32": 0.06}, r"row 1 .*in another unit"),
}


@pytest.mark.usefixtures("no_records")
@pytest.mark.parametrize("what", REFUSED)
def test_the_verb_refuses_what_a_page_would(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H17: `survival judge` ends with 1 and one line, though no record has to do with it."""
    name, changes, says = REFUSED[what]
    write = written if name == "cited.toml" else test_bounds.written
    text = write(tmp_path / name, **changes).read_text(encoding="utf-8")
    before = system.text
    monkeypatch.setattr(system, "text", lambda p: text if p.name == name else before(p))
    done = CliRunner().invoke(cli.main, ["judge"])
    assert done.exit_code == 1
    lines = [line for line in done.output.splitlines() if name in line]
    assert len(lines) == 1, done.output
    assert re.search(says, lines[0]), lines


@pytest.mark.usefixtures("no_records")
def test_the_verb_takes_the_files_as_they_are() -> None:
    """What the test above changes in them is what it refuses."""
    done = CliRunner().invoke(cli.main, ["judge"])
    assert (done.exit_code, "toml" in done.output) == (0, False), done.output
