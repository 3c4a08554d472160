"""Records of machines that do not exist, for tests only: no number in them was measured.

`python tests/survival/pages/made_up.py` writes them to tests/survival/pages/results/ again.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from survival import catalog, records  # noqa: E402
from survival.records import (  # noqa: E402
    Ceilings,
    Check,
    Cpu,
    Gpu,
    LeftOut,
    Machine,
    MemoryRate,
    OperationRate,
    Record,
    Size,
    Timing,
    TransferRate,
    Variant,
)
from survival.stats import summary  # noqa: E402

EXAMPLES = HERE / "examples"
RESULTS = HERE / "results"
GPU_MACHINE = "made-up-gpu-for-tests"
CPU_MACHINE = "made-up-cpu-for-tests"
WHEN = datetime(2026, 11, 21, 12, tzinfo=UTC)

SPREAD = (1.0, 0.997, 1.002, 0.999, 1.001, 1.003, 0.998, 1.0, 1.0005)

# Seconds per call and per element: a cost of starting and a cost of the work.
COST = {
    "cpu_python": ((2e-7, 4e-8), (1e-6, 9e-8)),
    "cpu_numpy": ((6e-7, 3e-10), None),
    "cpu_numba": ((5e-6, 1.5e-10), None),
    "cpu_numpy_float64": ((6e-7, 6e-10), None),
    "gpu_cupy": ((8e-6, 8e-12), (4e-5, 1.1e-10)),
    "gpu_cupy_rawkernel": ((6e-6, 8e-12), (3.8e-5, 1.11e-10)),
    "gpu_wgpu": ((2e-5, 4e-11), (3e-4, 4e-10)),
}

OTHERS = {
    "made-up-apple-for-tests": Gpu(
        model="Made-up Apple M9", kind="integrated", api="Metal", driver=""
    ),
    "made-up-radeon-for-tests": Gpu(
        model="Made-up AMD Radeon", kind="discrete", api="Vulkan", driver="made-up driver 1.0"
    ),
}
"""GPUs that WebGPU reaches and CUDA does not. No file has them: a test adds them to a copy."""


def machine(name: str) -> Machine:
    """A made-up machine, with a GPU or without."""
    gpu = Gpu(
        model="Made-up GPU <b>9000</b>",
        compute_capability="9.0",
        multiprocessors=100,
        memory_bytes=80 * 2**30,
        l2_bytes=50 * 2**20,
        driver="999.99",
        cuda="12.9",
    )
    has_gpu = name != CPU_MACHINE
    if name in OTHERS:
        gpu = OTHERS[name]
    sets = [2**k for k in range(14, 31, 4)]
    memory = [
        MemoryRate(device="cpu", kernel=k, working_set=w, bytes_per_second=1e12 / (i + 1))
        for i, w in enumerate(sets)
        for k in ("copy", "add")
    ]
    operations = [
        OperationRate(device="cpu", precision=p, operations_per_second=r, order=4096)
        for p, r in (("float64", 1e12), ("float32", 2e12))
    ]
    transfers = []
    if has_gpu:
        memory += [
            MemoryRate(device="gpu", kernel="copy", working_set=w, bytes_per_second=r)
            for w, r in zip(sets[1:], (5e12, 4e12, 2e12, 2e12), strict=True)
        ]
        operations += [
            OperationRate(device="gpu", precision=p, operations_per_second=r, order=8192)
            for p, r in (("float64", 3e13), ("float32", 5e13))
            if p == "float32" or name not in OTHERS
        ]
        transfers = [
            TransferRate(direction=d, host_memory=h, bytes=2**28, bytes_per_second=r)
            for d in ("to_device", "to_host")
            for h, r in (("pageable", 1.1e10), ("pinned", 5.1e10))
        ]
    return Machine(
        schema_version=1,
        name=name,
        capture="20261121-120000",
        captured=WHEN,
        mode="full",
        system="Made-up system 1.0",
        python="3.13.0",
        cpu=Cpu(
            model=f"Made-up CPU & {'Co' if has_gpu else 'Sons'}",
            architecture="x86_64",
            cores=16 if has_gpu else 2,
            threads=16 if has_gpu else 2,
            virtual=not has_gpu,
            l2_bytes=2**21,
            l3_bytes=2**25,
            memory_bytes=(128 if has_gpu else 8) * 2**30,
        ),
        gpu=gpu if has_gpu else None,
        ceilings=Ceilings(
            memory=memory,
            operations=operations,
            transfers=transfers,
            launch_seconds=5e-6 if has_gpu else None,
        ),
        ceilings_timer="a made-up timer",
    )


def record(example: catalog.Example, this: Machine) -> Record:
    """A made-up record of an example."""
    problem = example.problem()
    sizes = [
        Size(n=n, label=catalog.size_label(problem, n), bytes=12 * n, operations=n)
        for n in problem.SIZES
    ]
    return Record(
        schema_version=1,
        example=example.name,
        machine=this.name,
        capture=this.capture,
        captured=WHEN,
        mode="full",
        commit="0" * 40,
        libraries={"python": "3.13.0", "numpy": "9.9.9"},
        unit=problem.UNIT,
        tolerance=problem.TOLERANCE,
        error_measure=problem.ERROR,
        sizes=sizes,
        variants=[_variant(example, v, this, sizes) for v in example.variants],
    )


def _variant(
    example: catalog.Example, v: catalog.Variant, this: Machine, sizes: list[Size]
) -> Variant:
    told = {
        "name": v.name,
        "device": v.device,
        "library": v.library,
        "precision": v.precision,
        "transfers": v.transfers,
        "source_hash": example.source_hash(v),
    }
    if v.device == "gpu" and this.gpu is None:
        return Variant(**told, status="not_run", reason="no NVIDIA GPU was found")
    if v.device == "gpu" and (v.library == "wgpu") != (this.name in OTHERS):
        reason = f"not through {this.gpu.api}, in this made-up record"
        return Variant(**told, status="not_run", reason=reason)
    compute, whole = COST[v.name]
    slower = 1 if this.gpu else 4
    timings, left_out = [], []
    for size in sizes:
        for scope, cost in (("compute", compute), ("end_to_end", whole)):
            if cost is None:
                continue
            seconds = slower * (cost[0] + cost[1] * size.n)
            if seconds > 0.5:
                reason = f"at {size.label}: one call takes about {seconds:.2g} s"
                left_out.append(LeftOut(size=size.n, scope=scope, reason=reason))
            else:
                # One noisy timing, so that tests see how it is marked.
                noisy = 20 if (v.name, size) == ("cpu_numba", sizes[0]) else 1
                timings.append(_timing(size.n, scope, seconds, noisy))
    if v.name == "gpu_cupy" and example.name == "toy_sum":
        timings.append(_timing(sizes[3].n, "first_call", 0.9, 1))
    checks = [
        Check(
            size=s.n,
            error=3.14e-8 if s is sizes[-1] else 1e-8,
            limit=this.ceilings.limit(s, v.device, v.precision, this.capture),
        )
        for s in sizes
    ]
    return Variant(**told, status="measured", checks=checks, timings=timings, left_out=left_out)


def _timing(n: int, scope: str, seconds: float, noise: int) -> Timing:
    samples = [float(f"{seconds * (1 + noise * (s - 1)):.6g}") for s in SPREAD]
    return Timing(
        size=n,
        scope=scope,
        samples=samples,
        calls_per_sample=1,
        timer="a made-up timer",
        **summary(samples)._asdict(),
    )


def write(results: Path = RESULTS, examples: Path = EXAMPLES) -> None:
    """Write all of it under `results`."""
    found = catalog.find(examples)
    for name in (GPU_MACHINE, CPU_MACHINE):
        this = machine(name)
        records.write(results / name / "machine.json", this)
        for example in found.values():
            records.write(results / name / f"{example.name}.json", record(example, this))


if __name__ == "__main__":
    write()
