"""A small capture on a real GPU: `make test-gpu`."""

from pathlib import Path

import pytest

from survival import records
from survival.capture import machine, plan, run
from survival.judge import comparisons
from survival.records import Gpu

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """results/local of a quick capture of array addition."""
    gpu = machine.gpu()
    if not isinstance(gpu, Gpu):
        pytest.skip(gpu)
    folder = tmp_path_factory.mktemp("results") / "local"
    todo = plan.plan(["array_addition"], "quick", folder, True)
    assert not [f for _, found in run.run(todo, lambda *_: None) for f in found if f.fails]
    return folder


def test_gpu_variants_are_measured_in_both_scopes(captured: Path) -> None:
    """At least one GPU variant ran, was right, and has compute and end to end at every size."""
    record = records.read_record(captured / "array_addition.json")
    measured = [v for v in record.variants if v.device == "gpu" and v.status == "measured"]
    assert measured, [(v.name, v.reason) for v in record.variants]
    for v in measured:
        for size in record.sizes:
            assert v.timing(size.n, "compute")
            assert v.timing(size.n, "end_to_end")


def test_the_trip_takes_longer_than_the_addition(captured: Path) -> None:
    """At the largest size, end to end is slower than compute by more than the intervals."""
    record = records.read_record(captured / "array_addition.json")
    best = comparisons.best(record, "gpu", record.sizes[-1].n, "compute", "float32")
    assert best
    compute, whole = (best.timing(record.sizes[-1].n, s) for s in ("compute", "end_to_end"))
    assert compute is not None
    assert whole is not None
    assert compute.high < whole.low


def test_the_gpu_has_ceilings(captured: Path) -> None:
    """Bandwidth above the bus, transfers below it, and a launch in microseconds."""
    ceilings = records.read_machine(captured / "machine.json").ceilings
    memory = ceilings.memory_rate("gpu", 2**28)
    assert len(ceilings.transfers) == 4
    assert all(t.bytes_per_second < memory for t in ceilings.transfers)
    assert ceilings.launch_seconds is not None
    assert 1e-7 < ceilings.launch_seconds < 1e-3
