"""The doctor, on made-up machines: each fault is named with one next step, and nothing raises."""

import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from survival import catalog, cli
from survival.capture.host import environment
from survival.doctor import advice, look
from survival.doctor.advice import Line
from survival.doctor.look import Card, Facts
from survival.records import Gpu

CARD = Card("Made-up GPU", 16 * 2**30, 15 * 2**30, 0, (8, 9))
VOLTA = replace(CARD, capability=(7, 0))
WELL = Facts(
    cores=8,
    memory_bytes=2**35,
    nvidia_hardware=True,
    driver="550.1",
    driver_cuda=(12, 4),
    cards=(CARD,),
    packages={
        "numpy": "2",
        "numba": "0.6",
        "wgpu": "0.32.0",
        "cupy-cuda12x": "14.2.0",
        "pycuda": "2026.1",
        "numba-cuda": "0.30",
        "torch": "2.13.0",
        "keras": "3.15.1",
        "tensorflow": "2.21.0",
    },
    nvcc=(12, 4),
    webgpu=Gpu(model="Made-up GPU", api="Vulkan", driver="550.1"),
)
BARE = Facts(cores=2, memory_bytes=2**33, packages={"numpy": "2", "numba": "0.6", "wgpu": "0.32.0"})
APPLE = Gpu(model="Made-up M9", kind="integrated", api="Metal", driver="")


def without(facts: Facts, *names: str, **others: str) -> dict[str, str]:
    """The packages of a machine without some, and with others."""
    return {k: v for k, v in facts.packages.items() if k not in names} | others


def said(facts: Facts) -> str:
    """The doctor's report."""
    return advice.report(advice.advise(facts))


def test_a_machine_that_is_well_needs_no_step() -> None:
    """Everything runs, and nothing is asked of the reader."""
    assert [(x.state, x.step) for x in advice.advise(WELL)] == [("yes", "")] * 8


def test_a_laptop_without_a_gpu_is_told_what_it_can_do() -> None:
    """The CPU programs run; the steps named are about the GPU, and about what is large."""
    lines = advice.advise(BARE)
    assert lines[0].state == "yes"
    assert [x for x in lines if x.step] == [lines[1], lines[2], lines[-1]]
    assert "chapter 3" in lines[1].step


CUPY = "cupy-cuda12x"


def failing(package: str, fault: str) -> Facts:
    """A machine that is well but for what one library says of the GPU."""
    return replace(WELL, faults={package: fault})


@pytest.mark.parametrize(
    ("facts", "what", "step"),
    [
        (replace(WELL, packages=without(WELL, "numba")), "without numba", "make test"),
        (replace(BARE, system="Darwin"), "CUDA does not run on macOS", "notebook"),
        (replace(BARE, packages=without(BARE, "wgpu")), "WebGPU needs the package", "make test"),
        (BARE, "WebGPU: no driver for Vulkan", "mesa-vulkan-drivers"),
        (replace(BARE, container=True), "WebGPU: no driver for Vulkan", "--device /dev/dri"),
        (replace(BARE, system="Windows"), "WebGPU: no driver for Vulkan", "from its maker"),
        (replace(BARE, wsl=True), "WebGPU: no driver for Vulkan", "Windows itself has"),
        (replace(BARE, webgpu=APPLE), "no NVIDIA GPU is in sight", "for what needs CUDA"),
        (replace(BARE, webgpu="'x' is a program"), "WebGPU: 'x' is a program", "Vulkan driver"),
        (replace(BARE, nvidia_hardware=True), "its driver does not answer", "nvidia-smi"),
        (replace(BARE, nvidia_hardware=True, container=True), "this container", "--gpus all"),
        (replace(BARE, container=True), "of this container", "--gpus all"),
        (replace(WELL, cards=()), "it shows no GPU", "nvidia-smi -L"),
        (replace(WELL, cards=(), container=True), "it shows no GPU", "--gpus all"),
        (replace(WELL, cards=(replace(CARD, busy_percent=97),)), "97 % busy", "nvidia-smi"),
        (replace(WELL, cards=(replace(CARD, free_bytes=2**30),)), "1.0 GiB free", "nvidia-smi"),
        (
            replace(WELL, packages=without(WELL, **{"cupy-cuda13x": "14.2.0"})),
            "2 packages",
            "pip uninstall cupy-cuda12x cupy-cuda13x",
        ),
        (
            replace(WELL, packages=without(WELL, "cupy-cuda12x", **{"cupy-cuda13x": "14.2.0"})),
            "needs CUDA 13, but the driver ends at 12.4",
            "pip install 'cupy-cuda12x[ctk]'",
        ),
        (replace(WELL, packages=without(WELL, "cupy-cuda12x")), "CuPy: not", "cupy-cuda12x"),
        (
            replace(WELL, driver_cuda=(13, 0), packages=without(WELL, "cupy-cuda12x")),
            "CuPy: not",
            "cupy-cuda13x",
        ),
        (
            replace(WELL, driver_cuda=(11, 4)),
            "needs CUDA 12, and a GPU that it knows; this driver ends at 11.4",
            "driver from 525",
        ),
        (
            replace(WELL, driver_cuda=(13, 0), cards=(VOLTA,), packages=without(WELL, CUPY)),
            "CuPy: not",
            "pip install 'cupy-cuda12x[ctk]'",
        ),
        (
            replace(
                WELL,
                driver_cuda=(13, 0),
                cards=(CARD, VOLTA),
                packages=without(WELL, CUPY, **{"cupy-cuda13x": "14.2.0"}),
            ),
            "not made for a GPU as old as this",
            "pip uninstall cupy-cuda13x; pip install 'cupy-cuda12x[ctk]'",
        ),
        (failing("cupy", "ImportError: libnvrtc"), "libnvrtc", "--force-reinstall"),
        (failing("cupy", "cudaErrorNoDevice: no"), "NoDevice", "CUDA_VISIBLE_DEVICES"),
        (failing("cupy", "cupy.cuda.memory.OutOfMemoryError: of"), "OutOf", "nvidia-smi"),
        (failing("cupy", "cudaErrorInsufficientDriver: CUDA"), "Insuff", "a newer driver"),
        (failing("cupy", "no kernel image is available"), "no kernel", "of this generation"),
        (
            replace(
                failing("cupy", "ImportError: libcudart"),
                packages=without(WELL, CUPY, cupy="14.2.0"),
            ),
            "libcudart",
            "pip uninstall cupy; pip install 'cupy-cuda12x[ctk]'",
        ),
        (failing("pycuda", "CompileError"), "PyCUDA is installed but fails", "--no-binary"),
        (
            failing("numba-cuda", "NvvmError"),
            "Numba-CUDA is installed but fails",
            "numba-cuda[cu12]",
        ),
        (failing("torch", "CUDA driver version is insufficient"), "does not reach", "newer driver"),
        (
            replace(WELL, packages=without(WELL, torch="2.13.0+cu130")),
            "needs CUDA 13, but the driver ends at 12.4",
            "or a newer driver",
        ),
        (
            replace(BARE, packages=without(BARE, **{CUPY: "14.2.0"})),
            'there is no driver; it will say that the "driver version is insufficient", and mean',
            "",
        ),
        (
            replace(BARE, nvml="Unknown Error"),
            "driver does not work; NVML says: Unknown Error",
            "start the container again",
        ),
        (
            replace(BARE, nvml="an NVML/RM version mismatch."),
            "version mismatch",
            "restart this machine",
        ),
        (replace(BARE, wsl=True), "this Linux within Windows", "driver in Windows, and nothing"),
        (replace(WELL, wsl=True, linux_driver=True), "WSL: a driver for Linux", "apt purge"),
        (replace(WELL, visible=""), "it hides every GPU", "unset CUDA_VISIBLE_DEVICES"),
        (replace(WELL, shadowed=("/old/lib",)), "CUDA libraries in /old/lib", "LD_LIBRARY_PATH"),
        (
            replace(WELL, packages=without(WELL, jax="0.10.2", jaxlib="0.10.2")),
            "JAX 0.10.2 is installed without its plugin",
            "jax[cuda12]",
        ),
        (
            replace(
                WELL, packages=without(WELL, jax="1.2", jaxlib="1.2", **{"jax-cuda12-plugin": "1"})
            ),
            "does not use its plugin jax-cuda12-plugin, which is of version 1",
            "pip install 'jax-cuda12-plugin==1.2'",
        ),
        (replace(WELL, nvcc=None), "CUDA toolkit: its compiler", "install the CUDA toolkit"),
        (replace(WELL, nvcc=None), "PyCUDA needs the compiler nvcc", "CUDA toolkit"),
        (replace(WELL, nvcc=(13, 0)), "the driver ends at 12.4", "newer driver"),
        (replace(WELL, packages=without(WELL, "pycuda")), "PyCUDA: not", "built from source"),
        (replace(WELL, packages=without(WELL, "numba-cuda")), "Numba-CUDA: not", "numba-cuda"),
        (BARE, "PyTorch, Keras, TensorFlow: not installed", "make frameworks"),
        (replace(WELL, packages=without(WELL, "keras")), "Keras: not installed", "frameworks"),
        (replace(WELL, packages=without(WELL, torch="2.13.0+cpu")), "for the CPU", "for CUDA"),
        (replace(BARE, packages=without(WELL)), "in the simulator only", "NUMBA_ENABLE_CUDASIM"),
    ],
)
def test_each_fault_is_named_with_its_next_step(facts: Facts, what: str, step: str) -> None:
    """One line says what is wrong, the line below what to do."""
    found = [line for line in advice.advise(facts) if what in line.what]
    assert len(found) == 1
    assert step in found[0].step
    assert found[0].state != "yes"


def test_a_cuda_12_wheel_is_fine_on_a_newer_driver() -> None:
    """Drivers run the programs of older CUDA versions."""
    assert said(replace(WELL, driver_cuda=(13, 0))) == said(WELL).replace(
        "up to 12.4", "up to 13.0"
    )


@pytest.mark.parametrize("newest", [(11, 4), (12, 4), (13, 0), None])
@pytest.mark.parametrize("capability", [(3, 5), (7, 0), (9, 0), None])
@pytest.mark.parametrize("wheel", ["cupy-cuda12x", "cupy-cuda13x", "cupy", ""])
def test_no_step_installs_what_it_removes(
    newest: tuple[int, int] | None, capability: tuple[int, int] | None, wheel: str
) -> None:
    """Nor does a wheel that was installed as told lead to another step."""
    cards = (replace(CARD, capability=capability),)
    packages = without(WELL, CUPY, **({wheel: "14"} if wheel else {}))
    ill = replace(WELL, driver_cuda=newest, cards=cards, packages=packages)
    step = advice.advise(ill)[3].step
    names = re.findall(r"cupy-cuda\d+x|cupy(?!-)", step)
    assert len(names) == len(set(names))
    if told := re.search(r"pip install '([\w-]+)\[ctk\]'", step):
        well = replace(ill, packages=without(WELL, CUPY, **{told[1]: "14"}))
        assert advice.advise(well)[3].state == "yes"


def test_a_gpu_that_shares_the_memory_of_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its driver does not say how much that is; it is a GPU all the same, and not in use."""

    def unknown(*args: object) -> None:
        raise RuntimeError("Not Supported")

    fake = SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlSystemGetCudaDriverVersion=lambda: 13000,
        nvmlSystemGetDriverVersion=lambda: b"580.95",
        nvmlDeviceGetCount=lambda: 1,
        nvmlDeviceGetHandleByIndex=lambda k: k,
        nvmlDeviceGetName=lambda handle: "Made-up shared",
        nvmlDeviceGetMemoryInfo=unknown,
        nvmlDeviceGetUtilizationRates=unknown,
        nvmlDeviceGetCudaComputeCapability=lambda handle: (12, 1),
    )
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    monkeypatch.setattr(look, "TRIALS", {})
    facts = look.look()
    assert facts.cards == (Card("Made-up shared", 0, 0, 0, (12, 1)),)
    line = advice.advise(facts)[1]
    assert (line.state, line.step) == ("yes", "")
    assert "Made-up shared, memory shared with the CPU; driver 580.95" in line.what


def test_the_trials_are_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is Python; Numba's runs in the simulator; what fails says so in one line."""
    for program in look.TRIALS.values():
        compile(program, "trial", "exec")
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    with monkeypatch.context() as kept:
        kept.setattr(environment, "clean", lambda: dict(os.environ))
        assert look._trials({"numba-cuda": "1"}) == {}
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert set(look._trials({"numba-cuda": "1"})) == {"numba-cuda"}
    monkeypatch.setattr(look, "TRIALS", {"cupy": "raise SystemExit('broken\\nby design')"})
    assert look._trials({"cupy-cuda12x": "14"}) == {"cupy": "by design"}


def test_a_gpu_of_any_maker_is_named_and_needs_no_cuda() -> None:
    """The owner of a Mac reads what runs there, and through what."""
    report = said(replace(BARE, system="Darwin", webgpu=APPLE))
    wanted = "yes  WebGPU: Made-up M9, integrated, through Metal; programs written with wgpu run on"
    assert f"{wanted} it, without CUDA" in report


def test_windows_itself_is_told_first() -> None:
    """And the step is the system within it."""
    line = advice.advise(replace(BARE, system="Windows"))[0]
    assert (line.state, "WSL 2" in line.what, "wsl --install" in line.step) == ("no", True, True)


def test_looking_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is broken on a machine, the doctor answers."""

    def broken(*args: object) -> None:
        raise RuntimeError("everything is broken")

    for name in (
        "_nvml",
        "_packages",
        "_nvcc",
        "_in_container",
        "_on_the_bus",
        "_try",
        "_in_wsl",
        "_has_linux_driver",
        "_shadowed",
    ):
        monkeypatch.setattr(look, name, broken)
    monkeypatch.setattr(look.adapter, "beside", broken)
    monkeypatch.setattr(look.machine, "cpu", broken)
    assert look.look().cores == 1
    assert "no NVIDIA GPU is in sight" in said(look.look())


def test_jax_is_named_only_where_it_is_installed() -> None:
    """It is no part of the guide; where it is whole, it needs no step."""
    assert "JAX" not in said(WELL)
    plugin = {"jax-cuda12-plugin": "1.2"}
    whole = replace(WELL, packages=without(WELL, jax="1.2", jaxlib="1.2", **plugin))
    assert advice.advise(whole)[-1] == Line("yes", "JAX 1.2")
    ill = replace(whole, faults={"jax-cuda12-plugin": "RuntimeError: no CUDA-capable device"})
    assert "CUDA_VISIBLE_DEVICES" in advice.advise(ill)[-1].step


def test_libraries_that_come_first_are_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only folders that hold libraries of CUDA count."""
    for folder in ("cuda", "other"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cuda" / "libnvJitLink.so.12").touch()
    (tmp_path / "other" / "libm.so").touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{tmp_path}/other:{tmp_path}/cuda::/not/there")
    assert look._shadowed() == (f"{tmp_path}/cuda",)


def test_wsl_and_a_second_driver_are_seen(tmp_path: Path) -> None:
    """Windows says who it is; what links to its own library is no second driver."""
    (tmp_path / "version").write_text("Linux version 6.6 (microsoft-standard-WSL2)")
    assert look._in_wsl(tmp_path / "version")
    assert not look._has_linux_driver(tmp_path)
    own = tmp_path / "wsl" / "libcuda.so.1"
    own.parent.mkdir()
    own.touch()
    (tmp_path / "libcuda.so.1").symlink_to(own)
    assert not look._has_linux_driver(tmp_path)
    (tmp_path / "libcuda.so.1").unlink()
    (tmp_path / "libcuda.so.1").touch()
    assert look._has_linux_driver(tmp_path)


def test_the_doctor_takes_a_message() -> None:
    """The words after the verb are looked up; what is unknown is said to be."""
    runner = CliRunner()
    told = runner.invoke(cli.main, ["doctor", "CUDA out of memory."])
    assert told.output == "`nvidia-smi` lists who uses the GPU's memory\n"
    assert "not a message that the doctor knows" in runner.invoke(cli.main, ["doctor", "x"]).output


def test_this_machine_gets_a_report() -> None:
    """On whatever the tests run: every line is a Line with text."""
    lines = advice.advise(look.look())
    assert len(lines) >= 5
    assert all(isinstance(line, Line) and line.what for line in lines)


def test_the_report_puts_the_step_below_what_it_is_for() -> None:
    """Two lines: what, and an arrow to the step."""
    text = advice.report([Line("no", "a thing", "do this"), Line("yes", "another")])
    assert text == "no   a thing\n      -> do this\nyes  another"


def test_the_chapter_shows_what_the_doctor_says() -> None:
    """The report printed in the chapter on getting a GPU is the one for such a laptop."""
    laptop = replace(
        BARE, cores=8, memory_bytes=int(15.5 * 2**30), packages=without(BARE, **{"numba-cuda": "1"})
    )
    page = (catalog.ROOT / "docs" / "get-a-gpu.md").read_text()
    assert f"```text\n{said(laptop)}\n```" in page
