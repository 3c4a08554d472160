"""A folder for each stage: imports go one way, modules stay short, tests mirror the tree."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(ROOT.glob("survival/**/*.py"))
LONGEST = 400
"""Lines in a module."""
MOST = 12
"""Modules side by side in a folder."""


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_is_long(module: Path) -> None:
    """A module that grows comes apart along what it is about."""
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST


@pytest.mark.parametrize("tree", ["survival", "tests/survival"])
def test_no_folder_is_crowded(tree: str) -> None:
    """A newcomer sees at a glance what lies side by side."""
    for folder in {p.parent for p in (ROOT / tree).glob("**/*.py")}:
        found = [
            p.name for p in folder.glob("*.py") if p.name not in ("__init__.py", "conftest.py")
        ]
        assert len(found) <= MOST, f"{folder.relative_to(ROOT)}: {', '.join(sorted(found))}"


def test_tests_mirror_the_stages() -> None:
    """Each folder of tests/survival/ with tests is a folder of survival/."""
    for test in ROOT.glob("tests/survival/**/test_*.py"):
        stage = test.parent.relative_to(ROOT / "tests")
        assert (ROOT / stage).is_dir(), f"{test.relative_to(ROOT)}: there is no {stage}/"


ONE_WAY = {
    # What a folder holds, without what editors and systems hide there.
    r"\.r?glob\(|\.iterdir\(|os\.(listdir|walk|scandir)\(": {
        "system.py": "the one way",
        "doctor/look.py": "devices of the kernel",
        "capture/host/processor.py": "caches of the kernel",
        "capture/plan.py": "folders of our own that were left",
        "capture/host/checkout.py": "every file that a commit holds",
        "capture/compiled/compilers.py": "a compiler of a package",
        "site/finish.py": "what a builder has just made",
        "site/published/pictures.py": "the same",
        "site/published/printed.py": "the same",
        "site/hooks.py": "whatever may change a page",
        "contribute/review.py": "two built sites",
        "contribute/scaffold.py": "templates of our own",
    },
    # What a command says.
    r"subprocess\.(run|check_output|check_call|call|Popen|getoutput)\(": {
        "system.py": "the one way",
        "site/serving.py": "a server, whose words are its user's",
        "site/build.py": "a builder, likewise",
        "capture/processes.py": "a worker, which answers line by line",
        "capture/turns/reference.py": "a loop, which answers when asked",
        "check/process.py": "a program that is checked, likewise",
    },
    r"os\.(system|popen)\(": {},
}
"""What differs from computer to computer is asked in one way, and where not, why."""


@pytest.mark.parametrize("ask", ONE_WAY)
def test_what_differs_between_computers_is_asked_in_one_way(ask: str) -> None:
    """So that hidden files, encodings and missing commands are met once, for all."""
    asking = {
        p.relative_to(ROOT / "survival").as_posix()
        for p in MODULES
        if re.search(ask, p.read_text(encoding="utf-8"))
    }
    assert asking == set(ONE_WAY[ask])


def test_a_planted_upward_import_is_found(tmp_path: Path) -> None:
    """The contract that `make check` holds sees an import from below, and only that."""
    pytest.importorskip("importlinter", reason="comes with requirements-lint.txt (make check)")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "survival", tmp_path / "survival")

    def kept() -> bool:
        code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
        done = subprocess.run(
            [sys.executable, "-c", code, "--no-cache"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    assert kept()
    module = tmp_path / "survival" / "records" / "fields.py"
    module.write_text(module.read_text() + "\nfrom survival.judge import rules  # noqa\n")
    assert not kept()
