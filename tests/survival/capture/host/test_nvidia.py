"""The compilers that libraries load while a program runs say which they are."""

import sys
import types
from pathlib import Path

import pytest

from survival.capture import machine, plan
from survival.capture.host import nvidia
from tests.survival.conftest import made_gpu


def cupy_with(monkeypatch: pytest.MonkeyPatch, nvrtc: object) -> None:
    """A CuPy whose NVRTC is that."""
    modules = {
        "cupy": types.ModuleType("cupy"),
        "cupy.cuda": types.SimpleNamespace(nvrtc=nvrtc),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)  # type: ignore[arg-type]


def test_each_compiler_tells_its_own_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of CuPy the one that it loaded, whatever packages there are; of PyCUDA the nvcc on PATH."""
    cupy_with(monkeypatch, types.SimpleNamespace(getVersion=lambda: (12, 9)))
    nvcc = tmp_path / "nvcc"
    nvcc.write_text("#!/bin/sh\necho 'Cuda compilation tools, release 13.0, V13.0.88'\n")
    nvcc.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = nvidia.compilers()
    assert (found["cupy-nvrtc"], found["pycuda-nvcc"]) == ("12.9", "13.0.88")


def test_a_compiler_that_is_not_there_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the record, because no kernel of CuPy's programs could be compiled."""

    def fails() -> tuple[int, int]:
        raise RuntimeError("libnvrtc.so.12: cannot open shared object file")

    cupy_with(monkeypatch, types.SimpleNamespace(getVersion=fails))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = nvidia.compilers()
    assert found["cupy-nvrtc"].startswith("none: libnvrtc.so.12")
    assert "pycuda-nvcc" not in found


@pytest.mark.parametrize("here", [True, False])
def test_only_a_machine_with_a_gpu_names_them(monkeypatch: pytest.MonkeyPatch, here: bool) -> None:
    """Elsewhere nothing was compiled for one, and another version makes no record stale."""
    monkeypatch.setattr(machine, "gpu", lambda: made_gpu() if here else "no GPU")
    monkeypatch.setattr(nvidia, "compilers", lambda: {"cupy-nvrtc": "12.9"})
    assert ("cupy-nvrtc" in plan.library_versions()) == here
