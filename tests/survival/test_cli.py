"""The command line as a user meets it: one line for what they can mend, and an exit code."""

import os
import socket
import subprocess
import sys

import pytest

from survival import catalog, cli
from tests.survival.conftest import cpu_times, made_record, made_variant


def survival(*args: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m survival` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "survival", *args],
        cwd=catalog.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_unknown_example_is_one_line_with_those_that_exist() -> None:
    """A typo on the command line is answered with the list, and exit code 1."""
    done = survival("capture", "mandelbort")
    assert done.returncode == 1
    assert done.stderr.startswith("error: unknown example 'mandelbort'; there are: ")
    assert " array_addition, " in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_python_without_our_libraries_is_told_where_they_are() -> None:
    """Somebody who types the verb without the environment gets one line and no traceback."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "survival", "doctor"],  # -S: nothing that was installed
        cwd=catalog.ROOT,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(
        "error: click is not installed for this Python; run `make doctor`"
    )
    assert done.stderr.count("\n") == 1


def test_a_taken_port_is_one_line_that_says_what_to_do() -> None:
    """Somebody listens already: say so before measuring anything."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        done = survival("serve", "--port", str(port))
    assert done.returncode == 1
    assert f"port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["capture", "judge", "serve", "publish"])
def test_every_verb_has_a_help_text(verb: str) -> None:
    """--help says what the verb does."""
    done = survival(verb, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


def test_the_committed_records_break_no_rule() -> None:
    """What `make check` runs: the judge over results/."""
    done = survival("judge")
    assert done.returncode == 0, done.stdout


def test_a_wrong_variant_is_named_when_a_capture_ends() -> None:
    """Its times do not exist, and whoever captured it need not look into the record for why."""
    wrong = made_variant("cpu_numba", {"compute": {}})
    wrong |= {"status": "failed", "reason": "wrong at size 256: relative L2 error 0.14"}
    record = made_record(made_variant("cpu_numpy", cpu_times()), wrong)
    assert cli._failed(record) == [
        "doubling · cpu_numba: FAILED, not timed: wrong at size 256: relative L2 error 0.14"
    ]
