"""The clock of WebGPU programs, on a program that plays a GPU: ratios only, no speed."""

import sys
import types
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import numpy as np
import pytest

from survival.capture.timers import Budget, TooSlow
from survival.capture.webgpu import batch
from survival.errors import CaptureError
from tests.survival.capture.webgpu.conftest import VARIANT

QUICK = Budget(target=0.05, limit=5.0)


@pytest.fixture
def doubling(software: Any) -> Iterator[types.ModuleType]:
    """The variant, loaded."""
    module = types.ModuleType("doubling_through_webgpu")
    sys.modules[module.__name__] = module
    exec(compile(VARIANT, module.__name__, "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__]


def test_a_program_is_played_as_often_as_asked(doubling: Any) -> None:
    """The recording changes nothing by itself; played, it computes what `run` computes."""
    a = np.random.default_rng(1).random(1000, dtype=np.float32)
    args = doubling.to_device(a)
    work = batch.Work(lambda: doubling.run(*args))
    assert not doubling.to_host(args[1]).any()
    assert work.seconds(3) > 0
    assert np.array_equal(doubling.to_host(args[1]), 2 * a)


def test_the_clock_sees_work_grow(doubling: Any) -> None:
    """Sixteen times the work takes far longer, and each clock was linear within a factor.

    In one of five tries: other programs bend a clock.
    """

    def look(n: int) -> batch.Samples:
        args = doubling.to_device(np.ones(n, np.float32))
        doubling.run(*args)
        seen = batch.clocked(lambda: doubling.run(*args), QUICK)
        assert len(seen.seconds) >= 6
        assert "less an empty one of" in seen.timer
        return seen

    def grows() -> bool:
        small, large = look(2**18), look(2**22)
        linear = all(0.5 < (s.linearity or 0) < 2 for s in (small, large))
        return linear and median(large.seconds) > 4 * median(small.seconds)

    assert any(grows() for _ in range(5))


def test_the_call_returns_before_the_work_is_done(doubling: Any) -> None:
    """So a clock that stops there is wrong."""
    args = doubling.to_device(np.ones(2**22, np.float32))
    work = batch.Work(lambda: doubling.run(*args))
    work.seconds(1)
    returned, finished = work.submitted(8)
    assert finished > 2 * returned


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (lambda m, args: None, "submitted no work"),
        (lambda m, args: m.to_host(m.run(*args)), "must only record and submit"),
        (lambda m, args: m.device.queue.write_buffer(args[1], 0, bytes(4)), "must only record"),
    ],
)
def test_what_does_more_or_less_than_submit_is_refused(
    doubling: Any, run: Callable[..., object], says: str
) -> None:
    """What it does besides would not be played again, so its time would be too short."""
    args = doubling.to_device(np.ones(1000, np.float32))
    with pytest.raises(CaptureError, match=says):
        batch.Work(lambda: run(doubling, args))
    doubling.to_host(doubling.run(*args))  # and the library is as it was


class Clockwork(batch.Work):
    """Work whose submissions take what a function says, in place of a GPU."""

    where = "nothing"

    def __init__(self, seconds: Callable[[int], float]) -> None:
        self.seconds = seconds  # type: ignore[method-assign]


def timed(seconds: Callable[[int], float], monkeypatch: pytest.MonkeyPatch) -> batch.Samples:
    """What the clock makes of such submissions."""
    monkeypatch.setattr(batch, "WARM", 0.0)
    monkeypatch.setattr(batch, "Work", lambda run: Clockwork(seconds))
    return batch.clocked(lambda: None, QUICK)


def test_the_empty_submission_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A millisecond for each run, and a fifth of one for the submission."""
    seen = timed(lambda k: 2e-4 + 1e-3 * k, monkeypatch)
    assert median(seen.seconds) == pytest.approx(1e-3)
    assert seen.linearity == pytest.approx(1.0)


def test_a_clock_that_stops_too_soon_is_not_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that is reported as done when it is not: twice as much takes no longer."""
    seen = timed(lambda k: 2e-4 + min(1e-3 * k, 0.011), monkeypatch)
    assert seen.linearity == pytest.approx(0.5, abs=0.1)


def test_too_long_and_too_short_are_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Systems stop what keeps a GPU for seconds, and nothing can be said of nothing."""
    with pytest.raises(TooSlow, match=r"one call takes about 2 s"):
        timed(lambda k: 2.0 * k + 1e-4, monkeypatch)
    with pytest.raises(TooSlow, match="hardly take longer than an empty one"):
        timed(lambda k: 1e-4 + 1e-12 * k, monkeypatch)
    assert batch.bounded(Budget(1.0, 0.5)).limit == 0.5
