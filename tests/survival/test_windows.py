"""What runs on Windows itself, as far as a machine without it can tell.

`make check` holds every name that survival/ uses against what Windows has (mypy, for its platform).
Here the same is seen in a process: the modules and names that only POSIX has are hidden from ours.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from survival import catalog, system
from survival.capture import worker
from survival.capture.host import halted

HIDE = """
import builtins, os, signal, sys

ABSENT = {"resource", "fcntl", "grp", "pwd", "termios", "pty", "tty", "syslog", "readline"}
ours = lambda frame: (frame.f_globals.get("__name__") or "").startswith("survival")
found = builtins.__import__

def hidden(name, *args, **more):
    if name in ABSENT and ours(sys._getframe(1)):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return found(name, *args, **more)

def without(module, names):
    class Less(type(module)):
        def __getattribute__(self, name):
            if name in names and ours(sys._getframe(1)):
                raise AttributeError(f"module has no attribute {name!r}")
            return super().__getattribute__(name)
    module.__class__ = Less

builtins.__import__ = hidden
without(os, {"sched_getaffinity", "sched_setaffinity", "fork", "getuid", "geteuid", "setsid",
             "killpg", "getpgid", "uname", "getloadavg", "sysconf", "wait4", "mkfifo"})
without(signal, {"SIGSTOP", "SIGCONT", "SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "setitimer"})
"""
EVERY = """
import importlib, pkgutil, survival
for module in pkgutil.walk_packages(survival.__path__, "survival."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
MEASURES = """
import sys
from types import SimpleNamespace
import psutil
from survival.capture import machine, worker
from survival.capture.host import environment
from survival.capture.turns import reference
psutil.Process.memory_info = lambda self: SimpleNamespace(peak_wset=2**20)
assert machine.usable_threads() > 0
with environment.bound():
    pass
with reference.Reference() as loop:
    assert loop.seconds()["one_core"] > 0
sys.platform = "win32"
assert worker._peak_bytes() == 2**20
"""


def hiding(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in which, as in all that it starts, what only POSIX has is hidden from us."""
    (folder / "sitecustomize.py").write_text(HIDE, encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", program]
    return system.run(command, cwd=catalog.ROOT, env=env, timeout=300)


def test_the_names_are_hidden_from_ours_alone(tmp_path: Path) -> None:
    """Else the tests below would show nothing."""
    planted = "exec(compile({!r}, 'x', 'exec'), {{'__name__': {!r}}})"
    for name, code in (("survival.x", 1), ("elsewhere", 0)):
        for text in ("import resource", "import signal; signal.SIGSTOP"):
            assert hiding(tmp_path, planted.format(text, name)).returncode == code


def test_every_module_is_imported(tmp_path: Path) -> None:
    """None asks for what only POSIX has, at its top."""
    done = hiding(tmp_path, EVERY)
    assert done.returncode == 0, done.stderr


def test_what_a_capture_asks_of_the_system_is_answered(tmp_path: Path) -> None:
    """Threads, memory, and the loop that is stopped while it is not asked."""
    done = hiding(tmp_path, MEASURES)
    assert done.returncode == 0, done.stderr


def test_the_peak_of_memory_is_asked_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which knows no getrusage."""
    told = SimpleNamespace(peak_wset=12345)
    monkeypatch.setattr(psutil.Process, "memory_info", lambda self: told)
    assert worker._peak_bytes() > 2**20
    monkeypatch.setattr(sys, "platform", "win32")
    assert worker._peak_bytes() == 12345


def test_what_a_process_has_started_is_stopped_with_it() -> None:
    """On Windows the Python of an environment starts the real one, which does the work."""
    inner = "import time; print('here', flush=True); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        whole = psutil.Process(process.pid)
        both = [whole, *whole.children()]
        assert len(both) == 2
        stopped = halted.halt(process.pid)
        assert [p.status() for p in both] == [psutil.STATUS_STOPPED] * 2
        halted.go_on(stopped)
        assert psutil.STATUS_STOPPED not in [p.status() for p in both]
        for each in reversed(both):
            each.kill()
    assert halted.halt(process.pid) == []


def test_the_page_names_a_python_that_make_would_take() -> None:
    """`py` alone takes the newest, for which what is pinned may have no package."""
    page = (catalog.ROOT / "docs" / "get-a-gpu.md").read_text(encoding="utf-8")
    makefile = (catalog.ROOT / "Makefile").read_text(encoding="utf-8")
    [named] = re.findall(r"^py -(3\.\d+) -m venv", page, re.M)
    assert f"python{named} " in makefile
