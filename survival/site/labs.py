"""The pages of labs, and the way to them from their chapters: folded kit, buttons, plain ids.

Buttons lead to a free GPU in somebody's cloud. They need the guide's own address on GitHub, which
REPO_URL says where a site is published, and are left out without it.
"""

import html
import re
from collections.abc import Mapping
from pathlib import Path

RUN = "run-an-example"
"""The notebook that measures any example."""
EMPTY = 'REPO_URL = \\"\\"'
"""What stands for the guide's address in that notebook, as JSON has it."""
CLOUDS = {
    # https://github.com/googlecolab/colabtools, notebooks/colab-github-demo.ipynb, November 2026.
    "Colab": "https://colab.research.google.com/github/{repository}/blob/main/{path}",
    # As github.com/ageron/handson-ml3 and many more link to it, November 2026.
    "Kaggle": "https://kaggle.com/kernels/welcome?src=https://github.com/{repository}/blob/main/{path}",
    # https://docs.marimo.io/guides/publishing/github, November 2026. It speaks of marimo's own
    # notebooks; that this form opens a .ipynb is seen in links of others, and not tried.
    "molab": "https://molab.marimo.io/github/{repository}/blob/main/{path}",
}
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
TITLED = re.compile(
    r'<div class="[^"]*\bhighlight\b[^"]*"[^>]*>\s*<pre[^>]*>(?P<code>(?:(?!</pre>).)*?'
    r"# @title (?P<title>[^<\n]+)(?:(?!</pre>).)*)</pre>\s*</div>",
    re.DOTALL,
)
FOLDED = (
    '<details class="sv-kit"><summary>{title}</summary>'
    '<div class="highlight"><pre><code>{code}</code></pre></div></details>'
)
RUN_IT = re.compile(r'<h2\b[^>]*\bid="?run-it-yourself\b.*?</h2>', re.DOTALL)
CELL_ID = re.compile(r'id="cell-id=([\w-]+)"')


def clouds(name: str, repository: str) -> str:
    """Links that open a notebook of docs/labs/ in the clouds, where it is known where it lies."""
    found = GITHUB.fullmatch(repository)
    if found is None:
        return ""
    where = {"repository": found[1], "path": f"docs/labs/{name}.ipynb"}
    links = (
        f'<a href="{html.escape(address.format(**where))}">Open in {cloud}</a>'
        for cloud, address in CLOUDS.items()
    )
    return " ".join(links)


def on_its_page(page: str, notebook: Path, repository: str) -> str:
    """A lab's page: kit and checks are folded, and buttons stand below the title."""
    name = html.escape(notebook.name)
    if notebook.stem == RUN and GITHUB.fullmatch(repository):
        text = notebook.read_text(encoding="utf-8")  # the copy for download knows where it is from
        notebook.write_text(text.replace(EMPTY, f'REPO_URL = \\"{repository}\\"'), encoding="utf-8")
    shown = (
        f'<p class="sv-open"><a href="{name}" download>Download this notebook</a> '
        f"{clouds(notebook.stem, repository)}</p>"
    )
    page = TITLED.sub(
        lambda cell: FOLDED.format(title=cell["title"], code=_plain(cell["code"])), page
    )
    return CELL_ID.sub(r'id="cell-\1"', page).replace("</h1>", f"</h1>{shown}", 1)


def on_its_chapter(
    page: str, site: Path, address: str, titles: Mapping[str, str], repository: str
) -> str:
    """A chapter's page: its lab, and the notebook that runs its programs, where one runs them."""
    name = address.removesuffix("/")
    if not (site / "labs" / name / f"{name}.ipynb").is_file() or not name:
        return page
    title = html.escape(titles.get(f"labs/{name}.ipynb", "Lab"))
    shown = (
        f'<p class="sv-open"><a href="../labs/{name}/">{title}</a> '
        f'<a href="../labs/{name}/{name}.ipynb" download>Download</a> '
        f"{clouds(name, repository)}<br>About 25 minutes, no GPU needed.</p>"
    )
    if (site / "labs" / RUN / f"{RUN}.ipynb").is_file():
        shown += (
            f'<p class="sv-open"><a href="../labs/{RUN}/">Measure an example on another GPU</a> '
            f"{clouds(RUN, repository)}<br>"
            "One notebook runs and times an example's programs but those in a framework.</p>"
        )
    return RUN_IT.sub(lambda heading: heading[0] + shown, page, count=1)


def _plain(code: str) -> str:
    """Highlighted code as text: the kit is long, and each colour would be a node of the page."""
    return re.sub(r"<[^>]*>", "", code)
