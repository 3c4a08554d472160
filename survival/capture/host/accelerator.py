"""The accelerator that PyTorch finds on this machine: CUDA, ROCm, Apple's Metal or Intel's XPU.

`python -m survival.capture.host.accelerator` prints it. Asked in a process of its own, because
importing PyTorch takes seconds and what it loads would stay.
"""

import json
import sys
from functools import cache

from survival import system
from survival.capture.host import environment
from survival.catalog import ROOT
from survival.errors import one_line

PATIENCE = 120.0
"""Seconds in which PyTorch must have answered: its first import on a cold disk takes many."""
NONE = "PyTorch finds no accelerator here"


@cache  # a plan asks for each example
def found() -> tuple[str, str] | str:
    """(kind, name) of it, such as ("mps", "") for Apple's, which has no name; or why there is none.

    Kinds are PyTorch's own; ROCm calls itself "cuda".
    """
    command = [sys.executable, "-W", "ignore", "-m", __name__]
    done = system.run(command, cwd=ROOT, timeout=PATIENCE, env=environment.clean())
    if done.returncode:
        why = system.why(done.returncode, done.stderr)
        if "No module named 'torch'" in why:
            return "needs PyTorch, which is not installed"
        return f"PyTorch cannot look for a GPU ({one_line(why)[:200]})"
    kind, name = json.loads(done.stdout.splitlines()[-1])
    return (one_line(kind), one_line(name)) if kind else NONE


def synchronize() -> None:
    """Wait until all that PyTorch has launched there is done."""
    import torch

    torch.accelerator.synchronize()


def _seen() -> tuple[str, str]:
    import torch

    device = torch.accelerator.current_accelerator(check_available=True)
    if device is None:
        return "", ""
    of_its_kind = getattr(torch, device.type, None)  # torch.cuda, torch.xpu, torch.mps
    name = getattr(of_its_kind, "get_device_name", lambda: "")
    return device.type, str(name())


if __name__ == "__main__":
    print(json.dumps(_seen()))
