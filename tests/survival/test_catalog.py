"""Finding examples: the good ones are found, the bad ones are named."""

from pathlib import Path

import pytest

from survival import catalog
from survival.errors import CatalogError


def test_the_repositorys_own_examples_keep_the_contract() -> None:
    """Every example of the guide has a whole problem, at least five sizes, and both devices."""
    examples = catalog.find()
    assert examples
    for example in examples.values():
        problem = example.problem()
        assert len(problem.SIZES) >= 5
        assert list(problem.SIZES) == sorted(problem.SIZES)
        assert {v.device for v in example.variants} == {"cpu", "gpu"}


def test_the_landing_examples_exist() -> None:
    """What `make serve` measures is there."""
    assert set(catalog.LANDING) <= set(catalog.find())


def test_an_example_is_found_with_its_variants_cpu_first(examples: Path) -> None:
    """Names, devices, libraries and labels come from the file names."""
    (folder := examples / "doubling").joinpath("cpu_numba_onecore.py").write_text(
        (folder / "cpu_numpy.py").read_text()
    )
    found = catalog.get("doubling", examples)
    assert [v.name for v in found.variants] == ["cpu_numpy", "cpu_numba_onecore", "gpu_cupy"]
    assert [v.label for v in found.variants] == ["NumPy", "Numba, one core", "CuPy"]
    assert [v.transfers for v in found.variants] == [False, False, True]
    assert found.variants[0].title == "Doubles with NumPy."


@pytest.mark.parametrize("name", ["evil", "doubling/evil.py", "doubling/up"])
def test_a_link_in_an_example_is_refused(examples: Path, name: str) -> None:
    """The site publishes the files of examples/, and nothing that they could lead to."""
    (examples / name).symlink_to(examples.parent)
    with pytest.raises(CatalogError, match=rf"{name}: a link; put the file itself there"):
        catalog.find(examples)


def test_an_unknown_example_names_those_that_exist(examples: Path) -> None:
    """A typo is answered with the list."""
    with pytest.raises(CatalogError, match="unknown example 'dubling'; there are: doubling"):
        catalog.get("dubling", examples)


def test_an_unknown_variant_names_those_that_exist(examples: Path) -> None:
    """The same for a variant."""
    with pytest.raises(CatalogError, match=r"'cpu_nympy'; there are: cpu_numpy, gpu_cupy"):
        catalog.get("doubling", examples).variant("cpu_nympy")


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("cpu_numpy.py", "x = 1\n", r"lacks run\(\)"),
        ("gpu_cupy.py", "def run(a): pass\n", r"lacks to_device\(\), to_host\(\)"),
        ("cpu_numpy.py", "def run(:\n", r"cpu_numpy.py\(1\)"),
        ("tpu_numpy.py", "def run(a): pass\n", "DEVICE_LIBRARY"),
        ("cpu_fortran.py", "def run(a): pass\n", "one of python, numpy"),
    ],
)
def test_a_broken_variant_is_named(examples: Path, file: str, text: str, says: str) -> None:
    """One line says which file and what it lacks."""
    (examples / "doubling" / file).write_text(text)
    with pytest.raises(CatalogError, match=says) as e:
        catalog.find(examples)
    assert file in str(e.value)
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [("UNIT = 'x'\n", "lacks SIZES"), ("1 / 0\n", "ZeroDivisionError"), ("import nope\n", "nope")],
)
def test_a_broken_problem_is_named(examples: Path, text: str, says: str) -> None:
    """Whatever a problem file does wrong, the message names the file."""
    (examples / "doubling" / "problem.py").write_text(text)
    with pytest.raises(CatalogError, match=says) as e:
        catalog.get("doubling", examples).problem()
    assert "problem.py" in str(e.value)


def test_a_further_problem_is_an_example_with_the_same_variants(examples: Path) -> None:
    """problem_deep.py builds on problem.py and has the hash of both."""
    folder = examples / "doubling"
    (folder / "problem_deep.py").write_text("from .problem import *\nSIZES = (1, 2, 3, 4, 5)\n")
    deep = catalog.get("doubling_deep", examples)
    assert deep.problem().SIZES == (1, 2, 3, 4, 5)
    assert deep.problem().UNIT == "elements"
    variant = deep.variant("cpu_numpy")
    before = deep.source_hash(variant)
    assert before != catalog.get("doubling", examples).source_hash(variant)
    problem = folder / "problem.py"
    problem.write_text(problem.read_text().replace("* 2", "* 3"))
    assert deep.source_hash(variant) != before


def test_a_problem_is_loaded_afresh(examples: Path) -> None:
    """Live reload sees a changed problem file."""
    example = catalog.get("doubling", examples)
    assert example.problem().UNIT == "elements"
    path = example.problem_path
    path.write_text(path.read_text().replace('"elements"', '"things made longer"'))
    assert example.problem().UNIT == "things made longer"


def test_a_tolerance_for_an_unknown_precision_is_named(examples: Path) -> None:
    """A misspelt precision would leave its variants with the wrong tolerance."""
    path = examples / "doubling" / "problem.py"
    path.write_text(path.read_text() + 'TOLERANCES = {"TF32": 0.1}\n')
    with pytest.raises(CatalogError, match="unknown precision 'TF32'; there are: float64, tf32"):
        catalog.get("doubling", examples).problem()


def test_precision_follows_the_name(examples: Path) -> None:
    """A float64 trait says float64, Python is always float64, the rest is float32."""
    folder = examples / "doubling"
    for name in ("cpu_python", "cpu_numba_float64"):
        (folder / f"{name}.py").write_text((folder / "cpu_numpy.py").read_text())
    precisions = {v.name: v.precision for v in catalog.get("doubling", examples).variants}
    assert precisions == {
        "cpu_python": "float64",
        "cpu_numpy": "float32",
        "cpu_numba_float64": "float64",
        "gpu_cupy": "float32",
    }
