"""The index of error messages: every entry's text, program and doctor's sentence hold together."""

import re

import pytest

from survival import catalog
from survival.doctor import faults
from survival.judge import messages
from survival.records import read_results
from tests.docs.asked_for import ASKED

PAGE = (catalog.ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
ENTRY = re.compile(
    r'^### (?P<title>.+?) \{ #(?P<id>[\w-]+)(?: data-also="[^"]*")? \}$\n(?P<body>.*?)(?=^##|\Z)',
    re.M | re.S,
)
ENTRIES = {m["id"]: m for m in ENTRY.finditer(PAGE)}
PROGRAMS = {k: p for k, p in messages.programs().items() if p.folder == "errors"}
RESULTS = read_results(catalog.RESULTS)


def text(title: str) -> str:
    """A heading without its backticks."""
    return " ".join(re.findall(r"`+ ?(.+?) ?`+", title)) or title


@pytest.mark.parametrize("ident", ASKED.values())
def test_every_message_that_is_asked_for_has_its_entry(ident: str) -> None:
    """Under the address that the list names."""
    assert ident in ENTRIES


@pytest.mark.parametrize("message", ASKED)
def test_the_words_of_a_message_stand_in_its_entry(message: str) -> None:
    """Every word of it, so that a search for all of them can land there."""
    entry = ENTRIES[ASKED[message]]
    held = entry[0]
    for key in re.findall(r"^/// message \| (\S+)", entry["body"], re.M):
        said = messages.of(RESULTS, PROGRAMS[key])
        held += " ".join(said.said) if said else PROGRAMS[key].text
    words = re.findall(r"[\w.]{3,}", message)
    lacks = [w for w in words if w.strip(".").lower() not in held.lower()]
    assert len(lacks) <= len(words) // 3, lacks  # such as the place where somebody met it


def test_each_program_is_shown_once() -> None:
    """A program that no entry shows explains nothing."""
    shown = re.findall(r"^/// message \| (\S+)", PAGE, re.M)
    assert sorted(shown) == sorted(PROGRAMS)


@pytest.mark.parametrize("ident", [i for i, e in ENTRIES.items() if "/// message" in e["body"]])
def test_a_program_provokes_the_message_of_its_entry(ident: str) -> None:
    """The heading and what the program promises share their words."""
    entry = ENTRIES[ident]
    key = re.findall(r"^/// message \| (\S+)", entry["body"], re.M)[0]
    promised = set(re.findall(r"\w{3,}", PROGRAMS[key].text.lower()))
    title = set(re.findall(r"\w{3,}", text(entry["title"]).lower()))
    assert len(promised & title) >= min(2, len(promised))


@pytest.mark.parametrize("ident", ENTRIES)
def test_the_doctor_says_what_the_page_says_that_it_says(ident: str) -> None:
    """The sentence is the doctor's own answer to the heading; an entry without one gets none."""
    entry = ENTRIES[ident]
    told = re.findall(r"\*\*The doctor:\*\* (.+)\.$", entry["body"], re.M)
    answer = faults.step(text(entry["title"]))
    assert told == ([answer] if told else [])
    for _, alone in re.findall(r"(`+) ?(.+?) ?\1", entry["title"]) * bool(told):
        assert faults.step(alone) == answer  # of several texts, somebody pastes only one
    if "/// message" in entry["body"] or told:
        return
    assert re.search(r"\*\*Fix\.\*\*|cures it|^\|", entry["body"], re.M) or not answer


@pytest.mark.parametrize(
    "program", [p for p in PROGRAMS.values() if not p.needs_gpu], ids=lambda p: p.key
)
def test_the_doctor_answers_what_libraries_really_say(program: messages.Program) -> None:
    """Where the page quotes the doctor, the captured text gets the same answer as the heading."""
    entry = next(e for e in ENTRIES.values() if f"/// message | {program.key}\n" in e["body"])
    told = re.findall(r"\*\*The doctor:\*\* (.+)\.$", entry["body"], re.M)
    said = messages.of(RESULTS, program)
    assert said is not None
    if told:
        assert faults.step(" ".join(said.said)) == told[0]


def test_the_first_type_of_a_product_is_the_input_s() -> None:
    """The entry says which of two types was loaded in 16 bits; the other way round it misleads."""
    torch = pytest.importorskip("torch")
    assert '"Float and Half"' in ENTRIES["two-types-in-a-layer"]["body"]
    layer, x = torch.nn.Linear(2, 2), torch.ones(1, 2)
    with pytest.raises(RuntimeError, match="got Half and Float"):
        layer(x.half())
    with pytest.raises(RuntimeError, match="got Float and Half"):
        layer.half()(x)


def test_a_negative_word_says_the_same_as_one_too_large() -> None:
    """So the entry asks for the smallest as well."""
    torch = pytest.importorskip("torch")
    assert "`ids.min(), ids.max()`" in ENTRIES["index-out-of-range"]["body"]
    with pytest.raises(IndexError, match="index out of range in self"):
        torch.nn.Embedding(4, 2)(torch.tensor([-100]))


def test_other_pages_lead_to_entries_that_exist() -> None:
    """The chapter on getting a GPU has no table of its own any more."""
    page = (catalog.ROOT / "docs" / "get-a-gpu.md").read_text(encoding="utf-8")
    idents = re.findall(r"errors\.md#([\w-]+)", page)
    assert len(idents) >= 5
    assert set(idents) <= set(ENTRIES)
    assert "the error says" not in page
