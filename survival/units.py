"""How numbers are written on a page: three significant digits, one unit, no false precision."""

import math
from collections.abc import Iterable
from datetime import date as date_
from datetime import datetime
from statistics import median

NBSP = "\u00a0"
"""Between a number and its unit, so that no line ends there."""

SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
CLOCK_DIGITS = 5
"""Where timers are held against each other, two more than elsewhere: it is about the last ones."""
PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


def digits(value: float, n: int = 3) -> str:
    """A number to n significant digits, without an exponent: "12.3", "1.00", "1,230", "0.00123"."""
    if value == 0:
        return "0"
    rounded = float(f"{value:.{n - 1}e}")  # 999.51 becomes 1000, which has one digit more
    places = max(0, n - 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:,.{places}f}"


def seconds_unit(value: float, n: int = 3) -> tuple[float, str]:
    """The unit, in seconds and by name, that leaves one to three digits before the point."""
    for unit, name in SECONDS:
        if float(f"{value / unit:.{n - 1}e}") >= 1:
            return unit, name
    return SECONDS[-1]


def column_unit(values: Iterable[float]) -> tuple[float, str]:
    """The unit for a column of times in seconds, chosen by its median; the column is not empty."""
    return seconds_unit(median(values))


def seconds(value: float, n: int = 3) -> str:
    """A time in seconds, with its unit: "12.3 ms"."""
    unit, name = seconds_unit(value, n)
    return f"{digits(value / unit, n)}{NBSP}{name}"


def seconds_range(
    low: float, high: float, unit: tuple[float, str] | None = None, n: int = 3
) -> str:
    """An interval of times: "12.1–12.6 ms", or without the unit where a column already names it."""
    scale, name = unit or seconds_unit(low, n)
    text = f"{digits(low / scale, n)}–{digits(high / scale, n)}"
    return text if unit else f"{text}{NBSP}{name}"


def prefixed(value: float, unit: str, n: int = 3) -> str:
    """A rate or amount with a decimal prefix: "21.0 GB/s"."""
    rounded = float(f"{value:.{n - 1}e}")
    scale, prefix = next((p for p in PREFIXES if rounded >= p[0]), PREFIXES[-1])
    return f"{digits(value / scale, n)}{NBSP}{prefix}{unit}"


def count(value: float, n: int = 3) -> str:
    """A number of things in words: "8.03 billion", "488,000", "12.3"."""
    for scale, word in ((1e9, "billion"), (1e6, "million")):
        if float(f"{value:.{n - 1}e}") >= scale:
            return f"{digits(value / scale, n)}{NBSP}{word}"
    return digits(value, n)


def binary_bytes(value: float) -> str:
    """An amount of memory: "24.0 GiB", "512 KiB"."""
    for power, name in ((40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")):
        if value >= 2**power:
            text = digits(value / 2**power)
            return f"{text.removesuffix('.00').removesuffix('.0')}{NBSP}{name}"
    return f"{value:.0f}{NBSP}B"


def decimal_bytes(value: float) -> str:
    """An amount of memory on an axis: "100 kB", "2 MB"."""
    return prefixed(value, "B", 1)


def percent(share: float) -> str:
    """A share of one as a percentage, two digits at most: "87 %", "0.4 %"."""
    value = 100 * share
    text = f"{value:.0f}" if value >= 9.95 else digits(value, 2 if value >= 1 else 1)
    return f"{text}{NBSP}%"


def error(value: float) -> str:
    """An error to two digits: "3.1e-8", "0.0012"."""
    if value == 0:
        return "0"
    if value >= 1e-3:
        return digits(value, 2)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def factor(value: float) -> str:
    """A ratio of at least one, with as many digits as keep it apart from one: "4.1", "1.04"."""
    for places in (2, 3, 4):
        if value < 1.095 and float(text := f"{value:.{places}f}") > 1:
            return text
    return digits(value, 2 if value < 99.5 else 3)


def compact(n: float) -> str:
    """A power of ten on an axis: "10", "1k", "10k", "1M"."""
    for scale, prefix in PREFIXES:
        if n >= scale:
            return f"{n / scale:g}{prefix}"
    return f"{n:g}"


def date(moment: datetime | date_) -> str:
    """A day, the same in every locale's order: "21 Nov 2026"."""
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * moment.month - 3 :][:3]
    return f"{moment.day}{NBSP}{month}{NBSP}{moment.year}"


def cores(n: int) -> str:
    """How many cores a CPU has, in words."""
    return f"{n}{NBSP}core{'s' * (n != 1)}"
