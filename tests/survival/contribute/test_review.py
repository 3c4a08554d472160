"""What a pull request changes on the site, read from two builds."""

import gzip
from pathlib import Path

import pytest

from survival.contribute import review
from survival.errors import SurvivalError

PAGE = """<html><body><nav>9 ms</nav><article><h1>{title}<a class="headerlink">¶</a></h1>
<p>It takes <data data-record="r.json">{time}</data> here. {text}</p>
<details class="sv-claim"><summary>{state}</summary><ul><li>a is faster than b
<small>m: <data data-record="r.json">{time}</data></small></li></ul></details>
<table><tr><th>NumPy</th><td><data data-record="r.json">{cell}</data></td></tr></table>
<details class="sv-all"><data data-record="r.json">{time}</data></details></article>"""
SAID = {"title": "One", "time": "1 ms", "text": "So.", "state": "checked", "cell": "7"}

ONE = "**1 of 1 pages change, 0 more around their article only, and 0 other files.**"


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
    assert said(tmp_path) == "The two builds are the same.\n"


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ({"time": "2 ms"}, "- `It takes here. So.`: `1 ms` → `2 ms`"),
        ({"cell": "8"}, "- `NumPy`: `7` → `8`"),
        ({"state": "not yet checked"}, "- `not yet checked: a is faster than b`"),
        ({"text": "Else."}, "- `It takes here. Else.`: `1 ms`"),
        ({"title": "Two"}, "The text changed."),
        ({"text": "<i>So.</i>"}, "Markup, links or scripts changed."),
        ({"text": "So.<svg></svg>"}, "Drawings changed."),
        ({"text": "So.<!-- seen by nobody -->"}, "What is folded or hidden on it changed."),
    ],
)
def test_each_kind_of_change_is_named(tmp_path: Path, after: dict[str, str], line: str) -> None:
    """A number in a sentence, in a table, a claim, a sentence, a heading, markup, a drawing."""
    found = said(tmp_path, **after).splitlines()
    assert line in found
    assert found[0] == ONE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<script>steal()</script>", "<script {}> steal()"),
        ("<script src='//evil.example/x.js'></script>", "<script {'src': '//evil.example/x.js'}>"),
        ("<script src='../x.js'></script>", "<script {'src': '/x.js'}>"),
        ("<iframe src='/p'></iframe>", "<iframe {'src': '/p'}>"),
        ("<b onclick='steal()'></b>", "onclick of b: steal()"),
        ("<a href='https://evil.example'>x</a>", "address in a: https://evil.example"),
        ("<a href='/\\evil.example'>x</a>", "address in a: /\\evil.example"),
        ("<a href=' java\tscript:x()'>x</a>", "address in a: java script:x()"),
        ("<svg><a xlink:href='//evil.example'></a></svg>", "address in a: //evil.example"),
    ],
)
def test_what_can_run_or_lead_elsewhere_comes_first(tmp_path: Path, text: str, told: str) -> None:
    """A script, an event, an address of others: each is listed before everything else."""
    lines = said(tmp_path, text="So." + text).splitlines()
    assert lines[0] == ONE
    assert lines[2].startswith("**Look at these first**")
    assert f"- `p/`: `{told}`" in lines[4:6]


def test_what_both_builds_have_is_no_news(tmp_path: Path) -> None:
    """The guide's own script, named from a folder at another depth, and a link of another page."""
    scripts = "<script src='{}x.js'></script><a href='https://known.example'></a>"
    old = build(tmp_path / "a", {"p": {"text": scripts.format("../")}})
    new = build(
        tmp_path / "b",
        {"p": {"text": scripts.format("../")}, "q/r": {"text": scripts.format("../../")}},
    )
    assert "Look at these first" not in review.compare(old, new)


def test_many_links_hide_no_script(tmp_path: Path) -> None:
    """Scripts are listed before links, of which only the first are listed."""
    links = "".join(f"<a href='https://{i}.example'></a>" for i in range(100))
    text = said(tmp_path, text=links + "<script>steal()</script>")
    assert text.index("steal()") < text.index("0.example")
    assert "… and 61 more" in text


@pytest.mark.parametrize(
    ("name", "first"), [("x.js", True), ("x.svg", True), ("y.HTML", True), ("examples/a.py", False)]
)
def test_every_other_file_counts(tmp_path: Path, name: str, first: bool) -> None:
    """New, changed or removed; what a browser may run comes first."""
    sites = [build(tmp_path / side, {"p": {}}) for side in ("a", "b", "c")]
    for site, content in zip(sites, ("one", "two", ""), strict=True):
        (site / name).parent.mkdir(exist_ok=True)
        if content:
            (site / name).write_text(content)
    for old, new, how in ((0, 1, "changed"), (2, 1, "new"), (0, 2, "removed")):
        text = review.compare(sites[old], sites[new])
        assert f"- {'file ' if first else ''}`{name}`: {how}" in text
        assert ("Look at these first" in text) == first
        assert text.startswith("**0 of 1 pages change, ")


def test_what_stands_around_an_article_is_told(tmp_path: Path) -> None:
    """A menu that changed is named as such, and does not make every page a changed one."""
    old, new = (build(tmp_path / name, {"p": {}}) for name in ("a", "b"))
    page = new / "p" / "index.html"
    page.write_text(page.read_text().replace("<nav>9 ms", "<nav>8 ms"))
    text = review.compare(old, new)
    assert text.startswith("**0 of 1 pages change, 1 more around their article only,")
    assert "Changed around the article only (head, menu, foot):\n\n- `p/`\n" in text


def test_a_page_that_is_not_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is too large, even if its size is the same."""
    monkeypatch.setattr(review, "MOST_BYTES", 10)
    assert "`p/`: `too large to be read" in said(tmp_path, title="Two")


def test_the_day_of_a_build_is_no_change(tmp_path: Path) -> None:
    """MkDocs writes it into the packed map of the site, and nowhere else."""
    sites = [build(tmp_path / side, {"p": {}}) for side in ("a", "b", "c")]
    for site, day, content in zip(sites, (1, 2, 2), (b"map", b"map", b"else"), strict=True):
        (site / "sitemap.xml.gz").write_bytes(gzip.compress(content, mtime=day))
    assert review.compare(*sites[:2]) == "The two builds are the same.\n"
    assert "- `sitemap.xml.gz`: changed" in review.compare(sites[0], sites[2])


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
    assert lines[0] == ONE
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
