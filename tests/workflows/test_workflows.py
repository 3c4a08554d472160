"""What holds for every workflow, beside what actionlint and zizmor find in `make check`."""

import os
import re
import subprocess
import time
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


def test_what_publishes_pins_what_it_uses_itself() -> None:
    """Until its version 4, upload-pages-artifact took actions/upload-artifact by a tag."""
    (version,) = re.findall(
        r"upload-pages-artifact@\S+ # v(\d+)", (FOLDER / "publish.yml").read_text(encoding="utf-8")
    )
    assert int(version) >= 4


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
    """It is started by hand or by the clock, as main has it, and in the protected environment.

    Of a pull request it takes the commit that it was started for, and the list of runs names it:
    whoever lets it in sees what, and nothing that was pushed meanwhile is run.
    """
    workflow = read(FOLDER / "gpu.yml")
    triggers = workflow[True]
    assert triggers.keys() == {"workflow_dispatch", "schedule"}
    kinds = {k: v["type"] for k, v in triggers["workflow_dispatch"]["inputs"].items()}
    assert kinds == {"pull_request": "number", "commit": "string"}
    named = "format('pull request {0} at {1}', inputs.pull_request, inputs.commit)"
    assert workflow["run-name"] == f"${{{{ inputs.commit && {named} || 'main' }}}}"
    (job,) = jobs(FOLDER / "gpu.yml")
    assert job["environment"] == "gpu"
    assert job["permissions"] == {"contents": "read"}
    checkout = job["steps"][0]["with"]["ref"]
    assert checkout == "${{ inputs.commit || github.sha }}"


def test_only_what_main_measured_is_proposed() -> None:
    """Records of a named commit have another name, and a run of a fork does not count at all.

    One machine that failed does not hold up the others: what they left is proposed.
    """
    (capture,) = jobs(FOLDER / "gpu.yml")
    names = [s["with"]["name"] for s in capture["steps"] if "upload" in s.get("uses", "")]
    assert names == ["${{ inputs.commit && 'proposed' || 'records' }}-${{ matrix.runner }}"]
    (propose,) = jobs(FOLDER / "capture.yml")
    for condition in (
        """contains(fromJSON('["workflow_dispatch", "schedule"]'), {0}event)""",
        "{0}head_repository.full_name == github.repository",
        "{0}head_branch == github.event.repository.default_branch",
        "{0}conclusion != 'cancelled'",
    ):
        assert condition.replace("{0}", "github.event.workflow_run.") in propose["if"]
    assert propose["if"].count("&&") == 3
    assert "||" not in propose["if"]
    (found,) = [s["with"] for s in propose["steps"] if "download" in s.get("uses", "")]
    assert found["pattern"] == "records-*"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_no_run_leaves_anything_for_another_but_artifacts(path: Path) -> None:
    """A cache that a stranger's run had filled would be code in the next run."""
    assert "cache" not in path.read_text(encoding="utf-8").lower()


def test_secrets_are_used_in_one_place_behind_an_environment() -> None:
    """The only secret is the key of the previews, and only `publish` of preview.yml has it."""
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            named = set(re.findall(r"secrets\.(\w+)", str(job)))
            if (path.stem, name) == ("preview", "publish"):
                assert named == {"PREVIEW_KEY"}
                assert job["environment"] == "preview"
            else:
                assert not named


FAKE_DOCKER = """#!/bin/sh
echo "$@" >>log
[ "$1" = kill ] && kill "$(cat client)"
[ "$1" = run ] || exit 0
echo $$ >client
while [ "$1" != --cidfile ]; do shift; done
echo the-container >"$2"
eval "$LEAVE"
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with our Makefile, and a `docker` that only writes down what it was asked."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(FAKE_DOCKER)
    docker.chmod(0o755)
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (tmp_path / "results").mkdir()
    return tmp_path


def container_capture(here: Path, leave: str, *words: str) -> subprocess.Popen[str]:
    """`make container-capture`, with what the container does."""
    path = f"{here / 'bin'}:{os.environ['PATH']}"
    return subprocess.Popen(
        ["make", "container-capture", *words],
        cwd=here,
        env=os.environ | {"PATH": path, "LEAVE": leave},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("leaves", ["", "commit", "program"])
def test_a_container_is_given_a_folder_and_leaves_files(here: Path, leaves: str) -> None:
    """A link in place of results/local is not mounted, and one in it is not passed on."""
    if leaves == "commit":
        (here / "elsewhere").mkdir()
        (here / "results" / "local").symlink_to("../elsewhere")
    leave = "ln -s /etc/hostname results/local/x.json" if leaves == "program" else "true"
    run = container_capture(here, leave)
    _, error = run.communicate()
    log = (here / "log").read_text()
    assert run.returncode == (2 if leaves else 0), error
    assert ("run --rm --gpus all --network none --cap-drop ALL" in log) == (leaves != "commit")
    assert ("--pids-limit" in log) == (leaves != "commit")
    message = {"": "", "commit": "is a link: not mounted", "program": "not to be trusted"}[leaves]
    assert message in error


def test_a_container_that_fails_fails_the_verb(here: Path) -> None:
    """So that nothing of it is uploaded."""
    run = container_capture(here, "exit 3")
    _, error = run.communicate()
    assert (run.returncode, "Error 3" in error) == (2, True)


@pytest.mark.parametrize("how", ["too long", "interrupted"])
def test_no_container_goes_on(here: Path, how: str) -> None:
    """One that takes too long is killed, and so is that of a run that was cancelled.

    The `docker` that waits for it is a client: where that ends, the container does not.
    """
    run = container_capture(
        here, "touch runs; exec sleep 60", f"LIMIT={'1s' if how == 'too long' else '1m'}"
    )
    while not (here / "runs").exists():
        time.sleep(0.01)
    if how == "interrupted":
        run.terminate()
    _, error = run.communicate(timeout=30)
    assert run.returncode
    assert "kill the-container" in (here / "log").read_text().splitlines()
    assert ("took longer than 1s" in error) == (how == "too long")


def test_the_summary_needs_every_job() -> None:
    """A new job of ci.yml that the required check does not wait for would not be required."""
    every = read(FOLDER / "ci.yml")["jobs"]
    assert set(every["passed"]["needs"]) == every.keys() - {"passed"}
    assert every["passed"]["if"] == "always()"
    count = len(every) - 1
    assert " ".join(["success"] * count) in every["passed"]["steps"][0]["run"]


def test_what_is_installed_is_pinned_by_hash() -> None:
    """But for two that SECURITY.md names, and that no workflow with rights or secrets installs."""
    without = set()
    for line in MAKEFILE.splitlines():
        if (
            re.match(r"\t.*(\$\(PIP_INSTALL\)|pip install)", line)
            and "--require-hashes" not in line
        ):
            without |= set(re.findall(r"uv==|requirements\S*\.txt", line))
    assert without == {"uv==", "requirements-frameworks$(WITH_GPU).txt"}
    said = (FOLDER.parent / "SECURITY.md").read_text(encoding="utf-8")
    assert "`requirements-frameworks.txt` and `uv` are pinned by version only" in said
    installing = {f"make {v}" for v in ("frameworks", "test-frameworks", "test-cloud", "lock")}
    for path in WORKFLOWS:
        verbs = {step.get("run", "") for step in steps(path)}
        assert path.stem == "ci" or not verbs & installing


def test_an_environment_has_one_cuda() -> None:
    """CuPy, Numba, the clock and JAX are of one major version: 12, or beside PyTorch 13.

    Two packages of CuPy share their files, so both are taken away before one comes.
    """

    def majors(file: str) -> set[str]:
        text = re.sub(r"#.*", "", (catalog.ROOT / file).read_text(encoding="utf-8"))
        return set(re.findall(r"(?:cuda|cu)(1\d)x?\b", text))

    assert majors("requirements-gpu.in") == {"12"}
    assert majors("requirements-frameworks-gpu.txt") == {"13"}
    rule = MAKEFILE.partition("\n.venv/.installed-frameworks:")[2].partition("\n\n")[0]
    assert rule.index("cupy-cuda12x cupy-cuda13x") < rule.index("$(PIP_INSTALL)")
    assert rule.index("nvmlSystemGetCudaDriverVersion") < rule.index("uninstall")


def test_updates_are_grouped_and_wait() -> None:
    """One pull request for each kind, of versions that others have tried before us."""
    for kind in yaml.safe_load((FOLDER.parent / "dependabot.yml").read_text())["updates"]:
        assert kind["cooldown"]["default-days"] >= 7
        assert kind["groups"]
        where = catalog.ROOT / kind["directory"].lstrip("/")
        files = {"npm": "package-lock.json", "pip": "requirements.txt", "docker": "Dockerfile"}
        assert (where / files.get(kind["package-ecosystem"], ".github")).exists()
