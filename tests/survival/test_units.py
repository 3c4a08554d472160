"""How numbers are written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survival import units


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00099951, "1.00 ms"),
        (0.00099949, "999 µs"),
        (0.0123456, "12.3 ms"),
        (1.5e-9, "1.50 ns"),
        (3e-10, "0.300 ns"),
        (0.99951, "1.00 s"),
        (1234.5, "1,230 s"),
        (5e-6, "5.00 µs"),
    ],
)
def test_times_have_three_digits_and_a_unit(value: float, text: str) -> None:
    """Rounding happens before the unit is chosen, so that 999.51 µs becomes 1.00 ms."""
    assert units.seconds(value).replace(units.NBSP, " ") == text


@given(st.floats(1e-9, 900))
def test_a_written_time_is_near_the_time(value: float) -> None:
    """What is written differs from the value by at most half a unit of the third digit."""
    text, name = units.seconds(value).split(units.NBSP)
    unit = next(u for u, n in units.SECONDS if n == name)
    assert float(text) * unit == pytest.approx(value, rel=0.0051)
    assert 1 <= float(text) < 1000


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0009, "0.09 %"), (0.05, "5.0 %"), (0.0996, "10 %"), (0.871, "87 %"), (1.04, "104 %")],
)
def test_percentages(value: float, text: str) -> None:
    """Two digits at most, and one below one percent."""
    assert units.percent(value).replace(units.NBSP, " ") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0004, "1.0004"),
        (1.004, "1.004"),
        (1.04, "1.04"),
        (1.0949, "1.09"),
        (1.1, "1.1"),
        (4.123, "4.1"),
        (27.4, "27"),
        (99.4, "99"),
        (133.08, "133"),
        (1234.0, "1,230"),
    ],
)
def test_a_factor_is_never_written_as_one(value: float, text: str) -> None:
    """As many digits as keep a measurable difference apart from none."""
    assert units.factor(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(3.14e-8, "3.1e-8"), (0.0, "0"), (0.0123, "0.012"), (9.99e-4, "1.0e-3")]
)
def test_errors(value: float, text: str) -> None:
    """Two digits, with an exponent without zeros below a thousandth."""
    assert units.error(value) == text


def test_rates_and_amounts() -> None:
    """Decimal prefixes for rates, binary ones for memory, rounded before the prefix is chosen."""
    assert units.prefixed(21.04e9, "B/s") == "21.0\u00a0GB/s"
    assert units.prefixed(999.6e9, "B/s") == "1.00\u00a0TB/s"
    assert units.binary_bytes(24 * 2**30) == "24\u00a0GiB"
    assert units.binary_bytes(1.5 * 2**20) == "1.50\u00a0MiB"
    assert units.binary_bytes(100) == "100\u00a0B"


def test_counts_of_things() -> None:
    """Three digits, in words from a million on."""
    nbsp = units.NBSP
    assert units.count(8_030_261_248) == f"8.03{nbsp}billion"
    assert units.count(999_999_999) == f"1.00{nbsp}billion"
    assert units.count(487_654) == "488,000"
    assert units.count(999_600) == f"1.00{nbsp}million"
    assert units.count(12.34) == "12.3"
    assert units.count(0) == "0"


def test_a_column_takes_the_unit_of_its_median() -> None:
    """One slow outlier does not make everything else a fraction of a second."""
    assert units.column_unit([2e-6, 3e-6, 0.5]) == (1e-6, "µs")
    assert units.seconds_range(1.21e-2, 1.26e-2, (1e-3, "ms")) == "12.1–12.6"
    assert units.seconds_range(9.99e-4, 1.01e-3) == "999–1,010\u00a0µs"


def test_dates_are_the_same_in_every_locale() -> None:
    """Day, month in three letters, year."""
    assert units.date(datetime(2026, 11, 5, tzinfo=UTC)) == "5\u00a0Nov\u00a02026"
    assert units.date(datetime(2026, 1, 31, tzinfo=UTC)) == "31\u00a0Jan\u00a02026"
