"""New prices for survival/judge/elsewhere/prices.toml, from the catalogue that gpuhunt keeps.

A row says which entry of the catalogue is its own: provider, machine and region. What comes of it
is shown first, and is written only where its unit is beyond doubt.
"""

import csv
import io
import math
import os
import re
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from survival import system
from survival.errors import SurvivalError, one_line
from survival.judge.elsewhere import prices
from survival.judge.elsewhere.prices import Price

CATALOGUE = "https://dstack-gpu-pricing.s3.eu-west-1.amazonaws.com/v3"
"""Where gpuhunt (0.1.34) publishes it: PROVIDER/version names the newest, collected every day, and
PROVIDER/VERSION/catalog.zip holds PROVIDER.csv. Read here without its library, whose package brings
a folder `tests` that hides ours; its variable GPUHUNT_CATALOG_URL names another place."""
MOST_BYTES = 64 * 2**20
WAIT = 20.0
"""Seconds without a word from the network, after which there is none."""
JUMP = 2.0
"""From one reading to the next a price does not move by more than such a factor, unless it is of
another unit: of one GPU and not of the machine, of a month, in another currency."""


class Item(NamedTuple):
    """A row of the catalogue; its price is in US dollars for an hour of the machine."""

    machine: str
    region: str
    usd: float
    gpus: int


@dataclass(frozen=True)
class Offer:
    """What a row of ours may take from it: US dollars for an hour of the machine, on demand."""

    usd: float
    gpus: int
    read: date
    source: str


@dataclass(frozen=True)
class Change:
    """A row, what the catalogue has for it, and why that is not taken as it is."""

    key: str
    old: Price
    new: Offer | None
    doubt: str = ""

    @property
    def text(self) -> str:
        """One line: old, new, and the doubt."""
        was = f"{self.old.usd:g} USD, read {self.old.read}"
        if self.new is None:
            return f"{self.key}: {was}; {self.doubt}"
        now = f"{self.new.usd:g} USD, read {self.new.read}"
        return f"{self.key}: {was} -> {now}{'; NOT TAKEN: ' * bool(self.doubt)}{self.doubt}"


def catalogue(providers: Iterable[str]) -> dict[str, tuple[date, list[Item]]]:
    """The entries on demand of each provider, and the day on which they were collected.

    Raises SurvivalError, one line, without a network, and where a day or a column is missing.
    """
    base = os.environ.get("GPUHUNT_CATALOG_URL", CATALOGUE).rstrip("/")
    every = {}
    for name in sorted(set(providers)):
        version = _fetched(f"{base}/{name}/version").decode(errors="replace").strip()
        try:
            day = datetime.strptime(version[:8], "%Y%m%d").date()
        except ValueError:
            raise SurvivalError(
                f"gpuhunt's catalogue of {name} is called '{version[:40]}', which names no day; "
                "nothing was changed"
            ) from None
        packed = _fetched(f"{base}/{name}/{version}/catalog.zip")
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                rows = csv.DictReader(archive.read(f"{name}.csv").decode().splitlines())
                every[name] = day, [_item(row) for row in rows if row["spot"] == "False"]
        except (zipfile.BadZipFile, KeyError, ValueError) as e:
            raise SurvivalError(
                f"gpuhunt's catalogue of {name} is not as it was: {type(e).__name__}: {e}; "
                "nothing was changed"
            ) from None
    return every


def _item(row: Mapping[str, str]) -> Item:
    return Item(
        row["instance_name"], row["location"], float(row["price"]), int(row["gpu_count"] or 0)
    )


def _fetched(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=WAIT) as answer:
            return bytes(answer.read(MOST_BYTES))
    except OSError as e:  # of which URLError is one
        raise SurvivalError(
            f"no catalogue of prices could be had: is there a network? ({one_line(str(e))[:200]}); "
            "nothing was changed"
        ) from None


def offers(price: Price, every: Mapping[str, tuple[date, list[Item]]]) -> list[Offer]:
    """What the catalogue has under the name that a row gives; each price once."""
    assert price.catalogue is not None
    provider, machine, region = price.catalogue
    day, items = every[provider]
    source = f"gpuhunt's catalogue of {provider}, in US dollars for an hour of the machine"
    return sorted(
        {
            Offer(item.usd, item.gpus, day, source)
            for item in items
            if (item.machine, item.region) == (machine, region)
        },
        key=lambda o: o.usd,
    )


def changes(
    rows: Mapping[str, Price], every: Mapping[str, tuple[date, list[Item]]], accepted: Iterable[str]
) -> list[Change]:
    """For each row, what would change, and what speaks against it unless its key is accepted."""
    found = []
    for key, old in rows.items():
        if old.catalogue is None:
            says = "names no entry of a catalogue: read it again at its source"
            found.append(Change(key, old, None, says))
            continue
        seen = offers(old, every)
        if not seen:
            found.append(Change(key, old, None, f"not in the catalogue: {' '.join(old.catalogue)}"))
            continue
        new = seen[0]
        doubt = doubts(old, seen)
        if key in accepted and doubt.startswith("a jump"):
            doubt = ""
        found.append(Change(key, old, new, doubt))
    return found


def doubts(old: Price, seen: list[Offer]) -> str:
    """Why a new price may be of another unit or currency than the old one; empty if it is clear."""
    new = seen[0]
    if len(seen) > 1:
        return (
            f"the catalogue has {len(seen)} prices for it: {', '.join(f'{o.usd:g}' for o in seen)}"
        )
    if not (math.isfinite(new.usd) and new.usd > 0):
        return "no price of a machine"
    if new.gpus != old.gpus:
        return f"it is for {new.gpus} GPUs, and the row for {old.gpus}"
    if new.read < old.read:
        return "the row is newer"
    if not 1 / JUMP < new.usd / old.usd < JUMP:
        return (
            f"a jump by a factor of {new.usd / old.usd:.3g}: another unit or currency? "
            "If it is right, name the row with --accept"
        )
    return ""


def renewed(text: str, found: Iterable[Change]) -> str:
    """The file with the new prices, days and sources in the place of the old; the rest as it is."""
    for change in found:
        if change.new is None or change.doubt:
            continue
        start = re.search(rf"^\[{re.escape(change.key)}\]$", text, re.MULTILINE)
        assert start is not None  # the row was read from there
        end = re.compile(r"^\[", re.MULTILINE).search(text, start.end())
        stop = end.start() if end else len(text)
        row = text[start.end() : stop]
        new = {
            "usd": f"{change.new.usd:g}" if change.new.usd % 1 else f"{change.new.usd:.1f}",
            "read": change.new.read.isoformat(),
            "source": f'"{change.new.source}"',
        }
        for field, value in new.items():
            row, count = re.subn(rf"^{field} = .*$", f"{field} = {value}", row, flags=re.MULTILINE)
            assert count == 1, field
        text = text[: start.end()] + row + text[stop:]
    return text


def renew(write: bool, accepted: tuple[str, ...], path: Path = prices.FILE) -> list[str]:
    """What changes, a line for each row; the file is written only if `write` is set.

    Raises SurvivalError, one line, without a network, and JudgeError for a key that there is not.
    """
    rows = prices.every(path)
    for key in accepted:
        prices.get(key, path)
    every = catalogue(p.catalogue[0] for p in rows.values() if p.catalogue)
    found = changes(rows, every, accepted)
    said = [c.text for c in found]
    taken = [c for c in found if c.new and not c.doubt]
    if not write:
        return [*said, f"{len(taken)} of {len(found)} rows can be renewed: --write does it"]
    text = renewed(system.text(path), taken)
    prices.parsed(text, path.name)  # raises before anything is written
    path.write_text(text, encoding="utf-8")
    return [*said, f"{len(taken)} of {len(found)} rows renewed: look at `git diff`, then commit"]
