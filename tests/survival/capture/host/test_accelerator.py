"""Which accelerator PyTorch finds: its kind and name, or one line."""

import subprocess
import sys
from typing import Any

import pytest

from survival import system
from survival.capture.host import accelerator


def found(monkeypatch: pytest.MonkeyPatch, code: int, out: str, err: str = "") -> Any:
    """What is made of a process that ends so."""
    done = subprocess.CompletedProcess([], code, out, err)
    monkeypatch.setattr(system, "run", lambda *args, **kwargs: done)
    accelerator.found.cache_clear()
    try:
        return accelerator.found()
    finally:
        accelerator.found.cache_clear()


@pytest.mark.parametrize(
    ("code", "out", "err", "says"),
    [
        (0, 'a greeting\n["mps", ""]\n', "", ("mps", "")),
        (0, '["xpu", "Made-up \\u001b[31m Arc"]\n', "", ("xpu", "Made-up [31m Arc")),
        (0, '["", ""]\n', "", accelerator.NONE),
        (1, "", "ModuleNotFoundError: No module named 'torch'", "needs PyTorch, which is not"),
        (-11, "", "", "PyTorch cannot look for a GPU ("),
    ],
)
def test_what_pytorch_says_is_a_name_or_one_line(
    monkeypatch: pytest.MonkeyPatch, code: int, out: str, err: str, says: Any
) -> None:
    """A driver that takes the process down is one line too; a name cannot colour a terminal."""
    said = found(monkeypatch, code, out, err)
    if isinstance(says, str):
        assert said.startswith(says)
        assert "\n" not in said
    else:
        assert said == says


def test_the_process_itself_answers() -> None:
    """With this machine's own PyTorch, whatever it finds."""
    pytest.importorskip("torch")
    done = system.run([sys.executable, "-m", accelerator.__name__], timeout=accelerator.PATIENCE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith("[")
