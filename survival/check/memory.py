"""Fresh memory that is filled with something on purpose, so that what nobody wrote shows."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

_PERTURB = -6
"""M_PERTURB of glibc's malloc.h: fresh memory is filled with the byte, all its bits turned."""
_BYTES = {"poison": 0x01, "zero": 0xFF, "": 0}
MAKERS = ("numpy", "cupy", "torch", "numba.cuda")
NO_POOL = "SURVIVAL_CHECK_NO_POOL"
"""The setting by which a worker turns CuPy's pool off before it imports the program."""
NAMES = ("empty", "empty_like", "device_array", "device_array_like")
"""What gives memory that nobody has written to."""


def fill(array: Any, how: str) -> Any:
    """The array, filled: `poison` is NaN, or for whole numbers a large one; `zero` is 0."""
    kind = getattr(array.dtype, "kind", "f" if getattr(array.dtype, "is_floating_point", 0) else "")
    if kind in ("O", "V", "M", "m"):
        return array
    with suppress(TypeError, ValueError, RuntimeError):
        array[...] = 0 if how == "zero" else np.nan if kind in ("f", "c") else 90
    return array


def watch() -> None:
    """Put one function of ours, which stays, before each maker of memory that is there.

    Before the program is imported: Numba knows `np.empty` by which function it is, so that it must
    be the same one whenever Numba compiles.
    """
    for name in MAKERS:
        module = sys.modules.get(name)
        for made in NAMES:
            plain = getattr(module, made, None)
            if plain is not None and not hasattr(plain, "filled"):
                setattr(module, made, _filling(plain))


def _filling(plain: Any) -> Any:
    def make(*args: Any, **options: Any) -> Any:
        made = plain(*args, **options)
        return fill(made, _how) if _how else made

    make.filled = True  # type: ignore[attr-defined]
    return make


_how = ""
"""What fresh memory is filled with now; nothing, if empty."""


@contextmanager
def filled(how: str) -> Iterator[None]:
    """While it lasts, fresh memory is filled, that of compiled code too where malloc is glibc's."""
    global _how
    watch()  # what was imported meanwhile
    _how = how
    if how:
        _perturb(how)
    try:
        yield
    finally:
        if how:
            _perturb("")
        _how = ""


def _perturb(how: str) -> None:
    with suppress(AttributeError, OSError, TypeError):  # no glibc
        ctypes.CDLL(None).mallopt(_PERTURB, _BYTES[how])


def without_pool() -> None:
    """Let CuPy ask CUDA for each array: in a pool, a sanitizer sees no end of an array."""
    with suppress(Exception):  # no CuPy, or no GPU: the program itself says so
        import cupy

        cupy.cuda.set_allocator(None)
        cupy.cuda.set_pinned_memory_allocator(None)
