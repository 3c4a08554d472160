"""The examples as the stand-ins run them: problems made smaller, and variants with changed text."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.examples.conftest import Case, cases

SMALLER: dict[str, dict[str, Any]] = {
    # Odd, so that tiles of four channels and 32 filters stick out.
    "convolution": {"CHANNELS": 33},
    "decode": {"LAYERS": 2, "WIDTH": 192, "HEADS": 3, "VOCABULARY": 307, "PAST": 9},
    "follow_links": {"ENTRIES": 2**16, "LINKS": 2**13},
    "moving_average": {"WINDOW": 1013},
    "passes": {"LENGTH": 10_007},
    # Blocks of 32 that 32 lanes do not divide evenly.
    "smaller": {"WIDTH": 160, "TEST_SIZES": (13 * 160, 97 * 160)},
    "smaller_prompt": {"TEST_SIZES": (1, 3)},  # its sizes are vectors, not weights
}
"""Constants of problems that take long at any size, and what they are here: by folder, and where
problems of one folder differ, by example."""


class SmallCase(Case):
    """A variant, with the smaller problem."""

    @property
    def problem(self) -> Any:
        """The problem's module, a copy of its own."""
        return small(self.problem_path)


def small(path: Path) -> ModuleType:
    """Import a problem.py, or problem_TRAIT.py after it, with the constants of SMALLER."""
    package = f"small_{path.parent.name}"
    if package not in sys.modules:
        sys.modules[package] = folder = ModuleType(package)
        folder.__path__ = [str(path.parent)]
        base = importlib.import_module(f"{package}.problem")
        vars(base).update(SMALLER.get(path.parent.name, {}))
    module = importlib.import_module(f"{package}.{path.stem}")
    folder_name, example = path.parent.name, path.parent.name + path.stem.removeprefix("problem")
    # Those that it sets for itself.
    vars(module).update(SMALLER.get(folder_name, {}) | SMALLER.get(example, {}))
    return module


def small_cases(pattern: str) -> Iterator[Any]:
    """Every variant of that pattern, with every problem of its folder, made smaller."""
    for case in cases(pattern):
        yield pytest.param(
            SmallCase(case.values[0].problem_path, case.values[0].variant_path), id=case.id
        )


def load(path: Path, *replaced: tuple[str, str]) -> Any:
    """Import a variant anew, with some of its text replaced."""
    text = path.read_text(encoding="utf-8")
    for right, wrong in replaced:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    variant: dict[str, Any] = {"__name__": "variant"}
    exec(compile(text, path, "exec"), variant)
    return SimpleNamespace(**variant)
