"""Programs that a claim holds beside each other take turns, while the others are stopped."""

import os
import re
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from survival import catalog
from survival.capture import machine, processes
from survival.capture import plan as planning
from survival.capture import run as running
from survival.capture.turns import together
from survival.records import Record
from tests.survival.capture.test_run import made_up_machine, recorded
from tests.survival.conftest import GOOD

__all__ = ["made_up_machine"]  # a fixture: the made-up machine, and as little time as possible

OTHER = GOOD.replace("a * 2", "a + a")


@pytest.fixture
def three(examples: Path) -> Path:
    """The example with three programs on the CPU, of which pages compare two."""
    (examples / "doubling" / "cpu_numpy_added.py").write_text(OTHER)
    (examples / "doubling" / "cpu_numpy_again.py").write_text(GOOD)
    return examples


def claim(*lines: str, example: str = "doubling") -> str:
    """A page with one block of claims."""
    return f"Words.\n\n/// claim | {example}\n" + "\n".join(lines) + "\n///\n"


A, B, C = "cpu_numpy", "cpu_numpy_added", "cpu_numpy_again"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (f"{A} compute is faster than {B} at every size", {A, B}),
        (f"{A} compute is at least 1.2 times as fast as {C} at 8", {A, C}),
        (f"{A} compute is at least 3 times as fast as {B} at every size", set()),
        (f"gpu_cupy compute is faster than {B} at every size", set()),
        ("gpu_cupy compute is faster than the best CPU at every size", set()),
        (f"{A} compute is slower than {A} end_to_end at every size", set()),
        ("nobody understands this", set()),
    ],
)
def test_close_claims_on_the_cpu_are_what_is_taken_in_turns(
    three: Path, line: str, wanted: set[str]
) -> None:
    """A claim of twice and more needs none, and a GPU has its own order."""
    example = catalog.get("doubling", three)
    assert together.compared(example, [claim(line)]) == wanted
    assert together.compared(example, [claim(line, example="tripling")]) == set()


def test_a_group_stands_where_its_first_would_and_all_keep_their_places() -> None:
    """Rotated from pass to pass like the rest, so that nobody always comes first."""
    assert together.groups(["a", "b", "c", "d"], {"b", "d"}) == [
        [(0, "a")],
        [(1, "b"), (3, "d")],
        [(2, "c")],
    ]
    assert together.groups(["d", "a"], {"a", "d"}) == [[(0, "d"), (1, "a")]]


def test_what_does_not_fit_in_half_of_the_free_memory_is_taken_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All processes hold their data at once."""
    (tmp_path / "8.inputs").write_bytes(bytes(1000))
    need = 3 * (together.LIBRARIES + together.ARRAYS * 1000)
    for free, fits in ((2 * need, True), (2 * need - 1, False)):
        monkeypatch.setattr(machine, "free_bytes", lambda device, free=free: free)
        assert together.fit(3, tmp_path) == fits


def capture(examples: Path, monkeypatch: pytest.MonkeyPatch, turned: set[str]) -> Record:
    """A full capture of the example, with these programs in turns."""
    monkeypatch.setattr(together, "compared", lambda example, pages: turned)
    plan = planning.plan([], "full", examples.parent / "local", True, examples)
    assert not [f for _, found in running.run(plan, lambda what, share: None) for f in found]
    return recorded(examples)


def at(record: Record, name: str, process: int) -> list[float]:
    """When the blocks of a program's process ended."""
    timings = record.variant(name).timings
    return [b.at for t in timings for b in t.blocks if b.process == process]


def test_blocks_of_a_pair_alternate_and_those_of_others_do_not(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Size by size, each beside the other's of the same size."""
    monkeypatch.setattr(running.passes, "twin_of", lambda example, with_gpu: None)
    record = capture(three, monkeypatch, {A, B})
    for process in range(3):
        a, b, c = (at(record, name, process) for name in (A, B, C))
        assert len(a) == len(b) == len(c) == 2 * len(record.sizes)
        # Both are through with a size before either begins the next: what was disturbed may have
        # been timed again, but only within its own turn.
        sizes = [a[i : i + 2] + b[i : i + 2] for i in range(0, len(a), 2)]
        assert all(max(one) <= min(after) for one, after in pairwise(sizes))
        assert max(c) <= min(a + b) or min(c) >= max(a + b)


WATCH = '''"""Notes who else of its kind runs, while it runs."""
import os, psutil
from pathlib import Path
HERE = Path(__file__).parent
(HERE / f"pid-{os.getpid()}").touch()
def run(a):
    for path in HERE.glob("pid-*"):
        pid = int(path.name[4:])
        if pid != os.getpid() and psutil.pid_exists(pid):
            status = psutil.Process(pid).status()
            with (HERE / "seen.txt").open("a") as seen:
                seen.write(f"{status}\\n")
    return a * 2
'''


def test_only_one_process_works_and_the_others_are_stopped(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that wait busily would take the processors from the one that is timed."""
    monkeypatch.setattr(machine, "usable_threads", lambda: 1)  # they start one after the other too
    folder = examples / "doubling"
    for name in (A, B):
        (folder / f"{name}.py").write_text(WATCH)
    monkeypatch.setattr(running.passes, "twin_of", lambda example, with_gpu: None)
    capture(examples, monkeypatch, {A, B})
    seen = set((folder / "seen.txt").read_text().split())
    assert seen <= {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}
    assert psutil.STATUS_STOPPED in seen


FIRST_CALLS = '''"""Notes its first call, which is checked, and its second, which is timed."""
from pathlib import Path
calls = 0
def run(a):
    global calls
    calls += 1
    if calls <= 2:
        with (Path(__file__).parent / "calls.txt").open("a") as noted:
            noted.write(f"{calls}")
    return a * 2
'''


def calls(three: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The first two calls of three programs in each pass of a capture, in their order."""
    for name in (A, B, C):
        (three / "doubling" / f"{name}.py").write_text(FIRST_CALLS)
    monkeypatch.setattr(running.passes, "twin_of", lambda example, with_gpu: None)
    monkeypatch.setattr(processes, "add_first_call", lambda *args: None)
    capture(three, monkeypatch, set())
    return (three / "doubling" / "calls.txt").read_text()


def test_the_programs_of_a_pass_start_before_any_is_timed(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading and compiling need not wait for each other, and are not beside what is timed."""
    assert calls(three, monkeypatch) == 3 * "111222"


def test_where_memory_is_short_they_start_one_by_one(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each when it is its turn."""
    monkeypatch.setattr(together, "fit", lambda *args: False)
    assert calls(three, monkeypatch) == 9 * "12"


def test_one_that_fails_keeps_no_other_from_its_turns(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reason is recorded, and the other goes on alone."""
    (three / "doubling" / f"{B}.py").write_text(
        "import os\ndef run(a):\n    if len(a) > 16:\n        os._exit(3)\n    return a * 2\n"
    )
    record = capture(three, monkeypatch, {A, B})
    assert record.variant(B).status == "failed"
    assert record.variant(A).status == "measured"
    assert len(record.variant(A).timings) == len(record.sizes)


def test_no_process_is_left_when_a_capture_stops_in_between(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped process would wait for ever."""
    started: list[int] = []
    messages = processes.Worker.messages

    def watched(worker: processes.Worker):  # type: ignore[no-untyped-def]
        for item in messages(worker):
            if item[0] == "turn":
                started.extend(
                    c.pid
                    for c in psutil.Process(os.getpid()).children()
                    if re.search("capture.worker variant", " ".join(c.cmdline()))
                )
                if len(set(started)) > 1:
                    raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(processes.Worker, "messages", watched)
    with pytest.raises(KeyboardInterrupt):
        capture(three, monkeypatch, {A, B})
    assert len(set(started)) > 1
    assert not [pid for pid in started if psutil.pid_exists(pid)]
