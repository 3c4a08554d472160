"""The scripts of cloud/offline as modules, for the tests: they are no package."""

import importlib.util
import sys
from types import ModuleType

from survival import catalog

FOLDER = catalog.ROOT / "cloud" / "offline"


def load(name: str) -> ModuleType:
    """The script of that name."""
    spec = importlib.util.spec_from_file_location(f"offline_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module
