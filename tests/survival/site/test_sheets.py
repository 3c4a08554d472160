"""One style sheet in place of several."""

from pathlib import Path

from survival.site import finish

HEAD = '<link rel="stylesheet" href="{0}a/main.css">\n<link rel=stylesheet href={0}own.css>\n<p>x'


def site(folder: Path, *heads: str, main: str = "a{}") -> Path:
    """A site of one page for each head, and two sheets."""
    (folder / "a").mkdir()
    (folder / "a" / "main.css").write_text(main)
    (folder / "own.css").write_text("b{}")
    for i, head in enumerate(heads):
        (folder / f"{i}.html").write_text(head)
    return folder


def test_the_sheets_of_all_pages_become_the_last_one(tmp_path: Path) -> None:
    """In their order, so that ours still has the last word; from wherever a page lies."""
    built = site(tmp_path, HEAD.format("../"), HEAD.format("/"), HEAD.format(""), "<p>none")
    finish.one_sheet(built)
    assert (built / "own.css").read_text() == "a{}\nb{}"
    assert not (built / "a" / "main.css").exists()
    assert (built / "0.html").read_text() == "<link rel=stylesheet href=../own.css>\n<p>x"
    assert (built / "1.html").read_text() == "<link rel=stylesheet href=/own.css>\n<p>x"
    assert (built / "3.html").read_text() == "<p>none"
    finish.one_sheet(built)
    assert (built / "own.css").read_text() == "a{}\nb{}"


def test_what_cannot_be_joined_stays(tmp_path: Path) -> None:
    """Pages with other sheets, and a sheet that speaks of files beside it."""
    one = site(tmp_path, HEAD.format(""), '<link rel="stylesheet" href="other.css">')
    finish.one_sheet(one)
    assert (one / "a" / "main.css").exists()
    (one / "1.html").unlink()
    (one / "a" / "main.css").write_text("a{background:url(b.svg)}")
    finish.one_sheet(one)
    assert (one / "a" / "main.css").exists()
    (one / "a" / "main.css").write_text("a{background:url('data:x')}")
    finish.one_sheet(one)
    assert not (one / "a" / "main.css").exists()
