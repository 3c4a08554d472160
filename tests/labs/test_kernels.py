"""The kernels of the labs' answers compile for a GPU: the simulator takes what none would."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from survival.contribute import labs

HERE = Path(__file__).parent


@pytest.mark.skipif(sys.platform != "linux", reason="numba-cuda is installed on Linux only")
def test_every_kernel_of_an_answer_compiles(tmp_path: Path) -> None:
    """All of them, and one that is planted does not."""
    scripts = [s for s in labs.scripts() if "check_kernel(" in s.read_text(encoding="utf-8")]
    planted = tmp_path / "planted.py"
    fusion = (labs.FOLDER / "fusion.py").read_text(encoding="utf-8")
    assert "cuda.shared.array(34," in fusion
    planted.write_text(fusion.replace("cuda.shared.array(34,", "cuda.shared.array(x.size,"))
    (tmp_path / "kit.py").write_text((labs.FOLDER / "kit.py").read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", HERE / "compile_kernels.py", *scripts, planted],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert "shared.array" in str(found.pop("planted")["smooth"])
    made = {
        f"{lab}: {name}": ptx for lab, kernels in found.items() for name, ptx in kernels.items()
    }
    assert len(made) >= 15
    assert not {name: why for name, why in made.items() if not isinstance(why, int)}
