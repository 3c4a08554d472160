"""Reading and writing: what was written is read again, and nothing else is."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survival import records
from survival.errors import RecordError
from survival.records import files
from tests.survival.conftest import cpu_times, gpu_times, made_machine, made_record, made_variant


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """results/ with one made-up machine and one record."""
    record = made_record(
        made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", gpu_times())
    )
    records.write(tmp_path / "made-up" / "doubling.json", record)
    records.write(tmp_path / "made-up" / "machine.json", made_machine())
    return tmp_path


def change(folder: Path, **fields: Any) -> Path:
    """Rewrite top-level fields of the record by hand."""
    path = folder / "made-up" / "doubling.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    return path


def test_what_was_written_is_read_again(folder: Path) -> None:
    """A record survives the way to disk and back, sample for sample."""
    results = records.read_results(folder, local=True)
    again = results.records["made-up"]["doubling"]
    assert again == made_record(
        made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", gpu_times())
    )


def test_samples_lie_on_one_line(folder: Path) -> None:
    """A person can read the file: one line per list of samples."""
    lines = (folder / "made-up" / "doubling.json").read_text().splitlines()
    assert sum('"samples": [' in line and line.rstrip(",").endswith("]") for line in lines) == 15


def timings_with(**fields: Any) -> list[dict[str, Any]]:
    """The variants of a record, the first timing changed."""
    variant = made_variant("cpu_numpy", cpu_times())
    variant["timings"][0] |= fields
    return [variant]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"schema_version": 3}, "another schema version than 1 or 2"),
        ({"unit": None}, "unit"),
        ({"surprise": 1}, "surprise"),
        ({"example": "../../etc"}, "example"),
        ({"machine": "../up"}, "machine"),
        ({"variants": timings_with(median=-1.0)}, "greater than 0"),
        ({"variants": timings_with(samples=[0.0])}, "greater than 0"),
        ({"variants": timings_with(size=7)}, "names size 7, not in sizes"),
        ({"captured": "yesterday"}, "captured"),
    ],
)
def test_a_broken_field_is_named_in_one_line(
    folder: Path, fields: dict[str, Any], says: str
) -> None:
    """Every fault of a record becomes one line with the file and what is wrong."""
    path = change(folder, **fields)
    with pytest.raises(RecordError) as e:
        records.read_record(path)
    message = str(e.value)
    assert str(path) in message
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e400"])
def test_a_time_that_is_not_finite_is_refused(folder: Path, number: str) -> None:
    """Neither NaN nor infinity passes, however it is written."""
    path = folder / "made-up" / "doubling.json"
    text = path.read_text()
    median = json.loads(text)["variants"][0]["timings"][0]["median"]
    path.write_text(text.replace(f'"median": {median}', f'"median": {number}', 1))
    with pytest.raises(RecordError, match="median"):
        records.read_record(path)


def test_a_file_that_was_cut_off_is_refused_in_one_line(folder: Path) -> None:
    """Half a record is an error with the file's name, not a traceback."""
    path = folder / "made-up" / "doubling.json"
    path.write_text(path.read_text()[:1000])
    with pytest.raises(RecordError, match=r"doubling\.json") as e:
        records.read_record(path)
    assert "\n" not in str(e.value)


def test_a_missing_field_is_named(folder: Path) -> None:
    """A record without its sizes says so."""
    path = folder / "made-up" / "doubling.json"
    fields = json.loads(path.read_text())
    del fields["sizes"]
    path.write_text(json.dumps(fields))
    with pytest.raises(RecordError, match="sizes: Field required"):
        records.read_record(path)


def test_a_folder_is_called_like_its_machine(folder: Path) -> None:
    """A machine cannot be published under another name; a capture may lie in any folder."""
    (folder / "made-up").rename(folder / "other")
    with pytest.raises(RecordError, match="holds machine 'made-up'; rename the folder"):
        records.read_results(folder, local=True)
    assert records.read_machine(folder / "other" / "machine.json") == made_machine()
    assert records.read_record(folder / "other" / "doubling.json").machine == "made-up"


FOREIGN: dict[str, Callable[[Path], object]] = {
    "evil.html": lambda p: p.write_text("<script>alert(1)</script>"),
    "notes.txt": lambda p: p.symlink_to("/dev/zero"),
    "up": lambda p: p.symlink_to(p.parent.parent),
    "link.json": lambda p: p.symlink_to("/dev/zero"),
    "pipe.json": os.mkfifo,
    "folder.json": lambda p: (p / "evil.html").mkdir(parents=True),
}


@pytest.mark.parametrize("where", ["", "made-up"])
@pytest.mark.parametrize("name", FOREIGN)
def test_whatever_is_no_record_is_refused_and_not_read(folder: Path, where: str, name: str) -> None:
    """All of results/ is published: no page, link, pipe or folder that nobody judges lies there."""
    path = folder / where / name
    FOREIGN[name](path)
    with pytest.raises(RecordError) as e:
        records.read_results(folder, local=True)
    message = str(e.value)
    assert message.startswith(f"{path}")
    assert "; re" in message  # remove it, or replace it
    assert "\n" not in message


def test_a_pipe_in_place_of_a_record_does_not_hang(folder: Path) -> None:
    """Neither among the published machines nor in a capture that a stranger sent."""
    path = folder / "made-up" / "machine.json"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(RecordError, match="no plain file"):
        records.read_results(folder, local=True)
    with pytest.raises(RecordError, match="no plain file"):
        records.read_capture(path.parent)


def test_what_is_not_published_may_lie_there(folder: Path) -> None:
    """Hidden files, and whatever is in results/local, which git ignores."""
    (folder / ".DS_Store").write_text("")
    (folder / "made-up" / ".DS_Store").write_text("")
    (folder / records.LOCAL).mkdir()
    (folder / records.LOCAL / "notes.txt").write_text("")
    assert list(records.read_results(folder, local=True).machines) == ["made-up"]


def test_an_interrupted_write_keeps_the_old_record(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens while writing, the file is the old one or the new one."""
    path = folder / "made-up" / "doubling.json"
    before = path.read_bytes()

    def interrupted(*args: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_dump", interrupted)
    with pytest.raises(KeyboardInterrupt):
        records.write(path, made_record(made_variant("cpu_numpy", cpu_times())))
    assert path.read_bytes() == before


def test_end_to_end_of_a_variant_that_moves_no_data_is_its_compute() -> None:
    """A CPU variant on host arrays has one timing for both scopes."""
    record = made_record(
        made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", gpu_times())
    )
    cpu, gpu = record.variants
    assert cpu.timing(100, "end_to_end") == cpu.timing(100, "compute") is not None
    assert gpu.timing(100, "end_to_end") != gpu.timing(100, "compute")
    assert cpu.timing(100, "first_call") is None


def test_an_unknown_variant_names_those_that_exist() -> None:
    """Asking for what is not there says what is."""
    record = made_record(made_variant("cpu_numpy", cpu_times()))
    with pytest.raises(RecordError, match=r"unknown variant 'gpu_cupy'.*cpu_numpy"):
        record.variant("gpu_cupy")


def test_a_small_working_set_is_held_against_its_cache() -> None:
    """Bandwidth falls with the working set, and each size is held against its own."""
    memory = [
        {"device": "cpu", "kernel": "copy", "working_set": w, "bytes_per_second": r}
        for w, r in ((1000, 9e10), (10_000, 5e10), (100_000, 1e10))
    ]
    ceilings = records.Ceilings.model_validate(
        made_machine().ceilings.model_dump() | {"memory": memory}
    )
    assert ceilings.memory_rate("cpu", 500) == 9e10
    assert ceilings.memory_rate("cpu", 9_999) == 9e10
    assert ceilings.memory_rate("cpu", 10_000) == 5e10
    assert ceilings.memory_rate("cpu", 10**9) == 1e10
    with pytest.raises(RecordError, match="gpu"):
        ceilings.memory_rate("gpu", 500)


@pytest.mark.parametrize(
    ("field", "value"), [("working_set", 0), ("bytes_per_second", 0), ("bytes_per_second", 1e20)]
)
def test_a_rate_that_no_axis_can_show_is_refused(folder: Path, field: str, value: float) -> None:
    """An empty working set has no place on a log axis, and a rate is positive and bounded."""
    path = folder / "made-up" / "machine.json"
    machine = json.loads(path.read_text())
    machine["ceilings"]["memory"][0][field] = value
    path.write_text(json.dumps(machine))
    with pytest.raises(RecordError, match=f"memory.0.{field}"):
        records.read_machine(path)


def test_a_key_of_the_file_cannot_write_to_the_terminal(folder: Path) -> None:
    """The name of an unknown field is part of the message: it stays on one printable line."""
    with pytest.raises(RecordError) as e:
        records.read_record(change(folder, **{"a\nb\x1b[31m": 1}))
    assert str(e.value).isprintable()
    assert "a b [31m: Extra inputs" in str(e.value)


def test_text_of_a_record_is_one_printable_line(folder: Path) -> None:
    """What is shown in a terminal or a pull request cannot end a line or change a colour."""
    record = records.read_record(change(folder, unit="a\nb\x1b[31m\u202ec"))
    assert record.unit == "a b [31m c"


def test_the_readers_own_machine_comes_last(folder: Path) -> None:
    """Published machines lead; results/local follows."""
    local = folder / records.LOCAL
    local.mkdir()
    for name in ("machine", "doubling"):
        (local / f"{name}.json").write_text((folder / "made-up" / f"{name}.json").read_text())
    assert records.read_results(folder, local=True).order() == ["made-up", records.LOCAL]


@pytest.mark.parametrize("name", ["machine.json", "doubling.json"])
def test_what_is_local_and_damaged_stops_nobody(folder: Path, name: str) -> None:
    """It is the reader's own, and no part of the guide: it is left out."""
    local = folder / records.LOCAL
    local.mkdir()
    (local / name).write_text("")
    assert records.read_results(folder, local=True).order() == ["made-up"]
    assert records.read_results(folder).order() == ["made-up"]


@pytest.mark.parametrize(
    ("unit", "label", "says"),
    [
        ("tokens", "1", "1 token"),
        ("passes", "1", "1 pass"),
        ("passes", "3", "3 passes"),
        ("bytes", "64 MiB", "64 MiB"),
        ("bytes", "4,096", "4,096 bytes"),
        ("tokens", "16", "16 tokens"),
        ("pictures per step", "1", "1 picture per step"),
        ("pixels", "1 × 1", "1 × 1 pixels"),
    ],
)
def test_one_is_not_many(unit: str, label: str, says: str) -> None:
    """A size with its unit reads as a person would write it."""
    record = made_record(made_variant("cpu_numpy", cpu_times()), unit=unit)
    assert record.amount(record.sizes[0].model_copy(update={"label": label})) == says


def test_what_checks_records_is_built_when_one_is_read() -> None:
    """Not by whoever imports the package: each of the many processes of a capture does."""
    ask = "from survival import records as r; print(r.Record.__pydantic_complete__)"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True).strip() == "False"
