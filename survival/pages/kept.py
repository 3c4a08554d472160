"""Keeps on disk what takes long to make and depends on nothing but its key."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from survival import system


def kept(folder: Path, key: object, make: Callable[[], str]) -> str:
    """What `make` makes for this key, which JSON can write, or what it made for it before.

    A folder that cannot be read or written only costs time.
    """
    text = json.dumps(key, sort_keys=True, ensure_ascii=False)
    path = folder / hashlib.sha256(text.encode()).hexdigest()[:24]
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="utf-8")
    made = make()
    with suppress(OSError):
        system.write(path, made)
    return made
