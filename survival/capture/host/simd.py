"""Which SIMD instructions NumPy found on this processor, and which of its functions take what.

Run as a process of its own, where no setting of a user's switches some of them off.
"""

import platform

import numpy as np
from numpy.lib import introspect

from survival.records import Simd

FUNCTIONS = ("add", "exp", "tanh")
"""Of which NumPy tells what they take, on float32."""
SORTS = ("X86_V4", "AVX512_SKX", "X86_V3", "AVX2")
"""What the sort of numbers of four and eight bytes is compiled for, the best first.

By NumPy's names since 2.4 and before (numpy/_core/meson.build, `x86_simd_qsort`). NumPy tells of no
sort what it takes; its source takes the first that the processor has.
"""


def look() -> Simd:
    """What NumPy says of itself here."""
    told = np.show_config(mode="dicts")["SIMD Extensions"]
    found = tuple(told.get("found", ()))
    paths: dict[str, str] = {}
    for name in FUNCTIONS:
        ways = introspect.opt_func_info(func_name=f"^{name}$", signature="float32").get(name, {})
        if ways:
            paths[name] = next(iter(ways.values()))["current"]
    if platform.machine().lower() in ("x86_64", "amd64"):
        paths["sort"] = next((s for s in SORTS if s in found), "none")
    baseline = " ".join(told.get("baseline", ()))
    return Simd(numpy=np.__version__, baseline=baseline, found=" ".join(found), paths=paths)


if __name__ == "__main__":
    print(look().model_dump_json())
