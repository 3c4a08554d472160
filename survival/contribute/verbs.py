"""The verbs of those who write: `chapter`, `labs` and `prices`."""

from datetime import date

import click

from survival import catalog
from survival.contribute import scaffold
from survival.errors import SurvivalError
from survival.judge.elsewhere import prices


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


@click.command("prices")
@click.option("--renew", is_flag=True, help="Show what gpuhunt's catalogue has for each row.")
@click.option("--write", is_flag=True, help="With --renew: write what is beyond doubt.")
@click.option("--accept", multiple=True, metavar="KEY", help="Take the jump of this row, too.")
def show_prices(renew: bool, write: bool, accept: tuple[str, ...]) -> None:
    """List the dated prices of machines, oldest first; with --renew, old and new ones."""
    if (write or accept) and not renew:
        raise SurvivalError("--write and --accept belong to --renew")
    if renew:
        from survival.contribute import renew as renewing

        click.echo("\n".join(renewing.renew(write, accept)))
        return
    today = date.today()
    for key, price in sorted(prices.every().items(), key=lambda item: item[1].read):
        days = price.days(today)
        old = ", not published" if days > prices.REFUSED else ", old" * (days > prices.OLD)
        click.echo(f"{key}: {price.usd:g} USD for an hour, read {price.read}, {days} days ago{old}")
