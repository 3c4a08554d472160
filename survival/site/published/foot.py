"""The foot of a page: when its text last changed, where to change it, where to report a mistake."""

import html
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlencode

from survival import system
from survival.site.published.address import Address

END = "</article>"
CLONE = re.compile(r'<span class="?sv-clone"?>(.*?)</span>', re.DOTALL)
"""Words of a page that ask to clone the repository; its address follows them where there is one."""


def changed(root: Path) -> dict[str, date]:
    """When each file below docs/ was last committed; nothing where git does not know.

    A clone that is not whole takes the day of its one commit for that of every file.
    """
    whole = system.run(["git", "rev-parse", "--is-shallow-repository"], cwd=root)
    if whole.returncode or whole.stdout.strip() != "false":
        return {}
    log = system.run(["git", "log", "--format=@%cs", "--name-only", "--", "docs"], cwd=root)
    found: dict[str, date] = {}
    day = None
    for line in log.stdout.splitlines():
        if re.fullmatch(r"@\d{4}-\d\d-\d\d", line):
            day = date.fromisoformat(line[1:])
        elif day and line:
            found.setdefault(line.removeprefix("docs/"), day)
    return found


def with_foot(page: str, source: str, title: str, day: date | None, address: Address) -> str:
    """The page with its foot; as it is where there is nothing to say.

    `source` is its file below docs/.
    """
    said = [f"Text last changed on {day.day} {day:%b %Y}."] if day else []
    links = {"Markdown, for programs that read": "index.md"}
    if address.repository:
        asked = urlencode(
            {"title": f"{title}: ", "body": f"On the page docs/{source}:\n\n"}, quote_via=quote
        )
        links["Edit this page"] = f"{address.repository}/edit/main/docs/{source}"
        links["Report a mistake"] = f"{address.repository}/issues/new?{asked}"
    said.append(_listed(links))
    if address.repository:
        page = CLONE.sub(rf"\1 (<code>git clone {html.escape(address.repository)}</code>)", page)
    at = page.rfind(END)
    return page[:at] + f'<p class="sv-foot">{" ".join(said)}</p>' + page[at:] if at >= 0 else page


def _listed(links: Mapping[str, str]) -> str:
    return " · ".join(f'<a href="{html.escape(to)}">{name}</a>' for name, to in links.items())
