"""What a capture will do: which examples are to be measured, and which are fresh."""

import re
import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import psutil

from survival import catalog, records, system
from survival.capture import machine
from survival.capture.host import checkout, nvidia
from survival.capture.timers import Budget
from survival.capture.webgpu import adapter
from survival.catalog import Example
from survival.errors import CaptureError, RecordError
from survival.judge import staleness
from survival.records import UNKNOWN_COMMIT, Gpu

BUDGETS = {"full": Budget(target=0.4, limit=30.0), "quick": Budget(target=0.08, limit=1.0)}
MOST_BYTES = {"full": 2**40, "quick": 2**28}
"""Data of one size (inputs and expected answer): a quick capture leaves larger sizes out."""
BUSY_PERCENT = 20
"""Above this share of all cores, other programs are worth a warning."""

PACKAGES = ("numpy", "numba", "numba-cuda", "pycuda", "cuda-bench", "pyperf")
FRAMEWORKS = {
    "torch": ("torch", "triton"),
    "keras": ("keras",),
    "tensorflow": ("tensorflow",),
    "tensorflow-cpu": ("tensorflow",),
    "wgpu": ("wgpu",),
    "jax": ("jax",),
    "jaxlib": ("jax",),
    "warp-lang": ("warp",),
    "triton": ("triton", "compile"),
    "cuda-tile": ("cudatile",),
    "cuda-core": ("cudacore",),
}
"""Packages that few examples use, each with words of the names of programs that do: only the
records of those name them."""


@dataclass(frozen=True)
class Plan:
    """What a capture will do."""

    todo: tuple[Example, ...]
    fresh: tuple[Example, ...]
    mode: Literal["full", "quick"]
    folder: Path


def plan(
    names: list[str],
    mode: Literal["full", "quick"],
    folder: Path,
    force: bool,
    root: Path = catalog.EXAMPLES,
) -> Plan:
    """Sort the named examples (all, if none is named) into those to measure and the fresh ones.

    Raises CatalogError for an unknown name and CaptureError if `folder` cannot be written.
    """
    examples = [catalog.get(n, root) for n in names] if names else list(catalog.find(root).values())
    check_writable(folder)
    todo = [e for e in examples if force or _why_not_fresh(e, folder, mode)]
    return Plan(tuple(todo), tuple(e for e in examples if e not in todo), mode, folder)


def sweep(cache: Path) -> None:
    """Remove what captures that were killed have left there; none of one that runs."""
    for folder in cache.glob("tmp*"):
        owner = re.fullmatch(r"tmp-(\d+)-\w+", folder.name)
        if folder.is_dir() and not (owner and psutil.pid_exists(int(owner[1]))):
            shutil.rmtree(folder, ignore_errors=True)


def warnings() -> list[str]:
    """What other programs do to this machine right now that spoils a capture, a line for each."""
    found, busy = [], 0.0
    with suppress(Exception):  # psutil's are of any kind (giampaolo/psutil#1971)
        busy = float(psutil.cpu_percent(interval=0.3))
    if busy > BUSY_PERCENT:
        found.append(
            f"other programs use {busy:.0f} % of this machine; timings will be noisy or refused "
            "until they have finished"
        )
    gpu = nvidia.use_by_others() if isinstance(machine.gpu(), Gpu) else None
    if gpu and (used := gpu.says):
        found.append(
            f"others use the GPU ({used}); its timings will be wrong, and every record says so: "
            "`nvidia-smi` lists who"
        )
    return found


def _why_not_fresh(example: Example, folder: Path, mode: str) -> str:
    """Why an example must be measured again; empty if its record in `folder` is fresh."""
    try:
        record = records.read_record(folder / f"{example.name}.json")
        this = records.read_machine(folder / "machine.json")
    except RecordError as e:
        return str(e)
    if mode == "full" and record.mode == "quick":
        return "was a quick capture"
    if mode == "full" and record.schema_version == 1:
        return "every variant was measured in one process only"
    if mode == "full" and records.is_dirty(record.commit) and not records.is_dirty(commit()):
        return "measured before its source was committed"
    if stale := staleness.stale(record, example):
        return f"the source of {', '.join(stale)} has changed"
    if {v.name for v in record.variants} != {v.name for v in example.variants}:
        return "variants were added or removed"
    if this.gpu is None and isinstance(adapter.this_gpu(), Gpu):
        return "a GPU is here now"
    if this.cpu.model != machine.cpu().model:
        return "measured on another machine"
    now = library_versions(example)
    if changed := [
        k for k in now.keys() | record.libraries if now.get(k) != record.libraries.get(k)
    ]:
        return f"other versions of {', '.join(sorted(changed))}"
    return ""


def library_versions(*examples: Example) -> dict[str, str]:
    """Versions of the libraries that could have a part in these examples; installed ones only."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    words = {word for e in examples for v in e.variants for word in v.name.split("_")}
    frameworks = [name for name, use in FRAMEWORKS.items() if words.intersection(use)]
    for name in (*PACKAGES, *frameworks, "cupy-cuda12x", "cupy-cuda13x"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    if isinstance(machine.gpu(), Gpu):
        found |= nvidia.compilers()
    return found


def commit() -> str:
    """The commit of this checkout, with "-dirty" after it if it does not hold the code as it is.

    Results change during a capture; what matters is whether the code did. Git's status does not
    tell of a file that a user's settings ignore, or that it was told to take for unchanged. Where
    git cannot tell, the list says that `cloud/offline` brings along.
    """
    root, code = catalog.ROOT, ("--", "examples", "survival")
    head = system.git(root, "rev-parse", "HEAD")
    changes = system.git(root, "status", "--porcelain", "--untracked-files=all", *code)
    watched = system.git(root, "ls-files", "-v", "-z", *code)
    if head.returncode or changes.returncode or watched.returncode:
        return checkout.listed(catalog.ROOT) or UNKNOWN_COMMIT
    held = {line[2:] for line in watched.stdout.split("\0") if line.startswith("H ")}
    here = {
        path.relative_to(root).as_posix()
        for folder in code[1:]
        for path in system.content(root / folder, "**/*.py")
    }
    return head.stdout.strip() + ("-dirty" if changes.stdout.strip() or here - held else "")


def shown(path: Path) -> str:
    """A path as a user would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def check_writable(folder: Path) -> None:
    """Make the folder if it is missing. Raises CaptureError if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as e:
        raise CaptureError(
            f"{folder}: cannot be written ({e.strerror}); make it writable, or name another "
            "folder with --into"
        ) from None
