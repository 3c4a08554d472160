"""The verbs of those who write: `chapter` and `labs`."""

import click

from survival import catalog
from survival.contribute import scaffold


@click.command()
@click.argument("name")
@click.option("--title", default="", help="Its title; the default is made from NAME.")
@click.option("--part", default=scaffold.PART, show_default=True, help="Part of the guide.")
def chapter(name: str, title: str, part: str) -> None:
    """Make everything that a new chapter called NAME needs; it builds as it stands."""
    for path in scaffold.make(name, title, part):
        click.echo(f"  {path.relative_to(catalog.ROOT)}")
    click.echo(
        "It builds and passes `make check` as it is. Next:\n"
        "  make serve\n      shows the page, with live reload\n"
        f"  make capture EXAMPLE={name}\n      measures its programs on this machine\n"
        "CONTRIBUTING.md takes you on from here."
    )


@click.command("labs")
def make_labs() -> None:
    """Make the notebooks of docs/labs/ from the scripts beside them."""
    from survival.contribute import labs  # jupytext takes a moment, and no other verb needs it

    for path in labs.write():
        click.echo(f"  {path.relative_to(catalog.ROOT)}")
