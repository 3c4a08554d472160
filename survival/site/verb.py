"""The verb `python -m survival site`."""

import click

from survival import catalog
from survival.site import build
from survival.site.published import pictures, printed
from survival.site.published.address import Address


@click.command()
@click.option("--builder", type=click.Choice(build.BUILDERS), default="mkdocs", show_default=True)
@click.option("--pictures", "drawn", is_flag=True, help="Of each page, for those who pass it on.")
@click.option("--prints", is_flag=True, help="A PDF of each chapter and of the rules.")
def site(builder: str, drawn: bool, prints: bool) -> None:
    """Build the guide into site/; a warning is an error."""
    build.build(builder)
    if drawn:
        count = pictures.draw(catalog.ROOT / "site", Address.of_environment())
        click.echo(f"site: {count} pictures of pages")
    if prints:
        click.echo(f"site: {printed.write(catalog.ROOT / 'site')} PDFs")
