"""What takes long is made once, and a folder that cannot be written costs time only."""

from pathlib import Path

import pytest

from survival.pages.kept import kept


def test_it_is_made_once_for_a_key(tmp_path: Path) -> None:
    """The second time it comes from the disk; another key is made anew."""
    folder, made = tmp_path / "new" / "folder", iter("abc")
    assert [kept(folder, key, lambda: next(made)) for key in (1, 1, [2], [2], "1")] == list("aabbc")
    assert len(list(folder.iterdir())) == 3


def test_where_nothing_can_be_kept_it_is_made_each_time() -> None:
    """No message, and no failure."""
    made = iter("ab")
    assert [kept(Path("/dev/null/x"), 1, lambda: next(made)) for _ in range(2)] == ["a", "b"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    """The next one tries again."""
    with pytest.raises(ZeroDivisionError):
        kept(tmp_path, 1, lambda: str(1 / 0))
    assert kept(tmp_path, 1, lambda: "made") == "made"
