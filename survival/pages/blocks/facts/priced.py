"""`/// prices |`: what machines cost to rent; and a calculator of what a job costs."""

from datetime import date

from markupsafe import Markup

from survival import units
from survival.errors import PageError, known
from survival.judge.elsewhere import prices
from survival.pages.blocks.directives import Directive
from survival.pages.render import render

PARTS = ("table", "calculator")


class Prices(Directive):
    """`/// prices | PART`: the table of prices, or the calculator, whose form a script fills."""

    NAME = "prices"

    def read_argument(self, names: list[str]) -> None:
        """One part."""
        if len(names) != 1 or names[0] not in PARTS:
            raise PageError("prices: " + known("part", " ".join(names), PARTS))
        self.part = names[0]

    def html(self) -> Markup:
        """The cheapest first, each with the day on which it was read."""
        today = date.today()
        rows = sorted(prices.every().values(), key=lambda p: (not p.gpus, p.each))
        if self.part == "calculator":  # whole machines: who needs one GPU of eight pays for eight
            whole = sorted((p for p in rows if p.gpus), key=lambda p: p.usd)
            return render("cost", rows=[(p, usd(p.usd)) for p in whole])
        return render(
            "prices",
            rows=[(p, usd(p.each), units.date(p.read), p.days(today) > prices.OLD) for p in rows],
            days=prices.OLD,
        )


def usd(amount: float) -> str:
    """US dollars with two decimals; below one with four digits, if it has more than two decimals.

    Who divides two prices of the table gets what the text says of them.
    """
    return f"{amount:.2f}" if amount >= 1 or round(amount, 2) == amount else f"{amount:.4g}"
