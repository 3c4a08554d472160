"""Runs a program at many sizes and on poisoned memory, and tells its faults apart."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from survival.check.items import Found
from survival.check.process import Process
from survival.check.reference import Reference
from survival.errors import CheckError

SIMULATED = (0, 1, 2, 3, 31, 33, 127, 129, 257, 1024)
SIZES = (*SIMULATED, 7, 255, 1000, 1023, 1025, 10_007, 65_536, 2**20)
EXTRA = (33, 257, 65_536)
"""Sizes at which a program is called again, on other memory, with other data."""
CALLS = 10
"""Calls on the same inputs, at the larger ones of those."""
MOST_BYTES, LONGEST = 2**24, 2.0
"""Bytes of inputs, and seconds of one size, beyond which no larger size is tried."""
OUT_OF_BOUNDS = "out of bounds"


@dataclass
class Sweep:
    """One pass over all sizes."""

    found: Found
    process: Process
    reference: Reference
    sizes: Sequence[int]
    progress: Callable[[str], None]
    only_accesses: bool = False
    """Whether only what the simulator sees counts: the answers are those of another pass."""
    wrong: dict[int, str] = field(default_factory=dict)
    right: list[int] = field(default_factory=list)
    simulated: bool = False

    def __call__(self) -> None:
        """Try every size, then say which kind of wrong it is."""
        sized: list[tuple[int, int]] = []
        self.simulated = self.process.start()["sim"]
        for n in sorted(self.sizes, key=lambda n: n or max(self.sizes) + 1):  # 0 is the last
            if self.found.ended or (n == 0 and self.wrong) or (n and _too_many(sized, n)):
                break
            begun = time.perf_counter()
            self.progress(f"size {n:,}")
            if (given := self._inputs(n)) is None:
                continue
            sized.append((n, sum(getattr(g, "nbytes", 8) for g in given)))
            self._size(n, given)
            if time.perf_counter() - begun > LONGEST and n >= 1024:
                break
        if not sized:
            raise CheckError(
                f"{self.reference.path}: make_inputs takes none of the sizes that were tried; name "
                "some in TEST_SIZES"
            )
        if self.only_accesses:
            return
        small = [n for n in self.right if n <= max(EXTRA)]
        if small and "repeats" not in self.found.done and not self.found.ended:
            n = max(small)  # the reference takes none of the usual ones
            given = self.reference.inputs(n)
            assert given is not None
            self._again(n, given, self.reference.answer(given))
        self._tell()

    def _inputs(self, n: int) -> list[Any] | None:
        """The inputs; none for a size that the reference does not take."""
        try:
            given = self.reference.inputs(n)
            if n == 0 and given is not None:
                with np.errstate(all="ignore"):
                    self.reference.answer(given)
        except CheckError:
            if n:
                raise
            return None
        return given

    def _run(self, given: Sequence[Any], fill: str, in_place: bool, times: int = 1) -> Any:
        return self.process.ask(
            do="run", given=list(given), fill=fill, in_place=in_place, times=times
        )

    def _size(self, n: int, given: list[Any]) -> None:
        want = self.reference.answer(given)
        got = self._run(given, "poison", False)
        if "raised" in got:
            self._raised(n, got)
            return
        found = self.found
        if got.get("race"):
            found.fault("races", f"size {n:,}: {got['race']}")
            return
        if "race" in got and got["launches"]:
            found.looked("races", "seen in Numba's simulator")
            if got["fenced"]:
                found.notes["races"] = "between blocks not checked, since it uses threadfence"
        if got["changed"]:
            found.fault("inputs", f"size {n:,}: input {got['changed'][0] + 1} was overwritten")
        elif not self.only_accesses:
            found.tried("inputs", n)
        if got["late"]:
            found.fault("clock", f"size {n:,}: its result changes after run() has returned")
            return
        if self.only_accesses:
            return
        wrong = self.reference.wrong(got["results"][0], want)
        if wrong:
            self._why_wrong(n, given, want, got["results"][0], wrong)
            return
        self.right.append(n)
        if n in EXTRA:
            self._again(n, given, want)

    def _raised(self, n: int, got: dict[str, Any]) -> None:
        name, said = got["raised"], got["said"]
        what = f"stops with {name}: {said}" if name else said
        if name == "IndexError" and OUT_OF_BOUNDS in said:
            self.found.fault("bounds", f"size {n:,}: {said}")
        elif self.only_accesses:
            pass  # the other pass tells it
        elif n == 0:
            self.found.notes["sizes"] = f"0 {what}"
        else:
            self.wrong[n] = what

    def _why_wrong(
        self, n: int, given: list[Any], want: list[np.ndarray], got: list[Any], wrong: str
    ) -> None:
        """Tell apart what is wrong with some memory, at some calls, or always."""
        clean = self._run(given, "zero", True)
        if "raised" not in clean and self.reference.wrong(clean["results"][0], got):
            again = self._run(given, "poison", True)
            if "raised" not in again and not self.reference.wrong(again["results"][0], got):
                at = _differ(got, clean["results"][0])
                self.found.fault("unwritten", f"size {n:,}: {at} is whatever lay in memory before")
                return
            says = f"size {n:,}: two calls on the same inputs differ; in one of them {wrong}"
            self.found.fault("repeats", says)
            return
        self.wrong[n] = wrong

    def _again(self, n: int, given: list[Any], want: list[np.ndarray]) -> None:
        """It is right once: try it on other memory, again and again, and with other data."""
        found, changes = self.found, "inputs" in self.found.faults
        other = self._run(given, "zero", False)
        if wrong := self._fault(other, want):
            again = self._run(given, "poison", True)
            if self._fault(again, want):
                says = f"size {n:,}: called again on the same inputs, {wrong}"
                found.fault("repeats", says)
            else:
                found.fault("unwritten", f"size {n:,}: on other memory, {wrong}")
            return
        found.tried("unwritten", n)
        times = CALLS if n >= 257 and not changes and not self.simulated else 1
        more = self._run(given, "poison", True, times)
        if "raised" in more:
            found.fault("repeats", f"size {n:,}: called again, {self._fault(more, want)}")
            return
        for k, each in enumerate(more["results"]):
            if wrong := self.reference.wrong(each, want):
                found.fault("repeats", f"size {n:,}: at call {k + 3}, {wrong}")
                return
            if _differ(each, other["results"][0]):
                found.notes["repeats"] = "the last digits differ from call to call"
        found.tried("repeats", n)
        self._other_data(n, want)

    def _other_data(self, n: int, want: list[np.ndarray]) -> None:
        given = self.reference.inputs(n, seed=1)
        assert given is not None
        expected = self.reference.answer(given)
        if not self.reference.wrong(want, expected):
            return  # the right answer is the same
        wrong = self._fault(self._run(given, "poison", True), expected)
        if not wrong:
            self.found.tried("other data", n)
            return
        self.process.stop()
        if self._fault(self._run(given, "poison", False), expected):
            self.wrong[n] = wrong
        else:
            says = f"size {n:,}: after other data of this size, {wrong}; alone it is right"
            self.found.fault("other data", says)

    def _fault(self, got: dict[str, Any], want: list[np.ndarray]) -> str:
        if "raised" in got:
            return f"it stops with {got['raised']}: {got['said']}".replace("it stops with : ", "")
        return self.reference.wrong(got["results"][0], want)

    def _tell(self) -> None:
        """Wrong at a round size: wrong. Wrong at others only: that is a fault of its own."""
        if self.wrong:
            smallest = min(self.wrong)
            round_ones = [n for n in self.wrong if _is_round(n)]
            item = "answer" if round_ones or not any(map(_is_round, self.right)) else "sizes"
            self.found.fault(item, f"size {smallest:,}: {self.wrong[smallest]}")
        for n in self.right:
            self.found.tried("answer" if _is_round(n) else "sizes", n)
        if self.right and not any(map(_is_round, [*self.right, *self.wrong])):
            self.found.tried("answer", max(self.right))  # it takes no size that we call round


def _is_round(n: int) -> bool:
    """Whether it is a multiple of any block: these are the sizes that everybody tries."""
    return n >= 1024 and n & (n - 1) == 0


def _differ(a: Sequence[Any], b: Sequence[Any]) -> str:
    """The first element in which two results are not bit for bit the same, in words."""
    for x, y in zip(a, b, strict=False):
        if x.shape != y.shape:
            return "the shape"
        bits = np.atleast_1d(x != y) & ~np.atleast_1d((x != x) & (y != y))
        if bits.any():
            at = ", ".join(str(int(i)) for i in np.argwhere(bits)[0])
            return f"element [{at}]" if x.ndim else "it"
    return ""


def _too_many(sized: list[tuple[int, int]], n: int) -> bool:
    """Whether inputs of this size would take too much memory, by how they have grown so far."""
    grown = [(m, b) for m, b in sized if m and b]
    if len(grown) < 2:
        return False
    (m, a), (k, b) = grown[0], grown[-1]
    power = math.log(b / a) / math.log(k / m) if k > m else 1.0
    return bool(b * (n / k) ** power > MOST_BYTES)
