"""The blocks `/// drawing | NAME` and `/// explore | NAME`, with drawings made up for this."""

import re
from pathlib import Path

import markdown
import pytest

from survival.errors import PageError
from survival.judge.prose import drawings, lint
from survival.pages.blocks import drawing as blocks
from survival.pages.blocks.facts import explored

SVG = (
    '<svg viewBox="0 0 400 9" aria-labelledby="{0}-title {0}-desc" '
    'xmlns="http://www.w3.org/2000/svg">\n<title id="{0}-title">A box</title>\n'
    '<desc id="{0}-desc">It is *empty*.</desc>\n<text x="1">{1}</text>\n</svg>'
)
PROGRAM = "from _svg import word\n\n\ndef draw():\n    return f{!r}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of drawings: one as it is, one by program, and some that are wrong."""
    files = {
        "plain.svg": SVG.format("plain", "ms 3"),
        "timed.svg": SVG.format("timed", "3 ms"),
        "_svg.py": "def word(n):\n    return f'{n} ms'\n",
        "counted.py": PROGRAM.format(SVG.format("counted", "{word(2 + 2)}")),
        "broken.svg": "<svg><text></svg>",
        "silent.svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg>',
        "taken.svg": SVG.format("taken", "x").replace("<text", '<text id="other"'),
        "failing.py": "def draw():\n    return 1 / 0\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(drawings, "DRAWINGS", tmp_path)
    return tmp_path


def convert(text: str) -> str:
    """The HTML of a page."""
    return str(markdown.markdown(text, extensions=["survival.pages.extension"]))


def block(name: str, caption: str = "A *caption*.") -> str:
    """The block in a page."""
    return f"Text.\n\n/// drawing | {name}\n{caption}\n///\n"


def test_a_drawing_stands_in_the_page_with_its_caption() -> None:
    """As it is, not as a picture, so that it has the page's colours."""
    html = convert(block("plain"))
    assert re.search(
        r'<figure class="sv-drawing">\s*<div><svg .*?It is \*empty\*.*?</svg></div>\s*'
        r"<figcaption>A <em>caption</em>\.</figcaption>\s*</figure>",
        html,
        re.DOTALL,
    )


def test_a_program_draws_anew_each_time(folder: Path) -> None:
    """With the shapes beside it, of now, and it leaves nothing behind: a preview follows."""
    before = sorted(folder.rglob("*"))
    assert ">4 ms<" in convert(block("counted"))
    (folder / "_svg.py").write_text("def word(n):\n    return n * 10\n", encoding="utf-8")
    assert ">40<" in convert(block("counted"))
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (block("plane"), "unknown drawing 'plane'; there are: broken, counted, failing, plain,"),
        (block("_svg"), "unknown drawing '_svg'"),
        (block("broken"), "drawing 'broken': ParseError: mismatched tag"),
        (block("silent"), "needs a title and a desc"),
        (block("taken"), "each id in it begins with 'taken-'"),
        (block("failing"), "drawing 'failing': ZeroDivisionError"),
        (block("plain", ""), "drawing: needs a caption"),
        (block("plain") + block("plain"), "'plain' is on this page already"),
    ],
)
def test_a_fault_is_one_line_with_its_place(page: str, says: str) -> None:
    """And names what there is."""
    with pytest.raises(PageError, match=re.escape(says)) as e:
        convert(page)
    assert str(e.value).startswith("page(3): ")
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(("name", "typed"), [("timed", "3 ms"), ("counted", "4 ms")])
def test_the_text_of_a_drawing_is_held_to_the_rules(name: str, typed: str) -> None:
    """H13, at the block's line; it is cited as a table is, and its caption is text."""
    (found,) = lint.lint("page.md", block(name))
    assert f'"{typed}" is typed' in found.says
    assert found.where == "page.md(3)"
    cited = "\nOn paper.[^a]\n\n[^a]: NVIDIA, data sheet, 2026.\n"
    assert not lint.lint("page.md", block(name) + cited)
    (caption,) = lint.lint("page.md", block(name, "It takes 9 ms.") + cited)
    assert '"9 ms"' in caption.says
    assert caption.where == "page.md(4)"
    assert not lint.lint("page.md", block("plain"))


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts that make two drawings live, and what they share."""
    for name in ("plain", "timed", "kit"):
        (tmp_path / f"{name}.js").touch()
    monkeypatch.setattr(blocks, "SCRIPTS", tmp_path)
    monkeypatch.setattr(explored, "FACTS", {"timed": lambda evidence: {"of": "<3>"}})
    monkeypatch.setattr(blocks, "FACTS", explored.FACTS)


@pytest.mark.usefixtures("scripts")
def test_an_explorable_is_a_drawing_that_names_its_script() -> None:
    """The drawing stands there for paper; what a record knows comes with it, if it is asked for."""
    html = convert(block("plain").replace("drawing", "explore"))
    assert re.search(
        r'<figure class="sv-drawing sv-explore" data-explore="plain">\s*<div><svg', html
    )
    html = convert(block("timed").replace("drawing", "explore"))
    assert 'data-facts="{&quot;of&quot;: &quot;&lt;3&gt;&quot;}"' in html


@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("counted", "unknown explorable 'counted'; there are: plain, timed"),
        ("plane", "unknown drawing 'plane'"),
    ],
)
def test_an_explorable_needs_a_drawing_and_a_script(name: str, says: str) -> None:
    """Of its name, both; the line is named."""
    with pytest.raises(PageError, match=re.escape(says)) as e:
        convert(block(name).replace("drawing", "explore"))
    assert str(e.value).startswith("page(3): ")


def test_the_text_of_an_explorable_is_held_to_the_rules() -> None:
    """Its drawing is read as any other."""
    (found,) = lint.lint("page.md", block("timed").replace("drawing", "explore"))
    assert '"3 ms" is typed' in found.says
