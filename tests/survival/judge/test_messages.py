"""H12 over error messages: what is old, what is missing, and what belongs to nothing any more."""

from pathlib import Path

import pytest

from survival import catalog
from survival.errors import CatalogError, SurvivalError
from survival.judge import messages, pins, staleness
from survival.records import Message, Messages, Results

SOURCE = '"""it failed."""\n\nimport torch\n\ntorch.fail()\n'


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A folder of examples with one program for any machine, and one for a GPU."""
    folder = tmp_path / "errors" / "torch"
    folder.mkdir(parents=True)
    (folder / "cpu_fails.py").write_text(SOURCE)
    (folder / "gpu_fails.py").write_text(SOURCE)
    return tmp_path


def results(examples: Path, name: str = "cpu_fails", **libraries: str) -> Results:
    """Results with the message of one program."""
    message = Message(
        name=name,
        source_hash=messages.get("torch/cpu_fails", examples).source_hash,
        text="it failed",
        said=["AnError: it failed"],
        captured="2026-11-26T12:00:00Z",  # type: ignore[arg-type]
        system="Linux x86_64",
        libraries=libraries or {"torch": "2.13.0+cpu"},
    )
    record = Messages(schema_version=1, library="torch", messages=[message])
    return Results(machines={}, records={}, messages={"torch": record})


PINS = pins.parse("torch==2.13.0")


def said(found: Results, examples: Path) -> list[str]:
    """What the judge says, without where."""
    return [f.says for f in messages.judge_messages(found, examples, PINS)]


def test_a_fresh_message_is_not_named(examples: Path) -> None:
    """Nor is a build of the pinned version, nor what waits for a GPU."""
    assert said(results(examples), examples) == []


def test_another_version_of_the_library_makes_it_stale(examples: Path) -> None:
    """Any other version: a library may change its words at any time."""
    old = said(results(examples, torch="2.13.1"), examples)
    assert old == [
        "cpu_fails: captured with torch 2.13.1, pinned is 2.13.0; "
        "`.venv/bin/python -m survival messages torch` does it"
    ]


def test_a_changed_program_or_title_makes_it_stale(examples: Path) -> None:
    """A comment does not."""
    held = results(examples)
    path = examples / "errors" / "torch" / "cpu_fails.py"
    path.write_text(SOURCE + "# a comment\n")
    assert said(held, examples) == []
    for other in (SOURCE + "torch.more()\n", SOURCE.replace("it failed", "it fell")):
        path.write_text(other)
        assert "captured from an older version of the program" in said(held, examples)[0]


def test_a_message_that_was_never_captured_is_named(examples: Path) -> None:
    """But for those that need a GPU."""
    none = Results(machines={}, records={})
    assert messages.outdated(none, examples, PINS) == {"torch": ["cpu_fails: not captured"]}


def test_a_message_without_its_program_fails(examples: Path) -> None:
    """It would be shown nowhere, and checked by nothing."""
    findings = list(messages.judge_messages(results(examples, "cpu_gone"), examples, PINS))
    assert [f.severity for f in findings] == ["fail", "mark"]
    assert "there is no such program any more" in findings[0].says


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("torch/fails.py", SOURCE, "is named cpu_… or gpu_…"),
        ("torch/cpu_x.py", "print()\n", "its first line is the text that it must say"),
        ("other/cpu_x.py", SOURCE, "unknown library 'other'; there are: torch"),
    ],
)
def test_a_program_that_is_not_understood(
    tmp_path: Path, name: str, source: str, says: str
) -> None:
    """One line names the file."""
    path = tmp_path / "errors" / name
    path.parent.mkdir(parents=True)
    path.write_text(source)
    with pytest.raises(SurvivalError, match=says):
        messages.programs(tmp_path)


def test_a_profile_is_judged_like_a_message(examples: Path) -> None:
    """A planted one that is old is named; one that was never captured, too."""
    folder = examples / "profiles" / "numpy"
    folder.mkdir(parents=True)
    (folder / "cpu_waits.py").write_text('"""it waits."""\n\nprint("it waits")\n')
    found = results(examples)
    assert said(found, examples) == [
        "cpu_waits: not captured; `.venv/bin/python -m survival messages numpy` does it"
    ]
    planted = (
        found.messages["torch"]
        .messages[0]
        .model_copy(update={"name": "cpu_waits", "source_hash": "0" * 16})
    )
    record = Messages(schema_version=1, library="numpy", messages=[planted])
    held = found.model_copy(update={"messages": found.messages | {"numpy": record}})
    assert "captured from an older version of the program" in said(held, examples)[0]
    fresh = messages.get("numpy/cpu_waits", examples).source_hash
    planted = planted.model_copy(
        update={"source_hash": fresh, "libraries": {"torch": "2.12.0"}}  # any pinned package
    )
    record = record.model_copy(update={"messages": [planted]})
    held = found.model_copy(update={"messages": found.messages | {"numpy": record}})
    assert "captured with torch 2.12.0, pinned is 2.13.0" in said(held, examples)[0]


def test_a_profile_and_a_message_do_not_share_a_name(examples: Path) -> None:
    """They share a record, where the second would take the place of the first."""
    folder = examples / "profiles" / "torch"
    folder.mkdir(parents=True)
    (folder / "cpu_fails.py").write_text(SOURCE)
    with pytest.raises(CatalogError, match=r"errors/torch/cpu_fails\.py has that name already"):
        messages.programs(examples)


def test_an_unknown_program_is_told_with_those_that_exist(examples: Path) -> None:
    """As everywhere."""
    with pytest.raises(CatalogError, match="unknown message 'torch/x'; there are: torch/cpu_fails"):
        messages.get("torch/x", examples)


def test_stale_lists_the_command() -> None:
    """`make stale` says what to type."""
    again = staleness.Again("messages", "any", {"torch": ["x"], "jax": ["y"]}, clock=False)
    assert again.commands == [".venv/bin/python -m survival messages torch jax"]
    assert "results/messages: capture again on any" in staleness.text([again])
    assert staleness.find_messages(Results(machines={}, records={}), {})[0].folder == "messages"


def test_the_libraries_have_programs() -> None:
    """Each library of the table is a folder, and the other way round."""
    folders = {p.library for p in messages.programs(catalog.EXAMPLES).values()}
    assert folders == set(messages.PACKAGES)
