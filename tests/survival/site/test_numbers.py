"""Parts and chapters are numbered by their order."""

from pathlib import Path

from survival import catalog
from survival.site import numbers


def test_chapters_have_the_numbers_by_which_programs_call_them() -> None:
    """Chapter 3 is how to get a GPU, part 4 the frameworks'; other pages keep their titles."""
    settings = numbers.settings(catalog.ROOT / "mkdocs.yml")
    nav = numbers.numbered(settings["nav"], catalog.ROOT / "docs")
    titles = numbers.titles(nav)
    assert titles["get-a-gpu.md"] == "3 · Get a GPU and check that it works"
    assert titles["train.md"] == "13 · Train a network"
    assert titles["method.md"] == "Method"
    parts = [title for entry in nav for title in entry]
    assert "Part 4 · The AI workloads" in parts
    assert "Reference" in parts


def test_a_chapter_is_a_page_with_a_head(tmp_path: Path) -> None:
    """And a part a section with a chapter in it; a page without a title is left to the builder."""
    (tmp_path / "a.md").write_text("# A\n\n/// head | x\n///\n")
    (tmp_path / "b.md").write_text("# B\n")
    nav = ["b.md", {"One": [{"A": "a.md"}]}, {"Two": [{"B": "b.md"}]}, {"Gone": "gone.md"}]
    assert numbers.numbered(nav, tmp_path) == [
        "b.md",
        {"Part 1 · One": [{"1 · A": "a.md"}]},
        {"Two": [{"B": "b.md"}]},
        {"Gone": "gone.md"},
    ]
