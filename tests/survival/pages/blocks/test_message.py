"""The block that shows an error message: with its versions, and marked when it is old."""

import re
import shutil
from html import unescape
from pathlib import Path

import markdown
import pytest

from survival import catalog
from survival.errors import SurvivalError
from survival.judge import messages
from survival.records import read_messages, write
from tests.survival.pages import test_extension

HERE = Path(test_extension.__file__).parent
PROGRAM = "nvrtc/cpu_no_headers"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Made-up examples and results, with the real messages of the compiler beside them."""
    for name in ("examples", "results"):
        shutil.copytree(HERE / name, tmp_path / name)
    for library in ("nvrtc", "torch"):
        source = catalog.EXAMPLES / "errors" / library
        shutil.copytree(source, tmp_path / "examples" / "errors" / library)
    (tmp_path / "results" / "messages").mkdir()
    shutil.copy(catalog.RESULTS / "messages" / "nvrtc.json", tmp_path / "results" / "messages")
    return tmp_path


def convert(text: str, folder: Path) -> str:
    """The HTML of a page."""
    settings = {"results": str(folder / "results"), "examples": str(folder / "examples")}
    return str(
        markdown.markdown(
            text,
            extensions=["pymdownx.highlight", "survival.pages.extension"],
            extension_configs={
                "survival.pages.extension": settings,
                "pymdownx.highlight": {"pygments_lang_class": True},
            },
        )
    )


def plain(html: str) -> str:
    """What stands there, without its colours."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_the_message_stands_with_its_versions_and_its_program(folder: Path) -> None:
    """What was said, escaped, in a region that scrolls by keyboard; by what, where and when."""
    html = convert(f"/// message | {PROGRAM}\n///", folder)
    held = messages.of(read_all(folder), messages.get(PROGRAM, folder / "examples"))
    assert held is not None
    assert "could not open source file &#34;vector_types.h&#34;" in html
    assert f"nvidia-cuda-nvrtc-cu12 {held.libraries['nvidia-cuda-nvrtc-cu12']}" in html
    assert held.system in html
    assert 'tabindex="0" role="region"' in html
    assert 'href="results/messages/nvrtc.json"' in html
    assert "from cuda.bindings import nvrtc" in plain(html)
    assert 'class="language-python' in html
    assert '<span class="kn">import</span>' in html
    assert '"""' not in html
    assert "sv-badge" not in html


def read_all(folder: Path):  # type: ignore[no-untyped-def]
    """The results of the folder."""
    from survival.records import read_results

    return read_results(folder / "results")


def test_an_old_message_says_so(folder: Path) -> None:
    """H12: a changed program shows on the page."""
    path = folder / "examples" / "errors" / f"{PROGRAM}.py"
    path.write_text(path.read_text() + "\nmore = 1\n")
    html = convert(f"/// message | {PROGRAM}\n///", folder)
    assert "sv-badge--stale" in html
    assert "captured from an older version of the program" in html


def test_what_waits_for_a_gpu_says_so(folder: Path) -> None:
    """The program is shown, and nothing that it said."""
    html = convert("/// message | torch/gpu_to_numpy\n///", folder)
    assert "not yet provoked on a GPU" in html
    assert "<figure" not in html
    assert 'torch.ones(1, device="cuda").numpy()' in plain(html)


def test_a_profile_stands_with_its_machine(folder: Path) -> None:
    """As a table, whose spaces stay; what it printed is not told as if it were an error."""
    shutil.copytree(catalog.EXAMPLES / "profiles", folder / "examples" / "profiles")
    shutil.copy(catalog.RESULTS / "messages" / "numpy.json", folder / "results" / "messages")
    html = convert("/// message | numpy/cpu_loading\n///", folder)
    held = messages.of(read_all(folder), messages.get("numpy/cpu_loading", folder / "examples"))
    assert held is not None
    assert "sv-message--profiles" in html
    assert "   ncalls  tottime  percall  cumtime" in html
    assert re.search(r"core", held.system)
    assert held.system in html
    assert "The program that printed it" in html
    html = convert("/// message | torch/gpu_training\n///", folder)
    assert "not yet captured on a GPU" in html


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/// message | torch/none\n///", "unknown message 'torch/none'; there are: nvrtc/cpu_"),
        ("/// message |\n///", "needs LIBRARY/NAME; there are: nvrtc/cpu_"),
        ("/// message | torch/cpu_no_driver\n///", "has not been captured; `.venv/bin/python -m"),
    ],
)
def test_what_is_wrong_stops_the_build(folder: Path, text: str, says: str) -> None:
    """With one line that says what exists, or what to type."""
    with pytest.raises(SurvivalError, match=re.escape(says)):
        convert(text, folder)


def test_a_record_that_does_not_hold_its_text_is_refused(folder: Path) -> None:
    """The words that a page promises stand in what was said."""
    path = folder / "results" / "messages" / "nvrtc.json"
    path.write_text(path.read_text().replace("vector_types.h", "vector.h", 1))
    with pytest.raises(SurvivalError, match="did not say"):
        read_messages(path)


def test_a_record_is_written_as_it_is_read(folder: Path) -> None:
    """Nothing changes on the way through the schema."""
    path = folder / "results" / "messages" / "nvrtc.json"
    before = path.read_text()
    write(path, read_messages(path))
    assert path.read_text() == before
