"""Long names end a line at a place of their own, and are the same text."""

import pytest
from markdown import Markdown
from markdown.extensions import Extension

from survival.pages.breaks import Breaks, marked, pieces


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("NVIDIA_DRIVER_CAPABILITIES=compute,utility",
         ["NVIDIA_DRIVER_CAPABILITIES=", "compute,", "utility"]),
        ("say numba.cuda.cudadrv.error.CudaSupportError: no",
         ["say numba", ".cuda", ".cudadrv", ".error", ".CudaSupportError: no"]),
        ("http://www.example.com/Download/index.aspx",
         ["http://www", ".example.com/Download/index", ".aspx"]),
        ("nvidia-smi -L", ["nvidia-smi -L"]),
        ("a.b, c=d", ["a.b, c=d"]),
        ("", [""]),
    ],
)  # fmt: skip
def test_a_long_name_has_places_and_a_short_one_none(text: str, cut: list[str]) -> None:
    """After `=` and a comma, and before a dot; nothing is lost."""
    assert pieces(text) == cut
    assert "".join(cut) == text


def test_what_is_marked_is_escaped() -> None:
    """A message may hold anything."""
    assert marked("<b>") == "&lt;b&gt;"
    assert marked("std::vector<thrust::pair_of=one,std::another>").count("<wbr>") == 2


class _Alone(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(Breaks(md), "breaks", -1)


def test_code_in_running_text_is_marked_and_a_listing_is_not() -> None:
    """The text of both stays what it was."""
    html = Markdown(extensions=[_Alone()]).convert(
        "Add `-e LONG_NAME_OF_A_VARIABLE=compute,<x>`.\n\n    LONG_NAME_OF_A_VARIABLE=compute,all\n"
    )
    assert "<code>-e LONG_NAME_OF_A_VARIABLE=<wbr>compute,&lt;x&gt;</code>" in html
    assert "<pre><code>LONG_NAME_OF_A_VARIABLE=compute,all" in html
