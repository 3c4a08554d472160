"""Counters of energy, played by files and by a card that is not there."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survival.capture.energy import counters
from survival.capture.energy.counters import Counter


def zone(root: Path, place: str, name: str, joules: float, **limits: float) -> Path:
    """A zone of RAPL as Linux shows it."""
    folder = root / place
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "energy_uj").write_text(f"{int(joules * 1e6)}\n")
    (folder / "max_energy_range_uj").write_text(f"{1000 * 10**6}\n")
    for number, watts in limits.items():
        (folder / f"constraint_{number[1:]}_power_limit_uw").write_text(f"{int(watts * 1e6)}\n")
    return folder


@pytest.fixture(autouse=True)
def _linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def test_packages_are_added_and_what_nests_in_them_is_not(tmp_path: Path) -> None:
    """Two packages; cores lie within them, and psys around them."""
    for i, joules in ((0, 100.0), (1, 50.0)):
        zone(tmp_path, f"intel-rapl:{i}", f"package-{i}", joules, _0=65, _1=120)
        zone(tmp_path, f"intel-rapl:{i}:0", "core", 70.0, _0=10)
    zone(tmp_path, "intel-rapl:2", "psys", 500.0, _0=300)
    found = counters.cpu(tmp_path)
    assert isinstance(found, Counter)
    assert found.read() == pytest.approx(150.0)
    assert found.limit_watts == 240  # the larger of each
    assert found.source == "RAPL: package-0, package-1"


def test_a_counter_that_begins_again_goes_on(tmp_path: Path) -> None:
    """From 990 J, of 1,000 that it holds, to 5 J are 15 J."""
    folder = zone(tmp_path, "intel-rapl:0", "package-0", 990, _0=65)
    found = counters.cpu(tmp_path)
    assert isinstance(found, Counter)
    before = found.read()
    (folder / "energy_uj").write_text("5000000")
    assert found.read() - before == pytest.approx(15)


def test_why_there_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No zones, no rights, no limit, another system: each in words."""
    assert "shows no counter" in str(counters.cpu(tmp_path))
    folder = zone(tmp_path, "intel-rapl:0", "package-0", 1)
    assert "no limit" in str(counters.cpu(tmp_path))
    (folder / "constraint_0_power_limit_uw").write_text("65000000")
    (folder / "energy_uj").write_text("nonsense")
    assert "cannot be read" in str(counters.cpu(tmp_path))

    def refused(self: counters.Zone) -> float:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(counters.Zone, "joules", refused)
    assert "only root" in str(counters.cpu(tmp_path))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "powermetrics" in str(counters.cpu(tmp_path))


def card(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]) -> None:
    """A card that answers so, and None to all else, as NVML's wrapper does."""
    there = object()
    monkeypatch.setattr(counters.nvidia, "card", lambda: there)
    monkeypatch.setattr(counters.nvidia, "ask", lambda name, *_: answers.get(name))


ENERGY, LIMIT = "nvmlDeviceGetTotalEnergyConsumption", "nvmlDeviceGetEnforcedPowerLimit"


def test_nvml_says_millijoules_and_milliwatts(monkeypatch: pytest.MonkeyPatch) -> None:
    """And here they are joules and watts, of the board."""
    card(monkeypatch, {ENERGY: 12_345_678, LIMIT: 700_000})
    found = counters.gpu()
    assert isinstance(found, Counter)
    assert (found.read(), found.limit_watts, found.scope) == (12345.678, 700.0, "board")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({LIMIT: 700_000}, "no counter"),
        ({ENERGY: 1, LIMIT: None}, "no limit"),
        ({ENERGY: 1, LIMIT: 700_000, "nvmlDeviceGetMigMode": (1, 1)}, "whole board"),
    ],
)
def test_why_a_gpu_has_none_is_said(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any], says: str
) -> None:
    """An old card, a driver that does not say, a slice."""
    card(monkeypatch, answers)
    assert says in str(counters.gpu())


def test_each_device_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Either by its counter or by a reason."""
    monkeypatch.setattr(counters, "cpu", lambda: "none")
    monkeypatch.setattr(counters, "gpu", lambda: SimpleNamespace())
    monkeypatch.setattr(counters, "gpu", lambda: Counter("gpu", "board", "x", 1, lambda: 0.0))
    there, missing = counters.find()
    assert [c.device for c in there] == ["gpu"]
    assert missing == {"cpu": "none"}
