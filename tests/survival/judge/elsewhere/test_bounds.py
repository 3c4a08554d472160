"""Data sheets: units are checked, sources are named, and nothing measured beats what they allow."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from survival.errors import JudgeError
from survival.judge import rules
from survival.judge.elsewhere import bounds
from survival.records import Gpu, Size
from tests.survival.conftest import made_machine, made_record, made_variant

ROW: dict[str, Any] = {
    "name": "Made-up GPU 1",
    "bandwidth": 1000,
    "cache": 50,
    "float32": 60,
    "float16": 240,
    "float64": 1,
    "matches": ["Made-up GPU 1"],
    "source": "a made-up data sheet",
    "date": "2026-11-26",
}


def written(path: Path, **changes: Any) -> Path:
    """A gpus.toml with one row; a value of None leaves its field out."""
    row = {k: v for k, v in (ROW | changes).items() if v is not None}

    def text(key: str, value: Any) -> str:
        return str(value) if key == "date" else repr(value).replace("'", '"')

    lines = [f"{k} = {text(k, v)}" for k, v in row.items()]
    path.write_text("[[gpu]]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("field", ["bandwidth", "float32", "float16", "float64", "cache"])
@pytest.mark.parametrize("factor", [1000, 1 / 1000])
def test_a_rate_in_another_unit_is_refused(tmp_path: Path, field: str, factor: float) -> None:
    """TB/s for GB/s, GFLOP/s for TFLOP/s, bytes for MB: one line that names row and file."""
    path = written(tmp_path / "gpus.toml", **{field: ROW[field] * factor})
    with pytest.raises(JudgeError, match=r"gpus.toml: row 1 \(Made-up GPU 1\)") as e:
        bounds.data_sheets(path)
    assert "\n" not in str(e.value)


def test_no_published_rate_may_be_off_by_a_thousand() -> None:
    """Every figure of the real file would be noticed, in either direction."""
    for row in tomllib.loads(bounds.FILE.read_text())["gpu"]:
        for field in set(row) & {"bandwidth", "cache", "float32", "float64", "tf32", "float16"}:
            for factor in (1000, 1 / 1000):
                text = bounds.DataSheet.model_validate(row).model_dump(exclude_none=True)
                with pytest.raises(ValueError, match=r"input|unit|validation"):
                    bounds.DataSheet.model_validate(text | {field: row[field] * factor})


@pytest.mark.parametrize("field", ["source", "date", "name"])
def test_a_figure_without_source_or_date_is_refused(tmp_path: Path, field: str) -> None:
    """H17."""
    with pytest.raises(JudgeError, match=rf"row 1 .*{field}: Field required"):
        bounds.data_sheets(written(tmp_path / "gpus.toml", **{field: None}))


def test_what_is_no_toml_is_one_line(tmp_path: Path) -> None:
    """So is a table of another name."""
    path = tmp_path / "gpus.toml"
    path.write_text("[[gpu]\n")
    with pytest.raises(JudgeError, match=r"gpus.toml: "):
        bounds.data_sheets(path)
    path.write_text("[[gpus]]\nname = 'x'\n")
    with pytest.raises(JudgeError, match=r"only \[\[gpu\]\] is known, not gpus"):
        bounds.data_sheets(path)


def size(moved: int, operations: int) -> Size:
    """A size with that work."""
    return Size(n=1, label="1", bytes=moved, operations=operations)


def test_the_bound_is_the_longer_of_moving_and_computing(tmp_path: Path) -> None:
    """What the caches hold need not come from memory; two-byte numbers move half the bytes."""
    (sheet,) = bounds.data_sheets(written(tmp_path / "gpus.toml"))
    assert sheet.seconds(size(10**9 + 50 * 2**20, 1), "float32") == pytest.approx(1e-3)
    assert sheet.seconds(size(1, 60_000_000_000), "float32") == pytest.approx(1e-3)
    assert sheet.seconds(size(50 * 2**20, 0), "float32") == 0
    assert sheet.seconds(size(2 * (10**9 + 50 * 2**20), 1), "float16") == pytest.approx(1e-3)
    both = sheet.of_any(size(1, 240_000_000_000), ["float32", "float16"])
    assert both == pytest.approx(1e-3)
    assert sheet.seconds(size(1, 10**12), "tf32") == 0  # not printed: nothing is known


def test_a_dozen_gpus_have_source_and_date() -> None:
    """Those that the guide speaks of, once each."""
    names = [s.name for s in bounds.data_sheets()]
    assert len(set(names)) == len(names) >= 11
    for word in ("T4", "L4", "4090", "5090", "A100", "H100", "H200", "B200", "MI300X", "M1", "Arc"):
        assert any(word in n for n in names), word


@pytest.mark.parametrize(("seconds", "beats"), [(5e-3, False), (3e-6, True)])
def test_a_record_that_beats_its_bound_is_rejected(seconds: float, beats: bool) -> None:
    """The GPU is known by the name that its driver gives it."""
    times = {"compute": {1_000_000: seconds}, "end_to_end": {1_000_000: 10 * seconds}}
    large = [{"n": 1_000_000, "label": "x", "bytes": 10**9, "operations": 1}]
    record = made_record(made_variant("gpu_wgpu", times), sizes=large)
    gpu = Gpu(model="Apple M1 Max", kind="integrated", api="Metal", driver="")
    found = rules.judge_record(record, made_machine(gpu=gpu), None)
    said = [f for f in found if "data sheet of the Apple M1 Max" in f.says]
    assert [f.severity for f in said] == ["reject"] * 2 * beats
    other = gpu.model_copy(update={"model": "Made-up M9"})
    found = rules.judge_record(record, made_machine(gpu=other), None)
    assert not [f for f in found if "data sheet" in f.says]


def test_float32_may_come_from_tensor_cores() -> None:
    """Three products in TF32 make one in float32: an A100 gains, an RTX 4090 does not."""
    size = Size(n=1, label="1", bytes=1, operations=52 * 10**12)
    fast = data_sheet("NVIDIA A100 SXM 80 GB")
    assert fast.seconds(size, "float32") == pytest.approx(1.0)
    slow = data_sheet("NVIDIA GeForce RTX 4090")
    assert slow.seconds(size, "float32") == pytest.approx(52 / 82.6)


def data_sheet(name: str) -> bounds.DataSheet:
    """The GPU of that name."""
    return next(s for s in bounds.data_sheets() if s.name == name)
