"""Arrays of the GPU that is not there, and what CuPy computes with them.

An array of NumPy is refused wherever CuPy refuses it, and new memory is garbage. What is missing
raises AttributeError: whoever needs more of CuPy adds its name here, after a look into CuPy's
documentation that it exists.
"""

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from tests.standin import memory, streams

UFUNCS = """
add subtract multiply divide true_divide negative absolute maximum minimum sqrt exp log log2 sin
cos tanh square power greater less equal logical_and logical_or isnan floor
"""
OPERATORS = """
floor_divide remainder not_equal less_equal greater_equal bitwise_and bitwise_or bitwise_xor
invert left_shift right_shift positive float_power
"""
# What else stands behind the operators of Python.
FUNCTIONS = """
arange argmax argsort array_equal bincount broadcast_to clip concatenate cumsum diff dot einsum
expand_dims eye full linspace max mean min moveaxis nonzero outer pad prod ravel repeat reshape
roll searchsorted sort split squeeze stack sum swapaxes take tensordot tile transpose tril triu
where
"""
METHODS = """
argmax argmin argsort clip cumsum dot flatten max mean min prod ravel repeat reshape squeeze std
sum swapaxes take transpose var
"""


class Pointer(int):
    """The address of an array, from which the stand-in finds the array again."""

    inside: np.ndarray


def pointer(array: "ndarray") -> Pointer:
    """The address of an array on the GPU."""
    made = Pointer(array.inside.ctypes.data)
    made.inside = array.inside
    return made


class ndarray(NDArrayOperatorsMixin):
    """cupy.ndarray, around an array of NumPy in memory of the stand-in."""

    def __init__(self, inside: np.ndarray) -> None:
        self.inside = inside

    shape = property(lambda self: self.inside.shape)
    dtype = property(lambda self: self.inside.dtype)
    size = property(lambda self: self.inside.size)
    ndim = property(lambda self: self.inside.ndim)
    nbytes = property(lambda self: self.inside.nbytes)
    itemsize = property(lambda self: self.inside.itemsize)
    strides = property(lambda self: self.inside.strides)
    flags = property(lambda self: self.inside.flags)
    T = property(lambda self: ndarray(self.inside.T))
    data = property(lambda self: SimpleNamespace(ptr=pointer(self)))

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise TypeError("Implicit conversion to a NumPy array is not allowed: use .get()")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or ufunc.__name__ not in (UFUNCS + OPERATORS).split():
            return NotImplemented
        return compute(ufunc, *inputs, **options)

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise TypeError(f"{function.__name__} of NumPy was given an array of CuPy")

    def __matmul__(self, other: Any) -> "ndarray":
        return matmul(self, other)

    def __len__(self) -> int:
        return len(self.inside)

    def __iter__(self) -> Iterator["ndarray"]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> "ndarray":
        plain = unwrap(key)
        if is_basic(plain):  # a view: nothing is computed
            return wrap(self.inside[plain if isinstance(plain, tuple) else (plain,)])
        return compute(lambda a, k: a[k], self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        inside, plain, given = self.inside, unwrap(key), unwrap(value)

        def work() -> None:
            inside[plain] = given

        streams.submit(work)

    def get(
        self, stream: Any = None, order: str = "C", out: Any = None, blocking: bool = True
    ) -> np.ndarray:
        """Copy to the host."""
        if out is None:
            out = np.empty(self.shape, self.dtype)
        elif type(out) is not np.ndarray:
            raise TypeError("Only numpy.ndarray can be obtained from cupy.ndarray")
        if out.shape != self.shape or out.dtype != self.dtype:
            raise ValueError(f"{self.shape} {self.dtype} does not fit {out.shape} {out.dtype}")
        stream = stream or streams.Stream.current
        if stream.is_capturing():
            raise RuntimeError("a copy to the host while the stream is capturing")
        stream.add(lambda: np.copyto(out, self.inside))
        if blocking or not memory.is_pinned(out):  # the driver waits where memory is pageable
            stream.synchronize()
        return out

    def set(self, arr: np.ndarray, stream: Any = None) -> None:
        """Copy from the host: of pinned memory later, when it may have changed."""
        if not isinstance(arr, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if arr.dtype != self.dtype:
            raise TypeError(f"{arr.dtype} array cannot be set to {self.dtype} array")
        if arr.shape != self.shape:
            raise ValueError(f"Shape mismatch. Old shape: {self.shape}, new shape: {arr.shape}")
        if not (self.flags.c_contiguous or self.flags.f_contiguous):
            raise RuntimeError("Cannot set to non-contiguous array")
        stream = stream or streams.Stream.current
        if stream.is_capturing():
            raise RuntimeError("the current stream is capturing, so H2D transfers are disallowed")
        source = arr if memory.is_pinned(arr) else arr.copy()
        stream.add(lambda: np.copyto(self.inside, source))

    def astype(self, dtype: Any, copy: bool = True) -> "ndarray":
        """The same numbers in another type."""
        if not copy and self.dtype == dtype:
            return self
        return compute(lambda a: a.astype(dtype), self)

    def copy(self) -> "ndarray":
        """The same numbers elsewhere."""
        return compute(lambda a: a.copy(), self)

    def fill(self, value: Any) -> None:
        """One number everywhere."""
        self[...] = value

    def item(self) -> Any:
        """The one number, on the host."""
        return self.get().item()

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __bool__(self) -> bool:
        return bool(self.item())

    def __repr__(self) -> str:
        return repr(self.get())

    def __str__(self) -> str:
        return str(self.get())

    def __format__(self, form: str) -> str:
        return format(self.get() if self.ndim else self.item(), form)


def method(name: str) -> Callable[..., Any]:
    """A method of NumPy's arrays, on the GPU."""

    def call(self: ndarray, *arguments: Any, **options: Any) -> Any:
        return compute(
            lambda a, *rest, **o: getattr(a, name)(*rest, **o), self, *arguments, **options
        )

    return call


for _name in METHODS.split():
    setattr(ndarray, _name, method(_name))


def is_basic(key: Any) -> bool:
    """Whether indexing with that gives a view."""
    parts = key if isinstance(key, tuple) else (key,)
    basic = (int, np.integer, slice, type(None), type(...))
    return all(isinstance(p, basic) and not isinstance(p, bool) for p in parts)


def unwrap(value: Any) -> Any:
    """What is inside of arrays of CuPy, also in lists; arrays of NumPy are refused."""
    if isinstance(value, ndarray):
        return value.inside
    if isinstance(value, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>: it is on the host")
    if isinstance(value, tuple | list):
        return type(value)(map(unwrap, value))
    return value


def wrap(value: Any) -> Any:
    """Results of NumPy as arrays on the GPU, also a single number; views stay views."""
    if isinstance(value, tuple | list):
        return type(value)(map(wrap, value))
    if isinstance(value, np.ndarray | np.generic):
        value = np.asarray(value)
        if memory.is_ours(value):
            return ndarray(value)
        fortran = value.flags.f_contiguous and not value.flags.c_contiguous
        there = memory.allocate(value.shape, value.dtype, "F" if fortran else "C")
        there[...] = value
        return ndarray(there)
    return value


def compute(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Apply a function of NumPy to what is inside of the arguments."""
    out = options.pop("out", None)
    out = out[0] if isinstance(out, tuple) else out
    plain, named = unwrap(arguments), {k: unwrap(v) for k, v in options.items()}
    if out is None:
        streams.settle("new memory")
        with np.errstate(all="ignore"):  # a GPU says nothing either
            return wrap(function(*plain, **named))
    target = unwrap(out)
    streams.submit(quiet(lambda: function(*plain, **named, out=target)))
    return out


def quiet(work: Callable[[], object]) -> Callable[[], None]:
    """The same without warnings about overflow and the like."""

    def silent() -> None:
        with np.errstate(all="ignore"):
            work()

    return silent


def shorten(a: np.ndarray) -> np.ndarray:
    """Float32 with 10 bits of mantissa, as TF32 rounds it."""
    bits = np.ascontiguousarray(a).view(np.uint32)
    return ((bits + 0xFFF + (bits >> 13 & 1)) >> 13 << 13).view(np.float32)


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A matrix product with the precision that cuBLAS has for these types."""
    if a.dtype == b.dtype == np.float16:
        return (a.astype(np.float32) @ b.astype(np.float32)).astype(np.float16)
    if a.dtype == b.dtype == np.float32 and os.environ.get("CUPY_TF32") == "1":
        return np.asarray(shorten(a) @ shorten(b))
    return np.asarray(a @ b)


def matmul(a: Any, b: Any, out: Any = None) -> ndarray:
    """cupy.matmul."""
    if out is None:
        return compute(product, a, b)
    return compute(lambda x, y, out: np.copyto(out, product(x, y)), a, b, out=out)


def copyto(dst: Any, src: Any) -> None:
    """cupy.copyto, from one array of the GPU to another."""
    target, source = dst.inside, unwrap(src)
    streams.submit(lambda: np.copyto(target, source))


def asarray(a: Any, dtype: Any = None) -> ndarray:
    """cupy.asarray: from the host, or as it is."""
    if isinstance(a, ndarray):
        return a if dtype is None or a.dtype == dtype else a.astype(dtype)
    host = np.asarray(a, dtype)
    streams.settle("a copy to the GPU")
    return wrap(host)


def array(a: Any, dtype: Any = None) -> ndarray:
    """cupy.array: always a copy."""
    return asarray(a, dtype).copy()


def asnumpy(a: Any) -> np.ndarray:
    """cupy.asnumpy: to the host."""
    return a.get() if isinstance(a, ndarray) else np.asarray(a)


def empty(shape: Any, dtype: Any = float) -> ndarray:
    """cupy.empty: garbage, as in memory that another program part has used before."""
    streams.settle("new memory")
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    return ndarray(memory.allocate(shape, np.dtype(dtype)))


def zeros(shape: Any, dtype: Any = float) -> ndarray:
    """cupy.zeros."""
    new = empty(shape, dtype)
    new.inside[...] = 0
    return new


def ones(shape: Any, dtype: Any = float) -> ndarray:
    """cupy.ones."""
    new = empty(shape, dtype)
    new.inside[...] = 1
    return new


def empty_like(a: ndarray, dtype: Any = None) -> ndarray:
    """cupy.empty_like, of an array that is on the GPU."""
    unwrap(a)
    return empty(a.shape, dtype or a.dtype)


def zeros_like(a: ndarray, dtype: Any = None) -> ndarray:
    """cupy.zeros_like."""
    unwrap(a)
    return zeros(a.shape, dtype or a.dtype)


def ones_like(a: ndarray, dtype: Any = None) -> ndarray:
    """cupy.ones_like."""
    unwrap(a)
    return ones(a.shape, dtype or a.dtype)


def ascontiguousarray(a: ndarray) -> ndarray:
    """cupy.ascontiguousarray."""
    if unwrap(a).flags.c_contiguous:
        return a
    return compute(lambda inside: np.array(inside, order="C"), a)
