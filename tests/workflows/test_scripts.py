"""The scripts of the workflows, with a `gh` that only writes down what it was asked."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from survival import catalog, records

SCRIPTS = catalog.ROOT / ".github" / "scripts"
GIT = {
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@localhost",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@localhost",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
GH = """#!/bin/sh
echo "$@" >>"$GH_LOG"
case "$1 $2" in
    "api --method") printf '%s' "$GH_SAYS" ;;
    "pr comment" | "pr create") while [ $# -gt 1 ]; do
        [ "$1" = --body-file ] && cat "$2" >"$GH_LOG.body"; shift; done ;;
esac
"""


def git(folder: Path, *words: str) -> str:
    """What git says in a folder."""
    env = os.environ | GIT
    done = subprocess.run(
        ["git", *words], cwd=folder, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def gh(tmp_path: Path) -> Path:
    """A folder with a `gh` that writes to gh.log in it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH)
    (tmp_path / "bin" / "gh").chmod(0o755)
    return tmp_path / "bin"


def run(name: str, folder: Path, *words: object, **env: str) -> subprocess.CompletedProcess[str]:
    """A script, run in a folder with these variables."""
    return subprocess.run(
        [SCRIPTS / name, *map(str, words)],
        cwd=folder,
        env=os.environ | GIT | {"PYTHON": sys.executable} | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of a bare repository with what the scripts need of this one."""
    here = tmp_path / "checkout"
    for name in ("survival", "examples", "docs", "results"):
        shutil.copytree(
            catalog.ROOT / name,
            here / name,
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__", "local"),
        )
    for path in catalog.ROOT.glob("requirements*.txt"):
        shutil.copy(path, here)
    (here / ".gitignore").write_text("__pycache__/\n.cache/\n")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    git(here, "init", "--quiet", "--initial-branch=main")
    git(here, "add", "--all")
    git(here, "commit", "--quiet", "-m", "all")
    git(here, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(here, "push", "--quiet", "origin", "main")
    return here


def proposed(checkout: Path, gh: Path, captures: Path) -> subprocess.CompletedProcess[str]:
    """`propose` for the captures in a folder."""
    return run(
        "propose",
        checkout,
        captures,
        PATH=f"{gh}:{os.environ['PATH']}",
        GH_LOG=str(gh / "gh.log"),
        REPOSITORY="o/r",
        BASE="main",
        RUN_ID="12",
        RUN="https://ci.example/12",
    )


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    """What a run on a GPU left: the published capture, in a folder of its own."""
    source = next(
        p.parent
        for p in sorted((catalog.ROOT / "results").glob("*/machine.json"))
        if p.parent.name != "local"
    )
    shutil.copytree(source, tmp_path / "captures" / "records-gpu")
    return tmp_path / "captures"


def machine_of(captures: Path) -> str:
    """The name of the machine in those captures."""
    return records.read_capture(captures / "records-gpu")[0].name


def test_a_new_machine_is_proposed_and_main_stays(checkout: Path, gh: Path, captures: Path) -> None:
    """Its records, and nothing else, are on a branch of their own, with a text that says so."""
    name = machine_of(captures)
    git(checkout, "rm", "--quiet", "-r", f"results/{name}")
    git(checkout, "commit", "--quiet", "-m", "without")
    git(checkout, "push", "--quiet", "origin", "main")
    before = git(checkout, "rev-parse", "origin/main")
    done = proposed(checkout, gh, captures)
    assert done.returncode == 0, done.stderr
    assert git(checkout, "ls-remote", "origin", "main").startswith(before)
    files = git(checkout, "diff", "--name-only", "main", "capture/12").splitlines()
    assert files
    assert all(f.startswith(f"results/{name}/") for f in files)
    assert git(checkout, "ls-remote", "origin", "capture/12")
    assert f"`{name}` is new to the guide." in (gh / "gh.log.body").read_text()
    assert "pr create --repo o/r --base main --head capture/12" in (gh / "gh.log").read_text()


def test_the_same_records_are_not_proposed(checkout: Path, gh: Path, captures: Path) -> None:
    """A capture that is committed already makes no pull request."""
    named = shutil.copytree(captures / "records-gpu", captures.parent / machine_of(captures))
    subprocess.run(
        [sys.executable, "-m", "survival", "publish", named], cwd=checkout, check=True
    )  # records that an older version wrote are written as today
    git(checkout, "commit", "--quiet", "--allow-empty", "--all", "-m", "published")
    done = proposed(checkout, gh, captures)
    assert done.returncode == 0, done.stderr
    assert "the records say nothing new" in done.stdout
    assert not (gh / "gh.log").exists()


def faster_than_light(data: dict[str, Any]) -> None:
    """Timings that no hardware allows."""
    for variant in data["variants"]:
        for timing in variant["timings"]:
            for key in ("median", "low", "high", "lower_quartile", "upper_quartile"):
                timing[key] = timing[key] / 1e6 if key in timing else 0
            timing["samples"] = [s / 1e6 for s in timing["samples"]]


def elsewhere(data: dict[str, Any]) -> None:
    """A name that would lead out of results/."""
    data["machine"] = "../../.github/workflows"


@pytest.mark.parametrize("harm", [faster_than_light, elsewhere])
def test_a_hostile_record_is_refused(checkout: Path, gh: Path, captures: Path, harm: Any) -> None:
    """Nothing is pushed, and the log says in one line which record is refused."""
    path = captures / "records-gpu" / "mandelbrot.json"
    data = json.loads(path.read_text())
    harm(data)
    path.write_text(json.dumps(data))
    done = proposed(checkout, gh, captures)
    assert done.returncode == 1
    assert "mandelbrot.json" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert git(checkout, "ls-remote", "--heads", "origin").count("\n") == 0
    assert not (gh / "gh.log").exists()


@pytest.mark.parametrize("harm", [faster_than_light, elsewhere])
def test_a_machine_whose_records_are_refused_holds_up_no_other(
    checkout: Path, gh: Path, captures: Path, harm: Any
) -> None:
    """The others are proposed, with a text that names the one that is not; the run is red."""
    name = machine_of(captures)
    git(checkout, "rm", "--quiet", "-r", f"results/{name}")
    git(checkout, "commit", "--quiet", "-m", "without")
    path = shutil.copytree(captures / "records-gpu", captures / "records-broken")
    data = json.loads((path / "mandelbrot.json").read_text())
    harm(data)
    (path / "mandelbrot.json").write_text(json.dumps(data))
    done = proposed(checkout, gh, captures)
    assert (done.returncode, "mandelbrot.json" in done.stderr) == (1, True)
    text = (gh / "gh.log.body").read_text()
    assert "`records-broken` was refused" in text
    assert f"`{name}` is new to the guide." in text
    assert git(checkout, "ls-remote", "origin", "capture/12")


def commented(tmp_path: Path, gh: Path, says: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`comment` for a site with one changed page."""
    for name, word in (("site", "old"), ("new", "`new` @all")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(f"<article><h1>{word}</h1></article>")
    return run(
        "comment",
        tmp_path,
        tmp_path / "new",
        PATH=f"{gh}:{os.environ['PATH']}",
        PYTHONPATH=str(catalog.ROOT),
        GH_LOG=str(gh / "gh.log"),
        GH_SAYS=says,
        REPOSITORY="o/r",
        HEAD="stranger:branch",
        SHA="a" * 40,
        RUN="https://ci.example/1",
        **env,
    )


def test_a_comment_goes_to_the_pull_request_that_github_names(tmp_path: Path, gh: Path) -> None:
    """By the head of the run, with what changed, and the way to read it."""
    done = commented(tmp_path, gh, "7")
    assert done.returncode == 0, done.stderr
    asked, told = (gh / "gh.log").read_text().splitlines()
    assert "head=stranger:branch" in asked
    assert "a" * 40 in asked
    assert told.startswith("pr comment 7 --repo o/r")
    body = (gh / "gh.log.body").read_text()
    assert "1 of 1 pages" in body
    assert "`'new' @all`" in body
    assert "https://ci.example/1" in body


def test_a_comment_names_the_preview(tmp_path: Path, gh: Path) -> None:
    """Where they are published, by the commit's own folder, which a person must let out first."""
    commented(tmp_path, gh, "7", PREVIEW_URL="https://preview.example")
    said = (gh / "gh.log.body").read_text()
    assert f"[The preview](https://preview.example/{'a' * 40}/), once it is let out." in said


def test_no_comment_where_the_pull_request_has_moved_on(tmp_path: Path, gh: Path) -> None:
    """A run of a commit that is no longer the last says nothing."""
    done = commented(tmp_path, gh, "")
    assert done.returncode == 0
    assert "nothing to say" in done.stdout
    assert "comment" not in (gh / "gh.log").read_text()


def test_previews_are_published_and_old_ones_go(tmp_path: Path) -> None:
    """The last thirty stay, each in its folder, in one commit without history."""
    git(tmp_path, "init", "--quiet", "--bare", "previews.git")
    site = tmp_path / "site"
    (site / "chapter").mkdir(parents=True)
    (site / "chapter" / "index.html").write_text("one")
    for n in range(1, 33):
        done = run("publish-preview", tmp_path, tmp_path / "previews.git", f"{n:040x}", site)
        assert done.returncode == 0, done.stderr
    listed = git(tmp_path / "previews.git", "ls-tree", "-r", "--name-only", "gh-pages").split()
    assert sum(f.endswith("chapter/index.html") for f in listed) == 30
    assert f"{32:040x}/chapter/index.html" in listed
    assert git(tmp_path / "previews.git", "rev-list", "--count", "gh-pages") == "1"


def preview(folder: Path, sha: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`publish-preview` of a site with one page to previews.git."""
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "index.html").write_text("one")
    return run("publish-preview", folder, folder / "previews.git", sha, site, PAUSE="0", **env)


@pytest.mark.parametrize("fails", ["clone", "ls-remote"])
def test_previews_stay_where_they_cannot_be_fetched(tmp_path: Path, gh: Path, fails: str) -> None:
    """A repository that did not answer is not taken for an empty one."""
    git(tmp_path, "init", "--quiet", "--bare", "previews.git")
    assert preview(tmp_path, "a1").returncode == 0
    real = shutil.which("git")
    (gh / "git").write_text(f'#!/bin/sh\n[ "$1" = {fails} ] && exit 128\nexec {real} "$@"\n')
    (gh / "git").chmod(0o755)
    assert preview(tmp_path, "b2", PATH=f"{gh}:{os.environ['PATH']}").returncode == 128
    listed = git(tmp_path / "previews.git", "ls-tree", "-r", "--name-only", "gh-pages").split()
    assert "a1/index.html" in listed


@pytest.mark.parametrize("times", [1, 99])
def test_a_preview_that_another_run_published_meanwhile_stays(
    tmp_path: Path, gh: Path, times: int
) -> None:
    """Both are there after another try; where that never works, one line says so."""
    git(tmp_path, "init", "--quiet", "--bare", "previews.git")
    real = shutil.which("git")
    other = tmp_path / "other"
    # Before each of the first pushes, another one is made.
    (gh / "git").write_text(f"""#!/bin/sh
if [ "$1" = push ] && [ "$(cat {gh}/pushes 2>/dev/null | wc -l)" -lt {times} ]; then
    echo >>{gh}/pushes
    {real} init --quiet --initial-branch gh-pages {other} && mkdir -p {other}/a1
    date +%N >{other}/a1/index.html && {real} -C {other} add . && {real} -C {other} commit -qm x
    {real} -C {other} push --quiet --force {tmp_path}/previews.git gh-pages
fi
exec {real} "$@"
""")
    (gh / "git").chmod(0o755)
    done = preview(tmp_path, "b2", PATH=f"{gh}:{os.environ['PATH']}")
    listed = git(tmp_path / "previews.git", "ls-tree", "-r", "--name-only", "gh-pages").split()
    assert "a1/index.html" in listed
    assert ("b2/index.html" in listed) == (times == 1)
    assert (done.returncode, "run this job again" in done.stderr) == (int(times > 1), times > 1)


def test_a_preview_with_a_link_or_a_false_name_is_refused(tmp_path: Path) -> None:
    """What would lead out of its folder is not published."""
    git(tmp_path, "init", "--quiet", "--bare", "previews.git")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "link").symlink_to("/etc/passwd")
    done = run("publish-preview", tmp_path, tmp_path / "previews.git", "ab12", tmp_path / "site")
    assert (done.returncode, "symbolic links" in done.stderr) == (1, True)
    done = run("publish-preview", tmp_path, tmp_path / "previews.git", "../x", tmp_path / "bin")
    assert (done.returncode, "is not a commit" in done.stderr) == (1, True)
    assert git(tmp_path / "previews.git", "for-each-ref") == ""


@pytest.mark.parametrize("name", [".git/config", "sub/.git", ".gitattributes", "a/.x/y.html"])
def test_a_preview_with_hidden_files_is_refused(tmp_path: Path, name: str) -> None:
    """A repository inside the site would be read by git, with its own settings."""
    git(tmp_path, "init", "--quiet", "--bare", "previews.git")
    path = tmp_path / "site" / name
    path.parent.mkdir(parents=True)
    path.write_text("x")
    (tmp_path / "site" / "index.html").write_text("one")
    done = run("publish-preview", tmp_path, tmp_path / "previews.git", "ab12", tmp_path / "site")
    assert (done.returncode, "hidden files" in done.stderr) == (1, True)
    assert git(tmp_path / "previews.git", "for-each-ref") == ""


def test_a_capture_of_a_pull_request_is_not_proposed(checkout: Path, gh: Path) -> None:
    """Its records have another name, so that nothing was downloaded here."""
    done = proposed(checkout, gh, checkout / "nothing")
    assert done.returncode == 0, done.stderr
    assert "no records of main" in done.stdout
    assert not (gh / "gh.log").exists()


def hostile(checkout: Path, *paths: str) -> str:
    """Pull request 7 changes these files; the id of its commit."""
    for name in paths:
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("code of a stranger\n")
    git(checkout, "add", "--all", "--force")
    git(checkout, "commit", "--quiet", "-m", "proposed")
    git(checkout, "push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/head")
    return git(checkout, "rev-parse", "HEAD")


def approved(folder: Path, gh: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`approve` with these words, run in a folder of a checkout."""
    env = {"PATH": f"{gh}:{os.environ['PATH']}", "GH_LOG": str(gh / "gh.log")}
    return run("approve", folder, *words, **env)


@pytest.mark.parametrize(
    "name",
    [
        ".github/workflows/new.yml",
        ".github/scripts/approve",
        "Makefile",
        "GNUmakefile",
        "Dockerfile",
        "dockerfile",
        "Dockerfile.dockerignore",
        "requirements-gpu.txt",
        "results/local/x.json",
        ".lfsconfig",
        ".gitattributes",
        "examples/new/.gitattributes",
    ],
)
def test_what_the_runner_itself_would_use_is_not_approved(
    checkout: Path, gh: Path, name: str
) -> None:
    """A commit that changes it never gets onto a branch of ours, and the message names the file."""
    sha = hostile(checkout, name, "examples/new/cpu_numpy.py")
    done = approved(checkout, gh, "7", sha)
    assert (done.returncode, f"differs from main: {name} " in done.stderr) == (1, True)
    assert not git(checkout, "ls-remote", "origin", "refs/heads/pull-request/7")
    assert not (gh / "gh.log").exists()


def test_approve_looks_at_the_whole_commit_from_any_folder(checkout: Path, gh: Path) -> None:
    """Git reads names from the folder that it is run in: run in another, it would see no change."""
    sha = hostile(checkout, "Makefile", "survival/x.py")
    done = approved(checkout / "survival", gh, "7", sha)
    assert (done.returncode, "differs from main: Makefile " in done.stderr) == (1, True)
    assert not git(checkout, "ls-remote", "origin", "refs/heads/pull-request/7")


def test_a_link_in_place_of_results_is_not_approved(checkout: Path, gh: Path) -> None:
    """The folder that is given to the container would lie elsewhere on the runner."""
    shutil.rmtree(checkout / "results")
    (checkout / "results").symlink_to("/etc")
    sha = hostile(checkout)
    done = approved(checkout, gh, "7", sha)
    assert (done.returncode, "results is no folder" in done.stderr) == (1, True)
    assert not git(checkout, "ls-remote", "origin", "refs/heads/pull-request/7")


def test_exactly_the_commit_that_was_read_is_approved(checkout: Path, gh: Path) -> None:
    """A short id, an older commit and a missing argument are refused; the right one is run."""
    sha = hostile(checkout, "examples/new/cpu_numpy.py")
    old = git(checkout, "rev-parse", "HEAD~")
    for words, code, message in (
        (["7"], 2, "usage"),
        (["7", sha[:12]], 2, "whole commit id"),
        (["7; x", sha], 2, "not the number"),
        (["7", old], 1, f"newer commit, {sha}"),
    ):
        done = approved(checkout, gh, *words)
        assert (done.returncode, message in done.stderr) == (code, True)
    assert not git(checkout, "ls-remote", "origin", "refs/heads/pull-request/7")
    done = approved(checkout, gh, "7", sha)
    assert done.returncode == 0, done.stderr
    assert git(checkout, "ls-remote", "origin", "refs/heads/pull-request/7").startswith(sha)
    asked = (gh / "gh.log").read_text()
    assert asked == f"workflow run gpu.yml --ref main --field pull_request=7 --field commit={sha}\n"
