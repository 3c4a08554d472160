"""Times what a WebGPU program does on the GPU: its own commands, many times in one submission.

The device's timestamps cannot be relied on (zeros on some systems, steps of 100 µs on others), and
a call returns long before its work is done. So what `run` records and submits is noted, and
played again k times into one command buffer. Its time, less that of an empty submission, is k times
that of the program. Twice as many must take twice as long; if not, the clock was stopped too soon.
"""

import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from survival.capture.timers import MAX_SAMPLES, Budget, Call, Samples, TooSlow, plan
from survival.errors import CaptureError, one_line
from survival.judge.gpus import LINEAR
from survival.stats import MIN_SAMPLES

EMPTIES = 50
"""A submission is at least that many times as long as an empty one, which is taken off it."""
LEAST = 1e-3
"""Seconds that a submission takes at least."""
MOST = 20_000
"""Runs in one submission; what is then still short, this clock cannot tell."""
WARM = 0.15
"""Seconds of work before any is timed: GPUs, and programs that play them, wake up slowly."""
LONGEST = 1.0
"""Seconds of one run. Systems stop what keeps their only GPU much longer."""
DOUBLES = 3
"""Submissions of twice the work, between the others."""


@dataclass
class _Pass:
    """A compute pass that notes what it is told."""

    options: dict[str, Any]
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: self.calls.append((name, args, kwargs))

    def end(self) -> None:
        """Nothing: the pass is ended when it is played."""


class _Encoder:
    """A command encoder that notes what it is told."""

    def __init__(self) -> None:
        self.steps: list[_Pass | tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def begin_compute_pass(self, **options: Any) -> _Pass:
        """Note a pass."""
        self.steps.append(_Pass(options))
        return self.steps[-1]  # type: ignore[return-value]

    def finish(self, **_: Any) -> "_Encoder":
        """What stands for a command buffer."""
        return self

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: self.steps.append((name, args, kwargs))


class Work:
    """What `run` submits, to be played as often as wished. Raises CaptureError if it cannot be."""

    _device: Any
    """The one that `run` asks for an encoder."""

    def __init__(self, run: Call) -> None:
        self._steps: list[Any] = []
        with self._noting():
            run()
        if not self._steps:
            raise CaptureError("run() submitted no work through wgpu: there is nothing to time")
        make: Any = self._device.create_buffer
        self._from = make(size=4, usage="COPY_SRC")
        self._to = make(size=4, usage="COPY_DST|MAP_READ")

    @property
    def where(self) -> str:
        """What computes it, as the library calls the adapter: the judge reads it too."""
        return one_line(str(self._device.adapter.summary))[:200]

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Put our encoder and submission in the place of the library's, for every device."""
        from wgpu.backends.wgpu_native import GPUBuffer, GPUDevice, GPUQueue

        def encoder(device: Any, **_: Any) -> _Encoder:
            self._device = device
            return _Encoder()

        def submit(_: Any, command_buffers: list[_Encoder]) -> None:
            for noted in command_buffers:
                self._steps += noted.steps

        def refuse(*_: Any, **__: Any) -> None:
            raise CaptureError("run() must only record and submit: data move in to_device, to_host")

        stand_ins = {
            (GPUDevice, "create_command_encoder"): encoder,
            (GPUQueue, "submit"): submit,
            **{(GPUQueue, name): refuse for name in ("write_buffer", "read_buffer")},
            **{(GPUBuffer, name): refuse for name in ("map_sync", "map_async")},
        }
        kept = {(owner, name): getattr(owner, name) for owner, name in stand_ins}
        try:
            for (owner, name), stand_in in stand_ins.items():
                setattr(owner, name, stand_in)
            yield
        finally:
            for (owner, name), method in kept.items():
                setattr(owner, name, method)

    def encoded(self, times: int, **options: Any) -> Any:
        """The work, `times` over, as one command buffer; alike passes in a row become one.

        `options` go to a first compute pass, such as its timestamps.
        """
        encoder = self._device.create_command_encoder()
        current, begun = None, None
        for step in self._steps * times:
            if not isinstance(step, _Pass):
                if current is not None:
                    current.end()
                current = None
                name, args, kwargs = step
                getattr(encoder, name)(*args, **kwargs)
                continue
            if current is None or step.options != begun:
                if current is not None:
                    current.end()
                current, begun = encoder.begin_compute_pass(**step.options, **options), step.options
            for name, args, kwargs in step.calls:
                getattr(current, name)(*args, **kwargs)
        if current is not None:
            current.end()
        # Behind the work: when these bytes can be read, all of it is done.
        encoder.copy_buffer_to_buffer(self._from, 0, self._to, 0, 4)
        return encoder.finish()

    def submitted(self, times: int) -> tuple[float, float]:
        """Seconds from submitting the work, `times` over, to the call's return, and to its end."""
        commands = self.encoded(times)
        start = time.perf_counter()
        self._device.queue.submit([commands])
        returned = time.perf_counter() - start
        self._to.map_sync("READ")
        seconds = time.perf_counter() - start
        self._to.unmap()
        return returned, seconds

    def seconds(self, times: int) -> float:
        """Seconds from submitting the work, `times` over, to knowing that it is done."""
        return self.submitted(times)[1]


def clocked(run: Call, budget: Budget) -> Samples:
    """Time what `run` does on the GPU. Its inputs are there already; it has run before.

    Raises TooSlow where the budget or a system's patience does not allow it, or where the work is
    too short for this clock, and CaptureError where `run` does more than submit work.
    """
    work = Work(run)
    seen = _clocked(work, budget)
    if seen.linearity is not None and not LINEAR[0] <= seen.linearity <= LINEAR[1]:
        again = _clocked(work, budget)  # something may have run beside it
        seen = min(seen, again, key=lambda s: abs((s.linearity or 0) - 1))
    return seen


def bounded(budget: Budget) -> Budget:
    """The budget, less where a single run would keep the GPU for too long."""
    return replace(budget, limit=min(budget.limit, LONGEST * MIN_SAMPLES))


def _clocked(work: Work, budget: Budget) -> Samples:
    empty = statistics.median(work.seconds(0) for _ in range(10))
    calls, once = enough(work, empty, budget)
    samples = min(MAX_SAMPLES, max(MIN_SAMPLES, int(budget.target / (calls * once))))
    singles, doubles, empties = [], [], []
    for i in range(samples):
        singles.append(work.seconds(calls))
        empties.append(work.seconds(0))
        if i % math.ceil(samples / DOUBLES) == 0:
            doubles.append(work.seconds(2 * calls))
    empty = statistics.median(empties)
    seconds = tuple((s - empty) / calls for s in singles)
    if min(seconds) <= 0:
        raise TooSlow(f"{calls} runs in a submission took no longer than an empty one")
    linearity = (statistics.median(doubles) - empty) / (2 * calls * statistics.median(seconds))
    timer = (
        f"wgpu {version('wgpu')} on {work.where}: {calls} in one submission, less an empty one of "
        f"{empty * 1e6:.0f} µs; caches not cleared"
    )
    return Samples(seconds, calls, timer, linearity=max(0.0, min(100.0, linearity)))


def enough(work: Work, empty: float, budget: Budget) -> tuple[int, float]:
    """How many runs make a submission long enough, warmed up, and about how long one takes.

    Raises TooSlow if the shortest is too long, or the longest too short.
    """
    wanted = max(EMPTIES * empty, LEAST)
    calls, stop = 1, time.perf_counter() + WARM
    work.seconds(calls)  # which wakes the device up, and says nothing
    while True:
        took = work.seconds(calls)
        once = max(took - empty, 0.0) / calls
        if calls == 1:
            plan(once, bounded(budget))
        if took - empty >= wanted and time.perf_counter() > stop:
            return calls, once
        if took - empty < wanted:
            if calls == MOST:
                raise TooSlow(f"{MOST} runs in a submission hardly take longer than an empty one")
            # At most tenfold, because a first guess may be noise.
            calls = min(MOST, math.ceil(calls * min(10, 1.2 * wanted / max(took - empty, 1e-9))))
