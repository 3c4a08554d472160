"""The block `/// clock | browser`: two clocks side by side, and what was measured named."""

import copy
import json
from pathlib import Path

import markdown
import pytest

from survival.records import BROWSER
from tests.survival.judge.elsewhere.test_browser import RECORD


def convert(folder: Path, **examples: object) -> str:
    """The HTML of the block, over one record of a browser."""
    found = copy.deepcopy(RECORD)
    for place, value in examples.items():
        found["examples"]["array_addition"][place] = value
    (folder / BROWSER).mkdir(parents=True)
    (folder / BROWSER / "made-up.json").write_text(json.dumps(found))
    extensions = {"survival.pages.extension": {"results": str(folder)}}
    return str(
        markdown.markdown(
            "/// clock | browser\n///\n",
            extensions=["survival.pages.extension"],
            extension_configs=extensions,
        )
    )


def test_the_clock_and_what_the_timestamps_say_of_it_lead_to_the_record(tmp_path: Path) -> None:
    """No time is made up from a quotient that another batch gave."""
    html = convert(tmp_path / "results")
    assert "Array addition, 1,048,576 elements" in html
    assert html.count('data-record="results/browser/made-up.json"') == 2
    for value in ("0.002", "0.98"):
        assert f'value="{value}"' in html
    assert "made-up gpu" in html
    assert "No GPU" not in html


def test_what_plays_a_gpu_is_said_to_be_none(tmp_path: Path) -> None:
    """In the caption, before any number."""
    html = convert(tmp_path / "results", software=True)
    assert html.index("No GPU: a program that plays one on the CPU (made-up gpu)") < html.index(
        "<td"
    )


def test_a_hostile_name_is_text(tmp_path: Path) -> None:
    """Whoever sent the record."""
    html = convert(tmp_path / "results", name="<img src=x onerror=alert(1)>")
    assert "<img" not in html
    assert "&lt;img src=x" in html


@pytest.mark.parametrize("points", [None, 0])
def test_without_timestamps_there_is_nothing_to_show(tmp_path: Path, points: float | None) -> None:
    """As on systems where they are zeros."""
    point = RECORD["examples"]["array_addition"]["points"][0] | {"stamps": points}
    html = convert(tmp_path / "results", points=[point])
    assert "No browser&#39;s clock has been recorded yet." in html or "No browser's" in html
