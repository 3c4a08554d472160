"""What no program can beat: bytes and operations of a problem over the rates of a data sheet.

A bound is no measurement and no expectation. It enters no ratio, no crossover and no claim.
"""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from survival import system
from survival.errors import JudgeError, one_line
from survival.judge.findings import Finding
from survival.records import Machine, Model, Precision, Record, Size
from survival.records.fields import Text

FILE = Path(__file__).with_name("gpus.toml")
BALANCE = (3.0, 300.0)
"""float32 operations for each byte from memory: those of all GPUs lie well within. A rate that is
off by a factor of a thousand does not."""
HIGHER_CLOCK = 1.25
"""Cards are sold that run faster than the data sheet says, none by more than a quarter."""

TF32_PRODUCTS = 3
"""How many products of TF32 tensor cores make one of float32, where a library does that: CUTLASS
calls it 3xTF32, and PyTorch's attention takes it from compute capability 8.0 on."""

Row = TypeVar("Row", bound=Model)
Bandwidth = Annotated[float, Field(ge=20, le=50_000)]
Cache = Annotated[float, Field(ge=1, le=2_000)]
Tera = Annotated[float, Field(ge=0.05, le=50_000)]
Words = Annotated[Text, Field(min_length=8)]


class DataSheet(Model):
    """One GPU as its maker describes it."""

    name: Annotated[Text, Field(min_length=2, max_length=60)]
    """What a page calls it."""
    bandwidth: Bandwidth
    """GB/s of its memory."""
    cache: Cache
    """MiB that may stay on the chip from one call to the next."""
    float32: Tera | None = None
    """TFLOP/s; the other precisions alike."""
    float64: Tera | None = None
    """The better of vector and matrix units."""
    tf32: Tera | None = None
    """Dense."""
    float16: Tera | None = None
    """Dense, with whatever accumulator is fastest."""
    bfloat16: Tera | None = None
    """Dense."""
    matches: Annotated[list[Annotated[Text, Field(min_length=5)]], Field(max_length=5)] = Field(
        default_factory=list
    )
    """Parts of the names by which drivers know it."""
    source: Words
    """Where the figures were read."""
    date: date
    """When."""

    @model_validator(mode="after")
    def _units_are_right(self) -> Self:
        low, high = BALANCE
        if self.float32 and not low <= (ratio := 1e3 * self.float32 / self.bandwidth) <= high:
            raise ValueError(
                f"{ratio:.3g} float32 operations for each byte, where GPUs have {low:g} to "
                f"{high:g}: is a rate in another unit than GB/s and TFLOP/s?"
            )
        for precision in ("float64", "tf32", "float16", "bfloat16"):
            rate = getattr(self, precision)
            least, most = (0.002, 2.0) if precision == "float64" else (0.5, 64.0)
            if rate and not (self.float32 and least <= rate / self.float32 <= most):
                raise ValueError(
                    f"{precision}: {rate:g} TFLOP/s beside {self.float32 or 0:g} in float32: is "
                    "one of them in another unit?"
                )
        return self

    def seconds(self, size: Size, precision: Precision) -> float:
        """The shortest time for a size; 0 where nothing binds, as of data that a cache holds.

        What no cache holds must come from memory at each call. A rate that is not printed binds
        nothing. (Roofline model: Williams, Waterman & Patterson, CACM 2009.)
        """
        beyond = max(0.0, size.bytes_in(precision) - 2**20 * self.cache)
        rate = getattr(self, precision, None)
        if precision == "float32" and rate and self.tf32:
            rate = max(rate, self.tf32 / TF32_PRODUCTS)
        computing = size.operations / (1e12 * rate) if rate else 0.0
        return max(beyond / (1e9 * self.bandwidth), computing)

    def of_any(self, size: Size, precisions: Iterable[Precision]) -> float:
        """The shortest time for a size in whichever of these precisions is fastest."""
        return min((self.seconds(size, p) for p in precisions), default=0.0)


def data_sheets(path: Path = FILE) -> tuple[DataSheet, ...]:
    """All GPUs of gpus.toml. Raises JudgeError, one line, for a row that cannot be believed."""
    return _data_sheets(system.text(path), path.name)


@lru_cache(maxsize=8)
def _data_sheets(text: str, name: str) -> tuple[DataSheet, ...]:
    return tuple(rows(text, name, "gpu", DataSheet))


def keyed(text: str, name: str, model: type[Row]) -> Iterator[tuple[str, Row]]:
    """The tables of a TOML file by key, each as a model. Raises JudgeError with file and key."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise JudgeError(f"{name}: {e}") from None
    for key, row in found.items():
        try:
            yield key, model.model_validate(row)
        except ValidationError as e:
            first = e.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the row"
            raise JudgeError(f"{name}: {key}: {where}: {one_line(first['msg'])}") from None


def rows(text: str, name: str, key: str, model: type[Row]) -> Iterator[Row]:
    """The tables of a TOML file, each as a model. Raises JudgeError with the file and the row."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise JudgeError(f"{name}: {e}") from None
    if set(found) - {key}:
        raise JudgeError(f"{name}: only [[{key}]] is known, not {', '.join(set(found) - {key})}")
    for at, row in enumerate(found.get(key, []), 1):
        try:
            yield model.model_validate(row)
        except ValidationError as e:
            first = e.errors()[0]
            where = ".".join(map(str, first["loc"]))
            called = one_line(str(row.get("name") or row.get("example") or ""))[:60]
            says = f"{where}: {first['msg']}" if where else first["msg"]
            raise JudgeError(f"{name}: row {at} ({called}): {says}") from None


def within_its_bound(record: Record, machine: Machine) -> Iterator[Finding]:
    """H5: no result beats what the data sheet of its GPU allows, where the GPU is a known one."""
    name = machine.gpu.model if machine.gpu else ""
    sheet = next((s for s in data_sheets() if name and any(m in name for m in s.matches)), None)
    if sheet is None:
        return
    for v in record.variants:
        for t in v.timings if v.device == "gpu" else ():
            bound = sheet.seconds(record.size(t.size), v.precision)
            if t.median * HIGHER_CLOCK < bound:
                says = (
                    f"size {t.size} {t.scope} took {t.median:.3g} s, and the data sheet of the "
                    f"{sheet.name} allows {bound:.3g} s at best; find the error of measurement"
                )
                yield Finding("H5", f"{record.path} {v.name}", says, "reject")
