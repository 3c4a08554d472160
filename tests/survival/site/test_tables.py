"""Written tables get a class and the box that Material's script would put around them."""

import re
from pathlib import Path

import pytest

from survival.site import finish, tables

BOX = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "<p>a</p><table>\n<tr><td>b</td></tr></table>",
            f'<p>a</p>{BOX}<table class="sv-written">\n<tr><td>b</td></tr></table></div></div>',
        ),
        (
            '<table id="t"></table>',
            f'{BOX}<table class="sv-written" id="t"></table></div></div>',
        ),
        ('<table class="sv-timings"></table>', '<table class="sv-timings"></table>'),
        ("<tablet></tablet>", "<tablet></tablet>"),
    ],
)
def test_only_tables_without_a_class_are_boxed(page: str, said: str) -> None:
    """Each once, with what it holds; ours have boxes of their own."""
    assert tables.boxed(page) == said
    assert tables.boxed(said) == said


def test_a_sheet_asks_for_no_missing_class(tmp_path: Path) -> None:
    """Material's and ours; what is no remark stays, and so does what leads to its source."""
    (tmp_path / "assets").mkdir()
    sheet = tmp_path / "assets" / "a.css"
    sheet.write_text(
        "/* A\n remark */\n.md-typeset table:not([class]) td { /* b */\n  content: '/';\n}\n"
        "/*! A licence */\n/*# sourceMappingURL=a.css.map */"
    )
    finish.finish(tmp_path, {})
    assert sheet.read_text() == (
        "\n.md-typeset table.sv-written td { \ncontent: '/';\n}\n"
        "/*! A licence */\n/*# sourceMappingURL=a.css.map */"
    )


def test_our_sheet_looks_at_no_whole_page() -> None:
    """`:has` of the body makes each change anywhere one of the whole page's look."""
    text = (finish.catalog.ROOT / "docs" / "assets" / "extra.css").read_text(encoding="utf-8")
    screen = re.sub(r"^@media print \{.*?^\}", "", text, flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"(?:body|html|:root|\.md-main\w*|\.md-content\w*)\S*:has\(.*", screen)
    assert found == []
    assert tables.UNNAMED not in text
