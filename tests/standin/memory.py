"""Memory of the GPU that is not there: full of garbage when it is new, and guarded at both ends.

An array ends where a page begins that nobody may touch, so that a kernel that goes far is stopped;
what little lies between, and what lies before its first byte, is checked after each launch.
"""

import ctypes
import functools
import mmap
import weakref
from typing import Any

import numpy as np

GARBAGE = 0xFF
"""Of this byte NaN is made in any floating-point type, and -1 or the largest number in integers."""
ALIGNMENT = 16
"""What float4 needs; CUDA gives more, 256 bytes and up, on which no program should count."""


@functools.cache
def _libc() -> ctypes.CDLL:
    """The C library, for what Python's mmap cannot do: pages that nobody may touch."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_size_t]
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return libc


_blocks: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()


def allocate(shape: tuple[int, ...], dtype: np.dtype[Any], order: str = "C") -> np.ndarray:
    """An array of garbage in memory of the stand-in."""
    count = int(np.prod(shape, dtype=np.int64))
    size = -(-count * dtype.itemsize // ALIGNMENT) * ALIGNMENT
    pages = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
    length = pages + 2 * mmap.PAGESIZE
    nobody = 0  # PROT_NONE
    at = _libc().mmap(None, length, nobody, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    if at in (None, ctypes.c_void_p(-1).value):
        raise MemoryError(f"no {pages} bytes for an array {shape} of {dtype}")
    first = at + mmap.PAGESIZE
    if pages and _libc().mprotect(first, pages, mmap.PROT_READ | mmap.PROT_WRITE):
        raise MemoryError(f"no {pages} bytes for an array {shape} of {dtype}")
    block = (ctypes.c_char * pages).from_address(first)
    weakref.finalize(block, _libc().munmap, at, length).atexit = False
    ctypes.memset(first, GARBAGE, pages)
    # Large numbers, others around each array: what a kernel takes from here and puts there differs.
    block.around = 0x71 + len(_blocks) % 14
    block.ours = slice(pages - size, pages - size + count * dtype.itemsize)
    _blocks[first] = block
    for part in _around(block):
        part[:] = block.around
    data = np.frombuffer(block, dtype, count, pages - size)
    return data.reshape(shape, order=order)


_registered: set[int] = set()


def register(at: int, size: int, flags: int) -> None:
    """cudaHostRegister: refuses, as CUDA does, what is pinned already."""
    if at in _registered:
        raise RuntimeError("cudaErrorHostMemoryAlreadyRegistered")
    _registered.add(at)


def is_ours(array: np.ndarray) -> bool:
    """Whether the array lies in memory of the stand-in."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview):
        base = base.obj
    return isinstance(base, ctypes.Array)


def _around(block: Any) -> tuple[np.ndarray, np.ndarray]:
    """The bytes before an array and those behind it."""
    every = np.frombuffer(block, np.uint8)
    return every[: block.ours.start], every[block.ours.stop :]


def check() -> str:
    """What is wrong with memory outside of all arrays: empty, if no kernel wrote there."""
    for block in list(_blocks.values()):
        for what, part in zip(("before the first", "behind the last"), _around(block), strict=True):
            if not (part == block.around).all():
                part[:] = block.around
                return f"wrote {what} element of an array"
    return ""


_pinned: list[np.ndarray] = []


def empty_pinned(shape: Any, dtype: Any = float, order: str = "C") -> np.ndarray:
    """cupyx.empty_pinned: garbage in memory of the host that the GPU can reach by itself."""
    new = np.empty(shape, dtype, order)
    new.view(np.uint8)[...] = GARBAGE
    _pinned.append(new)
    return new


def is_pinned(a: np.ndarray) -> bool:
    """Whether the array lies in pinned memory."""
    return any(np.may_share_memory(a, p) for p in _pinned)


def reset() -> None:
    """Forget what is pinned."""
    _pinned.clear()
    _registered.clear()
