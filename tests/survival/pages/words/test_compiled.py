"""A number of the machine code says by what it was compiled: by its own language's compiler."""

import pytest

from survival import catalog
from survival.judge.compiled import of
from survival.pages.words import compiled
from survival.records import COMPILED, read_results

RECORD = read_results(catalog.ROOT / "results").compiled["matrix_product"]


@pytest.mark.parametrize(
    ("language", "package"),
    [
        ("CUDA C", "nvidia-cuda-nvrtc-cu12"),
        ("Numba", "numba-cuda"),
        ("Triton", "triton"),
        ("cuTile", "cuda-tile"),
        ("Warp", "warp-lang"),
    ],
)
def test_only_the_tools_of_its_language_are_named(language: str, package: str) -> None:
    """Of a record of five languages, and what read the code."""
    held = next(v for v in RECORD.variants if v.language == language)
    said = compiled.tools(RECORD, of(held.kernels, "sm_90"))
    assert said.startswith("compiled for sm_90 with ")
    assert f"{package} {RECORD.tools[package]}" in said
    assert said.endswith(f", read with {compiled.READER} {RECORD.tools[compiled.READER]}")
    others = {v.language for v in RECORD.variants} - {language}
    for other in others:
        assert not any(f"{begin} " in said for begin in compiled.COMPILERS[other])


def test_every_language_of_a_record_has_its_compilers() -> None:
    """And every record has a tool for each of its programs."""
    for path, record in read_results(catalog.ROOT / "results").compiled.items():
        for v in record.variants:
            begins = compiled.COMPILERS[v.language]
            assert any(t.startswith(begins) for t in record.tools), (COMPILED, path, v.name)
