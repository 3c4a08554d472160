"""The colours of the style sheet: seen on their paper, in every scheme."""

import re

import pytest

from survival import catalog

CSS = (catalog.ROOT / "docs" / "assets" / "extra.css").read_text(encoding="utf-8")
FAMILIES = re.compile(r"--sv-(?:cpu|gpu)(?:-\d)?")


def colours(selector: str) -> dict[str, str]:
    """The variables of the first rule whose selectors end so."""
    block = CSS[CSS.index(selector) :]
    body = block[block.index("{") + 1 : block.index("}")]
    return dict(re.findall(r"(--sv-[\w-]+): (#[0-9a-f]{3,8});", body))


LIGHT = colours(":root {")
DARK = colours('[data-md-color-scheme="slate"] {')
SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@SCHEMES
def test_every_line_of_a_chart_is_seen_on_its_paper(scheme: dict[str, str]) -> None:
    """3:1, as WCAG 2.2 asks of graphics; five blues and five oranges."""
    lines = {name: c for name, c in scheme.items() if FAMILIES.fullmatch(name)}
    assert len(lines) == 10
    assert len(set(lines.values())) == 10
    for name, colour in lines.items():
        assert contrast(colour, scheme["--sv-paper"]) >= 3, name


@SCHEMES
def test_families_are_blue_and_orange(scheme: dict[str, str]) -> None:
    """Of the CPU's colours blue is more than red, of the GPU's red more than blue."""
    for name, colour in scheme.items():
        if FAMILIES.fullmatch(name):
            red, blue = int(colour[1:3], 16), int(colour[5:7], 16)
            assert (blue > red) == name.startswith("--sv-cpu"), name


def test_dark_is_the_same_without_a_script() -> None:
    """Where nothing can read what the system prefers, the style sheet does."""
    assert colours(".no-js [data-md-color-scheme] {") == DARK
