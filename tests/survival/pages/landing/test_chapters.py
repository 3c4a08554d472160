"""The map of the chapters, and the minutes that they take."""

import re

import pytest

from survival import catalog
from survival.pages.landing import reading
from tests.survival.pages.test_extension import convert

PROSE = "word " * 400


def test_code_and_tables_take_time() -> None:
    """A page of code is not read in no time; what is folded away adds no code."""
    code = "```python\n" + "x = 1\n" * 200 + "```\n"
    assert reading.minutes(PROSE, catalog.get) == 2
    assert reading.minutes(PROSE + "\n" + code, catalog.get) == 6
    assert reading.minutes(f"{PROSE}\n/// details | Answer\n{code}///\n", catalog.get) == 2
    program = '```python\n--8<-- "mandelbrot/cpu_python.py"\n```\n'
    assert reading.minutes(PROSE + "\n" + 20 * program, catalog.get) > 6
    listing = "/// listing | mandelbrot\n    variants: cpu_python\n///\n"
    assert reading.minutes(PROSE + "\n" + 20 * listing, catalog.get) > 6
    folded = "/// listing | saxpy\n    variants: gpu_wgpu\n///\n"
    assert reading.minutes(PROSE + "\n" + 20 * folded, catalog.get) < 2 + 20 * 60 * 4 / 200
    assert reading.minutes(PROSE + "\n" + 20 * "/// timings | mandelbrot\n///\n", catalog.get) > 4


def test_every_chapter_of_the_menu_is_on_the_map() -> None:
    """In the menu's order, with numbers from 1 on and minutes."""
    found = convert("/// chapters |\n///", catalog.ROOT)
    numbers = [int(n) for n in re.findall(r'<li value="(\d+)">', found)]
    heads = [
        p for p in (catalog.ROOT / "docs").glob("*.md") if "\n/// head" in p.read_text("utf-8")
    ]
    assert numbers == list(range(1, len(heads) + 1))
    assert len(re.findall(r"<small>\d+ min</small>", found)) == len(heads)
    for page in heads:
        assert f'href="{page.stem}/"' in found


def test_the_first_step_says_how_long_it_takes() -> None:
    """The button leads to the chapter and names its minutes."""
    found = convert("/// start | why-gpus.md\n///", catalog.ROOT)
    assert re.search(r'href="why-gpus/">Start with chapter 1 · \d+ minutes</a>', found)


@pytest.mark.parametrize("text", ["/// start | no.md\n///", "/// chapters | some\n///"])
def test_what_is_not_there_stops_the_build(text: str) -> None:
    """With the names that exist, or what is wrong."""
    with pytest.raises(Exception, match=r"chapter"):
        convert(text, catalog.ROOT)


SAME = {"Run it yourself", "Exercises", "Sources"}
"""What every chapter has, and a reader looks for under the same name."""


def test_headings_say_what_their_chapter_found() -> None:
    """No other stands in two chapters: a list of sections called alike says nothing."""
    found: dict[str, list[str]] = {}
    for page in (catalog.ROOT / "docs").glob("*.md"):
        text = reading.FENCE.sub("", page.read_text("utf-8"))
        for heading in re.findall(r"^## (.*?)(?: \{.*\})?$", text, re.MULTILINE):
            if "\n/// head" in text:
                found.setdefault(heading, []).append(page.name)
    assert len(found) > 60
    assert {h: pages for h, pages in found.items() if len(pages) > 1 and h not in SAME} == {}
