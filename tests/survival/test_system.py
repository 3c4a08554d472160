"""Files, folders and commands are read the same on every computer."""

import signal
import sys
from pathlib import Path

import pytest

from survival import system
from survival.errors import SurvivalError


def test_hidden_files_are_no_content(tmp_path: Path) -> None:
    """What editors, macOS and notebooks leave behind is nobody's work, at any depth."""
    for name in ("b/x.py", "a/x.py", "a/._x.py", ".b/x.py", "a/.ipynb_checkpoints/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a" / ".#x.py").symlink_to("me@box.1:2")  # Emacs, while the file is edited
    assert system.content(tmp_path, "*/*.py") == [tmp_path / "a" / "x.py", tmp_path / "b" / "x.py"]
    assert system.content(tmp_path, "**/*.py") == system.content(tmp_path, "*/*.py")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.md", "µ".encode()),
        ("page.md", b"\xef\xbb\xbf" + "µ".encode()),
        ("program.py", b"\xef\xbb\xbf# " + "µ".encode()),
        ("program.py", "# -*- coding: latin-1 -*-\n# µ".encode("latin-1")),
    ],
)
def test_text_is_decoded_as_whoever_runs_it_decodes_it(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """A mark of byte order is no part of the text, and a program may say its own encoding."""
    (tmp_path / name).write_bytes(content)
    found = system.text(tmp_path / name)
    assert found.endswith("µ")
    assert "\ufeff" not in found


@pytest.mark.parametrize("name", ["page.md", "program.py", "gone.md"])
def test_what_cannot_be_read_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    """Another encoding than the file says, or no file: the file, and what to do."""
    if name != "gone.md":
        (tmp_path / name).write_bytes("# µ".encode("latin-1"))
    with pytest.raises(SurvivalError, match=name):
        system.text(tmp_path / name)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the disk is full."""
    system.write(tmp_path / "a.json", "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        system.write(tmp_path / "a.json", "new")
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "old"


def test_a_command_says_the_same_in_any_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own commands speak UTF-8; a byte that is no text is shown, not raised."""
    monkeypatch.setenv("LC_ALL", "C")
    assert system.run([sys.executable, "-c", "print('µ')"]).stdout == "µ\n"
    raw = "import sys; sys.stdout.buffer.write(bytes([181]))"
    assert system.run([sys.executable, "-c", raw]).stdout == "\ufffd"


def test_a_command_that_is_not_there_or_hangs_is_no_traceback() -> None:
    """It ends like one that failed, and says why."""
    assert system.run(["no-such-command"]).returncode == 127
    hung = system.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.1)
    assert (hung.returncode, hung.stderr) == (124, "no answer within 0.1 s")


@pytest.mark.parametrize(
    ("code", "stderr", "said"),
    [
        (1, "Traceback\n  File\nValueError: no luck\n", "ValueError: no luck"),
        (1, "numba.TypingError: Failed\n\nNo match.\n:\n", "numba.TypingError: Failed No match."),
        (1, "cupy.CompileException: a.cu(3): error\n\nCompilation terminated.", "a.cu(3): error"),
        (1, "RuntimeError: no kernel image\nCompile with TORCH_USE_CUDA_DSA", "no kernel image"),
        (1, "This program needs a GPU.", "This program needs a GPU."),
        (3, "", "it ended with code 3 and no message"),
        (-signal.SIGKILL, "", "SIGKILL); that is what a system out of memory does"),
        (-signal.SIGSEGV, "half a line", "it was killed (SIGSEGV)"),
    ],
)
def test_the_cause_is_the_exception_and_not_the_last_line(
    code: int, stderr: str, said: str
) -> None:
    """Libraries end their messages with lines that say nothing."""
    assert said in system.why(code, stderr)
    assert "\n" not in system.why(code, stderr)


def test_the_command_line_says_what_a_terminal_cannot_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a terminal without UTF-8 a sign is replaced, and nothing fails."""
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    done = system.run([sys.executable, "-c", "import click, survival.__main__; click.echo('–a')"])
    assert (done.returncode, done.stdout) == (0, "?a\n")
