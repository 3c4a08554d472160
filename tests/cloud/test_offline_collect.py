"""cloud/offline/collect.py: what a machine lacks, in the versions that are pinned."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from survival import catalog
from survival.capture.host import checkout
from tests.cloud import offline

collect = offline.load("collect")
NEEDS = (offline.FOLDER / "needs.txt").read_text(encoding="utf-8")
LINUX = {"sys_platform": "linux", "python_version": "3.12", "python_full_version": "3.12.0"}
LOCK = """\
numpy==1.9 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via -r requirements.in
numpy==2.5 ; python_full_version >= '3.12' \\
    --hash=sha256:cc
click==8.1 \\
    --hash=sha256:dd
colorama==1 ; sys_platform == 'win32' \\
    --hash=sha256:ee
"""


def test_pins_are_those_of_the_other_python() -> None:
    """Markers are of the machine without a network, hashes come along."""
    found = dict(collect.pins(LOCK, LINUX))
    assert found == {
        "numpy": "numpy==2.5 --hash=sha256:cc",
        "click": "click==8.1 --hash=sha256:dd",
    }


def test_everything_needed_is_pinned() -> None:
    """For each Python that the guide supports, on Linux."""
    for minor in (11, 12, 13, 14):
        python = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.0"}
        pinned: dict[str, str] = {}
        for lock in collect.LOCKS:
            text = (catalog.ROOT / lock).read_text(encoding="utf-8")
            pinned.update(collect.pins(text, LINUX | python))
        assert not set(collect.lacking(NEEDS, "")) - set(pinned)


def test_what_is_needed_in_turn_is_listed() -> None:
    """The list is complete: pip is told to look nothing up."""
    listed = set(collect.lacking(NEEDS, ""))
    for name in listed:
        try:
            found = [Requirement(r) for r in requires(name) or []]
        except PackageNotFoundError:  # of requirements-gpu.txt, which are not installed here
            continue
        wanted = {
            canonicalize_name(r.name)
            for r in found
            if r.marker is None or r.marker.evaluate({"extra": "", **LINUX})
        }
        assert not wanted - listed, name


def test_only_what_the_machine_lacks_is_collected() -> None:
    """Names in any spelling; a bound asks for a version; CuPy counts whichever CUDA it is for."""
    needs = "# why\nnumpy\ncupy-cuda12x\npytest>=9\npydantic-core\nmako\n"
    has = "NumPy==2.5.2\ncupy-cuda13x==14.2.0\npytest==8.4\npydantic_core\n"
    assert collect.lacking(needs, has) == ["pytest", "mako"]
    assert collect.lacking(needs, has.replace("8.4", "9.1")) == ["mako"]
    assert "pytest" in collect.lacking(needs, "pytest\n")  # which version is not told


def test_numpy_is_one_that_numba_cuda_compiles_with() -> None:
    """A machine with NumPy 2.5 gets an older one: Numba-CUDA 0.30 asks it for row_stack."""
    assert "numpy" in collect.lacking(NEEDS, "numpy==2.5.2\n")
    assert "numpy" not in collect.lacking(NEEDS, "numpy==2.4.6\n")
    for minor in (11, 12, 13, 14):
        python = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.0"}
        text = (catalog.ROOT / "requirements.txt").read_text(encoding="utf-8")
        (line,) = [x for n, x in collect.pins(text, LINUX | python) if n == "numpy"]
        assert line.startswith("numpy==2.4.")


def test_a_package_that_is_not_pinned_ends_it(tmp_path: Path) -> None:
    """One line, before anything is fetched."""
    with pytest.raises(SystemExit, match=r"pin no no-such-package for Python 3\.12"):
        collect.download(["no-such-package"], "3.12", "x86_64", tmp_path)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkout of its own, with what a record depends on."""
    for name in ("examples/a/problem.py", "survival/b.py", "docs/c.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(f"# {name}\n", encoding="utf-8")
    monkeypatch.setattr(collect, "ROOT", tmp_path)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "a"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "offline").mkdir()
    collect.commit(tmp_path / "offline")
    return tmp_path


def head(repository: Path) -> str:
    """Its commit, by git."""
    said = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=repository, check=True, capture_output=True, text=True
    )
    return said.stdout.strip()


def test_a_checkout_without_git_knows_its_commit(repository: Path) -> None:
    """By git's hashes of the files; compiled Python beside them changes nothing."""
    cache = repository / "survival" / "__pycache__"
    cache.mkdir()
    (cache / "b.pyc").write_bytes(b"1")
    assert checkout.listed(repository) == head(repository)


@pytest.mark.parametrize("change", ["changed", "new", "gone"])
def test_a_change_shows_without_git(repository: Path, change: str) -> None:
    """A file that differs, one more, and one less; nothing of docs/."""
    (repository / "docs" / "c.md").write_text("other\n", encoding="utf-8")
    assert checkout.listed(repository) == head(repository)
    path = repository / "survival" / ("b.py" if change != "new" else "d.py")
    if change == "gone":
        path.unlink()
    else:
        path.write_text("other\n", encoding="utf-8")
    assert checkout.listed(repository) == f"{head(repository)}-dirty"


@pytest.mark.parametrize("text", [None, "", "no commit\n", "0" * 40 + "\n", "\x00" * 50])
def test_without_a_list_nothing_is_known(tmp_path: Path, text: str | None) -> None:
    """No file, an empty one, or one that lists no file."""
    (tmp_path / "offline").mkdir()
    if text is not None:
        (tmp_path / "offline" / "commit.txt").write_text(text, encoding="utf-8")
    assert checkout.listed(tmp_path) == ""


def test_uncommitted_changes_are_said(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is measured of them cannot be published."""
    (repository / "survival" / "b.py").write_text("other\n", encoding="utf-8")
    collect.commit(repository / "offline")
    assert "not committed" in capsys.readouterr().err


def test_the_scripts_are_called_as_the_readme_says() -> None:
    """Each file of the folder is in cloud/README.md, and what it names exists."""
    said = (catalog.ROOT / "cloud" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"cloud/offline/([\w.-]+)", said))
    assert named <= {p.name for p in offline.FOLDER.iterdir()}
    assert {"collect.py", "capture.py", "counters.py"} <= named


@pytest.mark.parametrize("name", ["collect", "capture", "counters"])
def test_a_script_says_how_it_is_used(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By --help, which does nothing else."""
    with pytest.raises(SystemExit, match=r"^0$"):
        offline.load(name).main(["--help"])
    assert "usage" in capsys.readouterr().out
