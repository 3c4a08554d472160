"""The notebook that measures any example, as far as it goes without a GPU and without a network."""

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from survival import catalog
from survival.contribute import labs
from survival.site.labs import RUN

RECORD = catalog.ROOT / "tests/survival/pages/results/made-up-gpu-for-tests/toy_sum.json"


@pytest.fixture
def space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """What the cells define, run from top to bottom in an empty folder, as a reader gets them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REPO_URL", raising=False)
    found: dict[str, Any] = {}
    for cell in nbformat.read(labs.FOLDER / f"{RUN}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), found)
    found["said"] = capsys.readouterr().out
    return found


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """A repository with one example, whose `make capture` writes a record."""
    folder = tmp_path / "origin"
    (folder / "examples" / "toy_sum").mkdir(parents=True)
    (folder / "examples" / "toy_sum" / "problem.py").write_text("")
    (folder / "Makefile").write_text(
        "capture:\n\tmkdir -p results/local\n"
        '\techo \'{"example": "$(EXAMPLE)"}\' > results/local/$(EXAMPLE).json\n'
        "publish:\n\tmkdir -p results/m\n"
        "\techo '{}' > results/m/a.json\n\techo x > results/m/a.txt\n"
    )
    (folder / ".gitignore").write_text("results/local/\n")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "x"]):
        subprocess.run([*git, *words], cwd=folder, check=True)
    return folder


def test_without_an_address_it_says_what_is_missing(space: dict[str, Any]) -> None:
    """No cell fails, and none pretends to have done something."""
    said = space["said"]
    assert "Write the guide's address into REPO_URL" in said
    assert "Nothing is measured yet" in said
    assert "Nothing is captured" in said
    assert not space["ready"]


def test_from_a_clone_to_the_records_in_a_zip(
    space: dict[str, Any], guide: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It clones, measures, and packs what a capture adds to results/, and nothing else."""
    assert space["get_guide"](str(guide))
    assert space["get_guide"](str(guide))  # a second time it is there
    assert space["prepare"]()
    assert not space["measure"]("toy_sun")
    said = capsys.readouterr().out
    assert "There is no example 'toy_sun'. Do you mean 'toy_sum'? There are: toy_sum." in said
    assert space["measure"]("toy_sum")
    assert space["pack"]() == []
    assert space["command"]("make", "publish", cwd="guide")
    assert space["pack"]() == ["results/m/a.json"]
    assert zipfile.ZipFile("records.zip").namelist() == ["results/m/a.json"]


def test_an_address_that_is_none_is_told(
    space: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git's own words, and ours."""
    assert not space["get_guide"](str(tmp_path / "nowhere"))
    assert "could not be cloned" in capsys.readouterr().out


def test_each_thing_that_is_missing_is_one_line(
    space: dict[str, Any],
    guide: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No git, no make, a clone of something else, a folder that is in the way."""
    subprocess.run(["git", "rm", "--quiet", "-r", "examples"], cwd=guide, check=True)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "commit", "--quiet", "--message", "x"], cwd=guide, check=True)
    assert not space["get_guide"](str(guide))
    assert f"{guide} is not the guide: mend REPO_URL" in capsys.readouterr().out
    assert not space["get_guide"](str(guide))
    assert "guide/ is not the guide: move it away" in capsys.readouterr().out
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not space["get_guide"](str(guide), tmp_path / "new")
    assert capsys.readouterr().out == (
        "The program git is not here. Install it, and run this cell again.\n"
    )
    assert not space["command"]("make")
    assert "The program make is not here." in capsys.readouterr().out


def test_an_old_record_does_not_pass_for_a_new_one(
    space: dict[str, Any], guide: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where `make capture` fails, there is no record, and a line says so."""
    assert space["get_guide"](str(guide))
    assert space["measure"]("toy_sum")
    Path("guide/Makefile").write_text("capture:\n\t@echo no compiler\n\t@false\n", encoding="utf-8")
    assert not space["measure"]("toy_sum")
    said = capsys.readouterr().out
    assert "no compiler\n" in said
    assert "toy_sum was not measured; what is said above is the reason." in said


def test_without_a_clone_nothing_is_packed(
    space: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A guide that came as an archive: what to pack by hand."""
    (tmp_path / "guide").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert space["pack"]() == []
    assert "guide/ is no clone" in capsys.readouterr().out


def test_the_table_shows_every_timing_and_every_reason(space: dict[str, Any]) -> None:
    """One line for each timing of a record, with its interval; one for each program not run."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    lines = space["table"](record)
    timings = [t for v in record["variants"] for t in v["timings"]]
    not_run = [v for v in record["variants"] if v["status"] != "measured"]
    assert len(lines) == 1 + len(timings) + len(not_run)
    assert all("(" in line and " to " in line for line in lines if "compute" in line)
    assert space["in_units"](0.0123) == "12.3 ms"
    assert space["in_units"](4.56e-7) == "456 ns"
