"""The block about energy: a table where there is a counter, else a sentence that says why."""

import shutil
from pathlib import Path
from typing import Any

import markdown
import pytest

from survival import records
from survival.errors import SurvivalError
from survival.records import ENERGY_FILE, Energy
from tests.survival.pages import test_extension

HERE = Path(test_extension.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Made-up examples and results of one machine."""
    for name in ("examples", "results"):
        shutil.copytree(HERE / name, tmp_path / name)
    return tmp_path


def machine(folder: Path) -> Path:
    """The first made-up machine."""
    return next(p.parent for p in sorted(folder.glob("results/*/machine.json")))


def written(folder: Path, **changed: Any) -> None:
    """An energy.json for it."""
    there = machine(folder)
    fields = {"schema_version": 1, "machine": there.name, "captured": "2026-11-26T12:00:00Z"}
    records.write(there / ENERGY_FILE, Energy.model_validate(fields | changed))


def convert(text: str, folder: Path) -> str:
    """The HTML of a page."""
    settings = {"results": str(folder / "results"), "examples": str(folder / "examples")}
    extension = "survival.pages.extension"
    return str(
        markdown.markdown(text, extensions=[extension], extension_configs={extension: settings})
    )


def test_where_there_is_no_counter_the_reason_stands(folder: Path) -> None:
    """Escaped, with the machine and the day; and a machine that was never asked is named."""
    written(folder, counters=[], missing={"cpu": "no <counter> here", "gpu": "no GPU"})
    html = convert("/// energy |\n///", folder)
    assert "the processor: not measurable here. No &lt;counter&gt; here" in html
    assert "the GPU: not measurable here. No GPU" in html
    assert "26\u00a0Nov" in html
    assert "<table" not in html
    others = len(list(folder.glob("results/*/machine.json"))) - 1
    assert html.count("not asked for its counters yet") == others


def test_where_there_is_one_calls_and_idle_are_shown(folder: Path) -> None:
    """Joules of a call, watts at work and when idle, the limit; each number leads to its record."""
    there = machine(folder)
    found = next(p for p in sorted(there.glob("*.json")) if p.name not in records.NOT_EXAMPLES)
    record = records.read_record(found)
    variant = record.variants[0]
    counter = {
        "device": "cpu",
        "scope": "package",
        "source": "RAPL: package-0",
        "limit_watts": 65,
        "idle": [{"seconds": 2, "joules": 21, "calls": 0}],
        "drawn": [
            {
                "example": record.example,
                "variant": variant.name,
                "size": 1024,
                "source_hash": "0" * 16,
                "windows": [{"seconds": 2, "joules": 86, "calls": 1000}],
            }
        ],
    }
    written(folder, counters=[counter], missing={"gpu": "no GPU"})
    html = convert("/// energy |\n///", folder)
    assert ">0.086<" in html
    assert ">43<" in html
    assert ">10.5<" in html
    assert "it may draw 65 W" in html
    assert f'data-record="results/{there.name}/{ENERGY_FILE}' in html
    assert "RAPL: package-0" in html


def test_an_argument_is_refused(folder: Path) -> None:
    """There is one table."""
    with pytest.raises(SurvivalError, match="energy: takes no argument"):
        convert("/// energy | saxpy\n///", folder)
