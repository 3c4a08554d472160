"""Ten kernels by Nsight Compute's counters, held against what was compiled and what was counted.

    .venv-offline/bin/python cloud/offline/counters.py FOLDER

runs each kernel once below `ncu`, keeps what it says in FOLDER/counters.csv and prints a table:
registers beside those of `results/compiled/`, sectors for each request and conflicts in shared
memory beside those that follow from the addresses. `--read FILE` prints the table of such a file,
without a GPU. It ends with 1 where a counter says something else. The GPU's clocks are left alone.
"""

import argparse
import csv
import importlib.util
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SECTOR, BANKS, WORD = 32, 32, 4
LANES = np.arange(32)
GLOBAL = "l1tex__t_{}_pipe_lsu_mem_global_op_{}.sum"
SHARED = "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_{}.sum"
WANTED = "smsp__inst_executed_op_shared_{}.sum"
REGISTERS = "launch__registers_per_thread"
METRICS = [
    REGISTERS,
    *(GLOBAL.format(what, op) for op in ("ld", "st") for what in ("sectors", "requests")),
    *(name.format(op) for op in ("ld", "st") for name in (SHARED, WANTED)),
]
NEAR = 0.1
"""How far a counter may be from what was counted: as a share, below one in units of its own."""


def sectors(*accesses: Any, width: int = WORD) -> float:
    """Sectors for each request of a warp: the mean over accesses, of byte addresses each."""
    touched = [np.unique(np.add.outer(a, np.arange(width)) // SECTOR).size for a in accesses]
    return sum(touched) / len(touched)


def conflicts(words: Any) -> int:
    """Further turns that a warp takes in shared memory, where each lane wants one word."""
    words = np.unique(words)  # the same word is handed to all at once
    return int(np.bincount(words % BANKS).max()) - 1


@dataclass(frozen=True)
class Kernel:
    """One kernel of an example, and what its addresses say."""

    example: str
    variant: str
    name: str
    n: int
    """A size at which no block is half empty."""
    load: float
    """Sectors for each request that loads from global memory."""
    store: float | None
    """The same of storing; None where only few threads store, which says little."""
    load_conflicts: float = 0
    """Further turns for each instruction that loads from shared memory; 0 also where none does."""
    store_conflicts: float = 0
    launches: int = 1
    """Kernels of that name that one call of `run` starts; the first is looked at."""


ROWS = 4096
"""Of the matrices that are turned."""
ORDER = 1024
"""Of the matrices that are multiplied."""
NEIGHBOURS, WIDE, FAR = WORD * LANES, 16 * LANES, WORD * ROWS * LANES
RAW = "gpu_cupy_rawkernel"


def through_shared(trait: str, row: int) -> Kernel:
    """A transpose that turns tiles in shared memory, where their rows are `row` words long."""
    return Kernel(
        "transpose",
        f"{RAW}_{trait}",
        "transpose",
        ROWS**2,
        sectors(NEIGHBOURS),
        sectors(NEIGHBOURS),
        load_conflicts=conflicts(row * LANES),
        store_conflicts=conflicts(LANES),
    )


KERNELS = [
    Kernel("array_addition", RAW, "add", 2**24, sectors(NEIGHBOURS), sectors(NEIGHBOURS)),
    Kernel("saxpy", RAW, "saxpy", 2**24, sectors(WIDE, width=16), sectors(WIDE, width=16)),
    Kernel("total", RAW, "add_up", 2**24, sectors(WIDE, width=16), None, launches=2),
    Kernel("total", f"{RAW}_tree", "add_up", 2**24, sectors(NEIGHBOURS), None),
    Kernel("transpose", f"{RAW}_naive", "transpose", ROWS**2, sectors(NEIGHBOURS), sectors(FAR)),
    through_shared("shared", row=32),
    through_shared("padded", row=33),
    through_shared("wide", row=65),
    Kernel(
        "matrix_product",
        f"{RAW}_naive",
        "multiply",
        ORDER**2,
        # As many loads of one number for all lanes as of 32 neighbours.
        sectors(0 * LANES, NEIGHBOURS),
        sectors(NEIGHBOURS),
    ),
    Kernel(
        "matrix_product",
        f"{RAW}_tiled",
        "multiply",
        ORDER**2,
        sectors(NEIGHBOURS),
        sectors(NEIGHBOURS),
        load_conflicts=conflicts(LANES),
        store_conflicts=conflicts(LANES),
    ),
]


def command(log: Path) -> list[str]:
    """How `ncu` is called: only these kernels, one row for each of them and each counter."""
    names = "|".join(sorted({k.name for k in KERNELS}))
    return [
        *("ncu", "--csv", "--log-file", str(log), "--print-units", "base"),
        *("--clock-control", "none", "--kernel-name-base", "function"),
        *("--kernel-name", f"regex:^({names})$", "--metrics", ",".join(METRICS)),
        *(sys.executable, str(Path(__file__).resolve()), "--run"),
    ]


def run() -> None:
    """Call each kernel's program once, in the order of the table."""
    for k in KERNELS:
        folder = ROOT / "examples" / k.example
        problem, variant = (_load(folder / f"{name}.py") for name in ("problem", k.variant))
        inputs = problem.make_inputs(k.n, np.random.default_rng(k.n))
        variant.to_host(variant.run(*variant.to_device(*inputs)))


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(text: str) -> list[dict[str, float]]:
    """The counters of each kernel, in the order in which they ran: the first of each program's.

    Raises ValueError where the file holds other kernels, or not all counters of one.
    """
    table = text[max(0, text.find('"ID"')) :]
    ran: dict[str, tuple[str, dict[str, float]]] = {}
    for row in csv.DictReader(io.StringIO(table)):
        if row.get("Metric Name") not in METRICS:
            continue
        _, counters = ran.setdefault(row["ID"], (row["Kernel Name"].split("(")[0], {}))
        try:
            counters[row["Metric Name"]] = float(row["Metric Value"].replace(",", ""))
        except ValueError:  # a counter that this GPU does not have: "n/a"
            counters[row["Metric Name"]] = float("nan")
    names = [name for name, _ in ran.values()]
    expected = [k.name for k in KERNELS for _ in range(k.launches)]
    if names != expected:
        raise ValueError(f"kernels ran as {', '.join(names) or 'none'}, not {', '.join(expected)}")
    found, every = [], iter(ran.values())
    for k in KERNELS:
        _, counters = next(every)
        for _ in range(k.launches - 1):
            next(every)
        if missing := [m for m in METRICS if m not in counters]:
            raise ValueError(f"{k.example} {k.variant} has no {', '.join(missing)}")
        found.append(counters)
    return found


def compiled_registers(kernel: Kernel, results: Path) -> int:
    """Registers of that kernel on a GPU of compute capability 9.0, as recorded."""
    path = results / "compiled" / f"{kernel.example}.json"
    for variant in json.loads(path.read_text(encoding="utf-8"))["variants"]:
        for k in variant["kernels"]:
            named = (variant["name"], k["name"], k["architecture"])
            if named == (kernel.variant, kernel.name, "sm_90"):
                return int(k["registers"])
    raise ValueError(f"{path} has no {kernel.variant} for sm_90")


def rows(found: list[dict[str, float]], results: Path) -> Iterator[tuple[str, str, float, float]]:
    """(kernel, what, by the counters, by us), for everything that can be compared."""
    for kernel, c in zip(KERNELS, found, strict=True):
        name = f"{kernel.example} {kernel.variant}"
        yield name, "registers", c[REGISTERS], compiled_registers(kernel, results)
        for op, per in (("ld", kernel.load), ("st", kernel.store)):
            if per is not None:
                requests = c[GLOBAL.format("requests", op)] or float("nan")
                seen = c[GLOBAL.format("sectors", op)] / requests
                yield name, f"sectors per request, {op}", seen, per
        for op, per in (("ld", kernel.load_conflicts), ("st", kernel.store_conflicts)):
            instructions = c[WANTED.format(op)]
            if instructions or per:
                seen = c[SHARED.format(op)] / (instructions or float("nan"))
                yield name, f"conflicts per instruction, {op}", seen, per


def differs(what: str, seen: float, ours: float) -> bool:
    """Whether a counter says something else than we: registers exactly, the rest nearly."""
    if what == "registers":
        return seen != ours
    return not abs(seen - ours) <= NEAR * max(1.0, ours)  # so that what is no number differs


def main(words: list[str] | None = None) -> int:
    """Profile or read, print, and say by the exit code whether all of it fits."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", type=Path, nargs="?", default=Path("offline", "log"))
    options.add_argument("--read", type=Path, help="a file of before, in place of a GPU")
    options.add_argument("--run", action="store_true", help="what runs below ncu")
    given = options.parse_args(words)
    if given.run:
        run()
        return 0
    path = given.read or given.folder / "counters.csv"
    if not given.read:
        if not shutil.which("ncu"):
            sys.exit("ncu was not found: it comes with the CUDA toolkit, as Nsight Compute")
        given.folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(command(path), cwd=ROOT)
        if done.returncode:
            sys.exit(f"ncu ended with {done.returncode}; {path} says why")
    try:
        table = list(rows(read(path.read_text(encoding="utf-8")), ROOT / "results"))
    except (OSError, ValueError) as e:
        sys.exit(f"{path}: {e}")
    wrong = 0
    for name, what, seen, ours in table:
        bad = differs(what, seen, ours)
        wrong += bad
        print(f"{name:44} {what:32} {seen:8.2f} {ours:8.2f}{'  DIFFERS' if bad else ''}")
    print(f"{len(table)} counters beside ours: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
