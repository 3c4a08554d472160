"""cloud/capture, with a `sky` and an `rsync` that only write down what they were asked."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from survival import catalog, records

FAKE_SKY = """#!/bin/sh
echo "sky $*" >>"$LOG"
case $1 in
    launch) [ -n "${SLOW:-}" ] && { touch "$LOG.launched"; sleep 2; }; exit "${LAUNCH:-0}" ;;
    down) [ -z "${DOWN_FAILS:-}" ] ;;
esac
"""
# The second to last word names the files on the rented machine, the last one the folder here.
FAKE_RSYNC = """#!/bin/sh
echo "rsync $*" >>"$LOG"
for word; do last=$word; done
[ -n "${MEASURED:-}" ] && cp "$MEASURED"/*.json "$last"
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a copy of the script, and bin/ with both tools."""
    shutil.copytree(catalog.ROOT / "cloud", tmp_path / "cloud")
    shutil.rmtree(tmp_path / "cloud" / "records", ignore_errors=True)
    (tmp_path / "bin").mkdir()
    for name, text in (("sky", FAKE_SKY), ("rsync", FAKE_RSYNC)):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def settings(here: Path, **env: str) -> dict[str, str]:
    """The environment of a run."""
    path = f"{here / 'bin'}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "LOG": str(here / "log"), "PAUSE": "0"} | env


def capture(here: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The script, run from another folder."""
    return subprocess.run(
        [here / "cloud" / "capture", *words],
        cwd="/",
        env=settings(here, **env),
        capture_output=True,
        text=True,
        check=False,
    )


def asked(here: Path) -> list[list[str]]:
    """What the tools were asked, in order."""
    log = here / "log"
    return [line.split() for line in log.read_text().splitlines()] if log.exists() else []


def measured() -> Path:
    """The folder of a published machine."""
    return next(
        p.parent
        for p in sorted((catalog.ROOT / "results").glob("*/machine.json"))
        if p.parent.name != "local"
    )


def test_records_come_home_and_the_machine_goes_back(here: Path) -> None:
    """Launched with what was asked, copied into a folder of its own, taken down by its name."""
    done = capture(here, "H100:1", "--infra", "runpod", MEASURED=str(measured()))
    assert done.returncode == 0, done.stderr
    launch, copy, down = asked(here)
    name = launch[3]
    assert name.startswith("capture-h100-1-")
    assert launch[4:] == ["--gpus", "H100:1", "--infra", "runpod", "cloud/capture.yaml"]
    assert copy[-2] == f"{name}:sky_workdir/results/local/*.json"
    assert down == ["sky", "down", "--yes", name]
    (folder,) = (here / "cloud" / "records").glob("*/local")
    assert folder.parent.name == name
    assert records.read_machine(folder / "machine.json").name == measured().name
    assert f"survival publish cloud/records/{name}/local" in done.stdout


def test_what_came_home_can_be_published(here: Path) -> None:
    """The line that the script ends with works: the readers accept the folder's name."""
    done = capture(here, "L4:1", MEASURED=str(measured()))
    words = done.stdout.split("publish ")[1].split()
    said = subprocess.run(
        [sys.executable, "-m", "survival", "publish", "--name-only", here / words[0]],
        cwd=catalog.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == measured().name
    assert records.read_record(here / words[0] / "mandelbrot.json").machine == measured().name


def test_two_machines_do_not_overwrite_one_another(here: Path) -> None:
    """Not even two of one kind, taken at the same time."""
    environment = settings(here, MEASURED=str(measured()))
    runs = [
        subprocess.Popen([here / "cloud" / "capture", "L4:1"], env=environment) for _ in range(2)
    ]
    assert [p.wait() for p in runs] == [0, 0]
    assert len(list((here / "cloud" / "records").glob("*/local/machine.json"))) == 2


def test_a_failed_launch_is_torn_down(here: Path) -> None:
    """The machine goes back, nothing is left behind, and the run counts as failed."""
    done = capture(here, "H100:1", LAUNCH="1")
    assert done.returncode == 1
    assert asked(here)[-1][:2] == ["sky", "down"]
    assert "no records came home" in done.stderr
    assert not list((here / "cloud" / "records").iterdir())


def test_a_capture_that_was_cut_off_is_kept(here: Path) -> None:
    """What is measured already comes home, and the run counts as failed."""
    done = capture(here, "H100:1", LAUNCH="100", MEASURED=str(measured()))
    assert done.returncode == 1
    assert asked(here)[-1][:2] == ["sky", "down"]
    assert "not all went well" in done.stderr
    assert list((here / "cloud" / "records").glob("*/local/machine.json"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_capture_is_torn_down(here: Path, how: signal.Signals) -> None:
    """Ctrl-C, a kill, or a closed terminal: the machine goes back before the script ends."""
    run = subprocess.Popen(
        [here / "cloud" / "capture", "H100:1"],
        env=settings(here, SLOW="1"),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # What was started in the background may ignore signals, and hands that on.
        preexec_fn=lambda: signal.signal(how, signal.SIG_DFL),
    )
    while not (here / "log.launched").exists():
        time.sleep(0.01)
    os.killpg(run.pid, how)  # as a terminal does: to the script and to what it runs
    assert run.wait() == 128 + how
    assert asked(here)[-1][:2] == ["sky", "down"]


def test_a_machine_that_stays_is_named(here: Path) -> None:
    """Three tries, then one line with the cluster and what to do."""
    done = capture(here, "H100:1", DOWN_FAILS="1", MEASURED=str(measured()))
    assert done.returncode == 1
    assert [a[:2] for a in asked(here)].count(["sky", "down"]) == 3
    assert f"sky down {asked(here)[0][3]}" in done.stderr
    assert "MAY STILL COST MONEY" in done.stderr


@pytest.mark.parametrize("words", [(), ("--yes",)])
def test_nothing_is_rented_without_a_gpu(here: Path, words: tuple[str, ...]) -> None:
    """A forgotten argument says how it is used."""
    done = capture(here, *words)
    assert (done.returncode, "usage" in done.stderr) == (2, True)
    assert not asked(here)


def test_a_missing_tool_is_named(here: Path) -> None:
    """One line, before anything is rented."""
    (here / "bin" / "sky").unlink()
    done = capture(here, "H100:1")
    assert done.returncode == 2
    assert done.stderr == "sky was not found: cloud/README.md says what to install\n"
