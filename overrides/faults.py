"""MkDocs hook that lets `make serve` tell a fault again when it is still there.

MkDocs says each message once in the life of a process. While one serves, a page that is saved a
second time with the same fault would stop with no word of what and where.
"""

import logging
from typing import Any

from mkdocs.utils import DuplicateFilter


def on_pre_build(config: Any, **_: Any) -> None:
    """Forget, before each build, what an earlier one has said."""
    for told in logging.getLogger("mkdocs.commands.build").filters:
        if isinstance(told, DuplicateFilter):
            told.msgs.clear()
