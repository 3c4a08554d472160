"""Ten machines side by side: merging is a copy of files. Needs no browser, only patience."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from survival import catalog, records

pytestmark = pytest.mark.browser  # run with the site's other tests: it takes half a minute

MACHINES = 10
NEEDED = ("survival", "examples", "docs", "overrides")
FIRST_VISIT = 200 * 1024
MEMORY = 500 * 10**6

# The build tells at its end what it took: its parent's memory would count in getrusage's answer.
BUILD = """
import atexit, json, pathlib, runpy, sys, time

def tell():
    status = pathlib.Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    peak = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")]
    print(json.dumps({"seconds": time.process_time(), "bytes": sum(peak)}))

atexit.register(tell)
sys.argv = ["mkdocs", "build", "--strict", "--quiet"]
runpy.run_module("mkdocs", run_name="__main__")
"""

LONGER = ("samples", "median", "low", "high", "q1", "q3", "seconds")
SLOWER = ("bytes_per_second", "operations_per_second")


def slowed(data: Any, factor: float) -> Any:
    """A record of a machine that takes `factor` times as long for everything, and is as sound."""
    if isinstance(data, list):
        return [slowed(item, factor) for item in data]
    if not isinstance(data, dict):
        return data
    changed = {}
    for key, value in data.items():
        if key in LONGER:
            value = [v * factor for v in value] if isinstance(value, list) else value * factor
        elif key in SLOWER:
            value = value / factor
        else:
            value = slowed(value, factor)
        changed[key] = value
    return changed


def capture(source: Path, folder: Path, factor: float) -> None:
    """What a made-up machine sends: the published files under its own name, all times longer."""
    folder.mkdir(parents=True)
    for path in source.glob("*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        if path.name == "machine.json":
            data["name"] = folder.name
            device = data["gpu"] or data["cpu"]
            device["model"] = f"Made-up {device['model']} {folder.name[-1]}"
        else:
            data["machine"] = folder.name
        if path.name != records.CLOCK_FILE:  # a second takes a second on any machine
            data = slowed(data, factor)
        (folder / path.name).write_text(json.dumps(data), encoding="utf-8")


@dataclass(frozen=True)
class Built:
    """A site, and what it took to build it."""

    site: Path
    seconds: float
    bytes: int

    def first_visit(self, page: Path) -> int:
        """Bytes of a page with its styles, scripts and drawings, compressed as servers do."""
        html = page.read_text(encoding="utf-8")
        names = re.findall(r'(?:src|href)="([^"#?:]+\.(?:css|js|svg))', html)
        files = {page, *((page.parent / name).resolve() for name in names)}
        return sum(len(gzip.compress(f.read_bytes())) for f in files if f.is_file())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The whole guide with the records of ten machines, nine of them made up."""
    here = tmp_path_factory.mktemp("many")
    ignore = shutil.ignore_patterns("__pycache__", ".cache")
    for name in NEEDED:
        shutil.copytree(catalog.ROOT / name, here / name, symlinks=True, ignore=ignore)
    shutil.copy(catalog.ROOT / "mkdocs.yml", here)
    for path in catalog.ROOT.glob("requirements*.txt"):
        shutil.copy(path, here)

    # The last has no GPU: its pages are the lightest, and what is too heavy for them is for all.
    published = records.read_results(catalog.RESULTS).published()
    first = catalog.RESULTS / published.order()[-1]
    shutil.copytree(first, here / "results" / first.name)
    for k in range(1, MACHINES):
        sent = here / "sent" / f"made-up-{k}"
        capture(first, sent, 1 + k / 10)
        shutil.copytree(sent, here / "results" / sent.name)  # all there is to merging

    done = subprocess.run(
        [sys.executable, "-c", BUILD],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(here), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Built(here / "site", **json.loads(done.stdout.splitlines()[-1]))


def pages(built: Built) -> list[Path]:
    """Every page of the site."""
    return sorted(built.site.rglob("*.html"))


def test_ten_machines_build(built: Built) -> None:
    """Every machine can be chosen, and its records can be downloaded."""
    text = (built.site / "index.html").read_text(encoding="utf-8")
    for k in range(1, MACHINES):
        assert f"made-up-{k}" in text
        assert (built.site / "results" / f"made-up-{k}" / "machine.json").is_file()


def test_a_machine_more_is_work_more_and_no_explosion(built: Built) -> None:
    """At most 0.4 seconds of the processor for a page and a machine, on a slow and busy computer.

    The target of ten seconds for a hundred pages is far from kept with ten machines.
    """
    assert built.seconds <= 0.4 * len(pages(built)) * MACHINES


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its peak of memory")
def test_building_takes_less_than_500_mb(built: Built) -> None:
    """So that it works on a small laptop, and on a runner of a free plan."""
    assert 0 < built.bytes < MEMORY


@pytest.mark.xfail(
    strict=True,
    reason="a page holds what each machine measured, so its weight grows with every machine",
)
def test_a_first_visit_stays_under_200_kb(built: Built) -> None:
    """Each page with all that it loads, compressed, without the search index."""
    heavy = {p.parent.name: built.first_visit(p) for p in pages(built)}
    assert {name: size for name, size in heavy.items() if size > FIRST_VISIT} == {}
