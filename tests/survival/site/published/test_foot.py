"""The foot of a page."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from survival.errors import PageError
from survival.site.published import foot
from survival.site.published.address import Address

PAGE = "<body><article><p>Text.</p></article></body>"


def test_it_leads_to_where_the_page_is_changed_and_mistakes_are_told() -> None:
    """With the page's own name in both."""
    address = Address(repository="https://example.org/us/guide")
    page = foot.with_foot(PAGE, "memory.md", "10 · Memory & more", date(2026, 11, 5), address)
    assert "Text last changed on 5 Nov 2026." in page
    assert 'href="https://example.org/us/guide/edit/main/docs/memory.md"' in page
    assert "issues/new?title=10%20%C2%B7%20Memory%20%26%20more" in page
    assert page.endswith("</p></article></body>")


def test_without_a_repository_nothing_leads_there() -> None:
    """What is left is the page's Markdown."""
    page = foot.with_foot(PAGE, "memory.md", "Memory", None, Address())
    assert page.count("<a ") == 1
    assert "last changed" not in page


def test_whoever_is_asked_to_clone_is_told_from_where() -> None:
    """On pages that ask."""
    asked = PAGE.replace("Text.", '<span class="sv-clone">Clone it</span>, run it.')
    page = foot.with_foot(asked, "index.md", "", None, Address(repository="https://example.org/g"))
    assert "Clone it (<code>git clone https://example.org/g</code>), run it." in page
    assert "git clone" not in foot.with_foot(asked, "index.md", "", None, Address())


def test_the_day_is_that_of_the_last_commit(tmp_path: Path) -> None:
    """Not of the clone, and none where a clone does not know."""
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(tmp_path)]
    subprocess.run([*git[:-2], "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "docs").mkdir()
    for day, name in (("2026-01-02", "a.md"), ("2026-03-04", "b.md")):
        (tmp_path / "docs" / name).write_text(day)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run(
            [*git, "commit", "-qm", day],
            check=True,
            env={"GIT_COMMITTER_DATE": f"{day}T12:00:00", "GIT_AUTHOR_DATE": f"{day}T12:00:00"},
        )
    assert foot.changed(tmp_path) == {"a.md": date(2026, 1, 2), "b.md": date(2026, 3, 4)}
    shallow = tmp_path / "shallow"
    origin = f"file://{tmp_path}"
    subprocess.run(["git", "clone", "-q", "--depth=1", origin, str(shallow)], check=True)
    assert foot.changed(shallow) == {}
    assert foot.changed(Path("/")) == {}


@pytest.mark.parametrize("value", ["example.org", "https://", 'https://x/"><script>', "ftp://x/y"])
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """It would stand in every page."""
    monkeypatch.setenv("REPO_URL", value)
    with pytest.raises(PageError, match="REPO_URL"):
        Address.of_environment()


def test_a_slash_at_the_end_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do spaces."""
    monkeypatch.setenv("SITE_URL", " https://example.org/guide/ ")
    monkeypatch.delenv("REPO_URL", raising=False)
    assert Address.of_environment() == Address("https://example.org/guide", "")
