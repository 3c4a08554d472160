"""cloud/offline/environment: an environment of what a Python has, be it an environment itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cloud import offline


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The Python of the new environment, made from an environment with one package and one .pth."""
    there = tmp_path / "there"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", there], check=True)
    (packages,) = there.glob("lib/python3.*/site-packages")
    (packages / "only_there.py").touch()
    (packages / "redirect.pth").write_text("import sys; sys.redirected = True\n", encoding="utf-8")
    # pip is not what this is about: one that notes what it is asked, and installs nothing.
    (packages / "pip.py").write_text(
        "import os, sys; open(os.environ['ASKED'], 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
    )
    root = tmp_path / "checkout"
    (root / "cloud" / "offline").mkdir(parents=True)
    shutil.copy(offline.FOLDER / "environment", root / "cloud" / "offline")
    wheels = root / "offline" / "wheels"
    wheels.mkdir(parents=True)
    (wheels / "something-1-py3-none-any.whl").touch()
    for name in ("survival/__init__", "survival/cli", "pyperf", "numpy", "numba"):
        path = root / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    environment = os.environ | {
        "PYTHON": str(there / "bin" / "python"),
        "ASKED": str(tmp_path / "asked"),
    }
    for _ in range(2):  # the second time it is there already
        done = subprocess.run(
            [root / "cloud" / "offline" / "environment"],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "install --quiet --no-index --no-deps offline/wheels/something-1" in asked
    return root / ".venv-offline" / "bin" / "python"


def test_what_the_other_python_has_is_found(made: Path) -> None:
    """Its modules, what its .pth files do, and its folder where libraries are looked for."""
    code = "import only_there, site, sys; print(sys.redirected, len(site.getsitepackages()))"
    said = subprocess.run([made, "-c", code], capture_output=True, text=True, check=True)
    redirected, places = said.stdout.split()
    assert redirected == "True"
    assert int(places) >= 2
    code = "import site, only_there; print(only_there.__file__ in "
    code += "[f'{p}/only_there.py' for p in site.getsitepackages()])"
    said = subprocess.run([made, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "True"
