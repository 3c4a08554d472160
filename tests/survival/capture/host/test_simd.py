"""What NumPy takes of the processor: asked of NumPy, and seen in how long a sort takes."""

import json
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from survival.capture import limits
from survival.capture.host import simd
from survival.pages.words.facts import FACTS
from survival.records import Machine, Simd
from tests.survival.conftest import made_machine

SORT = """
import time, numpy as np
x = np.random.default_rng(1).random(2**19, dtype=np.float32)
print(min(-time.perf_counter() + (np.sort(x), time.perf_counter())[1] for _ in range(5)))
"""


def seconds_of_a_sort(without: str) -> float:
    """Of half a million float32, in a process where NumPy may not take these instructions."""
    env = os.environ | {"NPY_DISABLE_CPU_FEATURES": without}
    done = subprocess.run(
        [sys.executable, "-c", SORT], env=env, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the names are those of x86")
def test_the_sort_takes_what_the_record_says() -> None:
    """Without that, and without what comes next, it takes several times as long."""
    here = simd.look()
    if here.paths["sort"] == "none":
        pytest.skip("this processor has no AVX2")
    switched_off = " ".join(reversed(here.found.split()))
    assert seconds_of_a_sort(switched_off) > 2 * seconds_of_a_sort("")


def test_a_users_settings_do_not_reach_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is switched off here, no worker sees: the programs take it, and the record says so."""
    before = limits.numpys_simd()
    if not before.found:
        pytest.skip("nothing to switch off")
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", before.found)
    assert limits.numpys_simd() == before
    assert before.numpy == np.__version__


def test_the_names_are_those_that_numpy_has() -> None:
    """The best that a sort is built for is among NumPy's names, so that a new name is noticed."""
    from numpy._core import _multiarray_umath as core

    if platform.machine() == "x86_64":
        assert {"X86_V4", "X86_V3"} <= {*core.__cpu_dispatch__, *core.__cpu_baseline__}
    assert set(simd.look().paths) >= set(simd.FUNCTIONS)


def test_a_machine_of_before_has_none_and_says_nothing() -> None:
    """An old file is read as it is; a page says of it that it was not asked."""
    old = made_machine()
    fields = json.loads(old.model_dump_json())
    del fields["simd"]
    assert Machine.model_validate(fields).simd is None
    assert FACTS["numpy.sort"](old) is FACTS["numpy.simd"](old) is None
    told = Simd(numpy="2.4", baseline="X86_V2", found="X86_V3", paths={"sort": "X86_V3"})
    new = old.model_copy(update={"simd": told})
    assert FACTS["numpy.sort"](new) == ("AVX2", "AVX2")
    assert FACTS["numpy.simd"](new) == ("X86_V3", "X86_V3")
