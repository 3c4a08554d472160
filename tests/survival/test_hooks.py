"""The MkDocs hooks in overrides/ that are small enough to be tested apart from a build."""

import logging
import runpy
from types import SimpleNamespace

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


def test_search_reads_words_and_the_page_stays_whole() -> None:
    """Charts and timings are no words; code keeps its text; afterwards nothing is gone."""
    hook = runpy.run_path(str(catalog.ROOT / "overrides" / "search.py"))["on_page_context"]
    code = '<pre><span></span><code><span class="k">if</span> a &lt; b:</code></pre>'
    drawn = '<svg viewBox="0 0 1 1"><text>10 ms</text></svg>'
    table = '<table class="sv-timings"><tr><td>5.2</td></tr></table>'
    content = f"<h2>Fast</h2><p>A <b>warp</b>.</p>{code}{drawn}{table}<table><td>kept</td></table>"
    page = SimpleNamespace(content=content, file=SimpleNamespace(src_uri="a.md"))
    before, after = hook.methods
    before(context=None, page=page)
    assert page.content == (
        "<h2>Fast</h2><p>A <b>warp</b>.</p><pre>if a &lt; b:</pre><table><td>kept</td></table>"
    )
    after(context=None, page=page)
    assert page.content == content
