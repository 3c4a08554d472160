"""Streams, events and graphs of the GPU that is not there.

What a stream is given may be done at once, or as late as CUDA allows (`MODE.late`): a program that
forgets to wait sees old numbers then. A stream that captures runs nothing; it writes down the calls
with the arrays that they work on, and the graph makes them on what is in the arrays at its launch.
"""

from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass
class Mode:
    """How the stand-in uses the freedom that a GPU has."""

    late: bool = False
    """Work on streams that a program has made waits until the program waits for it."""
    backwards: bool = False
    """Blocks and threads run in descending order."""


MODE = Mode()


class Stream:
    """cupy.cuda.Stream, and the default stream."""

    current: "Stream"
    null: "Stream"
    made: list["Stream"]

    def __init__(self, null: bool = False, non_blocking: bool = False) -> None:
        self._default, self._alone = null, non_blocking
        self._waiting: list[Work] = []
        self._captured: list[Work] | None = None
        self._before: list[Stream] = []
        if not null:
            Stream.made.append(self)

    def __enter__(self) -> "Stream":
        self._before.append(Stream.current)
        Stream.current = self
        return self

    def __exit__(self, *exception: object) -> None:
        Stream.current = self._before.pop()

    def use(self) -> "Stream":
        """Make this the current stream."""
        Stream.current = self
        return self

    def begin_capture(self, mode: int | None = None) -> None:
        """From here on work is written down."""
        if self._default:
            raise RuntimeError("cannot capture on the default (legacy) stream")
        if self._captured is not None:
            raise RuntimeError("the stream is capturing already")
        self._captured = []

    def end_capture(self) -> "Graph":
        """What has been written down."""
        if self._captured is None:
            raise RuntimeError("the stream is not capturing")
        graph, self._captured = Graph(self._captured), None
        return graph

    def is_capturing(self) -> bool:
        """Whether work is written down."""
        return self._captured is not None

    def synchronize(self) -> None:
        """Do all that is waiting."""
        if self._captured is not None:
            raise RuntimeError("cudaErrorStreamCaptureUnsupported: the stream is capturing")
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            work()

    def record(self, event: "Event | None" = None) -> "Event":
        """Mark this place in the stream."""
        event = event or Event()
        event.record(self)
        return event

    def wait_event(self, event: "Event") -> None:
        """What comes later here waits for the event."""
        self.add(event.synchronize)

    def add(self, work: Work) -> None:
        """Give the stream something to do."""
        if self._captured is not None:
            self._captured.append(work)
            return
        if self._default:  # waits for all streams but those that are non-blocking
            for other in Stream.made:
                if not other._alone and other._captured is None:
                    other.synchronize()
        elif MODE.late:
            self._waiting.append(work)
            return
        work()


Stream.made = []
Stream.null = Stream.current = Stream(null=True)


class Event:
    """cupy.cuda.Event."""

    def __init__(self, block: bool = False, disable_timing: bool = False) -> None:
        self._stream = Stream.null

    def record(self, stream: Stream | None = None) -> None:
        """Mark a place in the stream, or in the current one."""
        self._stream = stream or Stream.current

    def synchronize(self) -> None:
        """Wait for what the stream had to do; here also for what it was given later."""
        self._stream.synchronize()


class Graph:
    """cupy.cuda.Graph."""

    def __init__(self, calls: list[Work]) -> None:
        self._calls = calls

    def launch(self, stream: Stream | None = None) -> None:
        """Make the calls that were written down."""
        for call in self._calls:
            (stream or Stream.current).add(call)


def reset() -> None:
    """Begin anew, as in a new process."""
    Stream.made.clear()
    Stream.current = Stream.null
    MODE.late = MODE.backwards = False


def submit(work: Work) -> None:
    """Give work to the current stream."""
    Stream.current.add(work)


def settle(what: str) -> None:
    """Prepare for a step that makes new memory or needs its numbers now: nothing may be waiting.

    `what` says which step. While a stream captures, the memory of a temporary would be given to
    others after the capture, and the graph would go on using it; CuPy does not notice.
    """
    for stream in (Stream.current, *Stream.made):
        if stream.is_capturing():
            raise RuntimeError(f"{what} while a stream is capturing")
    Stream.current.synchronize()


def finish() -> None:
    """Wait for the whole device, as cudaDeviceSynchronize does."""
    for stream in Stream.made:
        stream.synchronize()
