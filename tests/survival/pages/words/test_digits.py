"""A digit is shown where it is known: by the interval, and by what the machine repeats."""

import pytest

from survival.pages.words import digits
from survival.records import Limit, Reached, Repeatability, Timing
from tests.survival.conftest import made_blocks, made_machine, made_timing


@pytest.mark.parametrize(
    ("low", "high", "n"), [(12.25, 12.35, 3), (11.8, 12.8, 3), (11.7, 12.9, 2)]
)
def test_a_third_digit_is_earned(low: float, high: float, n: int) -> None:
    """By an interval of at most five units of it to a side."""
    assert digits.earned(12.3, low, high) == n


@pytest.mark.parametrize(("moves", "n"), [(None, 3), (0.004, 3), (0.1, 2)])
def test_a_machine_that_moves_further_earns_no_third(moves: float | None, n: int) -> None:
    """Three processes that agree know nothing of the next whole capture."""
    timing = Timing.model_validate(made_blocks(100, "compute", [1.23, 1.231, 1.232], 0.001))
    machine = made_machine()
    if moves is not None:
        again = Repeatability(
            captures=("a",),
            timings=2,
            ratios=2,
            time=moves,
            time_p90=moves,
            ratio=moves,
            ratio_p90=moves,
            overlap=1.0,
            held=1.0,
        )
        machine = machine.model_copy(update={"repeatability": again})
    assert digits.of_time(timing, machine) == n
    assert digits.of_time(timing, machine, 1e6) == n


def test_of_one_process_there_is_no_third() -> None:
    """However sure of itself it is."""
    timing = Timing.model_validate(made_timing(100, "compute", 1.23, 1e-6))
    assert digits.of_time(timing, made_machine()) == 3  # 1.2 would lie outside its interval
    timing = Timing.model_validate(made_timing(100, "compute", 1.2, 1e-6))
    assert digits.of_time(timing, made_machine()) == 2


@pytest.mark.parametrize(
    ("reached", "n"),
    [
        (Reached(12.3, 12.3, 12.3), 2),  # the best of many: nothing else is known
        (Reached(12.3, 12.27, 12.33), 3),
        (Reached(12.3, 11.0, 13.0), 2),
        (Reached(12.3, 13.0, 11.0), 2),  # of a launch, the slowest is the longest
    ],
)
def test_a_ceiling_has_what_its_tries_earned(reached: Reached, n: int) -> None:
    """So does the limit that follows from it, in seconds."""
    assert digits.of_ceiling(reached) == n
    limit = Limit(
        seconds=12.3,
        bound_by="memory",
        bytes_per_second=1.0,
        operations_per_second=1.0,
        shortest=reached.low,
        longest=reached.high,
    )
    assert digits.of_limit(limit) == n
    assert digits.of_limit(limit.model_copy(update={"shortest": None})) == 2
