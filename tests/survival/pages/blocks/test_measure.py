"""The block `/// measure | EXAMPLE ...`, over the guide's own examples and records."""

import gzip
import json
import re
from pathlib import Path

import markdown
import pytest

from survival import catalog
from survival.errors import PageError
from survival.pages.blocks import measure
from survival.site import finish
from tests.browser.test_wgsl import wgsl

ASSETS = catalog.ROOT / "docs" / "assets"
SCRIPTS = ("measure.js", "measure-chart.js", "measure-gpu.js", "measure-tasks.js")
PROGRAMS = re.compile(
    r'<script type="application/json" class="sv-measure__programs">(.*?)</script>'
)


def convert(text: str) -> str:
    """The HTML of a page."""
    return str(markdown.markdown(text, extensions=["survival.pages.extension"]))


def programs(html: str) -> dict[str, dict[str, object]]:
    """What a page brings for its buttons."""
    return {name: p for found in PROGRAMS.findall(html) for name, p in json.loads(found).items()}


def test_a_page_brings_the_kernel_of_the_listing_and_the_sizes_of_the_record() -> None:
    """One source: nothing of either is written twice."""
    html = convert("/// measure | mandelbrot array_addition\n///\n")
    found = programs(html)
    assert list(found) == ["mandelbrot", "array_addition"]
    path = catalog.ROOT / "examples" / "mandelbrot" / "gpu_wgpu.py"
    assert found["mandelbrot"]["wgsl"] == wgsl(path)
    problem = catalog.get("mandelbrot").problem()
    assert [s[0] for s in found["mandelbrot"]["sizes"]] == list(problem.SIZES)  # type: ignore[attr-defined, index]
    assert found["mandelbrot"]["tolerance"] == problem.TOLERANCE
    assert 'data-measure="mandelbrot array_addition"' in html
    assert re.search(r'<div class="sv-measure"[^>]* hidden>', html)  # without a script: nothing
    assert "Mandelbrot, 20 iterations and Array addition" in html


def test_two_buttons_bring_a_kernel_once() -> None:
    """The second has only its name."""
    html = convert("/// measure | total\n///\n\n/// measure | total saxpy\n///\n")
    assert html.count("sv-measure__press") == 2
    assert [list(json.loads(found)) for found in PROGRAMS.findall(html)] == [["total"], ["saxpy"]]


def test_sizes_without_a_record_are_those_of_the_problem(tmp_path: Path) -> None:
    """With no work: nobody has worked it out."""
    (tmp_path / "results").mkdir()
    extensions = {"survival.pages.extension": {"results": str(tmp_path / "results")}}
    text = "/// measure | total\n///\n"
    html = markdown.markdown(
        text, extensions=["survival.pages.extension"], extension_configs=extensions
    )
    assert programs(html)["total"]["sizes"][0] == [2**8, "256", 0, 0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("", "needs EXAMPLE"),
        ("nothing", "unknown example"),
        ("chain", "unknown variant 'gpu_wgpu'"),
    ],
)
def test_what_cannot_be_measured_is_refused(argument: str, said: str) -> None:
    """With what there is instead."""
    with pytest.raises(PageError, match=said):
        convert(f"/// measure | {argument}\n///\n")


def test_a_kernel_cannot_end_the_script_that_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a comment in it says."""
    monkeypatch.setattr(measure, "wgsl", lambda example: "// </script><img src=x>")
    html = convert("/// measure | total\n///\n")
    assert "<img" not in html
    assert programs(html)["total"]["wgsl"] == "// </script><img src=x>"


def test_every_button_of_the_guide_has_a_task_in_the_script() -> None:
    """And each task an example with a kernel whose entry points it launches."""
    script = (ASSETS / "measure-tasks.js").read_text(encoding="utf-8")
    tasks = dict(re.findall(r"^  (\w+)\(n\) \{\n(.*?)^  \},$", script, re.DOTALL | re.MULTILINE))
    pages = (catalog.ROOT / "docs").glob("*.md")
    blocks = [b for p in pages for b in re.findall(r"^/// measure \| (.+)$", p.read_text(), re.M)]
    assert {name for block in blocks for name in block.split()} == set(tasks)
    for name, body in tasks.items():
        kernel = measure.wgsl(catalog.get(name))
        for entry in re.findall(r'\["(\w+)", (?:grid|\[)', body):
            assert f"fn {entry}(" in kernel


def test_the_scripts_are_light_and_ask_nobody(tmp_path: Path) -> None:
    """At most 12 KiB compressed, as published; no other host in them but SVG's name."""
    (tmp_path / "assets").mkdir()
    for name in SCRIPTS:
        text = (ASSETS / name).read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\"'` ]+", text)) <= {"http://www.w3.org/2000/svg"}
        (tmp_path / "assets" / name).write_text(text, encoding="utf-8")
    finish.finish(tmp_path, {})
    published = [(tmp_path / "assets" / name).read_bytes() for name in SCRIPTS]
    assert sum(len(gzip.compress(text)) for text in published) <= 12 * 1024
    assert all(b"// " not in line[:3] for text in published for line in text.splitlines())
