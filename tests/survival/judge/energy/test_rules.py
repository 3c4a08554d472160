"""The rules over energy: a planted record that beats the device's limit of power is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from survival import catalog
from survival.judge.energy import rules
from survival.records import Energy

EXAMPLES = catalog.find()
SAXPY = EXAMPLES["saxpy"]
HASH = SAXPY.source_hash(SAXPY.variant("cpu_numpy"))


def windows(
    watts: float, calls: int, seconds: float = 2.01, count: int = rules.LEAST
) -> list[dict[str, Any]]:
    """So many windows of so much power."""
    return [{"seconds": seconds, "joules": watts * seconds, "calls": calls}] * count


def energy(**changed: Any) -> Energy:
    """A record of a processor that may draw 65 W, rests at 10 W, and draws 40 W for saxpy."""
    drawn = {
        "example": "saxpy",
        "variant": "cpu_numpy",
        "size": 1024,
        "source_hash": HASH,
        "windows": windows(40, 1000),
    }
    counter = {
        "device": "cpu",
        "scope": "package",
        "source": "RAPL: package-0",
        "limit_watts": 65,
        "idle": windows(10, 0),
        "drawn": [drawn | changed.pop("drawn", {})],
    }
    return Energy.model_validate(
        {
            "schema_version": 1,
            "machine": "made-up",
            "captured": "2026-11-26T12:00:00Z",
            "counters": [counter | changed],
            "missing": {"gpu": "there is none"},
        }
    )


def said(found: Energy) -> list[tuple[str, str]]:
    """Rule and severity of each finding."""
    return [(f.rule, f.severity) for f in rules.judge_energy(found, EXAMPLES, "energy.json")]


def test_what_is_sound_passes() -> None:
    """And says what a call takes: 40 W over two seconds, a thousand calls."""
    found = energy()
    assert said(found) == []
    drawn = found.counters[0].drawn[0]
    assert drawn.joules == pytest.approx(40 * 2.01 / 1000)
    assert found.counters[0].idle_watts == pytest.approx(10)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"drawn": {"windows": windows(70, 1000)}}, "H5"),  # more than the device may draw
        ({"drawn": {"windows": [*windows(40, 9, count=10), *windows(70, 9, count=1)]}}, "H5"),
        ({"idle": windows(66 * 1.05, 0), "limit_watts": 66 / 1.05, "drawn": {}}, "H5"),
        ({"drawn": {"windows": windows(5, 1000)}}, "energy"),  # less than when idle
        ({"drawn": {"windows": windows(40, 1000, seconds=0.1)}}, "energy"),
        ({"drawn": {"windows": windows(40, 1000, count=9)}}, "energy"),
        ({"drawn": {"windows": windows(40, 0)}}, "energy"),
        ({"idle": []}, "energy"),  # idle is not told
        ({"idle": windows(10, 0, seconds=1.9)}, "energy"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], rule: str) -> None:
    """Too much power, too little, windows too short or too few, a program that did not run."""
    found = said(energy(**changed))
    assert (rule, "reject") in found


def test_a_little_above_the_limit_is_within_what_counters_err() -> None:
    """As for every ceiling (H5)."""
    assert said(energy(drawn={"windows": windows(65 * 1.04, 10)})) == []


def test_another_source_is_stale() -> None:
    """Marked, and an error of a release."""
    assert said(energy(drawn={"source_hash": "0" * 16})) == [("H12", "mark")]
    assert said(energy(drawn={"variant": "cpu_gone"})) == [("H12", "mark")]


def test_a_device_without_counter_and_reason_is_no_record() -> None:
    """Silence is no answer."""
    whole = energy().model_dump(mode="json")
    for change in ({"missing": {}}, {"missing": {"gpu": "none", "cpu": "none"}}):
        with pytest.raises(ValidationError, match="a counter, or a reason why not"):
            Energy.model_validate(whole | change)
