"""Prices: each with its day, refused where they cannot be believed."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from survival.errors import JudgeError
from survival.judge.elsewhere import prices

ROW = """[card]
provider = "Somebody"
machine = "some machine"
gpu = "A GPU"
gpus = 2
region = "any"
terms = "on demand"
usd = 4.0
read = {read}
source = "somebody's page"
"""


def written(folder: Path, text: str) -> Path:
    """A file of prices."""
    path = folder / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_published_can_be_believed() -> None:
    """Every row of ours, its GPUs counted."""
    found = prices.every()
    assert len(found) >= 10
    assert found["h100-aws"].each == pytest.approx(55.04 / 8)


def test_a_price_grows_old(tmp_path: Path) -> None:
    """First it is marked on the page; then nothing is published with it."""
    today = date(2026, 11, 26)
    for days, refused in ((prices.OLD, False), (prices.REFUSED, False), (121, True)):
        read = today - timedelta(days=days)
        path = written(tmp_path, ROW.format(read=read))
        assert prices.get("card", path).days(today) == days
        found = list(prices.judge_prices(today, path))
        assert [f.rule for f in found] == ["H12"] * refused


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("usd = 4.0\n", "usd: Field required"),
        ('source = "somebody\'s page"\n', "source: Field required"),
        ("read = 2026-01-01\n", "read: Field required"),
    ],
)
def test_a_row_without_source_day_or_price_is_refused(
    tmp_path: Path, wrong: str, says: str
) -> None:
    """In one line that names the row."""
    text = ROW.format(read="2026-01-01").replace(wrong, "")
    with pytest.raises(JudgeError, match=f"prices.toml: card: {says}"):
        prices.every(written(tmp_path, text))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("usd = 4.0", "usd = 4000"), "usd: "),
        (("usd = 4.0", "usd = -4.0"), "usd: "),
        (("gpus = 2", "gpus = 0"), "a GPU without a number"),
        (("2026-01-01", "2999-01-01"), "read in the future"),
        (("[card]", "[card"), "prices.toml: "),
    ],
)
def test_nonsense_is_refused(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    """A price in cents, below nothing, of the future."""
    with pytest.raises(JudgeError, match=says):
        prices.every(written(tmp_path, ROW.format(read="2026-01-01").replace(*change)))


def test_an_unknown_price_names_those_that_exist() -> None:
    """With the likely one."""
    with pytest.raises(JudgeError, match="h100-aws"):
        prices.get("h100-awz")
