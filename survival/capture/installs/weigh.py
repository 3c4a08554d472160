"""Asks for the packages that a tool needs, through uv, and weighs them: nothing is downloaded."""

import re
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from survival import system
from survival.capture.host import environment
from survival.errors import CaptureError
from survival.judge.elsewhere.tools import Tool, package, pinned
from survival.judge.pins import Pins
from survival.records import Install, Installs, Package
from survival.records.installs import SYSTEMS, System

PYTHON = "3.13"
HERE: System = "Linux x86-64"
PLATFORM = "x86_64-manylinux_2_28"
TIMEOUT = 180
"""Seconds for one tool: an index on a slow line."""


def weighed(tools: dict[str, Tool], pins: Pins) -> Installs:
    """What each tool installs. Raises CaptureError, naming the tool that could not be resolved."""
    said = system.run(
        [sys.executable, "-m", "uv", "--version"], env=environment.clean(), timeout=TIMEOUT
    )
    if said.returncode:
        raise CaptureError("needs uv: pip install uv")
    return Installs(
        schema_version=1,
        captured=datetime.now(UTC).replace(microsecond=0),
        python=PYTHON,
        system=HERE,
        resolver=" ".join(said.stdout.split()[:2]),
        installs=[_install(key, tool, pins) for key, tool in tools.items()],
    )


def _install(key: str, tool: Tool, pins: Pins) -> Install:
    requires = [pinned(r, pins) for r in tool.requires]
    needed = _resolved(key, requires, "--python-platform", PLATFORM)
    version = next((p["version"] for p in needed if p["name"] == tool.of), "")
    if not version:
        raise CaptureError(f"{key}: what it installs does not hold {tool.of}")
    (own,) = _resolved(key, [f"{package(tool.of)}=={version}"], "--universal", "--no-deps")
    names = [_file(w) for w in own.get("wheels", [])]
    return Install(
        tool=key,
        requires=requires,
        packages=[Package(name=p["name"], version=p["version"], bytes=_size(p)) for p in needed],
        systems=systems(names),
    )


def systems(wheels: list[str]) -> list[System]:
    """The systems that these built files are for; all of them, where a file is for any."""
    found: list[System] = []
    for pattern, name in SYSTEMS.items():
        tags = (tag for w in wheels for tag in w.removesuffix(".whl").split("-")[-1].split("."))
        if any(tag == "any" or re.fullmatch(pattern, tag) for tag in tags):
            found.append(name)
    return found


def _size(package: dict[str, Any]) -> int:
    """Bytes of the file that is downloaded: a built one, else the source."""
    file = (package.get("wheels") or [package["sdist"]])[0]
    return int(file["size"])


def _file(wheel: dict[str, Any]) -> str:
    return str(wheel.get("name") or wheel["url"].rpartition("/")[2])


def _resolved(key: str, requires: list[str], *options: str) -> list[dict[str, Any]]:
    """The packages that uv chooses for these requirements."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, lock = Path(folder, "wanted.in"), Path(folder, "pylock.toml")
        wanted.write_text("\n".join(requires), encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header"]
        command += ["--python-version", PYTHON, "--format", "pylock.toml", *options]
        command += ["-o", str(lock), str(wanted)]
        done = system.run(command, env=environment.clean(), timeout=TIMEOUT)
        if done.returncode:
            raise CaptureError(f"{key}: {system.why(done.returncode, done.stderr)[:300]}")
        return list(tomllib.loads(system.text(lock))["packages"])
