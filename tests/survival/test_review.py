"""What a pull request changes on the site, read from two builds."""

from pathlib import Path

import pytest

from survival import review
from survival.errors import SurvivalError

PAGE = """<html><body><nav>9 ms</nav><article><h1>{title}<a class="headerlink">¶</a></h1>
<p>It takes <data data-record="r.json">{time}</data> here. {text}</p>
<details class="sv-claim"><summary>{state}</summary><ul><li>a is faster than b
<small>m: <data data-record="r.json">{time}</data></small></li></ul></details>
<table><tr><th>NumPy</th><td><data data-record="r.json">{cell}</data></td></tr></table>
<details class="sv-all"><data data-record="r.json">{time}</data></details></article>"""
SAID = {"title": "One", "time": "1 ms", "text": "So.", "state": "checked", "cell": "7"}


def build(folder: Path, pages: dict[str, dict[str, str]]) -> Path:
    """A site of such pages by address."""
    for name, said in pages.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "index.html").write_text(PAGE.format(**SAID | said), encoding="utf-8")
    return folder


def said(tmp_path: Path, **after: str) -> str:
    """What is said of a page on which these things are different."""
    old, new = build(tmp_path / "a", {"p": {}}), build(tmp_path / "b", {"p": after})
    return review.compare(old, new)


def test_the_same_site_has_no_change(tmp_path: Path) -> None:
    """Nothing is listed where nothing changed."""
    assert said(tmp_path) == "No page changes what a reader sees.\n"


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ({"time": "2 ms"}, "- `It takes here. So.`: `1 ms` → `2 ms`"),
        ({"cell": "8"}, "- `NumPy`: `7` → `8`"),
        ({"state": "not yet checked"}, "- `not yet checked: a is faster than b`"),
        ({"text": "Else."}, "- `It takes here. Else.`: `1 ms`"),
        ({"title": "Two"}, "Only the text changed."),
    ],
)
def test_each_kind_of_change_is_named(tmp_path: Path, after: dict[str, str], line: str) -> None:
    """A number in a sentence, in a table, a claim, a sentence, a heading."""
    found = said(tmp_path, **after).splitlines()
    assert line in found
    assert found[0] == "**1 of 1 pages change what a reader sees.**"


def test_new_and_removed_pages_are_named(tmp_path: Path) -> None:
    """Pages that one side lacks."""
    old, new = build(tmp_path / "a", {"x": {}, "y": {}}), build(tmp_path / "b", {"y": {}, "z": {}})
    text = review.compare(old, new)
    assert "New pages:\n\n- `z/` `One`" in text
    assert "Removed pages:\n\n- `x/`" in text
    assert "`y/`" not in text


def test_what_another_machine_measured_is_of_the_page(tmp_path: Path) -> None:
    """A part is no page, and a number that changes in it is named with its machine."""
    sites = [build(tmp_path / name, {"p": {}}) for name in ("a", "b")]
    for site, cell in zip(sites, ("7", "8"), strict=True):
        part = PAGE.format(**SAID | {"cell": cell}).replace("article", "main")
        (site / "p" / "on-made-up-1.html").write_text(part, encoding="utf-8")
    lines = review.compare(*sites).splitlines()
    assert lines[0] == "**1 of 1 pages change what a reader sees.**"
    assert "### `p/` `One`" in lines
    assert [x for x in lines if "→" in x] == ["- `NumPy (on made-up-1)`: `7` → `8`"]


def test_a_machine_more_is_a_page_that_changes(tmp_path: Path) -> None:
    """Merging a machine is told as new numbers on the page, not as a new page for each."""
    old, new = (build(tmp_path / name, {"p": {}}) for name in ("a", "b"))
    (new / "p" / "on-made-up-1.html").write_text(PAGE.format(**SAID), encoding="utf-8")
    text = review.compare(old, new)
    assert "New pages" not in text
    assert "- `NumPy (on made-up-1)`: `7`" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>x</b> `@everyone` [x](https://evil.example) ![i](x)",
        "a`\n\n# b\n\n<!-- c",
        "\u202e\x1b[2J",
    ],
)
def test_nothing_of_a_stranger_is_markup(tmp_path: Path, hostile: str) -> None:
    """Outside of code spans there is only our own text."""
    text = said(tmp_path, title=hostile, text=hostile, time=hostile, cell=hostile, state=hostile)
    for line in text.splitlines():
        outside = "".join(line.split("`")[::2])
        assert line.count("`") % 2 == 0
        assert not set("@<[!\u202e\x1b") & set(outside)


def test_the_answer_is_bounded(tmp_path: Path) -> None:
    """A build that changes everything still makes a comment that a pull request can take."""
    many = {f"{'long' * 20}{i}": {"title": "t" * 5000} for i in range(60)}
    text = review.compare(build(tmp_path / "a", {"p": {}}), build(tmp_path / "b", many))
    assert "… and 20 more" in text
    row = '</td></tr><tr><th>{}</th><td><data data-record="x">{}</data>'
    cells = ["".join(row.format(f"{'row' * 40}{i}", x) for i in range(60)) for x in "ab"]
    sides = [
        build(tmp_path / f"many{x}", {str(i): {"cell": cell} for i in range(30)})
        for x, cell in zip("ab", cells, strict=True)
    ]
    text = review.compare(*sides)
    assert 50_000 < len(text) < 65_536
    assert text.endswith("`\n\n… and more than fits here.\n")


def test_a_folder_without_a_site_is_one_line(tmp_path: Path) -> None:
    """It says where, and what to run."""
    with pytest.raises(SurvivalError, match="holds no built site; run `make site` there"):
        review.compare(tmp_path, tmp_path)
