"""The reference that a program is held against: what it takes, and the right answer in float64."""

import importlib.util
import inspect
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from survival import catalog
from survival.errors import CheckError

TOLERANCES = {"float64": 1e-12, "float32": 1e-5, "float16": 2e-3}
"""The largest relative error, where the reference names none, by what the program answers in."""


class Reference:
    """A file with `run(*inputs)`, or `reference(*inputs)` as the guide's problems have it.

    It may define `make_inputs(n, rng)`, `TOLERANCE`, `TEST_SIZES`, `work(inputs, expected)` and
    `error(result, expected)`, as a problem of the guide does (CONTRIBUTING.md, "An example").
    """

    def __init__(self, path: Path, program: str = "") -> None:
        """Import it. Raises CheckError where it is not what it should be.

        The name of the program may say its precision, as those of the guide's programs do.
        """
        self.path = path
        self.module = _load(path)
        call = getattr(self.module, "reference", None) or getattr(self.module, "run", None)
        if not callable(call):
            raise CheckError(f"{path}: defines neither run(*inputs) nor reference(*inputs)")
        self.call: Callable[..., Any] = call
        self.precision = 0.0
        own = getattr(self.module, "TOLERANCE", None)
        named = catalog.precision_of(program.split("_"))
        self.allowed: float | None = catalog.tolerances(self.module).get(named, own)

    def inputs(self, n: int, seed: int = 0) -> list[Any] | None:
        """Random inputs of a size, other ones for another seed; None where it has no such size."""
        rng = np.random.default_rng([seed, n])
        make = getattr(self.module, "make_inputs", None)
        if make is None:
            wants = len(inspect.signature(self.call).parameters)
            return [rng.random(n, dtype=np.float32) - np.float32(0.5) for _ in range(wants)]
        try:
            made = make(n, rng)
        except ValueError:
            return None
        except Exception as e:
            raise CheckError(
                f"{self.path}: make_inputs({n}, rng): {type(e).__name__}: {e}"
            ) from None
        return list(made) if isinstance(made, (tuple, list)) else [made]

    def refuse_sameness(self) -> None:
        """Raise CheckError where its inputs are the same each time, or one number throughout."""
        for n in (257, 1000, 1024, 4096, *self.sizes([])):
            one, two = self.inputs(n), self.inputs(n, seed=1)
            if one is None or two is None:
                continue
            arrays = [g for g in one if isinstance(g, np.ndarray) and g.size > 1]
            if all(np.array_equal(a, b) for a, b in zip(one, two, strict=True)):
                raise CheckError(
                    f"{self.path}: make_inputs({n}, rng) gives the same numbers each time, which a "
                    "program may remember; take them from rng"
                )
            if arrays and all((a == a.flat[0]).all() for a in arrays):
                raise CheckError(
                    f"{self.path}: make_inputs({n}, rng) gives one number throughout, which hides "
                    "what is mixed up; take each from rng"
                )
            return

    def answer(self, given: Sequence[Any]) -> list[np.ndarray]:
        """The right answer, in float64. Raises CheckError where it is in anything less."""
        kinds = {g.dtype.name for g in given if isinstance(g, np.ndarray)}
        self.precision = max((TOLERANCES.get(k, 0.0) for k in kinds), default=0.0)
        wide = [
            g.astype(np.float64) if isinstance(g, np.ndarray) and g.dtype.kind == "f" else g
            for g in given
        ]
        wide = [w.copy() if isinstance(w, np.ndarray) else w for w in wide]
        try:
            found = self.call(*wide)
        except Exception as e:
            raise CheckError(f"{self.path}: {type(e).__name__}: {e}") from None
        many = found if isinstance(found, (tuple, list)) else (found,)
        arrays = [np.asarray(a) for a in many]
        low = [a.dtype for a in arrays if a.dtype.kind == "f" and a.dtype.itemsize < 8]
        if low:
            raise CheckError(
                f"{self.path}: answers in {low[0]}, though its inputs are float64; a reference "
                "computes in float64 throughout"
            )
        return arrays

    def wrong(self, got: Sequence[Any], want: Sequence[np.ndarray]) -> str:
        """In words, where a result is not what it should be; empty if it is right."""
        if len(got) != len(want):
            return f"{len(got)} arrays came out, and {len(want)} are right"
        for k, (mine, right) in enumerate(zip(got, want, strict=True)):
            mine = np.asarray(mine)
            if {mine.shape, right.shape} == {(), (1,)}:
                mine = mine.reshape(right.shape)
            of = f"result {k + 1}: " if len(want) > 1 else ""
            if mine.shape != right.shape:
                return f"{of}the shape is {mine.shape}, and {right.shape} is right"
            if mine.dtype.kind not in "fiubc":
                return f"{of}{mine.dtype} came out, which is no number"
            if not self._close(mine, right):
                return of + _worst(mine, right)
        return ""

    def _close(self, mine: np.ndarray, right: np.ndarray) -> bool:
        """By the measure of the guide: ‖result − right‖ / ‖right‖, or the reference's own."""
        if not right.size:
            return True
        usual = 0.0
        if mine.dtype.kind not in "iub":  # a sum of float32 may be returned as Python's float
            usual = max(TOLERANCES.get(mine.dtype.name, 1e-5), self.precision)
        allowed = float(usual if self.allowed is None else self.allowed)
        finite = np.isfinite(right)
        if not np.array_equal(mine[~finite], right[~finite].astype(mine.dtype), equal_nan=True):
            return False
        own = getattr(self.module, "error", None)
        if own is not None:
            return bool(own(mine, right) <= allowed)
        wide, norm = mine[finite].astype(np.float64), np.linalg.norm(right[finite])
        return bool(np.linalg.norm(wide - right[finite]) <= allowed * (norm or 1.0))

    def sizes(self, usual: Sequence[int]) -> list[int]:
        """The sizes to try: its own `TEST_SIZES`, or the usual ones.

        Where it takes none of these but 1, as an image of three by two does, the first of `SIZES`.
        """
        if own := getattr(self.module, "TEST_SIZES", ()):
            return sorted(own)
        if usual and all(self.inputs(n) is None for n in usual if n > 1):
            return [*usual, *sorted(getattr(self.module, "SIZES", ()))[:2]]
        return list(usual)

    def bytes(self, given: Sequence[Any], want: Sequence[np.ndarray], result: list[Any]) -> int:
        """What must move at least: each input once, each result once; or what its `work` says."""
        work = getattr(self.module, "work", None)
        if work is not None:
            return int(work(tuple(given), want[0] if len(want) == 1 else tuple(want))["bytes"])
        return sum(getattr(a, "nbytes", 0) for a in [*given, *result])

    def seconds(self, given: Sequence[Any]) -> tuple[float, float]:
        """How long it takes on these inputs, and how many cores it kept busy; the best of three."""
        took = []
        for _ in range(3):
            copies = [g.copy() if isinstance(g, np.ndarray) else g for g in given]
            begin, busy = time.perf_counter(), time.process_time()
            self.call(*copies)
            wall = time.perf_counter() - begin
            took.append((wall, (time.process_time() - busy) / max(wall, 1e-9)))
        return min(took)


def _load(path: Path) -> Any:
    if path.name.startswith("problem") and path.is_relative_to(catalog.EXAMPLES):
        return catalog.load_problem(path)
    spec = importlib.util.spec_from_file_location("reference", path)
    if spec is None or spec.loader is None:
        raise CheckError(f"{path}: no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as e:  # whatever a stranger's file raises
        raise CheckError(f"{path}: cannot be loaded: {type(e).__name__}: {e}") from None
    finally:
        sys.path.remove(str(path.parent))
    return module


def _worst(mine: np.ndarray, right: np.ndarray) -> str:
    """The element that is off by most, in words."""
    many = right.size > 1
    mine, right = np.atleast_1d(mine).astype(np.float64), np.atleast_1d(right)
    with np.errstate(all="ignore"):
        off = np.abs(mine - right)
    off[~(off >= 0)] = np.inf
    off[(mine == right) | (np.isnan(mine) & np.isnan(right))] = 0
    at = np.unravel_index(int(off.argmax()), off.shape)
    place = f"element [{', '.join(str(int(i)) for i in at)}] is" if many else "it is"
    a, b = float(mine[at]), float(right[at])
    for digits in (4, 7, 10, 17):
        if f"{a:.{digits}g}" != f"{b:.{digits}g}":
            break
    return f"{place} {a:.{digits}g}, and {b:.{digits}g} is right"
