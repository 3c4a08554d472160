"""The MkDocs hooks in overrides/ that are small enough to be tested apart from a build."""

import logging
import runpy

import pytest
from mkdocs.utils import DuplicateFilter

from survival import catalog


def test_a_fault_is_told_again_at_the_next_build(caplog: pytest.LogCaptureFixture) -> None:
    """MkDocs drops what it has said before; after the hook it says it once more."""
    hook = runpy.run_path(str(catalog.ROOT / "overrides" / "faults.py"))["on_pre_build"]
    log = logging.getLogger("mkdocs.commands.build")
    told = DuplicateFilter()
    log.addFilter(told)
    try:
        for _ in range(2):
            log.error("page(3): unknown size")
        assert len(caplog.messages) == 1
        hook(config=None)
        log.error("page(3): unknown size")
        assert len(caplog.messages) == 2
    finally:
        log.removeFilter(told)
