"""Two captures compared: what changed by more than its interval, and nothing else."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from survival import catalog, records
from survival.contribute import sides
from survival.errors import RecordError, SurvivalError
from survival.judge import compare
from survival.judge.compare import Capture, Comparison
from tests.survival.conftest import (
    SIZES,
    cpu_times,
    gpu_times,
    made_machine,
    made_record,
    made_timing,
    made_variant,
)
from tests.survival.test_cli import survival


def capture(name: str, *variants: dict[str, Any], **changes: Any) -> Capture:
    """A made-up capture with one example."""
    return Capture(name, made_machine(), {"doubling": made_record(*variants, **changes)})


def numpy_and_cupy() -> list[dict[str, Any]]:
    """Two variants of the made-up machine."""
    return [made_variant("cpu_numpy", cpu_times()), made_variant("gpu_cupy", gpu_times())]


def compared(*after: dict[str, Any], **changes: Any) -> Comparison:
    """The usual two variants against these."""
    return compare.compare(capture("a", *numpy_and_cupy()), capture("b", *after, **changes))


def test_a_capture_is_no_different_from_itself() -> None:
    """Nothing is said of what did not change, in either form."""
    found = compared(*numpy_and_cupy())
    assert found.empty
    for form in (compare.text(found), compare.markdown(found)):
        assert form.splitlines()[-1] == "Nothing changed by more than its interval."


def test_a_changed_timing_is_told_with_both_medians_and_the_factor() -> None:
    """One timing that doubled is one line; the others are not mentioned."""
    numpy, cupy = numpy_and_cupy()
    numpy["timings"][4] = made_timing(SIZES[4], "compute", 2 * numpy["timings"][4]["median"])
    found = compared(numpy, cupy)
    (change,) = found.timings
    assert (change.variant, change.size, change.scope) == ("cpu_numpy", "1,000,000", "compute")
    text = compare.text(found)
    assert "1.00 ms (0.998–1.00 ms)" in text
    assert "2.00 ms" in text
    assert text.endswith("2.0 times as slow")
    assert "gpu_cupy" not in text
    row = "| doubling | cpu_numpy | 1,000,000 | compute | 1.00 ms"
    assert row in compare.markdown(found)


def test_a_change_within_the_intervals_is_not_told() -> None:
    """Half a percent, with intervals that overlap, is no change."""
    times = {"compute": {n: 1.002 * t for n, t in cpu_times()["compute"].items()}}
    assert compared(made_variant("cpu_numpy", times), numpy_and_cupy()[1]).empty


def test_a_variant_that_changed_its_status_is_told_with_the_reason() -> None:
    """Failed now, and absent before."""
    numpy, cupy = numpy_and_cupy()
    cupy |= {"status": "failed", "reason": "wrong at size 8", "timings": [], "checks": []}
    found = compared(numpy, cupy, made_variant("cpu_numba", cpu_times()))
    assert found.statuses == [
        "doubling gpu_cupy: measured before, failed (wrong at size 8) now",
        "doubling cpu_numba: absent before, measured now",
    ]
    assert not found.timings


def test_sizes_that_appear_and_vanish_are_told() -> None:
    """A size of the sweep, and a single timing that is left out now, with its reason."""
    numpy, cupy = numpy_and_cupy()
    cupy["timings"] = [t for t in cupy["timings"] if (t["size"], t["scope"]) != (100, "compute")]
    cupy["left_out"] = [{"size": 100, "scope": "compute", "reason": "too slow"}]
    sizes = [{"n": n, "label": str(n), "bytes": n, "operations": n} for n in (*SIZES, 7)]
    found = compared(numpy, cupy, sizes=sizes)
    assert found.sizes == [
        "doubling: size 7 is new",
        "doubling gpu_cupy: 100, compute, is no longer timed (too slow)",
    ]


def test_an_example_that_is_gone_is_told() -> None:
    """Whole examples appear and vanish too."""
    a = capture("a", *numpy_and_cupy())
    b = Capture("b", made_machine(), {})
    assert compare.compare(a, b).statuses == ["doubling: example is gone"]
    assert compare.compare(b, a).statuses == ["doubling: new example"]


def test_unlike_machines_are_refused_and_what_differs_is_named() -> None:
    """Two processors cannot be compared by accident."""
    other = made_machine().model_dump()
    other["cpu"] |= {"model": "Another\nCPU", "cores": 4}
    b = Capture("b", records.Machine.model_validate(other), {})
    says = "a and b are of unlike machines: CPU Made-up CPU against Another CPU; cores 2 against 4"
    with pytest.raises(RecordError, match=says):
        compare.compare(capture("a"), b)


def test_text_of_a_record_is_no_markup_in_a_pull_request() -> None:
    """A stranger's reason cannot break out of its line, nor become a link or a tag."""
    numpy, cupy = numpy_and_cupy()
    bad = "x\n| <b>[a](http://b)</b> `c` \x1b[31m"
    cupy |= {"status": "failed", "reason": bad, "timings": [], "checks": []}
    said = compare.markdown(compared(numpy, cupy))
    line = next(line for line in said.splitlines() if "failed" in line)
    assert not set("<>[]`|\x1b") & set(line)


def test_a_claim_that_no_longer_holds_is_told_with_both_numbers(examples: Path) -> None:
    """The page, the line, the claim, and what the new record says; what still holds is not told."""

    def capture_of(gpu: float, day: int) -> Capture:
        cpu = made_variant("cpu_numpy", {"compute": {8: 1e-6, 128: 1e-3}})
        cupy = made_variant("gpu_cupy", {"compute": {8: 2e-5, 128: gpu}})
        sizes = [{"n": n, "label": str(n), "bytes": n, "operations": n} for n in (8, 128)]
        record = made_record(cpu, cupy, sizes=sizes, captured=f"2026-11-{day}T00:00:00Z")
        return Capture("x", made_machine(), {"doubling": record})

    before, after = capture_of(2e-5, 21), capture_of(2e-3, 22)
    claim = "gpu_cupy compute is slower than the best CPU at 8"
    lost = "gpu_cupy compute is faster than the best CPU at 128"
    page = f"# T\n\n/// claim | doubling\n{claim}\n{lost}\nnonsense\n///\n"
    (told,) = compare.claims(before, after, {"docs/x.md": page}, catalog.find(examples))
    assert told.startswith(f'docs/x.md(5) "{lost}": holds before, does not hold now (gpu_cupy ')
    assert told.count("takes") == 2
    assert not compare.claims(before, before, {"docs/x.md": page}, catalog.find(examples))
    both = compare.in_both(before, after, {"docs/x.md": page}, catalog.find(examples))
    assert both == [f"doubling: {claim}"]
    assert not compare.in_both(before, before, {"docs/x.md": page}, catalog.find(examples))


def test_the_command_refuses_what_is_not_there_in_one_line() -> None:
    """An unknown folder is answered with those that exist, and exit code 1."""
    done = survival("compare", "nowhere", "nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("error: unknown capture 'nowhere'; there are: ")
    assert done.stderr.count("\n") == 1


def test_a_folder_of_a_commit_is_a_side_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `make publish`, what was published before is in git alone."""
    monkeypatch.setattr(catalog, "ROOT", tmp_path)
    monkeypatch.setattr(catalog, "RESULTS", tmp_path / "results")
    folder = tmp_path / "results" / "made-up"
    records.write(folder / "machine.json", made_machine())
    records.write(folder / "doubling.json", made_record(made_variant("cpu_numpy", cpu_times())))
    for command in (
        ("init", "--quiet"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@x.x", "commit", "--quiet", "-m", "x"),
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    records.write(folder / "doubling.json", made_record(made_variant("cpu_numpy", cpu_times(3e-9))))
    before, after = sides.side("HEAD:made-up"), sides.side("made-up")
    assert compare.compare(before, after).timings
    assert compare.compare(before, sides.side("HEAD:made-up")).empty
    with pytest.raises(SurvivalError, match=r"git has no 'HEAD:results/nowhere': .*; name a"):
        sides.side("HEAD:nowhere")


def test_the_command_compares_folders_by_path(tmp_path: Path) -> None:
    """Exit code 0 and both forms, whatever the folders are called."""
    for folder in ("before", "after"):
        records.write(tmp_path / folder / "machine.json", made_machine())
        slope = 1e-9 if folder == "before" else 3e-9
        record = made_record(made_variant("cpu_numpy", cpu_times(slope)))
        records.write(tmp_path / folder / "doubling.json", record)
    done = survival("compare", str(tmp_path / "before"), str(tmp_path / "after"), "--markdown")
    assert done.returncode == 0, done.stderr
    assert "times as slow |" in done.stdout
