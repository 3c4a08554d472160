"""The table of prices shows what the text reckons with."""

import re

import pytest

from survival import catalog, units
from survival.judge.elsewhere import prices
from survival.pages.blocks.facts.priced import Prices, usd

RATIOS = re.findall(
    r"\[\[price (\S+) over (\S+)\]\]", (catalog.ROOT / "docs" / "cost.md").read_text("utf-8")
)


@pytest.mark.parametrize(("dear", "cheap"), RATIOS)
def test_who_divides_two_prices_of_the_table_gets_the_ratio_of_the_text(
    dear: str, cheap: str
) -> None:
    """A tenth of a dollar was shown for 0.1035, and 40 times as much for 39."""
    a, b = prices.get(dear).each, prices.get(cheap).each
    assert units.factor(float(usd(a)) / float(usd(b))) == units.factor(a / b)


@pytest.mark.parametrize(
    ("amount", "said"),
    [(6.88, "6.88"), (3.4309, "3.43"), (0.29, "0.29"), (0.1035, "0.1035"), (0.03214159, "0.03214")],
)
def test_a_price_has_cents_and_more_where_they_count(amount: float, said: str) -> None:
    """Two decimals, as on a bill."""
    assert usd(amount) == said


def test_the_calculator_offers_what_machines_cost() -> None:
    """Not an eighth of a machine with eight GPUs, which nobody can rent, and none without."""
    block = Prices.__new__(Prices)
    block.part = "calculator"
    form = block.html()
    offered = re.findall(r'<option value="([\d.]+)">([^<]+)<', form)
    count = {p.gpus: f"{p.gpus} × " if p.gpus > 1 else "" for p in prices.every().values()}
    machines = [p for p in prices.every().values() if p.gpus]
    assert sorted(offered) == sorted(
        (usd(p.usd), f"{count[p.gpus]}{p.gpu}, {p.provider}") for p in machines
    )
