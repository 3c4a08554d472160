"""What machines cost to rent, each price with the day on which it was read.

A price is cited. What a job costs is a measured time by a cited price, and names both.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from survival import system
from survival.errors import JudgeError, known
from survival.judge.elsewhere.bounds import keyed
from survival.judge.findings import Finding
from survival.records import Model
from survival.records.fields import Text

FILE = Path(__file__).with_name("prices.toml")
OLD, REFUSED = 30, 120
"""Days after which a page says that a price is old, and after which nothing is published with it:
within 82 days one provider's price for an H100 rose by a fifth."""
Words = Annotated[Text, Field(min_length=2, max_length=120)]


class Price(Model):
    """What one machine costs for an hour, without tax, and mostly without storage and traffic."""

    provider: Words
    machine: Words
    """As the provider calls it."""
    gpu: Annotated[Text, Field(max_length=60)] = ""
    """Which GPU is in it; empty for a machine without."""
    gpus: Annotated[int, Field(ge=0, le=72)]
    """How many."""
    cores: Annotated[int, Field(ge=0, le=1024)] = 0
    """Virtual processors, for a machine without a GPU."""
    region: Words
    terms: Words
    """Such as on demand, spot or marketplace."""
    usd: Annotated[float, Field(ge=0.001, le=1000)]
    """US dollars for an hour of the whole machine."""
    read: date
    """When somebody read it there."""
    source: Annotated[Text, Field(min_length=8)]
    """Who read it, and where."""
    catalogue: tuple[Words, Words, Words] | None = None
    """Its provider, machine and region in gpuhunt's catalogue, by which it can be renewed."""

    @property
    def each(self) -> float:
        """US dollars for an hour of one GPU; of the machine, where it has none."""
        return self.usd / max(1, self.gpus)

    @property
    def title(self) -> str:
        """The machine and whose it is."""
        return f"{self.provider}: {self.machine}"

    def days(self, today: date) -> int:
        """How old it is."""
        return (today - self.read).days


def every(path: Path = FILE) -> dict[str, Price]:
    """All prices by their keys. Raises JudgeError, one line, for a row that cannot be believed."""
    return parsed(system.text(path), path.name)


def get(key: str, path: Path = FILE) -> Price:
    """One price. Raises JudgeError, naming those that exist."""
    found = every(path)
    if key not in found:
        raise JudgeError(known("price", key, found))
    return found[key]


@lru_cache(maxsize=8)
def parsed(text: str, name: str) -> dict[str, Price]:
    """The prices in a text of that file. Raises JudgeError like `every`."""
    found = {}
    for key, price in keyed(text, name, Price):
        if price.read > date.today():
            raise JudgeError(f"{name}: {key} was read in the future: {price.read}")
        if bool(price.gpus) != bool(price.gpu):
            raise JudgeError(f"{name}: {key}: a GPU without a number, or a number without a GPU")
        found[key] = price
    return found


def judge_prices(today: date, path: Path = FILE) -> Iterator[Finding]:
    """H12 for prices: what is too old to publish. A page marks what is merely old."""
    for key, price in every(path).items():
        if (days := price.days(today)) > REFUSED:
            says = f"was read {days} days ago; read it again at its source, or take the row out"
            yield Finding("H12", f"{path.name} {key}", says, "mark")
