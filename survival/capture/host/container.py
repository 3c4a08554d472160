"""What of this computer a container may use: its control groups, of version 2 or 1."""

import math
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

import psutil

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
NO_LIMIT = 2**60
"""From here on, bytes are how version 1 writes that there is no limit."""


def quota(root: Path = ROOT, own: Path = OWN) -> float:
    """How many processors' time may be used; infinite without such a bound."""
    found = [math.inf]
    for group in _groups("cpu", root, own):
        with suppress(OSError, ValueError):
            most, period = (group / "cpu.max").read_text(encoding="utf-8").split()
            found.append(math.inf if most == "max" else int(most) / int(period))
        with suppress(OSError, ValueError, ZeroDivisionError):
            share, of = (_number(group / f"cpu.cfs_{n}_us") for n in ("quota", "period"))
            found.append(share / of if share > 0 else math.inf)
    return min(found)


def memory_bytes(root: Path = ROOT, own: Path = OWN) -> int:
    """Main memory that may be used."""
    return min([int(psutil.virtual_memory().total), *(most for most, _ in _memory(root, own))])


def free_bytes(root: Path = ROOT, own: Path = OWN) -> int:
    """Main memory that may be used and is not."""
    left = [max(0, most - used) for most, used in _memory(root, own)]
    return min([int(psutil.virtual_memory().available), *left])


def _memory(root: Path, own: Path) -> Iterator[tuple[int, int]]:
    """Each limit that holds here, and how much of it is used and cannot be given back."""
    for group in _groups("memory", root, own):
        for most, used, cached in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            with suppress(OSError, ValueError):
                limit = _number(group / most)
                if limit < NO_LIMIT:
                    lines = (group / "memory.stat").read_text(encoding="utf-8").splitlines()
                    given_back = dict(line.split() for line in lines).get(cached, "0")
                    yield limit, _number(group / used) - int(given_back)


def _number(path: Path) -> int:
    return int(path.read_text(encoding="utf-8"))


def _groups(controller: str, root: Path, own: Path) -> Iterator[Path]:
    """Folders of the groups that this process is in, from its own up to the one that holds all.

    In a container the path may be the host's, and lead nowhere here: its end is then all there is.
    """
    lines = []
    with suppress(OSError):
        lines = own.read_text(encoding="utf-8").splitlines()
    seen = [root, root / controller]
    for line in lines:
        _, names, path = line.split(":", 2)
        if not names or controller in names.split(","):
            base = root / controller if names else root
            inside = PurePosixPath(path)
            seen += [base / str(p).lstrip("/") for p in (inside, *inside.parents)]
    yield from dict.fromkeys(seen)
