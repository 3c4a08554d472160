"""The site's own templates."""

import pytest
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from survival import catalog


@pytest.mark.parametrize("address", ["", "https://example.org/"])
def test_the_page_for_lost_readers_is_of_no_page(address: str) -> None:
    """What is said of a page must not be asked of none, with and without an address.

    `make serve` gives the site an address of its own, and a release has one.
    """
    config = load_config(str(catalog.ROOT / "mkdocs.yml"), site_url=address)
    template = config.theme.get_env().get_template("404.html")
    made = template.render(get_context(Navigation([], []), Files([]), config))
    assert ("og:title" in made) == bool(address)
