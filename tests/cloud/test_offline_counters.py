"""cloud/offline/counters.py, with what Nsight Compute would say: made up, in its format."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from survival import catalog
from tests.cloud import offline

counters = offline.load("counters")
RESULTS = catalog.ROOT / "results"

HEADER = (
    '"ID","Process ID","Process Name","Host Name","Kernel Name","Context","Stream","Block Size",'
    '"Grid Size","Device","CC","Section Name","Metric Name","Metric Unit","Metric Value"\n'
)


def counted(kernel: counters.Kernel) -> dict[str, float]:
    """Counters of a kernel of which everything is as we say: a million of each, made up."""
    found = dict.fromkeys(counters.METRICS, 1e6)
    found[counters.REGISTERS] = counters.compiled_registers(kernel, RESULTS)
    for op, per, turns in (
        ("ld", kernel.load, kernel.load_conflicts),
        ("st", kernel.store or 1, kernel.store_conflicts),
    ):
        found[counters.GLOBAL.format("sectors", op)] = 1e6 * per
        found[counters.SHARED.format(op)] = 1e6 * turns
    return found


def sample(change: Callable[[int, dict[str, float]], None] = lambda _, c: None) -> str:
    """All of it as `ncu --csv` writes it: lines of its own first, numbers with commas."""
    lines, number = ["==PROF== Connected to process 7\n", HEADER], 0
    for k in counters.KERNELS:
        for launch in range(k.launches):
            found = counted(k)
            if launch:  # a second launch, which is not looked at
                found = dict.fromkeys(found, 1.0)
            else:
                change(counters.KERNELS.index(k), found)
            for name, value in found.items():
                lines.append(
                    f'"{number}","7","python3.12","host","{k.name}","1","7","(256, 1, 1)",'
                    f'"(1, 1, 1)","0","9.0","Command line profiler metrics","{name}","",'
                    f'"{value:,.2f}"\n'
                )
            number += 1
    return "".join(lines)


def table(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and what is printed for such a file."""
    path = tmp_path / "counters.csv"
    path.write_text(text, encoding="utf-8")
    code = counters.main(["--read", str(path)])
    return code, capsys.readouterr().out


def test_counters_that_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten kernels, each with its registers and sectors; where shared memory is used, conflicts."""
    code, said = table(tmp_path, sample(), capsys)
    assert code == 0
    assert said.count(" registers ") == len(counters.KERNELS) == 10
    assert "0 differ" in said
    (line,) = [x for x in said.splitlines() if "_shared " in x and "conflicts" in x and "ld" in x]
    assert line.split()[-2:] == ["31.00", "31.00"]


@pytest.mark.parametrize(
    ("metric", "value", "what"),
    [
        (counters.REGISTERS, 13, "registers"),
        (counters.GLOBAL.format("sectors", "st"), 8e6, "sectors per request, st"),
        (counters.GLOBAL.format("requests", "ld"), float("nan"), "sectors per request, ld"),
        (counters.GLOBAL.format("requests", "ld"), 0.0, "sectors per request, ld"),
        (counters.SHARED.format("ld"), 5e5, "conflicts per instruction, ld"),
    ],
)
def test_a_counter_that_says_something_else(
    metric: str, value: float, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is marked, and the exit code says so."""

    def change(kernel: int, found: dict[str, float]) -> None:
        if kernel == 0:
            found[metric] = value

    code, said = table(tmp_path, sample(change), capsys)
    assert code == 1
    (line,) = [x for x in said.splitlines() if "DIFFERS" in x]
    assert line.startswith("array_addition")
    assert what in line


def test_other_kernels_are_refused(tmp_path: Path) -> None:
    """Rows are told apart by their order: a kernel too many would shift all of them."""
    path = tmp_path / "counters.csv"
    for text, why in (
        (HEADER, "kernels ran as none"),
        (sample().replace('"saxpy"', '"daxpy"'), "daxpy"),
        ("==ERROR== nothing was profiled", "none"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SystemExit, match=why):
            counters.main(["--read", str(path)])


def test_a_counter_that_is_missing_is_named(tmp_path: Path) -> None:
    """Which an older ncu, or another GPU, may not have."""
    path = tmp_path / "counters.csv"
    lines = sample().splitlines(keepends=True)
    path.write_text("".join(x for x in lines if "op_shared_st" not in x), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"has no .*op_shared_st"):
        counters.main(["--read", str(path)])


def test_counting_sectors_and_turns() -> None:
    """By hand: a column of a padded tile, every second number, one word for all."""
    lanes = np.arange(32)
    assert counters.sectors(8 * lanes) == 8
    assert counters.sectors(16 * lanes, width=16) == 16
    assert counters.sectors(2 + 4 * lanes) == 5
    assert [counters.conflicts(k * lanes) for k in (0, 1, 2, 32, 33)] == [0, 0, 1, 31, 0]


def test_every_kernel_is_in_its_program() -> None:
    """Variant, kernel and size exist, and no block of it is half empty."""
    for k in counters.KERNELS:
        path = catalog.EXAMPLES / k.example / f"{k.variant}.py"
        assert f"{k.name}(" in path.read_text(encoding="utf-8")
        recorded = json.loads((RESULTS / "compiled" / f"{k.example}.json").read_text())
        assert k.variant in {v["name"] for v in recorded["variants"]}
        assert k.n % 2**14 == 0


def test_ncu_is_told_to_leave_the_clocks_alone() -> None:
    """And to profile no kernel of CuPy's own; what runs below it is this script."""
    said = counters.command(Path("x.csv"))
    assert said[said.index("--clock-control") + 1] == "none"
    assert said[said.index("--kernel-name") + 1] == "regex:^(add|add_up|multiply|saxpy|transpose)$"
    assert said[-1] == "--run"


def test_without_ncu_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="ncu was not found"):
        counters.main([])


def test_it_profiles_and_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an `ncu` that writes the made-up file where it was told to."""
    (tmp_path / "made-up.csv").write_text(sample(), encoding="utf-8")
    ncu = tmp_path / "ncu"
    ncu.write_text('#!/bin/sh\nwhile [ "$1" != --log-file ]; do shift; done\ncp "$MADE" "$2"\n')
    ncu.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("MADE", str(tmp_path / "made-up.csv"))
    done = subprocess.run(
        [sys.executable, offline.FOLDER / "counters.py", tmp_path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "0 differ" in done.stdout


def test_sectors_are_those_of_loads_as_wide_as_compiled() -> None:
    """A warp's load of 16 bytes each touches 16 sectors, which no load of four bytes in order does.

    saxpy had become one that loads `float4`, and four sectors were still expected of it.
    """
    for k in counters.KERNELS:
        recorded = json.loads((RESULTS / "compiled" / f"{k.example}.json").read_text())
        (opcodes,) = (
            x["opcodes"]
            for v in recorded["variants"]
            for x in v["kernels"]
            if (v["name"], x["name"], x["architecture"]) == (k.variant, k.name, "sm_90")
        )
        wide = any(op.startswith("LDG") and op.endswith(".128") for op in opcodes)
        assert (k.load == 16) == wide, k
