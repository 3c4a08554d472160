"""Made-up examples, machines and records: none of it was measured, and none is published."""

from pathlib import Path
from typing import Any

import pytest

from survival import records
from survival.capture.webgpu import adapter
from survival.stats import summary, summary_of_processes

PROBLEM = '''"""Doubling, made up for the tests."""
import numpy as np
UNIT = "elements"
SIZES = (8, 16, 32, 64, 128)
TOLERANCE = 1e-6
ERROR = "relative L2 error"
def make_inputs(n, rng):
    return (rng.random(n, dtype=np.float32),)
def reference(a):
    return a.astype(np.float64) * 2
def work(inputs, expected):
    return {"bytes": 8 * expected.size, "operations": expected.size}
'''
GOOD = '''"""Doubles with NumPy."""
def run(a):
    return a * 2
'''
GPU = '''"""Doubles on a GPU that the tests do not have."""
def to_device(a):
    return (a,)
def run(a):
    return a * 2
def to_host(a):
    return a
'''


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A folder of examples with one good one, `doubling`."""
    folder = tmp_path / "examples" / "doubling"
    folder.mkdir(parents=True)
    (folder / "problem.py").write_text(PROBLEM)
    (folder / "cpu_numpy.py").write_text(GOOD)
    (folder / "gpu_cupy.py").write_text(GPU)
    return tmp_path / "examples"


def made_timing(size: int, scope: str, median: float, spread: float = 0.004) -> dict[str, Any]:
    """A timing of nine samples around `median` seconds."""
    samples = [median * (1 + spread * (i - 4) / 4) for i in range(9)]
    return {
        "size": size,
        "scope": scope,
        "samples": samples,
        "calls_per_sample": 1,
        "timer": "made up",
        **summary(samples)._asdict(),
    }


@pytest.fixture(autouse=True)
def no_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds the GPU of the machine that it runs on, unless it asks for one."""
    monkeypatch.setattr(adapter, "adapters", lambda: "no adapter in this test")


def made_limit(n: int) -> dict[str, Any]:
    """What the made-up machine allows at a size of the made-up sweep."""
    rates = {"bytes_per_second": 1e12, "operations_per_second": 1e12}
    return {"seconds": 8 * n / 1e12, "bound_by": "memory", **rates}


def made_variant(
    name: str, times: dict[str, dict[int, float]], spread: float = 0.004
) -> dict[str, Any]:
    """A measured variant; `times` gives the median seconds by scope and size."""
    sizes = sorted({n for by_size in times.values() for n in by_size})
    return {
        "name": name,
        "device": name[:3],
        "library": name.split("_")[1],
        "precision": "float64" if "float64" in name or "python" in name else "float32",
        "transfers": "end_to_end" in times,
        "source_hash": "0" * 16,
        "status": "measured",
        "checks": [{"size": n, "error": 1e-8, "limit": made_limit(n)} for n in sizes],
        "timings": [
            made_timing(n, scope, t, spread)
            for scope, by_size in times.items()
            for n, t in by_size.items()
        ],
    }


SIZES = (100, 1000, 10_000, 100_000, 1_000_000)


def made_record(*variants: dict[str, Any], **changes: Any) -> records.Record:
    """A record of the made-up machine with these variants."""
    fields: dict[str, Any] = {
        "schema_version": 1,
        "example": "doubling",
        "machine": "made-up",
        "capture": "20261121-000000",
        "captured": "2026-11-21T00:00:00Z",
        "mode": "full",
        "commit": "0" * 40,
        "libraries": {"python": "3.11"},
        "unit": "elements",
        "tolerance": 1e-6,
        "error_measure": "relative L2 error",
        "sizes": [{"n": n, "label": f"{n:,}", "bytes": 8 * n, "operations": n} for n in SIZES],
        "variants": variants,
    }
    return records.Record.model_validate(fields | changes)


def cpu_times(slope: float = 1e-9) -> dict[str, dict[int, float]]:
    """Compute times that grow with the size."""
    return {"compute": {n: 1e-6 + slope * n for n in SIZES}}


def gpu_times(launch: float = 2e-5, slope: float = 1e-11) -> dict[str, dict[int, float]]:
    """Times with a fixed price per call and a small one per element; end to end is dearer."""
    return {
        "compute": {n: launch + slope * n for n in SIZES},
        "end_to_end": {n: 2 * launch + 30 * slope * n for n in SIZES},
    }


def made_gpu() -> records.Gpu:
    """A GPU for the made-up machine, which has none."""
    return records.Gpu(
        model="made up",
        compute_capability="9.0",
        multiprocessors=1,
        memory_bytes=1,
        l2_bytes=1,
        driver="1",
        cuda="13.0",
    )


def made_machine(**changes: Any) -> records.Machine:
    """The made-up machine, with a GPU, whose ceilings are those of the made-up limits."""
    ceilings = {
        "memory": [
            {"device": d, "kernel": "copy", "working_set": 1, "bytes_per_second": 1e12}
            for d in ("cpu", "gpu")
        ],
        "operations": [
            {"device": d, "precision": p, "operations_per_second": 1e12, "order": 1}
            for d in ("cpu", "gpu")
            for p in ("float32", "float64")
        ],
    }
    fields: dict[str, Any] = {
        "schema_version": 1,
        "name": "made-up",
        "capture": "20261121-000000",
        "captured": "2026-11-21T00:00:00Z",
        "mode": "full",
        "system": "Linux 6",
        "python": "3.11",
        "cpu": {
            "model": "Made-up CPU",
            "architecture": "x86_64",
            "cores": 2,
            "threads": 2,
            "virtual": False,
            "memory_bytes": 2**33,
        },
        "gpu": None,
        "ceilings": ceilings,
        "ceilings_timer": "made up",
    }
    return records.Machine.model_validate(fields | changes)


def made_processes(
    name: str, times: dict[tuple[int, str], list[float]], spread: float = 0.004
) -> dict[str, Any]:
    """A variant of schema 2: by size and scope the median of each of its fresh processes."""
    fields = made_variant(name, {})
    fields["transfers"] = any(scope == "end_to_end" for _, scope in times)
    fields["timings"] = [made_blocks(n, s, middles, spread) for (n, s), middles in times.items()]
    fields["checks"] = [
        {"size": n, "error": 1e-8, "limit": made_limit(n)} for n in sorted({n for n, _ in times})
    ]
    return fields


def made_blocks(size: int, scope: str, middles: list[float], spread: float) -> dict[str, Any]:
    """A timing of nine samples around the median of each process."""
    groups = [made_timing(size, scope, m, spread)["samples"] for m in middles]
    blocks = [
        {"process": p, "round": 0, "order": p, "at": float(p), "n": len(g)}
        for p, g in enumerate(groups)
    ]
    found = summary_of_processes(groups)
    return made_timing(size, scope, middles[0]) | {
        "samples": [s for g in groups for s in g],
        "blocks": blocks,
        **found._asdict(),
    }
