"""MkDocs hook that makes a file of each part of a page, so that only who asks for it loads it.

What other machines measured comes from the page extension as a <template> at the end of the page
(survival/pages/parts.py). A Markdown extension has no files of a site to add to, so it takes a
hook; without it the parts stay on the page, which is heavier and works. They are taken out here,
before the search plugin reads the page, so that nothing is found once for every machine.
"""

import gc
import html
import posixpath
import re
from pathlib import Path
from typing import Any

PART = re.compile(
    r'<div class="sv-part" data-machine="([^"]*)" data-label="([^"]*)" hidden><template>\n'
    r"(.*?)</template></div>\n*",
    re.DOTALL,
)
# A page for readers without scripts; to all others it is what the page's script puts in its place.
FRAME = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · {label}</title>
{styles}
</head>
<body data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom">
<main class="md-typeset sv-part" data-machine="{folder}">
<h1>{title} · {label}</h1>
<p>Only the numbers, tables and charts. <a href="./">The page that they belong to</a></p>
{body}</main>
</body>
</html>
"""


def on_page_content(content: str, page: Any, config: Any, **_: Any) -> str:
    """Return the page without its parts, each of which becomes a file beside it.

    They are written at once, into a folder that MkDocs has emptied before: a site of many machines
    would not fit into a small computer's memory.
    """
    found = PART.findall(content)
    if not found:
        return content
    up = posixpath.relpath(".", page.url or ".")
    sheets = [*_theme_sheets(config), *map(str, config.extra_css)]
    styles = "\n".join(f'<link rel="stylesheet" href="{up}/{sheet}">' for sheet in sheets)
    for folder, label, body in found:
        text = FRAME.format(
            lang=config.theme["language"],
            title=html.escape(page.title),
            label=label,
            styles=styles,
            folder=folder,
            body=body,
        )
        file = Path(page.file.abs_dest_path).with_name(f"on-{folder}.html")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    # What made the page is garbage by now, in circles that Python would find much later.
    gc.collect()
    return PART.sub("", content)


def _theme_sheets(config: Any) -> list[str]:
    """Material's stylesheets, whose names change with each release."""
    folders = [Path(folder) for folder in config.theme.dirs]
    return sorted(
        sheet.relative_to(folder).as_posix()
        for folder in folders
        for sheet in folder.glob("assets/stylesheets/*.css")
    )
