"""Every CPU variant computes what the oracle computes."""

from typing import Any


def test_equals_the_oracle(cpu_case: Any, sizes: Any) -> None:
    """The variant agrees with the float64 oracle at one, at primes, and around a block."""
    for n in sizes(cpu_case.problem):
        inputs = cpu_case.inputs(n)
        cpu_case.verify(cpu_case.solve(*inputs), inputs)


def test_leaves_its_inputs_alone(cpu_case: Any, sizes: Any) -> None:
    """The variant does not write to its inputs, which are timed again and again."""
    middle = len(sizes(cpu_case.problem)) // 2
    inputs = cpu_case.inputs(sizes(cpu_case.problem)[middle])
    before = [repr(i) for i in inputs]
    cpu_case.solve(*inputs)
    assert [repr(i) for i in inputs] == before


def test_precision_is_the_named_one(deep_case: Any) -> None:
    """After 1,000 steps float32 shows: it moves pixels that float64 leaves where they are.

    Numba makes float64 of a float32 times an integer, NumPy of a float32 array times a float64.
    """
    inputs = deep_case.inputs(128 * 192)
    share = deep_case.problem.error(deep_case.solve(*inputs), deep_case.problem.reference(*inputs))
    if deep_case.variant_path.stem.endswith(("_python", "_float64")):
        assert share < 0.0005
    else:
        assert share > 0.002
