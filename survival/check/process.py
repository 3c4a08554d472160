"""The process that a program runs in while it is checked: asked, waited for, stopped."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from survival import catalog, system
from survival.check import worker
from survival.errors import CheckError

START = 120.0
"""Seconds for imports: those of a framework take long from a cold disk."""


class Process:
    """A program under test, in a process of its own; started when it is first asked."""

    def __init__(
        self, path: Path, timeout: float, settings: dict[str, str], before: Sequence[str] = ()
    ) -> None:
        """`settings` are added to the environment; `before` is a command that runs the process."""
        self.path, self.timeout, self.settings, self.before = path, timeout, settings, before
        self.process: subprocess.Popen[bytes] | None = None
        self.hello: dict[str, Any] = {}

    def start(self) -> dict[str, Any]:
        """What it defines. Raises CheckError where it cannot be imported."""
        if self.process is not None:
            return self.hello
        kept = os.pathsep.join(filter(None, [str(catalog.ROOT), os.environ.get("PYTHONPATH")]))
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        # It lives as long as the process.
        self.process = subprocess.Popen(
            [*self.before, sys.executable, "-m", "survival.check.worker", str(self.path.resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **self.settings, "PYTHONPATH": kept},
            start_new_session=True,  # so that what it starts can be ended with it
        )
        found = self._answer(START)
        if "raised" in found:
            self.stop()
            name, said = found["raised"], found["said"]
            why = f"{name}: {said}" if name not in ("", "SystemExit") else said or name
            raise CheckError(f"{self.path}: cannot be checked here: {why}")
        self.hello = found
        return found

    def ask(self, **question: Any) -> dict[str, Any]:
        """Its answer; what it raised, or why it ended, is one as well."""
        self.start()
        assert self.process is not None
        assert self.process.stdin is not None
        with suppress(OSError):  # it has ended: the answer says how
            worker.write(self.process.stdin, question)
        return self._answer(self.timeout)

    def _answer(self, timeout: float) -> dict[str, Any]:
        process = self.process
        assert process is not None
        assert process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            _end(process)

        alarm = threading.Timer(timeout, end)
        alarm.start()
        try:
            found = worker.read(process.stdout)
        finally:
            alarm.cancel()
        if found is not None:
            return dict(found)
        code = process.wait()
        self.errors.seek(0)
        said = self.errors.read().decode(errors="replace")
        self.stop()
        why = f"no answer within {timeout:g} s" if late.is_set() else system.why(code, said)
        return {"raised": "", "said": why, "code": code}

    def finish(self) -> int:
        """Let it end by itself; its exit code."""
        if self.process is None:
            return 0
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            return self.process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            return system.TOO_LATE

    def stop(self) -> None:
        """End it."""
        if self.process is None:
            return
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()
        _end(self.process)
        self.process.wait()
        self.errors.close()
        self.process = None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started; on Windows, which has no groups, it alone."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
