"""The two sides of a comparison: captures in folders, or as a commit has them."""

import tempfile
import zipfile
from pathlib import Path

from survival import catalog, records, system
from survival.errors import SurvivalError, known
from survival.judge.compare import Capture


def side(name: str) -> Capture:
    """The capture in that folder, a name in results/ or a path, or as REV:FOLDER in a commit.

    Raises SurvivalError, naming the captures that exist.
    """
    folder = next((f for f in (catalog.RESULTS / name, Path(name)) if f.is_dir()), None)
    if folder is None and ":" in name:
        return _committed(name)
    if folder is None:
        names = sorted(f.name for f in system.content(catalog.RESULTS, "*") if f.is_dir())
        raise SurvivalError(known("capture", name, names) + "; or name a folder by its path")
    return Capture(name, *records.read_capture(folder))


def _committed(name: str) -> Capture:
    """The capture in a folder of results/ as a commit has it, named REV:FOLDER."""
    if name.startswith("-"):
        raise SurvivalError(f"'{name}' would be an option of git's; name a commit")
    tree = name.replace(":", ":results/", 1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "results.zip")
        done = system.git(catalog.ROOT, "archive", "--format=zip", f"--output={file}", tree)
        if done.returncode:
            raise SurvivalError(
                f"git has no '{tree}': {done.stderr.strip()}; name a folder as REV:FOLDER"
            )
        with zipfile.ZipFile(file) as files:
            files.extractall(folder)
        file.unlink()
        return Capture(name, *records.read_capture(Path(folder)))
