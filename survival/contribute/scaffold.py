"""Makes a new chapter from the templates in `templates/`: page, example, and its nav entry.

The chapter builds and passes every check as it stands, so that its author changes what works.
"""

import json
import re
from contextlib import suppress
from itertools import count
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import TypeAdapter, ValidationError

from survival import catalog, records
from survival.errors import ChapterError, known
from survival.records import fields

TEMPLATES = Path(__file__).parent / "templates"
PART = "Think in parallel"
"""The part of the guide that a chapter goes to if none is named."""
RULE = "Put here the one sentence that a reader of this chapter should keep."

_TITLE = re.compile(r"[^\W_][\w ,.:;!?'’()+/&–-]{0,79}")
_PART = re.compile(
    r"^  - (?P<quote>[\"']?)(?P<name>[^\n]+?)(?P=quote):\n(?P<pages>(?: {6}.*\n)+)", re.M
)
_RULES = re.compile(r"^## The survival rules.*?(?=^## |\Z)", re.M | re.S)
_GROUP = re.compile(r"^### (?P<part>.+)\n+(?:(?:\d+\. | {3,}\S).*\n|\n(?=\d+\. ))+", re.M)


def make(name: str, title: str = "", part: str = PART, root: Path = catalog.ROOT) -> list[Path]:
    """Write a chapter called `name` into `root`; returns the files made and those changed.

    Raises ChapterError in one line, and then nothing has been written.
    """
    title = title or name.replace("_", " ").capitalize()
    page = f"{name.replace('_', '-')}.md"
    _check(name, title, page, root)
    quoted = json.dumps(title, ensure_ascii=False)
    values = {"name": name, "title": title, "quoted": quoted, "rule": RULE}
    files = {
        root / "docs" / page: _render("page.md", values),
        **{
            root / "examples" / name / t.stem: _render(t.stem, values)
            for t in sorted(TEMPLATES.glob("*.jinja"))
            if t.stem != "page.md"
        },
        root / "mkdocs.yml": _in_nav((root / "mkdocs.yml").read_text("utf-8"), part, quoted, page),
        root / "docs" / "index.md": _with_rule(
            (root / "docs" / "index.md").read_text("utf-8"),
            part,
            f"{RULE}\n   [{title}]({page})",
        ),
    }
    _write(files)
    return list(files)


def _check(name: str, title: str, page: str, root: Path) -> None:
    try:
        TypeAdapter(fields.Name).validate_python(name)
    except ValidationError:
        raise ChapterError(
            f"'{name}' cannot name a chapter: take a lower case letter, then lower case letters, "
            "digits and _, 64 at most, such as warp_votes"
        ) from None
    if f"{name}.json" in records.NOT_EXAMPLES or name == records.LOCAL:
        raise ChapterError(f"'{name}' means something else in results/; take another name")
    if not _TITLE.fullmatch(title):
        raise ChapterError(
            f"'{title}' cannot be a title: take up to 80 letters, digits, spaces and plain marks"
        )
    if name in catalog.find(root / "examples") or (root / "examples" / name).exists():
        raise ChapterError(f"examples/{name} exists already; take another name")
    if (root / "docs" / page).exists() or (root / "docs" / page).with_suffix("").exists():
        raise ChapterError(f"docs/{page} exists already, or a folder like it; take another name")


def _render(name: str, values: dict[str, str]) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template(f"{name}.jinja").render(values)


def _in_nav(text: str, part: str, quoted: str, page: str) -> str:
    """mkdocs.yml with the page at the end of that part.

    Changed as text: it has tags that a YAML reader does not know, and comments.
    """
    nav = re.search(r"^nav:\n(?:[ #].*\n)+", text, re.M)
    parts = {m["name"]: m for m in _PART.finditer(text, *nav.span())} if nav else {}
    if part not in parts:
        raise ChapterError(
            f"mkdocs.yml: {known('part', part, parts)}; for a new one, make the chapter in one of "
            "these, and move its line"
        )
    end = parts[part].end()
    return f"{text[:end]}      - {quoted}: {page}\n{text[end:]}"


def _with_rule(text: str, part: str, rule: str) -> str:
    """The landing page with one more survival rule, the last of its part's; all count on."""
    rules = _RULES.search(text)
    groups = list(_GROUP.finditer(rules[0])) if rules else []
    if not rules or not groups:
        raise ChapterError("docs/index.md: has no list under '## The survival rules'")
    group = next((g for g in groups if g["part"] == part), groups[-1])
    longer = f"{rules[0][: group.end()]}0. {rule}\n{rules[0][group.end() :]}"
    numbers = count(1)
    again = re.sub(r"^\d+\. ", lambda _: f"{next(numbers)}. ", longer, flags=re.M)
    return text[: rules.start()] + again + text[rules.end() :]


def _write(files: dict[Path, str]) -> None:
    """Write them all, or leave everything as it was."""
    before = {path: path.read_text("utf-8") if path.exists() else None for path in files}
    folders = [path.parent for path in files if not path.parent.exists()]
    try:
        for path, text in files.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as e:
        for path, text_before in before.items():
            with suppress(OSError):
                if text_before is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_text(text_before, "utf-8")
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()
        raise ChapterError(f"{e.filename}: cannot be written ({e.strerror})") from None
