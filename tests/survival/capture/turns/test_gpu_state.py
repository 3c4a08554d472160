"""What a GPU says of itself, by a stand-in for NVIDIA's library."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from survival.capture.host import nvidia
from survival.capture.turns.gpu_state import gpu_state


def nvml(**changes: Any) -> SimpleNamespace:
    """A library whose card runs at 1,980 MHz and is held back by its power limit."""
    card: dict[str, Any] = {
        "NVML_CLOCK_SM": 1,
        "nvmlInit": lambda: None,
        "nvmlDeviceGetHandleByPciBusId": lambda address: "card",
        "nvmlDeviceGetClockInfo": lambda handle, kind: 1980,
        "nvmlDeviceGetCurrentClocksThrottleReasons": lambda handle: 0b101,
    }
    return SimpleNamespace(**card | changes)


@pytest.fixture(autouse=True)
def device(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU that CUDA counts as 0."""
    monkeypatch.setattr(nvidia, "address", lambda: "0000:3b:00.0")


def test_the_clock_and_why_it_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the bit that only says that nothing runs, as after the last sample."""
    monkeypatch.setitem(sys.modules, "pynvml", nvml())
    assert gpu_state() == {"clock_mhz": 1980.0, "throttled": 0b100}


def fails(*args: object) -> None:
    """A driver without that question."""
    raise RuntimeError("Not Supported")


@pytest.mark.parametrize(
    ("missing", "clock"),
    [
        ("nvmlDeviceGetHandleByPciBusId", None),
        ("nvmlDeviceGetCurrentClocksThrottleReasons", 1980.0),
    ],
)
def test_a_card_that_does_not_tell_costs_no_samples(
    monkeypatch: pytest.MonkeyPatch, missing: str, clock: float | None
) -> None:
    """No driver, or a card that is not asked such things; what it does tell is kept."""
    monkeypatch.setitem(sys.modules, "pynvml", nvml(**{missing: fails}))
    assert gpu_state() == {"clock_mhz": clock, "throttled": None}


def test_nor_does_a_library_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on every machine without NVIDIA's."""
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert gpu_state() == {"clock_mhz": None, "throttled": None}
