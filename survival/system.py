"""What comes from this computer, read the same everywhere: files, folders, commands' words."""

import os
import re
import signal
import subprocess
import tempfile
import tokenize
from collections.abc import Mapping, Sequence
from pathlib import Path

from survival.errors import SurvivalError

EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt)\b(:|$)")
"""How Python begins the last part of a traceback."""

TOO_LATE = 124
"""The code of a command that took too long, as `timeout` has it."""
GIT_ELSEWHERE = r"GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|(ALTERNATE_)?OBJECT_DIRECTOR\w+)"
"""Settings by which git looks at another repository than the one that it is in."""


def content(folder: Path, pattern: str) -> list[Path]:
    """What matches in a folder, in order, without what is hidden.

    Editors and systems leave files whose names begin with a dot: they are nobody's work.
    """
    found = sorted(folder.glob(pattern))
    return [p for p in found if not any(n[0] == "." for n in p.relative_to(folder).parts)]


def text(path: Path) -> str:
    """A file's text: of a program as Python decodes it, of all else UTF-8, with or without a mark.

    Raises SurvivalError with one line that names the file.
    """
    try:
        if path.suffix == ".py":
            with tokenize.open(path) as file:
                return file.read()
        return path.read_text(encoding="utf-8-sig")
    except OSError as e:
        raise SurvivalError(f"{path}: cannot be read ({e.strerror})") from None
    except (SyntaxError, UnicodeDecodeError) as e:
        raise SurvivalError(f"{path}: not the text it should be: {e}; save it as UTF-8") from None


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all: an interruption, or a full disk, leaves the old one.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def run(
    command: Sequence[str],
    cwd: Path | None = None,
    timeout: float | None = None,
    env: Mapping[str, str] = os.environ,
) -> subprocess.CompletedProcess[str]:
    """Run a command and keep what it says, as UTF-8 in any locale; what is no text is shown as ?.

    A command that is not there, or takes too long, ends like one that failed: with code 127 or 124
    and a line that says so.
    """
    try:
        return subprocess.run(
            command,
            cwd=cwd,
            env={**env, "PYTHONUTF8": "1", "LC_MESSAGES": "C"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, TOO_LATE, "", f"no answer within {timeout:g} s")
    except OSError as e:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: {e.strerror}")


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask git about the checkout that a folder is in, and about no other.

    In a hook git sets GIT_DIR and its like, which name the repository whose hook it is.
    """
    env = {k: v for k, v in os.environ.items() if not re.fullmatch(GIT_ELSEWHERE, k)}
    return run(["git", *words], cwd=folder, env=env)


def why(code: int, stderr: str) -> str:
    """Why a Python process ended with that code, in one line.

    The last line that begins with the name of an exception, with what follows it: Numba, CuPy and
    PyTorch end their messages with lines that say nothing.
    """
    if code < 0:
        name = signal.Signals(-code).name
        hint = "; that is what a system out of memory does" if name == "SIGKILL" else ""
        return f"it was killed ({name}){hint}"
    lines = stderr.strip().splitlines()
    for at in range(len(lines) - 1, -1, -1):
        if EXCEPTION.match(lines[at]):
            return " ".join(line.strip() for line in lines[at:] if line.strip(" :"))
    return lines[-1] if lines else f"it ended with code {code} and no message"
