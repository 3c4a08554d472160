"""What a published capture says of its machine: shown first, and nothing that identifies anyone."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survival import catalog, cli, records
from survival.capture import disclosure, machine, plan, run, timers
from survival.capture.turns.reference import Reference
from survival.doctor import look
from survival.judge import rules
from survival.records import Gpu, Simd
from tests.survival.capture.test_clock import made_clock
from tests.survival.conftest import cpu_times, made_machine, made_record, made_variant

GPU = Gpu(
    model="Made-up GPU",
    compute_capability="9.0",
    multiprocessors=7,
    memory_bytes=2**34,
    l2_bytes=2**25,
    driver="580.1",
    cuda="13.0",
)


def test_every_field_of_the_hardware_is_shown() -> None:
    """What the schema can hold of a machine, its owner reads before anything is measured."""
    cpu = made_machine().cpu
    simd = Simd(numpy="2.4", baseline="X86_V2", found="X86_V3", paths={"sort": "X86_V3"})
    text = disclosure.lines("made-up", cpu, GPU, simd, "Linux 6", {"numpy": "2.4"})
    for item in (cpu, GPU, simd):
        for key, value in item.model_dump(exclude_none=True).items():
            assert key.removesuffix("_bytes").replace("_", " ") in text
            assert (f"{value / 2**20:.0f} MiB" if key.endswith("_bytes") else str(value)) in text
    for word in ("results/made-up", "Linux 6", "numpy 2.4", "no serial number"):
        assert word in text


def test_a_path_in_a_message_loses_what_identifies() -> None:
    """The checkout, the home and the words for user and host go; the message stays."""
    said = "cannot cache /home/ann/src/guide/examples/x.py for Ann@box7.lan; see /usr/lib and annex"
    paths = (("/home/ann", "~"), ("/home/ann/src/guide", "."))
    plain = disclosure._mask(said, paths, (("ann", "USER"), ("box7.lan", "HOST")))
    assert plain == "cannot cache ./examples/x.py for USER@HOST; see /usr/lib and annex"


@pytest.mark.parametrize(
    ("user", "said", "plain"),
    [
        ("nvidia", "the NVIDIA driver; /home/nvidia/x", "the NVIDIA driver; /home/USER/x"),
        ("time", "time.perf_counter of ~time", "time.perf_counter of ~USER"),
        ("numba", "numba: no cache in C:\\Users\\numba", "numba: no cache in C:\\Users\\USER"),
        ("test", "a test for test@box7", "a test for USER@box7"),
        ("ada", "not compiled for ada", "not compiled for USER"),
    ],
)
def test_a_user_called_like_a_thing_leaves_the_message_whole(
    user: str, said: str, plain: str
) -> None:
    """The word goes where it names somebody: in a path or an address; a person's name anywhere."""
    assert disclosure._mask(said, (), ((user, "USER"),)) == plain


def test_messages_are_masked_and_numbers_are_not() -> None:
    """Wherever an error message may end up in a record, and nowhere else."""
    root = str(catalog.ROOT)
    item: dict[str, Any] = {
        "variants": [{"name": "cpu_numpy", "reason": f"{root}/x: no"}, {"timings": [1.5]}],
        "unusable": {"triton": f"{Path.home()}/y"},
        "libraries": {"numpy": "2"},
    }
    plain = disclosure.masked(item)
    assert plain["variants"] == [{"name": "cpu_numpy", "reason": "./x: no"}, {"timings": [1.5]}]
    assert str(Path.home()) not in plain["unusable"]["triton"]
    assert plain["libraries"] == {"numpy": "2"}


def test_a_failure_is_recorded_without_the_path_of_the_checkout(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message of a program that stops goes through the mask before it is written."""
    home = str(examples.parent)
    monkeypatch.setattr(disclosure, "_identities", lambda: (((home, "~"),), ()))
    monkeypatch.setattr(plan, "BUDGETS", {"quick": timers.Budget(target=0.01, limit=0.1)})
    source = "def run(a):\n    open(__file__ + '.missing')\n"
    (examples / "doubling" / "cpu_numba.py").write_text(source)
    example = catalog.find(examples)["doubling"]
    with Reference() as loop:
        record = run.measure(example, made_machine(), "quick", lambda what: None, "none", loop)
    reason = record.variant("cpu_numba").reason
    assert "~/examples/doubling/cpu_numba.py.missing" in reason
    assert home not in record.model_dump_json()


@pytest.mark.parametrize("release", ["6.8.0-45-generic", "6.8.0+ann.box7", "6.8.0"])
def test_the_system_is_a_number(release: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever built the kernel may have put a name behind it."""
    monkeypatch.setattr(machine.platform, "system", lambda: "Linux")
    monkeypatch.setattr(machine.platform, "release", lambda: release)
    assert machine.system() == "Linux 6.8.0"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Results of our own, and a capture that measures nothing but records what is made up."""
    results = tmp_path / "results"
    monkeypatch.setattr(catalog, "RESULTS", results)
    monkeypatch.setattr(catalog, "get", lambda name: None)
    monkeypatch.setattr(machine, "gpu", lambda: "no GPU in this test")
    monkeypatch.setattr(look, "look", look.Facts)
    monkeypatch.setattr(rules, "judge_record", lambda *what: [])
    monkeypatch.setattr(run, "clock_is_fresh", lambda into: True)
    monkeypatch.setattr(plan, "commit", lambda: "0" * 40)
    monkeypatch.setattr(cli, "_judge", lambda: 0)

    def measured(names: list[str], mode: str, into: Path, force: bool = False) -> None:
        print(f"measured {names} {mode}")
        records.write(into / "machine.json", made_machine())
        records.write(into / "clock.json", made_clock())
        record = made_record(made_variant("cpu_numpy", cpu_times()), mode=mode)
        records.write(into / "doubling.json", record)

    monkeypatch.setattr(cli, "_capture", measured)
    return tmp_path


def published(here: Path, *words: str) -> tuple[int, str]:
    """`capture --publish`: exit code and all that it says."""
    done = CliRunner().invoke(
        cli.main, ["capture", "--publish", "--into", str(here / "local"), *words]
    )
    return done.exit_code, done.output


def test_one_command_shows_measures_and_publishes(here: Path) -> None:
    """In that order, all of it in full, into the folder of the machine."""
    code, said = published(here)
    assert code == 0, said
    shown, took, wrote = (
        said.index(w) for w in ("will say of this machine", "measured [] full", "results/made-up: ")
    )
    assert shown < took < wrote
    found = json.loads((here / "results" / "made-up" / "doubling.json").read_text())
    assert found["mode"] == "full"


@pytest.mark.parametrize("words", [["--quick"], ["doubling"]])
def test_a_part_is_not_published(here: Path, words: list[str]) -> None:
    """A quick capture, or some examples only, is refused before anything is measured."""
    code, said = published(here, *words)
    assert code == 1
    assert said.startswith("error: --publish takes every example in full: leave out --quick")
    assert said.count("\n") == 1
    assert not (here / "results").exists()


def test_uncommitted_code_is_not_published(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could run again what was measured; told before anything is."""
    monkeypatch.setattr(plan, "commit", lambda: "0" * 40 + "-dirty")
    code, said = published(here)
    assert code == 1
    assert said.startswith("error: examples/ or survival/ has changes that are not committed")
    assert said.count("\n") == 1
    assert not (here / "results").exists()


def test_a_gpu_that_would_not_be_measured_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody publishes a GPU machine as one without a GPU because a library was missing."""
    card = look.Card("NVIDIA L4", 2**34, 2**34, 0)
    monkeypatch.setattr(look, "look", lambda: look.Facts(cards=(card,)))
    code, said = published(here)
    assert code == 1
    assert said.startswith(
        "error: NVIDIA L4 is here and would not be measured: no GPU in this test"
    )
    assert said.count("\n") == 1
    assert not (here / "results").exists()


def test_a_claim_that_does_not_hold_here_is_told_and_stops_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine on which a page is wrong is the most welcome one."""
    monkeypatch.setattr(cli, "_judge", lambda: 2)
    code, said = published(here)
    assert code == 0
    assert "say so in the pull request" in said
    assert (here / "results" / "made-up" / "machine.json").exists()
