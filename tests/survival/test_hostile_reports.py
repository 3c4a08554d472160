"""Further reports that users of tools like ours have filed, each tried here; each names its own."""

import math
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from mkdocs.exceptions import BuildError

from survival import cli
from survival.capture import machine, plan, processes
from survival.capture.host import processor
from survival.errors import PageError
from survival.site import hooks, sources

HANGS = """
import atexit, time
atexit.register(time.sleep, 600)
print("[42]")
"""


def test_a_library_that_hangs_at_the_end_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer is there (numba/numba#10556: threads that never end at a process's exit)."""
    (tmp_path / "hangs.py").write_text(HANGS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    start = time.monotonic()
    assert processes.own_process("a fault", "hangs") == "[42]"
    assert time.monotonic() - start < 60


def test_a_system_that_cannot_say_who_is_busy_spoils_no_timing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The share of others is unknown then (giampaolo/psutil#1971)."""

    def broken(*_: object, **__: object) -> None:
        raise TypeError("__new__() takes 11 positional arguments")

    monkeypatch.setattr(machine.psutil, "cpu_times", broken)
    monkeypatch.setattr(plan.psutil, "cpu_percent", broken)
    monkeypatch.setattr(machine, "gpu", lambda: "none in this test")
    before = machine.usage()
    assert math.isnan(before.all)
    assert machine.others(before, machine.Usage(before.wall + 1, before.all, before.own)) is None
    assert plan.warnings() == []


def test_a_processor_that_is_no_arm_has_no_name_of_one(tmp_path: Path) -> None:
    """A POWER8 says `cpu`, and neither model nor implementer (psf/pyperf#58)."""
    said = "processor\t: 0\ncpu\t\t: POWER8E (raw), altivec supported\nclock\t\t: 3690MHz\n"
    (tmp_path / "cpuinfo").write_text(said, encoding="utf-8")
    assert processor.arm_name(tmp_path / "cpuinfo") == ""
    assert processor.name("POWER8E (raw), altivec supported").startswith("POWER8E")


@pytest.mark.parametrize("name", ["no=such:x", "HEAD:no-such", "--output=x:y", "--help:x"])
def test_a_commit_that_git_does_not_know_is_one_line(name: str) -> None:
    """Nor is a name an option of git's (airspeed-velocity/asv#297)."""
    done = CliRunner().invoke(cli.main, ["compare", "--", name, "HEAD:x"])
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert name.split(":")[0] in done.output
    assert "usage" not in done.output


def config(docs: Path) -> SimpleNamespace:
    """What a hook asks of MkDocs' settings."""
    return SimpleNamespace(
        docs_dir=str(docs),
        config_file_path=str(docs.parent / "mkdocs.yml"),
        watch=[str(docs)],
        nav=[{"A page": "page.md"}],
    )


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    """As after a picture was moved (mkdocs/mkdocs#4048); what an editor hides is not looked at."""
    (tmp_path / ".#page.md").symlink_to("me@box.1:2")
    sources.check(tmp_path)
    (tmp_path / "picture.jpg").symlink_to("gone.jpg")
    with pytest.raises(PageError, match=r"picture\.jpg: a link that leads nowhere"):
        sources.check(tmp_path)


@pytest.mark.parametrize("text", ['{"cells": [{"so', '{"cells": [{}]}', "[]", '{"cells": 1}'])
def test_a_notebook_that_is_none_is_one_line(tmp_path: Path, text: str) -> None:
    """Cut, or with conflict marks, as in conan-io/conan#6886: no traceback follows the line."""
    (tmp_path / "lab.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(BuildError, match=r"lab\.ipynb.*no notebook"):
        hooks.on_config(config=config(tmp_path))


def test_a_server_goes_on_after_a_page_that_cannot_be_read(tmp_path: Path) -> None:
    """MkDocs tells a BuildError in one line and waits for the next change (mkdocs/mkdocs#3166)."""
    page = tmp_path / "page.md"
    page.write_bytes("µ".encode("latin-1"))
    with pytest.raises(BuildError, match=r"page\.md: not the text it should be"):
        hooks.on_config(config=config(tmp_path))
    page.write_text("µ", encoding="utf-8")
    hooks.on_config(config=config(tmp_path))


def test_a_file_that_is_renamed_meanwhile_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is listed, and gone when it is looked at (mkdocs/mkdocs#2556)."""
    gone = tmp_path / "gone.md"
    monkeypatch.setattr(Path, "rglob", lambda *_: [gone, tmp_path])
    hooks.on_files([], config(tmp_path))
    assert hooks.stamp(gone) is None
    with pytest.raises(BuildError, match=r"gone\.md: cannot be read"):
        hooks.on_page_read_source(SimpleNamespace(file=SimpleNamespace(abs_src_path=str(gone))))
    assert hooks.stamp(tmp_path) is None


def test_a_folder_in_any_script_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's name may not be ASCII, and temporary files lie below it (cupy/cupy#2100)."""
    pytest.importorskip("cuda.core")
    from survival.capture.compiled import compilers

    folder = tmp_path / "姗 ü"
    folder.mkdir()
    monkeypatch.setattr(compilers.tempfile, "tempdir", str(folder))
    code, _ = compilers.to_cubin('extern "C" __global__ void empty() {}', "sm_80")
    assert "empty" in compilers.disassemble(code)
