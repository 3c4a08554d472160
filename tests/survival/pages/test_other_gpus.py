"""A site with the made-up records of an Apple and an AMD GPU shows them beside the rest."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from survival import catalog, records
from tests.survival.pages import made_up
from tests.survival.pages.test_extension import convert, copied, no_charts

__all__ = ["copied", "no_charts"]

PAGE = """
# A chapter

/// head | toy_sum
Is it?
///

/// listing | toy_sum
///

/// timings | toy_sum
///

/// chart | toy_sum
///

[[machine gpu.model]] [[machine gpu.cuda]] [[machine gpu.memory]]
"""


@pytest.fixture
def folder(copied: Path) -> Path:
    """The made-up results and examples, with a WebGPU variant and the two machines that ran it."""
    variant = (copied / "examples" / "toy_sum" / "gpu_cupy.py").read_text()
    (copied / "examples" / "toy_sum" / "gpu_wgpu.py").write_text(variant)
    example = catalog.get("toy_sum", copied / "examples")
    for name in (*made_up.OTHERS, made_up.GPU_MACHINE, made_up.CPU_MACHINE):
        this = made_up.machine(name)
        records.write(copied / "results" / name / "machine.json", this)
        path = copied / "results" / name / "toy_sum.json"
        records.write(path, made_up.record(example, this))
    return copied


def panels(html: str, folder: str) -> BeautifulSoup:
    """Those parts of a page that a reader sees who chose that machine."""
    soup = BeautifulSoup(html, "html.parser")
    return BeautifulSoup(
        "".join(str(x) for x in soup.select(f'[data-machine="{folder}"]')), "html.parser"
    )


@pytest.mark.usefixtures("no_charts")
def test_every_table_and_chart_has_each_machine(folder: Path) -> None:
    """Timings with a ratio, a badge of the listing, and a chart, named with GPU and CPU."""
    html = convert(PAGE, folder)
    for name, gpu in made_up.OTHERS.items():
        assert f"{gpu.model} (Made-up CPU &amp; Co, 16 cores)" in html or gpu.model in html
        numbers = re.findall(rf'data-record="results/{name}/toy_sum.json"', html)
        assert len(numbers) >= 10, name
    assert "not through Metal, in this made-up record" in html


@pytest.mark.usefixtures("no_charts")
def test_what_such_a_gpu_does_not_tell_is_said(folder: Path) -> None:
    """No crash, and no mark that claims it was not measured."""
    for name in (made_up.GPU_MACHINE, made_up.CPU_MACHINE):
        for path in (folder / "results" / name).glob("*"):
            path.unlink()
        (folder / "results" / name).rmdir()
    html = convert(PAGE, folder)
    assert "not told by a GPU that Metal reaches" in html


@pytest.mark.usefixtures("no_charts")
def test_the_page_of_machines_says_what_reached_the_gpu(folder: Path) -> None:
    """Kind and interface; nothing that only CUDA knows."""
    html = convert("# Machines\n\n/// machines |\n///\n", folder)
    for name, gpu in made_up.OTHERS.items():
        facts = re.findall(
            rf'<dt>([^<]*)</dt><dd><a[^>]*href="results/{name}/machine.json"[^>]*>'
            r"<data[^>]*>([^<]*)</data>",
            html,
        )
        told = dict(facts)
        assert told["GPU"] == gpu.model
        assert told["Kind of GPU"] == gpu.kind
        assert told["Reached through"] == gpu.api
        assert "Compute capability" not in told
        assert "GPU memory" not in told
        assert ("GPU driver" in told) == bool(gpu.driver)


def test_a_hostile_adapter_name_is_escaped(folder: Path) -> None:
    """A driver's name comes from a stranger's machine."""
    name = next(iter(made_up.OTHERS))
    this = made_up.machine(name)
    assert this.gpu is not None
    hostile = '<script>alert("x")</script> onload=\'x\'" [[time]]'
    bad = this.gpu.model_copy(update={"model": hostile, "driver": hostile})
    path = folder / "results" / name / "machine.json"
    records.write(path, this.model_copy(update={"gpu": bad}))
    html = convert(PAGE + "\n/// machines |\n///\n", folder)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
