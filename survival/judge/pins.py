"""The versions that this repository pins, and what was measured with quite another one."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from survival import system
from survival.records import Record, Variant

FILES = ("requirements.txt", "requirements-gpu.txt", "requirements-frameworks.txt")

Pins = Mapping[str, frozenset[str]]
"""Package to its pinned versions: more than one where they differ by platform or Python."""

PACKAGES = {
    "cupy": ("cupy-cuda12x", "cupy-cuda13x"),
    "cudacore": ("cuda-core",),
    "cudatile": ("cuda-tile",),
    "warp": ("warp-lang",),
}
"""Library of a variant to the packages that it may come as, where that is not its own name."""


def read(root: Path) -> Pins:
    """The pins of these requirements files under `root`; a file that is not there pins nothing."""
    paths = [root / name for name in FILES if (root / name).is_file()]
    return parse("\n".join(_text(p, p.stat().st_mtime_ns) for p in paths))


@lru_cache(maxsize=8)
def _text(path: Path, _stamp: int) -> str:
    return system.text(path)


@lru_cache(maxsize=8)
def parse(text: str) -> Pins:
    """The pins in the text of a requirements file: lines of `name==version`, hashes skipped."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return {name: frozenset(versions) for name, versions in found.items()}


def outdated(record: Record, pins: Pins) -> dict[str, str]:
    """H12: variants that ran with another major version of their library than any pinned one.

    Each with what it was measured with and what is pinned, for a sentence that begins "measured
    with". The major version is the first number. CuPy's wheels count as one library.
    """
    found = {}
    for v in record.variants:
        if v.status != "not_run" and (why := _other_major(v, record, pins)):
            found[v.name] = why
    return found


def _other_major(variant: Variant, record: Record, pins: Pins) -> str:
    for packages in _packages(variant):
        pinned = sorted(version for p in packages for version in pins.get(p, ()))
        had = [(p, record.libraries[p]) for p in packages if p in record.libraries]
        if not pinned or not had:
            continue
        majors = {_major(version) for version in pinned}
        if all(_major(version) not in majors for _, version in had):
            return f"{' '.join(had[0])}, pinned is {' or '.join(pinned)}"
    return ""


def _packages(variant: Variant) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [PACKAGES.get(variant.library, (variant.library,))]
    if (variant.library, variant.device) == ("numba", "gpu"):
        found.append(("numba-cuda",))
    return found


def _major(version: str) -> str:
    return version.split(".")[0]
