"""Machines whose GPUs, or their drivers, are not as ours: stand-ins for NVML, CuPy and commands."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survival import catalog, cli, records
from survival.capture import machine, plan
from survival.capture.host import environment, nvidia
from survival.capture.turns.gpu_state import gpu_state
from survival.doctor import advice, look
from survival.doctor.look import Facts
from survival.errors import SurvivalError
from survival.judge import rules
from survival.records import Gpu, GpuUse
from tests.survival.conftest import cpu_times, made_machine, made_record, made_variant
from tests.survival.doctor.test_advice import WELL

GIB = 2**30


class NVMLError(Exception):
    """What NVML says instead of answering."""


@dataclass(frozen=True)
class Fake:
    """One card of a stand-in, at the place on the bus where NVML counts it."""

    name: str
    multiprocessors: int = 40
    capability: tuple[int, int] = (7, 5)
    said: str = ""
    """What NVML says of it instead, where it is lost."""
    busy: int = 0
    used: int = GIB
    pids: tuple[int, ...] = ()
    slices: tuple[str, ...] = ()
    """Names of its slices, where it is divided (MIG)."""

    @property
    def address(self) -> str:
        """Where it is on the bus."""
        return f"0000:{sum(self.name.encode()) % 256:02x}:00.0"


def fails(said: str) -> Callable[..., Any]:
    """What raises that."""

    def call(*_: object) -> Any:
        raise NVMLError(said)

    return call


def nvml(cards: list[Fake], said: str = "") -> SimpleNamespace:
    """A stand-in for pynvml, with the cards in the order of the bus."""

    def by_index(i: int) -> Fake:
        return fails(cards[i].said)() if cards[i].said else cards[i]

    def utilization(card: Fake) -> SimpleNamespace:
        return fails("Not Supported")() if card.slices else SimpleNamespace(gpu=card.busy)

    return SimpleNamespace(
        NVML_CLOCK_SM=1,
        nvmlInit=fails(said) if said else lambda: None,
        nvmlSystemGetDriverVersion=lambda: b"580.95",
        nvmlSystemGetCudaDriverVersion=lambda: 13000,
        nvmlDeviceGetCount=lambda: len(cards),
        nvmlDeviceGetHandleByIndex=by_index,
        nvmlDeviceGetHandleByPciBusId=lambda bus: next(c for c in cards if c.address == bus),
        nvmlDeviceGetName=lambda card: card.name.encode(),
        nvmlDeviceGetMemoryInfo=lambda c: SimpleNamespace(
            total=16 * GIB, free=16 * GIB - c.used, used=c.used
        ),
        nvmlDeviceGetUtilizationRates=utilization,
        nvmlDeviceGetComputeRunningProcesses=lambda c: [SimpleNamespace(pid=p) for p in c.pids],
        nvmlDeviceGetCudaComputeCapability=lambda card: card.capability,
        nvmlDeviceGetMigMode=lambda c: [1, 1] if c.slices else fails("Not Supported")(),
        nvmlDeviceGetMaxMigDeviceCount=lambda card: 7,
        nvmlDeviceGetMigDeviceHandleByIndex=lambda card, i: Fake(card.slices[i]),
        nvmlDeviceGetClockInfo=lambda card, kind: card.multiprocessors,
        nvmlDeviceGetCurrentClocksThrottleReasons=lambda card: 1,
    )


def cuda(first: Fake, name: str = "", multiprocessors: int = 0) -> SimpleNamespace:
    """A stand-in for CuPy, whose device 0 is that card, or a slice of it by that name."""
    properties = {
        "name": (name or first.name).encode(),
        "major": first.capability[0],
        "minor": first.capability[1],
        "multiProcessorCount": multiprocessors or first.multiprocessors,
        "totalGlobalMem": 16 * GIB,
        "l2CacheSize": 2**22,
        "integrated": 0,
    }
    runtime = SimpleNamespace(
        getDeviceProperties=lambda device: properties,
        driverGetVersion=lambda: 13000,
        deviceGetPCIBusId=lambda device: first.address.upper(),
        deviceGetLimit=lambda limit: {5: 64}[limit],
    )
    return SimpleNamespace(cuda=SimpleNamespace(runtime=runtime))


Plug = Callable[..., None]


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Put stand-ins where the libraries would be."""

    def put(library: SimpleNamespace | None, cupy: SimpleNamespace | None) -> None:
        monkeypatch.setitem(sys.modules, "pynvml", library)
        monkeypatch.setitem(sys.modules, "cupy", cupy)
        found = [SimpleNamespace(name="cupy-cuda12x")]
        monkeypatch.setattr(machine, "distributions", lambda: found)
        monkeypatch.setattr(look, "TRIALS", {})

    return put


SMALL = Fake("NVIDIA GeForce GT 1030", 3, (6, 1))
LARGE = Fake("NVIDIA GeForce RTX 4090", 128, (8, 9))
A100 = Fake("NVIDIA A100-SXM4-40GB", 108, (8, 0))


def test_the_card_that_is_named_is_the_one_that_is_measured(plug: Plug) -> None:
    """CUDA's number 0 may be NVML's number 1: by its address on the bus, its state too (F13)."""
    plug(nvml([SMALL, LARGE]), cuda(LARGE))
    gpu = machine.gpu()
    assert isinstance(gpu, Gpu)
    assert (gpu.model, gpu.multiprocessors, gpu.pci_address) == (LARGE.name, 128, LARGE.address)
    assert (gpu.slice, gpu.driver, gpu.cuda) == (None, "580.95", "13.0")
    assert gpu.l2_fetch_bytes == 64
    assert gpu_state() == {"clock_mhz": 128.0, "throttled": 0}


@pytest.mark.parametrize(
    ("told", "model", "part"),
    [
        (f"{A100.name} MIG 1g.5gb", f"{A100.name} MIG 1g.5gb", "1g.5gb"),
        (A100.name, f"{A100.name} MIG", "of unknown size"),
    ],
)
def test_a_slice_is_measured_as_a_slice(plug: Plug, told: str, model: str, part: str) -> None:
    """It never goes into the folder of the whole card (F13)."""
    card = replace(A100, slices=("A100 MIG 1g.5gb",))
    plug(nvml([card]), cuda(card, told, 14))
    gpu = machine.gpu()
    assert isinstance(gpu, Gpu)
    assert (gpu.model, gpu.slice, gpu.multiprocessors) == (model, part, 14)
    whole = made_machine().cpu
    assert machine.slug(whole, gpu) != machine.slug(
        whole, gpu.model_copy(update={"model": told[:21]})
    )
    assert [c.name for c in look.look().cards] == ["A100 MIG 1g.5gb"]


def test_a_gpu_without_nvml_is_a_gpu(plug: Plug) -> None:
    """A Jetson has none, and a container may lack it: CUDA decides (F15)."""
    plug(nvml([], "NVML Shared Library Not Found"), cuda(LARGE))
    gpu = machine.gpu()
    assert isinstance(gpu, Gpu)
    assert (gpu.model, gpu.driver) == (LARGE.name, "")
    assert gpu_state() == {"clock_mhz": None, "throttled": None}
    assert nvidia.use_by_others() is None


NVML_SAYS = {
    "RM has detected an NVML/RM version mismatch.": "restart this machine",
    "The operating system has blocked the request.": "wsl --update",  # microsoft/WSL#9938
    "GPU requires restart": "restart this machine",
    "Insufficient Permissions": "/dev/nvidia",
}


@pytest.mark.parametrize("said", NVML_SAYS)
def test_what_nvml_says_is_told_with_its_step(
    plug: Plug, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """In its own words, in a container too, and publishing stops there (F15)."""
    broken = SimpleNamespace(getDeviceProperties=fails("cudaErrorInitializationError"))
    plug(nvml([], said), SimpleNamespace(cuda=SimpleNamespace(runtime=broken)))
    assert f"NVML says: {said}" in str(machine.gpu())
    facts = replace(look.look(), container=True)
    line = advice.advise(facts)[1]
    assert said in line.what
    assert NVML_SAYS[said] in line.step
    monkeypatch.setattr(look, "_on_the_bus", lambda: False)
    with pytest.raises(SurvivalError, match="would not be measured"):
        cli._refuse_without_gpu()


@pytest.mark.parametrize("said", ["Driver Not Loaded", "Uninitialized"])
def test_a_driver_without_a_card_is_no_gpu(
    plug: Plug, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """Its library answers so where no card is in, which may be published (mars-project/mars#1006).

    Where the bus shows a card, the same words are a fault of the driver.
    """
    plug(nvml([], said), None)
    monkeypatch.setattr(look, "_on_the_bus", lambda: False)
    cli._refuse_without_gpu()
    assert "no NVIDIA GPU is in sight" in advice._gpu(look.look())[0].what
    monkeypatch.setattr(look, "_on_the_bus", lambda: True)
    assert f"NVML says: {said}" in advice._gpu(look.look())[0].what
    with pytest.raises(SurvivalError, match="an NVIDIA GPU is here"):
        cli._refuse_without_gpu()


def test_a_driver_that_is_too_old_is_not_answered_by_the_same_wheel() -> None:
    """Whichever CUDA the wheel is of (cupy/cupy#9252)."""
    said = "cudaErrorInsufficientDriver: CUDA driver version is insufficient for CUDA runtime"
    packages = {k: v for k, v in WELL.packages.items() if not k.startswith("cupy")}
    ill = replace(WELL, packages=packages | {"cupy-cuda11x": "13.4"}, faults={"cupy": said})
    line = advice._cupy(ill)
    assert said in line.what
    assert line.step.endswith("else a newer driver, or the package for an older CUDA")


def test_a_lost_gpu_hides_no_other(plug: Plug, monkeypatch: pytest.MonkeyPatch) -> None:
    """The healthy one is told, and what is wrong with the other (F15)."""
    first = Fake("Tesla T4")
    lost = Fake("Tesla T4", said="GPU is lost")
    plug(nvml([first, lost]), cuda(first))
    lines = advice.report(advice._gpu(look.look()))
    assert "yes  GPU: Tesla T4" in lines
    assert "NVML says of GPU 1: GPU is lost" in lines
    assert "xid" in lines
    plug(nvml([lost]), None)
    monkeypatch.setattr(look, "_on_the_bus", lambda: False)
    with pytest.raises(SurvivalError, match="would not be measured"):
        cli._refuse_without_gpu()


def test_a_card_on_the_bus_is_not_published_as_none(
    plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a driver that answers, the bus is asked (F15)."""
    plug(nvml([], "NVML Shared Library Not Found"), None)
    monkeypatch.setattr(look, "_on_the_bus", lambda: True)
    with pytest.raises(SurvivalError, match="an NVIDIA GPU is here"):
        cli._refuse_without_gpu()
    monkeypatch.setattr(look, "_on_the_bus", lambda: False)
    cli._refuse_without_gpu()


def test_a_busy_gpu_is_told_and_recorded(plug: Plug) -> None:
    """As a busy processor is: before a capture, in the record, by the judge (F16)."""
    busy = replace(LARGE, busy=97, used=14 * GIB, pids=(os.getpid(), 4242))
    plug(nvml([SMALL, busy]), cuda(busy))
    used = nvidia.use_by_others()
    assert used == GpuUse(busy=0.97, memory=0.875, programs=1)
    assert used.says == "97 % busy, 88 % of its memory taken, 1 other program on it"
    assert any("97 % busy" in line for line in plan.warnings())
    record = made_record(made_variant("cpu_numpy", cpu_times()), gpu_others=used)
    marks = [f for f in rules.judge_record(record, made_machine(), None) if "97 %" in f.says]
    assert [(f.rule, f.severity) for f in marks] == [("H7", "mark")]


def test_a_gpu_that_draws_the_screen_is_not_busy(plug: Plug) -> None:
    """A few percent and a little memory are what a desktop takes (F16)."""
    plug(nvml([replace(LARGE, busy=4, used=GIB)]), cuda(replace(LARGE, busy=4)))
    used = nvidia.use_by_others()
    assert used is not None
    assert not used.says
    assert not any("GPU" in line for line in plan.warnings())
    assert GpuUse().says == ""


def test_a_simulator_is_no_gpu_for_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its trial runs without the setting, which is told (F11)."""
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    monkeypatch.setattr(
        look, "TRIALS", {"numba-cuda": "import os; os.environ['NUMBA_ENABLE_CUDASIM']"}
    )
    assert "KeyError" in look._trials({"numba-cuda": "1"})["numba-cuda"]
    assert "NUMBA_ENABLE_CUDASIM" in environment.unset()
    line = advice.advise(replace(WELL, unset=("NUMBA_ENABLE_CUDASIM",)))[-1]
    assert (line.state, "simulator and not on a GPU" in line.what) == ("warn", True)
    without_gpu = advice._numba_cuda(Facts(packages={"numba-cuda": "1"}))
    assert "a million threads take minutes" in without_gpu.step


MESSAGES = {
    "torch": (
        "RuntimeError: CUDA error: no kernel image is available\nCompile with TORCH_USE_CUDA_DSA",
        "this package is not made for a GPU of this generation",
    ),
    "numba-cuda": (
        "numba.cuda.cudadrv.error.CudaSupportError: Error at driver init:\n\nnone\n:",
        "pip install 'numba-cuda",
    ),
    "cupy": (
        "cupy.cuda.compiler.CompileException: a.cu(1): no cuda_fp16.h\nCompilation terminated.",
        "`pip install --force-reinstall",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_step_follows_from_the_cause(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """And not from the last line that a library prints (F14, F29)."""
    said, step = MESSAGES[name]
    monkeypatch.setattr(
        look, "TRIALS", {name: f"import sys; sys.stderr.write({said!r}); sys.exit(1)"}
    )
    faults = look._trials({name: "1"})
    assert said.split("\n")[0] in faults[name]
    report = advice.report(advice.advise(replace(WELL, faults=faults)))
    assert f"      -> {step}" in report


def test_the_doctor_counts_cores_as_a_capture_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """One function says how many there are to use (F7)."""
    cpu = machine.cpu().model_copy(update={"cores": 77})
    monkeypatch.setattr(machine, "cpu", lambda: cpu)
    assert look.look().cores == 77


def commands(folder: Path, **programs: str) -> dict[str, str]:
    """An environment in which these commands come first, each a shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in programs.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize(
    ("says", "with_gpu"),
    [
        ("exit 9", False),
        ("echo No devices were found", False),
        ("echo 'GPU 0: T4 (UUID: x)'", True),
    ],
)
def test_a_command_that_fails_is_no_gpu(tmp_path: Path, says: str, with_gpu: bool) -> None:
    """What `nvidia-smi` says counts, and not that it is there (F17)."""
    env = commands(tmp_path / "bin", nvidia_smi=says, nvcc="exit 0")
    plan = ["make", "-n", "capture", "EXAMPLE=rank"]
    done = subprocess.run(
        plan, cwd=catalog.ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert ("requirements-gpu" in done.stdout) is with_gpu
    assert "survival capture rank" in done.stdout


def test_what_does_not_build_stops_no_measuring(tmp_path: Path) -> None:
    """PyCUDA is one program's library: a line in place of the compiler's thousands (F17)."""
    for name in ("Makefile", "requirements-gpu.txt"):
        (tmp_path / name).write_bytes((catalog.ROOT / name).read_bytes())
    python = (
        'case "$*" in *wheels-gpu.txt) grep -q "^cupy" .venv/wheels-gpu.txt && ! grep -q "^pycuda"'
        " .venv/wheels-gpu.txt;; *requirements-gpu.txt) seq 7000; exit 1;; esac"
    )
    commands(tmp_path / ".venv" / "bin", python=python)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / ".venv" / ".installed").touch()
    command = ["make", "UV=", ".venv/.installed-gpu"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "PyCUDA could not be built" in done.stderr
    assert len((done.stdout + done.stderr).splitlines()) < 6
    assert (tmp_path / ".venv" / "pycuda.log").read_text(encoding="utf-8").count("\n") == 7000
    assert (tmp_path / ".venv" / ".installed-gpu").exists()


def test_a_record_holds_what_others_did(tmp_path: Path) -> None:
    """It is written and read again (F16)."""
    used = GpuUse(busy=0.5, memory=0.25, programs=2)
    record = made_record(made_variant("cpu_numpy", cpu_times()), gpu_others=used)
    records.write(tmp_path / "doubling.json", record)
    assert records.read_record(tmp_path / "doubling.json").gpu_others == used
