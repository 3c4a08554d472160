"""The tools of "Which tool?": what they install, whose programs they are, and what is old."""

from pathlib import Path

import pytest

from survival import catalog
from survival.errors import CatalogError, JudgeError
from survival.judge import pins
from survival.judge.elsewhere import tools
from survival.records import LINUX, Installs, read_results

ROW = """[one]
title = "One"
requires = ["jax[cuda13]"]
of = "jaxlib"
programs = {{ saxpy = "{}" }}
"""


def written(folder: Path, variant: str = "cpu_jax") -> Path:
    """A file with one tool."""
    path = folder / "tools.toml"
    path.write_text(ROW.format(variant), encoding="utf-8")
    return path


def record(*requires: str) -> Installs:
    """What was asked for the one tool."""
    return Installs.model_validate(
        {
            "schema_version": 1,
            "captured": "2026-11-26T12:00:00Z",
            "python": "3.13",
            "system": "Linux x86-64",
            "resolver": "uv 1",
            "installs": [
                {
                    "tool": "one",
                    "requires": requires,
                    "packages": [{"name": "jaxlib", "version": "1.0", "bytes": 5}],
                    "systems": [],
                }
            ],
        }
    )


def test_every_tool_has_its_programs_and_its_record() -> None:
    """What is committed is what the page shows: one install for each tool, no unknown program."""
    held = read_results(catalog.RESULTS).installs[LINUX]
    assert {i.tool for i in held.installs} == tools.every().keys()
    assert all(i.bytes > 0 for i in held.installs)
    list(tools.judge_tools(held, catalog.find(), pins.read(catalog.ROOT)))


def test_another_pin_makes_it_old(tmp_path: Path) -> None:
    """The same versions are fresh, others are not, and nothing was asked for before the first."""
    path, pinned = written(tmp_path), {"jax": frozenset({"1.0"})}
    assert tools.outdated(record("jax[cuda13]==1.0"), pinned, path) == []
    (line,) = tools.outdated(record("jax[cuda13]==0.9"), pinned, path)
    assert line == "one: of jax[cuda13]==0.9; today jax[cuda13]==1.0"
    assert tools.outdated(None, pinned, path) == ["one: not asked for yet"]
    (found,) = tools.judge_tools(None, catalog.find(), pinned, path)
    assert (found.rule, found.fails) == ("H12", False)


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    """A program that is not there, a tool that is not there, a row without a field."""
    with pytest.raises(CatalogError, match="gpu_nothing"):
        list(tools.judge_tools(None, catalog.find(), {}, written(tmp_path, "gpu_nothing")))
    with pytest.raises(JudgeError, match="two"):
        tools.get("two", written(tmp_path))
    path = tmp_path / "tools.toml"
    path.write_text('[one]\ntitle = "One"\n', encoding="utf-8")
    with pytest.raises(JudgeError, match="Field required"):
        tools.every(path)
