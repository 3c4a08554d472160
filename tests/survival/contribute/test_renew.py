"""Prices are renewed from gpuhunt's catalogue: shown first, and never of an unclear unit."""

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from survival import cli
from survival.contribute import renew
from survival.errors import JudgeError, SurvivalError
from survival.judge.elsewhere import prices

CATALOGUE = Path(__file__).parent / "catalogue" / "aws.csv"
ROW = """
# a comment above {key}
[{key}]
provider = "AWS"
machine = "{machine}"
{gpu}
region = "us-east-1"
terms = "on demand"
usd = {usd}
read = 2026-01-02
source = "somebody's page"
catalogue = ["aws", "{machine}", "{region}"]
"""
ONE, EIGHT, NONE = 'gpu = "A GPU"\ngpus = 1', 'gpu = "A GPU"\ngpus = 8', "gpus = 0\ncores = 2"


def row(machine: str, usd: float, gpu: str = NONE, region: str = "us-east-1") -> str:
    """A row whose key is the machine's name without what follows a dot."""
    key = machine.partition(".")[0]
    return ROW.format(key=key, machine=machine, usd=usd, gpu=gpu, region=region)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogue of the tests, in the places of gpuhunt's; the newest is of 18 August."""
    folder = tmp_path / "served" / "aws" / "20260818-42"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "catalog.zip", "w") as packed:
        packed.write(CATALOGUE, "aws.csv")
    (folder.parent / "version").write_text("20260818-42\n", encoding="utf-8")
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", (tmp_path / "served").as_uri())
    return folder.parent


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with two rows that can be renewed, and one that is in no catalogue."""
    path = tmp_path / "prices.toml"
    other = row("stall.1", 3.0, ONE).replace('catalogue = ["aws", "stall.1", "us-east-1"]\n', "")
    rows = row("p5.48xlarge", 60, EIGHT), other, row("p4de.24xlarge", 27.4, EIGHT)
    path.write_text("# what it costs\n" + "".join(rows), encoding="utf-8")
    return path


@pytest.mark.usefixtures("served")
def test_old_and_new_are_shown_and_nothing_is_written(table: Path) -> None:
    """Without --write; the price on demand in the row's own region is taken, no other."""
    before = table.read_text(encoding="utf-8")
    assert renew.renew(False, (), table) == [
        "p5: 60 USD, read 2026-01-02 -> 55.04 USD, read 2026-08-18",
        "stall: 3 USD, read 2026-01-02; names no entry of a catalogue: read it again at its source",
        "p4de: 27.4 USD, read 2026-01-02 -> 24.5 USD, read 2026-08-18",
        "2 of 3 rows can be renewed: --write does it",
    ]
    assert table.read_text(encoding="utf-8") == before


@pytest.mark.usefixtures("served")
def test_what_is_written_is_price_day_and_source(table: Path) -> None:
    """Of the rows that can be renewed; comments, the other row and all other fields stay."""
    before = table.read_text(encoding="utf-8")
    assert renew.renew(True, (), table)[-1].startswith("2 of 3 rows renewed")
    after = table.read_text(encoding="utf-8")
    found = prices.every(table)
    assert (found["p5"].usd, found["p5"].read) == (55.04, date(2026, 8, 18))
    assert "gpuhunt" in found["p5"].source
    assert found["p4de"].usd == 24.5
    assert found["stall"].read == date(2026, 1, 2)
    changed = [a for a, b in zip(after.splitlines(), before.splitlines(), strict=True) if a != b]
    assert {line.split(" = ")[0] for line in changed} == {"usd", "read", "source"}
    assert len(changed) == 6


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (row("monthly.large", 0.1), "a jump by a factor of 755"),
        (row("each.large", 55.0, EIGHT), "it is for 1 GPUs, and the row for 8"),
        (row("zoned.large", 0.2), "2 prices for it: 0.2, 0.3"),
        (row("free.large", 0.2), "no price of a machine"),
        (row("gone.large", 0.2), "not in the catalogue: aws gone.large us-east-1"),
        (row("m6a.large", 0.2), "not in the catalogue: aws m6a.large us-east-1"),
        (row("g6.xlarge", 0.8, ONE).replace("2026-01-02", "2026-11-01"), "the row is newer"),
    ],
)
@pytest.mark.usefixtures("served")
def test_a_price_of_an_unclear_unit_is_not_taken(tmp_path: Path, text: str, says: str) -> None:
    """A month's price, that of one GPU, two prices, none: told, and never written."""
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    said = renew.renew(True, (), path)
    assert says in said[0]
    assert said[-1].startswith("0 of 1 rows")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("served")
def test_a_jump_is_taken_if_somebody_says_so(tmp_path: Path) -> None:
    """By its key, which must be one; no other doubt can be waved away."""
    path = tmp_path / "prices.toml"
    path.write_text(row("m6a.large", 0.02, region="eu-central-1"), encoding="utf-8")
    assert "a jump by a factor of 5.5" in renew.renew(False, (), path)[0]
    renew.renew(True, ("m6a",), path)
    assert prices.every(path)["m6a"].usd == 0.1101
    with pytest.raises(JudgeError, match="unknown price 'm6b'"):
        renew.renew(True, ("m6b",), path)
    path.write_text(row("each.large", 55.0, EIGHT), encoding="utf-8")
    assert "NOT TAKEN" in renew.renew(True, ("each",), path)[0]


def test_without_a_network_one_line_says_so(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the table is as it was."""
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", (tmp_path / "nothing").as_uri())
    before = table.read_text(encoding="utf-8")
    with pytest.raises(SurvivalError, match=r"is there a network\? .*nothing was changed$"):
        renew.renew(True, (), table)
    assert table.read_text(encoding="utf-8") == before


def test_a_catalogue_without_a_day_is_refused(table: Path, served: Path) -> None:
    """A price is of the day on which it was read, or it is none."""
    (served / "version").write_text("latest", encoding="utf-8")
    (served / "20260818-42").rename(served / "latest")
    with pytest.raises(SurvivalError, match="'latest', which names no day"):
        renew.renew(True, (), table)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("price,", "price_eur,"), "KeyError: 'price'"),
        (("55.04", "EUR 55"), "ValueError: could not convert string to float: 'EUR 55'"),
        (("55.04", "55.04 per GPU"), "ValueError: could not convert"),
    ],
)
def test_another_currency_or_column_is_refused(
    table: Path, served: Path, change: tuple[str, str], says: str
) -> None:
    """What the catalogue has never said before is not guessed at."""
    with zipfile.ZipFile(served / "20260818-42" / "catalog.zip", "w") as packed:
        packed.writestr("aws.csv", CATALOGUE.read_text(encoding="utf-8").replace(*change, 1))
    before = table.read_text(encoding="utf-8")
    with pytest.raises(SurvivalError, match=re.escape(f"is not as it was: {says}")):
        renew.renew(True, (), table)
    assert table.read_text(encoding="utf-8") == before


def test_the_verb_lists_what_there_is() -> None:
    """The oldest first, and what is old says so; a lone option is refused."""
    done = CliRunner().invoke(cli.main, ["prices"])
    assert done.exit_code == 0
    assert len(done.output.splitlines()) == len(prices.every())
    assert "h100-aws: 55.04 USD for an hour, read 2026-11-09" in done.output
    refused = CliRunner().invoke(cli.main, ["prices", "--write"])
    assert refused.exit_code == 1
    assert "belong to --renew" in refused.output


@pytest.mark.usefixtures("served")
def test_our_own_rows_name_machines_as_the_catalogue_does() -> None:
    """Those of AWS that the tests' catalogue has are found."""
    rows = {k: p for k, p in prices.every().items() if p.catalogue and p.catalogue[0] == "aws"}
    found = renew.changes(rows, renew.catalogue(["aws"]), ())
    assert {c.key for c in found if c.new} == {"h100-aws", "a100-aws"}
