"""Runs a program that provokes an error message, or profiles some work, and keeps what it said."""

import json
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from survival import system
from survival.capture import disclosure, machine
from survival.capture.host import environment
from survival.errors import CaptureError, one_line
from survival.judge.messages import PACKAGES, Program
from survival.records import Message, Messages

MOST_LINES = {"errors": 12, "profiles": 36}
"""What is said below these lines is left out, and counted; by the folder of the program."""
TIMEOUT = 240
"""Seconds: the first import of a framework on a cold disk takes long."""
_HERE = """
import json, platform, sys
from importlib.metadata import distributions
names = {(d.name or "").lower().replace("_", "-"): d.version for d in distributions()}
print(json.dumps([sys.prefix, f"{platform.system()} {platform.machine()}",
                  platform.python_version(), names]))
"""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LOGGED = re.compile(r"^(?:\d{4}-\d\d-\d\d [\d:.]+: [IWEF] |[IWEF]\d{4} \S+ +\d+ )")
"""What stands before a line of TensorFlow's log: level, time, thread."""
_WARNED = re.compile(r"^\S+\.py:\d+: (?=\w+Warning:)")
_QUIET = {"NUMBA_ENABLE_CUDASIM", "TF_CPP_MIN_LOG_LEVEL", "PYTHONWARNINGS", "LD_LIBRARY_PATH"}
"""Settings that would keep a message from being said."""


class Interpreter:
    """A Python with its packages; the messages of one library may need several."""

    def __init__(self, python: str | None = None) -> None:
        """Ask it (without a name, this one) what it has. Raises CaptureError if it says nothing."""
        python = python or sys.executable
        done = system.run([python, "-c", _HERE], timeout=60)
        if done.returncode:
            raise CaptureError(f"{python}: {system.why(done.returncode, done.stderr)}")
        self.python = python
        self.prefix, self.system, version, self.packages = json.loads(done.stdout)
        self.version: str = version

    def libraries(self, program: Program) -> dict[str, str]:
        """The versions that a message depends on; none if the library is not there."""
        names = [p for p in PACKAGES[program.library] if p in self.packages]
        return {p: self.packages[p] for p in names} | ({"python": self.version} if names else {})

    def run(self, program: Program) -> list[str]:
        """What a program says, on standard output and error, without its traceback."""
        env = {k: v for k, v in environment.clean().items() if k not in _QUIET}
        command = [self.python, str(program.path)]
        done = system.run(command, cwd=Path(self.prefix), timeout=TIMEOUT, env=env)
        # What a profiler logs while it works belongs to no profile.
        errors = done.stderr if done.returncode or program.folder == "errors" else ""
        most = MOST_LINES[program.folder]
        return message(done.returncode, done.stdout, errors, program.text, self._mask, most)

    def _mask(self, text: str) -> str:
        return disclosure.mask(text.replace(self.prefix, "VENV"))


def message(
    code: int,
    output: str,
    errors: str,
    text: str,
    mask: Callable[[str], str] = disclosure.mask,
    most: int = MOST_LINES["errors"],
) -> list[str]:
    """The lines of a message, of all that a program has written: what was printed, what was raised.

    A warning loses the place that it was given at, a line of a log the time and the thread; of a
    log only the line with `text` is kept.
    """
    lines = [_COLOUR.sub("", line).rstrip() for line in errors.splitlines()]
    if code:
        raised = [at for at, line in enumerate(lines) if system.EXCEPTION.match(line)]
        lines = lines[raised[-1] :] if raised else lines
    elif any(_LOGGED.match(line) for line in lines):
        lines = list(dict.fromkeys(_LOGGED.sub("", line) for line in lines if text in line))
    else:  # a warning is followed by the line of source that gave it
        lines = [_WARNED.sub("", line) for line in lines if not line.startswith("  warn")]
    lines = [*(line.rstrip() for line in output.splitlines()), *lines]
    while lines and not lines[-1].strip(" :"):
        lines.pop()
    lines = [line for line in (one_line(mask(line))[:480] for line in lines) if line.strip()]
    if len(lines) > most:
        lines = [*lines[:most], f"… {len(lines) - most} more lines"]
    return lines


def provoke(program: Program, python: Interpreter) -> Message | str:
    """What a program said, its title among it; or, in a sentence, why it did not."""
    libraries = python.libraries(program)
    if not libraries:
        return f"needs {' or '.join(PACKAGES[program.library])}, which is not installed there"
    said = python.run(program)
    if program.text not in "\n".join(said):
        return f"said something else: {' '.join(said)[:200] or 'nothing'}"
    return Message(
        name=program.name,
        source_hash=program.source_hash,
        text=program.text,
        said=said,
        captured=datetime.now(UTC).replace(microsecond=0),
        system=python.system if program.folder == "errors" else f"{python.system}, {_machine()}",
        libraries=libraries,
    )


def _machine() -> str:
    """The hardware, on which times depend."""
    cpu, gpu = machine.cpu(), machine.gpu()
    cores = f"{cpu.model}, {cpu.cores} {'core' if cpu.cores == 1 else 'cores'}"
    return cores if isinstance(gpu, str) else f"{cores}, {gpu.model}"


def merged(
    library: str, old: Messages | None, new: list[Message], programs: Iterable[Program]
) -> Messages:
    """The record of a library: what was captured now, and what was captured before of the rest.

    What was captured of a program that is not among `programs` any more goes with it.
    """
    names = {p.name for p in programs if p.library == library}
    before = {m.name: m for m in (old.messages if old else []) if m.name in names}
    every = before | {m.name: m for m in new}
    return Messages(
        schema_version=1, library=library, messages=[every[name] for name in sorted(every)]
    )
