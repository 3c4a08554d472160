"""The clocks: known durations are told, slow work is refused, a blind timer is not believed."""

import time

import pytest

from survival.capture import timers
from survival.capture.timers import Budget, Samples
from survival.errors import CaptureError

BUDGET = Budget(target=0.05, limit=1.0)


def spin(seconds: float) -> None:
    """Keep the processor busy for that long."""
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop:
        pass


@pytest.mark.parametrize("seconds", [2e-4, 5e-3])
def test_a_spin_of_known_length_is_told(seconds: float) -> None:
    """The fastest sample of a spin is its length: nothing can make it shorter.

    On a busy machine even the fastest may wait for its turn; a wrong unit is further off.
    """
    seen = timers.host(lambda: spin(seconds), BUDGET)
    assert seconds <= min(seen.seconds) < 3 * seconds
    assert len(seen.seconds) >= 6
    assert seen.timer.startswith("pyperf")


def test_short_calls_are_batched() -> None:
    """A call of nanoseconds is timed many at a time."""
    assert timers.host(lambda: None, BUDGET).calls_per_sample > 1000


@pytest.mark.parametrize("seconds", [2e-4, 5e-3])
def test_work_that_is_only_launched_is_waited_for(seconds: float) -> None:
    """Launches return at once; the wait at their end lasts as long as all of their work."""
    launched: list[float] = []

    def synchronize() -> None:
        spin(sum(launched))
        launched.clear()

    seen = timers.waited(lambda: launched.append(seconds), synchronize, BUDGET)
    assert seconds <= min(seen.seconds) < 10 * seconds  # a wrong unit is further off
    assert "then one wait" in seen.timer


def test_launches_are_batched_by_what_the_host_saw() -> None:
    """Below ten microseconds, launch and all; what takes longer is timed alone."""
    launched: list[int] = []
    batch, calls = timers._batched(lambda: launched.append(1), 4e-6)
    batch()
    assert (calls, len(launched)) == (3, 3)
    assert timers._batched(lambda: None, 2e-5)[1] == 1


def test_slow_work_is_refused_before_it_is_done() -> None:
    """Six samples of a long call would break the limit, so only one estimate is made."""
    start = time.perf_counter()
    with pytest.raises(timers.TooSlow, match=r"longer than the limit of 0\.17 s"):
        timers.host(lambda: spin(0.3), BUDGET)
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(("took", "calls"), [(0.0, 7), (0.3, 6)])
def test_a_slow_call_is_made_no_more_often_than_it_is_sampled(took: float, calls: int) -> None:
    """It warms up by being measured once, or by the call that was checked before."""
    made: list[None] = []
    seen = timers.host(lambda: made.append(spin(0.3)), Budget(target=0.05, limit=5.0), took)
    assert len(seen.seconds) == 6
    assert len(made) == calls
    assert "--warmups=0" in seen.timer


def test_a_call_that_was_slow_only_once_is_planned_anew() -> None:
    """The call before may have compiled something: its length is no plan for the samples."""
    seen = timers.host(lambda: spin(0.001), Budget(target=0.05, limit=5.0), 0.3)
    assert len(seen.seconds) > 12


def test_plan_spends_the_target() -> None:
    """Calls and samples together take about the target, within the bounds."""
    calls, samples = timers.plan(1e-4, BUDGET)
    assert calls * samples * 1e-4 == pytest.approx(0.05, rel=0.1)
    assert timers.plan(0.1, BUDGET) == (1, 6)


def gpu_with(monkeypatch: pytest.MonkeyPatch, **answers: object) -> Samples:
    """Run `gpu` on 2 ms of work with stand-ins for the three libraries."""

    def stand_in(name: str) -> object:
        def timer(launch: object, once: float, budget: Budget) -> Samples:
            answer = answers.get(name, ImportError("not installed"))
            if isinstance(answer, Exception):
                raise answer
            assert isinstance(answer, float)
            return Samples((answer,) * 6, 1, name)

        timer.__name__ = f"_{name}"
        return timer

    for name in ("cuda_bench", "triton", "cupyx"):
        monkeypatch.setattr(timers, f"_{name}", stand_in(name))
    return timers.gpu(lambda: spin(2e-3), lambda: None, BUDGET)


def test_the_first_gpu_timer_that_works_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be used is told beside what was."""
    seen = gpu_with(monkeypatch, cuda_bench=RuntimeError("no"), triton=2e-3)
    assert seen.timer == "triton (not usable: cuda_bench: no)"


def test_a_gpu_timer_that_saw_only_the_launch_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Milliseconds of work cannot take microseconds of events: it watched another stream."""
    seen = gpu_with(monkeypatch, cuda_bench=1e-5, cupyx=2e-3)
    assert seen.timer.startswith("cupyx")
    assert "saw less than half" in seen.timer


def test_no_gpu_timer_is_an_error_that_names_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what was tried."""
    with pytest.raises(CaptureError, match=r"cuda_bench.*triton.*cupyx"):
        gpu_with(monkeypatch)
