"""What pages claim and the reader's own machine contradicts: told, and no fault of a build."""

import re
from collections.abc import Sequence

from survival import catalog, system
from survival.judge import evidence
from survival.judge.claims import evaluation
from survival.judge.findings import Finding


def contradicted() -> list[Finding]:
    """Every claim of a page that does not hold in results/local, marked where it stands."""
    told = evidence.load(catalog.RESULTS, catalog.EXAMPLES, local=True)
    found: list[Finding] = []
    for path in system.content(catalog.ROOT / "docs", "*.md"):
        where = path.relative_to(catalog.ROOT).as_posix()
        found += evaluation.check_page(where, system.text(path), told, own=True)
    return found


def in_one_line(found: Sequence[Finding], address: str) -> str:
    """The same for a reader, who wrote no page: how many, and where they can be seen."""
    pages = dict.fromkeys(re.sub(r"^docs/(.*)\.md\(\d+\)$", r"\1", f.where) for f in found)
    seen = ", ".join(f"http://{address}/{name}/".replace("/index/", "/") for name in pages)
    one = len(found) == 1
    return (
        f"{len(found)} sentence{'s' * (not one)} of the guide {'does' if one else 'do'} not hold "
        f"on this machine; the mark below {'it' if one else 'each'} shows your numbers: {seen}"
    )
