"""MkDocs hook that makes a lab look and weigh like every other page.

mkdocs-jupyter wraps each notebook in 600 KB of styles and in scripts from other hosts. Only the
cells are kept here; the site's own stylesheet and its own copy button do the rest.
"""

import html
import re
from typing import Any

from mkdocs.exceptions import PluginError

CELLS = re.compile(r'<div class="jupyter-wrapper">.*</div> <!-- jupyter-wrapper -->', re.DOTALL)
COPY_BUTTON = re.compile(
    r'<div class="zeroclipboard-container">.*?</clipboard-copy>\s*</div>', re.DOTALL
)
CODE = re.compile(
    r'<div class="highlight(?:-ipynb)?\b[^"]*"><pre>(.*?)</pre></div>'
    r'(?:\s*<div [^>]*class="clipboard-copy-txt"[^>]*>.*?</div>)?',
    re.DOTALL,
)
CELL_STOP = re.compile(r'(<div class="jp-Cell-inputWrapper") tabindex="0"')


def on_page_content(content: str, page: Any, **_: Any) -> str:
    """Return the notebook's cells as plain page content; other pages pass through."""
    if not page.file.src_uri.endswith(".ipynb"):
        return content
    cells = CELLS.search(content)
    if cells is None:
        raise PluginError(f"{page.file.src_uri}: no cells found in what mkdocs-jupyter made of it")
    body = COPY_BUTTON.sub("", cells.group())
    body = CODE.sub(r'<div class="highlight"><pre><code>\1</code></pre></div>', body)
    body = CELL_STOP.sub(r"\1", body)
    body = body.replace('class="anchor-link"', 'class="headerlink" title="Link to this section"')
    name = html.escape(page.file.src_uri.rsplit("/", 1)[-1])
    download = (
        f'<p class="sv-download"><a href="{name}" download>Download this notebook</a>'
        f" and run it in Jupyter: <code>{name}</code></p>"
    )
    return body.replace("</h1>", f"</h1>{download}", 1)
