"""What a page may say of a machine."""

from survival.pages.words.facts import FACTS
from survival.records import MemoryRate
from tests.survival.pages.made_up import CPU_MACHINE, machine


def test_the_read_rate_is_that_of_reading_the_largest_set() -> None:
    """Not the better rate of a copy, and not that of a set which fits a cache."""
    this = machine(CPU_MACHINE)
    read = [
        MemoryRate(device="cpu", kernel="read", working_set=w, bytes_per_second=r)
        for w, r in ((2**20, 9e10), (2**30, 2.4e10))
    ]
    ceilings = this.ceilings.model_copy(update={"memory": [*read, *this.ceilings.memory]})
    fact = FACTS["cpu.read_rate"](this.model_copy(update={"ceilings": ceilings}))
    assert fact is not None
    assert fact[0].split() == ["24", "GB/s"]
    assert FACTS["cpu.read_rate"](this) is None  # nothing was read
