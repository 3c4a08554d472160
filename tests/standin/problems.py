"""The examples' problems, made smaller where they take long at any size."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.examples.conftest import Case

SMALLER: dict[str, dict[str, Any]] = {
    # Odd, so that tiles of four channels and 32 filters stick out.
    "convolution": {"CHANNELS": 33},
    "decode": {"LAYERS": 2, "WIDTH": 192, "HEADS": 3, "VOCABULARY": 307, "PAST": 9},
    "follow_links": {"ENTRIES": 2**16, "LINKS": 2**13},
    "moving_average": {"WINDOW": 1013},
    "passes": {"LENGTH": 10_007},
}
"""Constants of problems that take long at any size, and what they are here."""


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
    return importlib.import_module(f"{package}.{path.stem}")
