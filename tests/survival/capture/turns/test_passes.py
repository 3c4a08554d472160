"""Who comes when in the passes over an example, and one answer out of those of all processes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survival.capture.timers import SURELY, Budget
from survival.capture.turns import passes
from survival.catalog import Example, Variant
from survival.records import Timing
from survival.stats import MIN_PROCESSES
from tests.survival.conftest import made_blocks


@given(st.lists(st.integers(), unique=True, max_size=12), st.integers(1, 4))
def test_every_pass_has_everybody_once(items: list[int], count: int) -> None:
    """In another order each time, where there are as many as passes."""
    orders = [passes.rotated(items, p, count) for p in range(count)]
    assert all(sorted(order) == sorted(items) for order in orders)
    if len(items) >= count > 1:
        assert len({order[0] for order in orders}) == count


def test_three_come_first_in_turn() -> None:
    """A B C, C A B, B C A."""
    assert ["".join(passes.rotated("ABC", p, 3)) for p in range(3)] == ["ABC", "CAB", "BCA"]


@pytest.mark.parametrize("count", [1, 3])
def test_processes_share_what_one_would_spend(count: int) -> None:
    """Not less than the fewest samples together; later ones may take what the first has taken."""
    whole = Budget(target=0.6, limit=30.0, least=6, most=50)
    first, later = (passes.share(whole, count, first) for first in (True, False))
    assert count * first.target == pytest.approx(whole.target)
    assert count * first.limit == pytest.approx(whole.limit)
    assert count * first.least >= whole.least
    assert count * first.most >= whole.most
    assert later.limit == pytest.approx(SURELY * first.limit)


def example(name: str, *variants: str) -> Example:
    """An example of which only the names count."""
    made = tuple(
        Variant(
            n, Path(f"{n}.py"), "gpu" if n.startswith("gpu") else "cpu", n.split("_")[1], (), ""
        )
        for n in variants
    )
    return Example(name, Path("problem.py"), made)


def test_a_twin_is_drawn_by_the_name_and_never_python() -> None:
    """Always the same, all kinds in their turn; of a GPU only where there is one."""
    names = ("cpu_python", "cpu_numpy", "cpu_numba", "gpu_cupy")
    drawn = {
        with_gpu: {
            found.name
            for i in range(60)
            if (found := passes.twin_of(example(f"example_{i}", *names), with_gpu))
        }
        for with_gpu in (True, False)
    }
    assert drawn == {
        True: {"cpu_numpy", "cpu_numba", "gpu_cupy"},
        False: {"cpu_numpy", "cpu_numba"},
    }
    assert passes.twin_of(example("a", "cpu_python", "gpu_cupy"), False) is None
    assert passes.turns(example("a", *names), "full", True) == MIN_PROCESSES * 6
    assert passes.turns(example("a", *names), "quick", True) == 5


def answer(process: int, *sizes: int, error: float = 0.0, left: str = "") -> dict[str, Any]:
    """What a process answers that timed these sizes."""
    timings = []
    for n in sizes:
        timing = made_blocks(n, "compute", [float(process + 1)], 0.0)
        timing["blocks"] = [b | {"process": process} for b in timing["blocks"]]
        timings.append(timing | {"others": 0.1 * process, "linearity": 1 - 0.1 * process})
    return {
        "status": "measured",
        "checks": [{"size": n, "error": error} for n in (*sizes, 64)],
        "timings": timings,
        "left_out": [{"size": 64, "scope": "compute", "reason": left}] if left else [],
    }


def test_an_answer_is_of_all_processes() -> None:
    """Their samples and blocks in a row, the worst error, the busiest moment, the oddest clock."""
    found = passes.merged([answer(p, 8, error=e) for p, e in enumerate((1e-8, 3e-8, 2e-8))])
    assert found["status"] == "measured"
    assert {c["error"] for c in found["checks"]} == {3e-8}
    timing = Timing.model_validate(found["timings"][0])
    assert timing.middles == {0: 1.0, 1: 2.0, 2: 3.0}
    assert timing.median == 2.0
    assert timing.low < 1.0 < 3.0 < timing.high
    assert timing.others == pytest.approx(0.2)
    assert timing.linearity == pytest.approx(0.8)


def test_what_one_process_did_not_time_is_left_out() -> None:
    """Or the interval would be of fewer than it says; the reason is that process's own."""
    found = passes.merged([answer(0, 8, 16), answer(1, 8, left="too slow"), answer(2, 8, 16)])
    assert [t["size"] for t in found["timings"]] == [8]
    why = {x["size"]: x["reason"] for x in found["left_out"]}
    assert why == {16: "not timed in every process", 64: "too slow"}


def test_what_was_not_timed_often_enough_is_left_out() -> None:
    """What a busy machine stops halfway made a broken record of the whole example."""
    one = answer(0, 8, 16)
    cut = one["timings"][0]
    cut["samples"], cut["blocks"] = cut["samples"][:3], [cut["blocks"][0] | {"n": 3}]
    found = passes.merged([one])
    assert [t["size"] for t in found["timings"]] == [16]
    [why] = found["left_out"]
    assert (why["size"], why["scope"]) == (8, "compute")
    assert why["reason"].startswith("timed 3 times only")


def test_one_that_failed_speaks_for_all() -> None:
    """A wrong answer in one process is wrong."""
    failed = {"status": "failed", "reason": "wrong at size 8"}
    assert passes.merged([answer(0, 8), failed, answer(2, 8)]) is failed


def test_what_the_first_left_out_the_next_need_not_try() -> None:
    """By size and scope, with the reason; JSON has no numbers for keys."""
    assert passes.left_out(answer(0, 8, left="too slow")) == {"64": {"compute": "too slow"}}
    assert passes.left_out({"status": "failed"}) == {}


@pytest.mark.parametrize(
    ("seen", "least"),
    [([], None), ([None, None], None), ([1.01, None, 0.7], 0.7), ([1.5, 0.9], 1.5)],
)
def test_the_worst_check_of_a_clock_is_kept(seen: list[float | None], least: float | None) -> None:
    """Too long or too short."""
    assert passes.least_linear(seen) == least
