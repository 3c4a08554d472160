"""The commit of a checkout that git cannot read, by the list that came with it."""

import hashlib
import re
from pathlib import Path

LIST = Path("offline", "commit.txt")
"""A commit, and below it what `git ls-tree -r` says of the folders below."""
FOLDERS = ("examples", "survival")
"""What makes a record what it is."""


def listed(root: Path) -> str:
    """The commit that the list names, with "-dirty" after it if a file is not the one it lists.

    Empty without a list. Files are held against git's own hashes of them, so nobody has to be
    believed; new files count as changes, as in git.
    """
    try:
        commit, *lines = (root / LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ""
    there = {m[2]: m[1] for line in lines if (m := re.fullmatch(r"\d+ blob (\w+)\t(.+)", line))}
    if not (re.fullmatch(r"[0-9a-f]{40}", commit) and there):
        return ""
    here = {
        path.relative_to(root).as_posix(): _hash(path)
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return commit + ("-dirty" if here != there else "")


def _hash(path: Path) -> str:
    """What git calls a file with this content."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
