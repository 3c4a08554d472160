"""One fixed piece of work, again and again through a capture: it shows whether a machine drifts.

A loop of a fixed *time* could never show that a machine became slower; one of fixed *work* does.
Run as `python -m survival.capture.turns.reference`: for every line that it reads it answers with
the seconds that the work took on one core, and on all cores at once, as JSON.
"""

import json
import subprocess
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import psutil

from survival import catalog
from survival.capture.host import answers, environment, halted
from survival.errors import CaptureError

STEPS = 5_000_000
"""Multiply-adds, each of which waits for the one before: some 10 ms at four cycles and 2 GHz."""


class Reference:
    """The process with the loop, stopped while it is not asked: idle threads may wait busily.

    It starts when it is asked first, and compiles for seconds: one serves a whole capture.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._halted: list[psutil.Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):  # what was not read any more
                    pipe.close()

    def seconds(self) -> dict[str, float]:
        """`one_core` and `all_cores` of records.Round, now. Raises CaptureError if it is gone."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "survival.capture.turns.reference"],
                cwd=catalog.ROOT,
                env=environment.clean(library="numba"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            self._ask()  # until it has compiled
        halted.go_on(self._halted)
        found = self._ask()
        self._halted = halted.halt(self._process.pid)
        return found

    def _ask(self) -> dict[str, float]:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
            found: dict[str, float] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            raise CaptureError(
                "the reference loop ended; run `.venv/bin/python -m "
                "survival.capture.turns.reference` and press Enter to see why"
            ) from None
        return found


def main() -> None:
    """Answer until nobody asks any more."""
    answer = answers.stream()
    import numba
    import numpy as np

    @numba.njit
    def loop(x, steps):  # type: ignore[no-untyped-def]
        for _ in range(steps):
            x = x * 0.5 + 0.25
        return x

    @numba.njit(parallel=True)
    def loops(x, steps):  # type: ignore[no-untyped-def]
        for i in numba.prange(x.size):
            x[i] = loop(x[i], steps)

    x = np.ones(numba.get_num_threads())
    loop(1.0, 1)
    loops(x, 1)
    for _ in sys.stdin:
        seconds = []
        for call in (lambda: loop(1.0, STEPS), lambda: loops(x, STEPS)):
            call()  # wakes the threads, and the clock
            start = time.perf_counter()
            call()
            seconds.append(float(f"{time.perf_counter() - start:.6g}"))
        found = dict(zip(("one_core", "all_cores"), seconds, strict=True))
        print(json.dumps(found), file=answer, flush=True)


if __name__ == "__main__":
    main()
