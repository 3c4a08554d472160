"""What explorables know of machines."""

from survival import catalog
from survival.judge import evidence
from survival.judge.elsewhere import bounds
from survival.pages.blocks.facts import explored
from survival.pages.words.facts import FACTS
from survival.records import Results

HERE = catalog.ROOT / "tests" / "survival" / "pages"


def test_measured_roofs_are_the_records_and_bounds_the_data_sheets() -> None:
    """Of the first machine that has ceilings, with its name; data sheets stand apart from it."""
    shown = evidence.load(HERE / "results", HERE / "examples", False)
    known = explored.ceilings(shown)
    machine = shown.results.machines[shown.results.order()[0]]
    assert known["machine"] == machine.title
    assert {r["device"] for r in known["roofs"]} == {"cpu", "gpu"}
    for roof in known["roofs"]:
        for mine, fact in (("bandwidth", "memory_rate"), ("rate", "rate")):
            found = FACTS[f"{roof['device']}.{fact}"](machine)
            assert found is not None
            assert roof[mine] == found[1]
    sheets = {s.name: s for s in bounds.data_sheets()}
    assert known["gpus"]
    for gpu in known["gpus"]:
        assert gpu["bandwidth"] == sheets[gpu["name"]].bandwidth * 1e9
        assert gpu["rate"] == sheets[gpu["name"]].float32 * 1e12


def test_without_a_record_there_are_data_sheets_alone() -> None:
    """A clone that has measured nothing builds."""
    shown = evidence.load(HERE / "nothing", HERE / "examples", False)
    assert isinstance(shown.results, Results)
    known = explored.ceilings(shown)
    assert known["roofs"] == []
    assert known["gpus"]
