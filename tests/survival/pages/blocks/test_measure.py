"""The block `/// measure | EXAMPLE ...`, over the guide's own examples and records."""

import gzip
import json
import re
import shutil
from pathlib import Path

import markdown
import pytest

from survival import catalog
from survival.errors import PageError
from survival.pages.blocks import measure, sections
from survival.site import finish
from tests.browser.test_wgsl import wgsl

ASSETS = catalog.ROOT / "docs" / "assets"
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


TASKS = {p.stem: p.read_text(encoding="utf-8") for p in (ASSETS / "tasks").glob("*.js")}
DOCS = catalog.ROOT / "docs"
BUTTON = re.compile(r"^/// measure \| (.+)$", re.M)
BUTTONS = {p.name: BUTTON.findall(p.read_text(encoding="utf-8")) for p in DOCS.glob("*.md")}


LISTING = re.compile(r"^/// listing \| (\w+)\n(?: +variants: (.+)\n)?", re.M)


def without_a_button(page: str) -> set[str]:
    """The examples whose program in WGSL is listed on a page that has no button for it."""
    buttons = {name for found in BUTTON.findall(page) for name in found.split()}
    listed = {
        name
        for name, chosen in LISTING.findall(page)
        if measure.VARIANT
        in (sections.split(chosen) or [v.name for v in catalog.get(name).variants])
    }
    return listed - buttons


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda p: p.stem)
def test_every_listing_in_wgsl_has_its_button(page: Path) -> None:
    """A reader who sees the kernel can run it there."""
    assert without_a_button(page.read_text(encoding="utf-8")) == set()


def test_a_listing_without_its_button_is_found() -> None:
    """Planted: chosen among others, or all shown; and with the button of another example."""
    some = "/// listing | saxpy\n    variants: gpu_cupy, gpu_wgpu\n///\n"
    every = "/// listing | saxpy\n///\n"
    for listing in (some, every):
        assert without_a_button(listing) == {"saxpy"}
        assert without_a_button(listing + "\n/// measure | total\n///\n") == {"saxpy"}
        assert without_a_button(listing + "\n/// measure | total saxpy\n///\n") == set()
    assert without_a_button(some.replace(", gpu_wgpu", "")) == set()


def test_every_button_of_the_guide_has_a_task() -> None:
    """And each task an example with a kernel whose entry points it launches."""
    assert {name for p in BUTTONS.values() for b in p for name in b.split()} == set(TASKS)
    for name, body in TASKS.items():
        kernel = measure.wgsl(catalog.get(name))
        for entry in re.findall(r'\["(\w+)", (?:grid|\[)', body):
            assert f"fn {entry}(" in kernel


def test_only_what_the_cpu_program_computes_has_a_cpu_beside_it() -> None:
    """No product of matrices: it would lose to the libraries that a reader has."""
    for name in TASKS:
        found = programs(convert(f"/// measure | {name}\n///\n"))[name]
        assert found["cpu"] is (name in measure.BESIDE)
    assert "matrix_product" not in measure.BESIDE
    assert "your CPU beside it" in convert("/// measure | mandelbrot\n///\n")
    assert "your CPU" not in convert("/// measure | matrix_product\n///\n")


CHART = re.compile(r"^/// chart \| ([\w ]+)\n((?: {4}.*\n)*)///$", re.MULTILINE)


NO_CHART = {"which-tool.md"}
"""It compares tools in tables, by two examples whose charts are in their own chapters."""


@pytest.mark.parametrize("page", [name for name, blocks in BUTTONS.items() if blocks])
def test_what_a_button_measures_has_a_chart_on_its_page(page: str) -> None:
    """So that the reader's points stand beside the published ones, and not in a table alone."""
    source = (catalog.ROOT / "docs" / page).read_text(encoding="utf-8")
    drawn = {name for names, _ in CHART.findall(source) for name in names.split()}
    measured = {name for block in BUTTONS[page] for name in block.split()}
    assert (measured <= drawn) == (page not in NO_CHART), measured - drawn
    elsewhere = {n for p, b in BUTTONS.items() if p not in NO_CHART for x in b for n in x.split()}
    assert measured <= elsewhere


def test_a_chart_that_chooses_programs_chooses_the_one_for_any_gpu() -> None:
    """A captured Apple or AMD GPU is in every chart of an example that it has run."""
    examples = catalog.find()
    chosen = {}
    for path in (catalog.ROOT / "docs").glob("*.md"):
        for names, options in CHART.findall(path.read_text(encoding="utf-8")):
            example = examples[names.split()[0]]
            if "variants:" in options and measure.VARIANT in (v.name for v in example.variants):
                chosen[f"{path.name}: {names}, {options}"] = measure.VARIANT in options
    assert len(chosen) >= 5
    assert [where for where, shown in chosen.items() if not shown] == []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts as they are published."""
    folder = tmp_path_factory.mktemp("site") / "assets"
    shutil.copytree(ASSETS, folder)
    finish.finish(folder.parent, {})
    return folder


@pytest.mark.parametrize("page", [name for name, blocks in BUTTONS.items() if blocks])
def test_what_comes_with_a_press_is_light(published: Path, page: str) -> None:
    """At most 12 KiB compressed, with all that the page's buttons load."""
    names = {name for block in BUTTONS[page] for name in block.split()}
    files = ["measure.js", "measure-gpu.js", *(f"tasks/{name}.js" for name in names)]
    if "mandelbrot_deep" in names:
        assert "mandelbrot" in names  # whose task it builds on
    if names & set(measure.BESIDE):
        files.append("measure-cpu.wasm")
    assert sum(len(gzip.compress((published / f).read_bytes())) for f in files) <= 12 * 1024


def test_the_scripts_ask_nobody_and_bring_no_comments(published: Path) -> None:
    """No other host is in them but SVG's name."""
    for file in published.glob("**/*.js"):
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\"'` ]+", text)) <= {"http://www.w3.org/2000/svg"}
        assert "// " not in text
    imports = re.findall(r'from ?["\'`](.+?)["\'`]', (published / "measure-gpu.js").read_text())
    assert imports == []
