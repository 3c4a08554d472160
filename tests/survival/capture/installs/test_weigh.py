"""What a tool downloads, and for which systems, from what uv says of it."""

from pathlib import Path

import pytest

from survival import system
from survival.capture.installs import weigh
from survival.errors import CaptureError
from survival.judge.elsewhere.tools import Tool

LOCK = """lock-version = "1.0"
[[packages]]
name = "small"
version = "1.5"
wheels = [
  {{ url = "https://example.org/small-1.5-cp313-cp313-{tag}.whl", size = 700, hashes = {{}} }},
]
[[packages]]
name = "old"
version = "2"
sdist = {{ url = "https://example.org/old-2.tar.gz", size = 30, hashes = {{}} }}
"""
OLD = '[[packages]]\nname = "old"'


def test_systems_are_those_of_the_tags() -> None:
    """Several tags of one file count, a file for any system is for all, and none is none."""
    wheels = [
        "x-1-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        "x-1-cp313-cp313-macosx_11_0_universal2.whl",
        "x-1-cp313-cp313-win_arm64.whl",
    ]
    assert weigh.systems(wheels) == ["Linux x86-64", "Windows Arm", "macOS Arm", "macOS Intel"]
    assert len(weigh.systems(["x-1-py3-none-any.whl"])) == 6
    assert weigh.systems([]) == []


def test_a_tool_is_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Built files count where there are some, else the source; versions are the pinned ones."""
    asked = []

    def run(command: list[str], timeout: float, env: object = None) -> object:
        asked.append(command)
        if "--version" not in command:
            lock = LOCK.format(tag="manylinux_2_28_x86_64")
            if "--no-deps" in command:
                lock = lock.partition(OLD)[0]
            Path(command[-2]).write_text(lock, encoding="utf-8")
            assert Path(command[-1]).read_text(encoding="utf-8").startswith("small==1.5")
        return system.subprocess.CompletedProcess(command, 0, "uv 9.9 (x)", "")

    monkeypatch.setattr(weigh.system, "run", run)
    tool = Tool(title="Small", requires=["small"], of="small", programs={})
    found = weigh.weighed({"one": tool}, {"small": frozenset({"1.5"})})
    (install,) = found.installs
    assert (install.bytes, install.systems) == (730, ["Linux x86-64"])
    assert (install.requires, found.resolver) == (["small==1.5"], "uv 9.9")


def test_what_cannot_be_resolved_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the tool, and what uv said."""

    def run(command: list[str], timeout: float, env: object = None) -> object:
        code = 0 if "--version" in command else 1
        return system.subprocess.CompletedProcess(command, code, "uv 9.9", "error: no such package")

    monkeypatch.setattr(weigh.system, "run", run)
    tool = Tool(title="Small", requires=["small"], of="small", programs={})
    with pytest.raises(CaptureError, match=r"^one: .*no such package"):
        weigh.weighed({"one": tool}, {})
