"""A record from a browser may be anybody's: what cannot be true is refused, in one line."""

import copy
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survival import catalog, records
from survival.cli import main
from survival.errors import RecordError
from survival.judge import rules
from survival.judge.elsewhere import browser
from survival.records import Browser, Results

BATCHES = {"median": 2e-3, "low": 1e-3, "high": 3e-3, "rounds": 6, "batch": 8, "linear": 1.0}
POINT = {
    "n": 2**20,
    "label": "1,048,576",
    "bytes": 12 * 2**20,
    "operations": 2**20,
    "error": 0,
    "noisy": [],
    "stamps": 0.98,
    "compute": BATCHES,
    "end_to_end": {"median": 5e-3, "low": 4e-3, "high": 6e-3, "rounds": 3, "batch": 1},
    "cpu": BATCHES | {"workers": 8, "error": 0, "noisy": []},
    "first": {"compile": 0, "run": 0.1},
}
RECORD: dict[str, Any] = {
    "schema_version": 1,
    "measured_in": "a browser",
    "browser": "Made-up/1.0",
    "captured": "2026-11-26T12:00:00.000Z",
    "timer": "batches",
    "examples": {
        "array_addition": {
            "title": "Array addition",
            "unit": "elements",
            "name": "made-up gpu",
            "software": False,
            "clock": {"step": 1e-4, "empty": 3e-4, "witness": True},
            "date": "2026-11-26",
            "points": [POINT],
            "skipped": [{"n": 2**26, "label": "67,108,864", "why": "needs more than 256 MiB"}],
        }
    },
}
EXAMPLE = ("examples", "array_addition")
AT = (*EXAMPLE, "points", 0)


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """The record with one value changed."""
    found = copy.deepcopy(RECORD)
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return found


def judged(record: dict[str, Any]) -> list[str]:
    """What the judge refuses in it."""
    found = Browser.model_validate_json(json.dumps(record))
    results = records.read_results(catalog.RESULTS)
    return [
        f.message
        for f in browser.judge(found, "FILE", catalog.find(), browser._records(results))
        if f.rejects
    ]


def test_an_honest_record_is_believed() -> None:
    """Nothing is refused or marked."""
    found = Browser.model_validate_json(json.dumps(RECORD))
    assert list(browser.judge(found, "FILE", catalog.find())) == []


CANNOT_BE_READ = {
    "a negative time": ((*AT, "compute", "median"), -1e-3),
    "no time": ((*AT, "end_to_end", "low"), 0),
    "an endless time": ((*AT, "compute", "high"), 1e99),
    "a median outside of its spread": ((*AT, "compute", "median"), 4e-3),
    "a spread that is upside down": ((*AT, "cpu", "low"), 9e-3),
    "a time that is a word": ((*AT, "compute", "median"), "fast"),
    "a machine's record": (("measured_in",), "a machine"),
    "another schema": (("schema_version",), 2),
    "a field that nobody knows": ((*EXAMPLE, "faster"), 3),
    "no points": ((*EXAMPLE, "points"), []),
    "a name of an example that is a path": (("examples",), {"../x": RECORD["examples"]}),
}


@pytest.mark.parametrize("fault", CANNOT_BE_READ)
def test_what_is_no_record_is_one_line(tmp_path: Path, fault: str) -> None:
    """Which names the file and the place."""
    path, to = CANNOT_BE_READ[fault]
    file = tmp_path / "copied.json"
    file.write_text(json.dumps(changed(*path, to=to)))
    with pytest.raises(RecordError, match=r"copied\.json: ") as e:
        records.read_browser(file)
    assert "\n" not in str(e.value)


CANNOT_BE = {
    "an example that is not there": (
        ("examples",),
        {"warp_drive": RECORD["examples"]["array_addition"]},
        "no such example",
    ),
    "a size that is not the example's": ((*AT, "n"), 12345, "has a size of 12345"),
    "a wrong result": ((*AT, "error"), 0.5, "H6 .*off by 0.5, allowed is 1e-07"),
    "a wrong result of the CPU": ((*AT, "cpu", "error"), 0.5, "H6 .*the CPU's result is off"),
    "a clock that is not linear": ((*AT, "compute", "linear"), 0.3, "took 0.60 times as long"),
    "a CPU's clock that is not": ((*AT, "cpu", "linear"), 3, "the CPU: twice the work took 6.00"),
    "a coarse clock": ((*EXAMPLE, "clock", "step"), 0.016, "steps of 0.016 s"),
    "a part longer than the whole": (
        (*AT, "end_to_end"),
        BATCHES | {"low": 1e-6, "median": 2e-6, "high": 3e-6},
        "took longer to compute than end to end",
    ),
    "a day to come": (
        ("captured",),
        (datetime.now(UTC) + timedelta(days=3)).isoformat(),
        "is of the future",
    ),
}


@pytest.mark.parametrize("fault", CANNOT_BE)
def test_what_cannot_be_true_is_refused(fault: str) -> None:
    """In one line each."""
    path, to, says = CANNOT_BE[fault]
    record = changed(*path, to=to)
    if "end_to_end" in path:
        del record["examples"]["array_addition"]["points"][0]["end_to_end"]["linear"]
    said = judged(record)
    assert len(said) == 1
    assert re.search(says, said[0]), said[0]


@pytest.mark.parametrize("work", [{}, {"bytes": 0, "operations": 0}])
@pytest.mark.parametrize(
    ("name", "seconds", "refused"),
    [
        ("apple metal-3 Apple M1 Max", 1e-5, "Apple M1 Max allows"),
        ("apple metal-3 Apple M1 Max", 3e-3, ""),
        ("made-up gpu", 1e-6, "(the fastest that we know) allows"),
        ("made-up gpu", 5e-4, ""),
    ],
)
def test_what_beats_its_bound_is_refused(
    work: dict[str, int], name: str, seconds: float, refused: str
) -> None:
    """Its own data sheet's, or that of the fastest GPU that we know; by our count of the work."""
    times = dict.fromkeys(("median", "low", "high"), seconds)
    point = POINT | work | {"n": 2**26, "compute": BATCHES | times}
    point |= {"end_to_end": {"median": 0.1, "low": 0.1, "high": 0.1, "rounds": 3, "batch": 1}}
    said = judged(
        changed(
            *EXAMPLE, to=RECORD["examples"]["array_addition"] | {"name": name, "points": [point]}
        )
    )
    assert [refused in line and line.startswith("H5 ") for line in said] == [True] * bool(refused)


@pytest.mark.parametrize(("software", "name"), [(True, "a gpu"), (False, "google swiftshader")])
def test_a_program_that_plays_a_gpu_is_marked(software: bool, name: str) -> None:
    """Whatever it says of itself."""
    record = changed(*EXAMPLE, "name", to=name)
    record["examples"]["array_addition"]["software"] = software
    found = Browser.model_validate_json(json.dumps(record))
    (mark,) = browser.judge(found, "FILE", catalog.find())
    assert mark.severity == "mark"
    assert "no evidence of one" in mark.says


def test_the_verb_looks_at_a_copied_record(tmp_path: Path) -> None:
    """A hostile name colours no terminal and begins no line; what is refused ends with 1."""
    file = tmp_path / "copied.json"
    name = "evil\x1b[31m\nH5 results: all is well \u202e<img src=x>"
    file.write_text(json.dumps(changed(*EXAMPLE, "name", to=name)))
    done = CliRunner().invoke(main, ["judge", "--browser", str(file)])
    assert done.exit_code == 0, done.output
    assert done.output.count("\n") == 1
    assert done.output.strip().isprintable()
    assert "1 points of array_addition, measured in a browser on evil" in done.output
    file.write_text(json.dumps(changed(*AT, "error", to=1)))
    done = CliRunner().invoke(main, ["judge", "--browser", str(file)])
    assert done.exit_code == 1
    assert done.output.startswith("H6 ")
    file.write_text("{}")
    done = CliRunner().invoke(main, ["judge", "--browser", str(file)])
    assert done.exit_code == 1
    assert "another schema version than 1; copy it again in the page" in done.output


def test_a_published_one_is_judged_with_the_rest() -> None:
    """And lies in no machine's folder."""
    results = Results(
        machines={},
        records={},
        browser={"a": Browser.model_validate_json(json.dumps(changed(*AT, "error", to=1)))},
    )
    (finding,) = [f for f in rules.judge_results(results, catalog.find()) if f.rejects]
    assert finding.message.startswith("H6 results/browser/a.json array_addition: ")


def test_no_ratio_or_claim_can_reach_a_record_from_a_browser() -> None:
    """It holds no Timing, and `of` lists no example of it."""
    results = Results(
        machines={}, records={}, browser={"a": Browser.model_validate_json(json.dumps(RECORD))}
    )
    assert list(results.of("array_addition")) == []


def test_a_machines_folder_cannot_be_called_so(tmp_path: Path) -> None:
    """What lies in results/browser is read as what it is, and only that."""
    folder = tmp_path / records.BROWSER
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(RECORD))
    assert list(records.read_results(tmp_path).browser) == ["a"]
    (folder / "machine.txt").write_text("")
    with pytest.raises(RecordError, match="no record of a browser"):
        records.read_results(tmp_path)
