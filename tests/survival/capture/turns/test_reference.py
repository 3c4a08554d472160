"""The fixed piece of work that shows whether a machine drifts, in its own process."""

import time

import psutil
import pytest

from survival.capture.turns.reference import Reference
from survival.errors import CaptureError


def test_it_answers_again_and_again_and_is_stopped_in_between() -> None:
    """Threads that wait busily would slow down what is timed; in the end it is gone."""
    with Reference() as reference:
        assert reference._process is None  # until it is asked
        for _ in range(2):
            found = reference.seconds()
            process = psutil.Process(reference._process.pid)
            assert found.keys() == {"one_core", "all_cores"}
            # Seconds: a busy machine takes many times as long, another unit would be further off.
            assert all(1e-3 < seconds < 30 for seconds in found.values())
            for _ in range(1000):  # a signal comes when the process is next looked at
                if process.status() == psutil.STATUS_STOPPED:
                    break
                time.sleep(0.001)
            assert process.status() == psutil.STATUS_STOPPED
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_one_that_died_is_one_line() -> None:
    """It says how to see why."""
    with Reference() as reference:
        reference.seconds()
        reference._process.kill()
        reference._process.wait()
        with pytest.raises(CaptureError, match="the reference loop ended; run"):
            reference.seconds()
