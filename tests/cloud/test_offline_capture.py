"""cloud/offline/capture.py, with steps that only write down that they ran."""

import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from survival import catalog
from tests.cloud import offline

capture = offline.load("capture")

PYTHON = """#!/bin/sh
echo "$*" >>"$LOG"
case "$*" in
    *"$FAILS"*) echo "it broke"; exit 3 ;;
    *"survival capture array_addition --quick"*) ;;
    *pytest*) echo "7 passed, 1 skipped" ;;
    *"survival capture"*)
        mkdir -p results/local && echo '{"mode": "full"}' >results/local/total.json
        echo "total: recorded in results/local"
        [ -z "$SLOW" ] || exec sleep 60 ;;
esac
"""


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two examples whose environment is a script that notes what it is asked."""
    root = tmp_path / "checkout"
    (root / "cloud" / "offline").mkdir(parents=True)
    shutil.copy(offline.FOLDER / "order.txt", root / "cloud" / "offline")
    for name in ("added", "total"):
        (root / "examples" / name).mkdir(parents=True)
        (root / "examples" / name / "problem.py").touch()
    (root / "offline" / "wheels").mkdir(parents=True)
    made = root / "cloud" / "offline" / "environment"
    made.write_text('#!/bin/sh\necho environment >>$LOG\n[ -z "$BROKEN" ]\n', encoding="utf-8")
    python = root / ".venv-offline" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON, encoding="utf-8")
    for script in (made, python):
        script.chmod(0o755)
    (tmp_path / "out").mkdir()
    for name, value in {
        "LOG": str(tmp_path / "asked"),
        "OUT": str(tmp_path / "out"),
        "FAILS": "no such step",
        "SLOW": "",
        "BROKEN": "",
    }.items():
        monkeypatch.setenv(name, value)
    return root


def asked(there: Path) -> list[str]:
    """What was run, in order, by its last words."""
    return (there.parent / "asked").read_text(encoding="utf-8").splitlines()


def packed(there: Path) -> list[str]:
    """Files in the archive."""
    with tarfile.open(there.parent / "out" / "offline-capture.tar.gz") as archive:
        return sorted(m.name for m in archive if m.isfile())


def test_the_steps_in_order(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Small ones first, then all examples, the wanted ones first; everything comes home."""
    assert capture.main(["--seconds", "99"], there) == 0
    environment, doctor, quick, tests, every = asked(there)
    assert environment == "environment"
    assert doctor == "-m survival doctor"
    assert quick == "-m survival capture array_addition --quick"
    assert "-m gpu tests/examples" in tests
    assert "-W default" in tests
    assert every == "-m survival capture total added"
    assert {"results/local/total.json", "offline/log/doctor.txt"} <= set(packed(there))
    said = capsys.readouterr().out
    assert "total: recorded in" in said
    assert "tests: done in 0 s: 7 passed, 1 skipped" in said
    assert "all done" in said


def test_what_is_done_is_not_done_again(there: Path) -> None:
    """Checks are made once; the environment, the doctor and what is to capture each time."""
    capture.main(["--seconds", "99"], there)
    capture.main(["--seconds", "99"], there)
    assert asked(there)[5:] == ["environment", "-m survival doctor", "-m survival capture added"]


def test_a_step_that_fails_stops_no_other(
    there: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named with its last line, the run counts as failed, and the next call tries again."""
    monkeypatch.setenv("FAILS", "pytest")
    assert capture.main(["--seconds", "99"], there) == 1
    assert asked(there)[-1] == "-m survival capture total added"
    said = capsys.readouterr().out
    assert "tests: ended with 3 after 0 s: it broke" in said
    assert "not done: tests" in said
    monkeypatch.setenv("FAILS", "no such step")
    assert capture.main(["--seconds", "99"], there) == 0


def test_without_an_environment_nothing_is_tried(
    there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But what it said comes home."""
    monkeypatch.setenv("BROKEN", "1")
    assert capture.main(["--seconds", "99"], there) == 1
    assert asked(there) == ["environment"]
    assert packed(there) == ["offline/log/environment.txt"]


def test_when_time_is_up_what_is_finished_is_kept(
    there: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A capture is interrupted in time, all of it ends, and the records so far are packed."""
    monkeypatch.setenv("SLOW", "1")
    monkeypatch.setattr(capture, "CEILING_SECONDS", -99)
    monkeypatch.setattr(capture, "PACKING", 0.5)
    monkeypatch.setattr(capture, "GRACE", 0.5)
    start = time.monotonic()
    assert capture.main(["--seconds", "2"], there) == 1
    assert time.monotonic() - start < 5
    assert "captures: no time left" in capsys.readouterr().out
    assert "results/local/total.json" in packed(there)


def test_what_does_not_fit_is_not_begun(
    there: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A long example waits for a call with more time; shorter ones behind it come first."""
    monkeypatch.setattr(capture, "CEILING_SECONDS", 0)
    monkeypatch.setattr(capture, "PACKING", 0)
    for k in range(9):
        (there / "examples" / "total" / f"gpu_cupy_{k}.py").touch()
    assert capture.guess(there, "total") == 12 + 9 * 24
    assert capture.guess(there, "added") == 12
    assert capture.main(["--seconds", "60"], there) == 1
    assert asked(there)[-1] == "-m survival capture added"
    said = capsys.readouterr().out
    assert "no time for: total" in said
    assert "not done: 1 examples" in said


def test_a_guess_counts_what_is_slow(there: Path) -> None:
    """Python without a library, and first calls in processes of their own."""
    for name in ("cpu_python", "cpu_numpy", "gpu_cupy"):
        (there / "examples" / "added" / f"{name}.py").touch()
    without = capture.guess(there, "added")
    assert without == 12 + 12 + 12 + 24 + 40
    problem = there / "examples" / "added" / "problem.py"
    problem.write_text("FIRST_CALL_SIZE = 8\n", encoding="utf-8")
    assert capture.guess(there, "added") == without + 3 * 18


LONGER = {"matrix_product", "saxpy"}
"""What needs a call that is longer than the default: nineteen programs, each with first calls."""


def test_every_example_has_a_guess() -> None:
    """And fits into a call of the length that is the default, but for what is known not to."""
    left = 540 - capture.CEILING_SECONDS
    found = {name: capture.guess(catalog.ROOT, name) for name in capture.order(catalog.ROOT)}
    assert min(found.values()) > 0
    assert {name for name, seconds in found.items() if seconds >= left} == LONGER


def test_told_to_end_it_packs(there: Path) -> None:
    """As a batch system does before it kills: nothing runs on, and the records so far come home."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import capture, pathlib\n"
    code += "sys.exit(capture.main(['--seconds', '99'], pathlib.Path.cwd()))"
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(offline.FOLDER)],
        cwd=there,
        env=os.environ | {"SLOW": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    with run.stdout as said:
        for line in said:
            if "total: recorded" in line:
                run.terminate()
                break
        assert "the rest: interrupted" in said.read()
    assert run.wait() == 1
    assert "results/local/total.json" in packed(there)


def test_a_step_that_ignores_an_interruption_ends_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that it has started."""
    monkeypatch.setattr(capture, "GRACE", 0.2)
    monkeypatch.setattr(capture, "PACKING", 0)
    steps = capture.Steps(tmp_path, 60)
    pid = tmp_path / "pid"
    stubborn = f"trap '' INT; sleep 60 & echo $! >{pid}; wait; wait"
    assert not steps.step("stubborn", ["sh", "-c", stubborn], 0.5)
    child = int(pid.read_text(encoding="utf-8"))
    for _ in range(100):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or ") Z " in state.read_text(encoding="utf-8"):
            return
        time.sleep(0.02)
    os.kill(child, 9)
    pytest.fail("what it had started still ran")


def test_a_survival_capture_ends_well_when_interrupted(tmp_path: Path) -> None:
    """SIGINT reaches Python as Ctrl-C does, also where whoever started us ignores it."""
    code = (
        "import signal, time, pathlib\n"
        "try:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    pathlib.Path('kept').touch()\n"
    )
    starter = (
        "import sys; sys.path.insert(0, sys.argv[1]); import capture, pathlib\n"
        "capture.GRACE = capture.PACKING = 1\n"
        "capture.Steps(pathlib.Path.cwd(), 60).step('x', [sys.executable, '-c', sys.argv[2]], 0.5)"
    )
    script = 'trap "" INT; exec "$@"'
    words = ["sh", "-c", script, "sh", shutil.which("python3") or "python3", "-c", starter]
    subprocess.run([*words, str(offline.FOLDER), code], cwd=tmp_path, check=True)
    assert (tmp_path / "kept").exists()


def test_the_order_names_examples() -> None:
    """No name is one that is gone; every example comes, each once."""
    said = (offline.FOLDER / "order.txt").read_text(encoding="utf-8")
    first = [line for line in said.splitlines() if line and not line.startswith("#")]
    every = list(catalog.find())
    assert set(first) <= set(every)
    order = capture.order(catalog.ROOT)
    assert order[: len(first)] == first
    assert sorted(order) == sorted(every)
