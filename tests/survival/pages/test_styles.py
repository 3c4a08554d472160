"""The colours of the style sheet: seen on their paper, in every scheme."""

import re

import pytest

from survival import catalog

CSS = (catalog.ROOT / "docs" / "assets" / "extra.css").read_text(encoding="utf-8")
FAMILIES = re.compile(r"--sv-(?:cpu|gpu)(?:-\d)?")


SEEN = re.compile(r"(--sv-[\w-]+): (?:light-dark\((#\w+), (#\w+)\)|(#\w+));")
FOUND = SEEN.findall(CSS[CSS.index(":root {") :].partition("}")[0])
LIGHT = {name: light or both for name, light, _, both in FOUND}
DARK = {name: dark or both for name, _, dark, both in FOUND}
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
    """3:1, as WCAG 2.2 asks of graphics; eight of each device."""
    lines = {name: c for name, c in scheme.items() if FAMILIES.fullmatch(name)}
    assert len(lines) == 16
    assert len(set(lines.values())) == 16
    for name, colour in lines.items():
        assert contrast(colour, scheme["--sv-paper"]) >= 3, name


@SCHEMES
def test_families_are_blue_and_orange(scheme: dict[str, str]) -> None:
    """The CPU's are cold, with more blue than red; the GPU's are warm, with more red."""
    for name, colour in scheme.items():
        if FAMILIES.fullmatch(name):
            red, blue = int(colour[1:3], 16), int(colour[5:7], 16)
            assert (blue > red) == name.startswith("--sv-cpu"), name


@SCHEMES
def test_code_is_read_on_its_panel(scheme: dict[str, str]) -> None:
    """4.5:1; the colours are laid over the code, where the rules of axe do not see them."""
    for name in ("word", "text"):
        assert contrast(scheme[f"--sv-code-{name}"], scheme["--sv-panel"]) >= 4.5, name
    assert contrast(scheme["--sv-muted"], scheme["--sv-panel"]) >= 4.5


def test_each_colour_stands_once() -> None:
    """With its form for the dark beside it: two lists would come to differ."""
    assert len(FOUND) == len(set(LIGHT)) > 20
    assert not re.search(r"--sv-[cg]pu[\w-]*: #", CSS)


LISTING = re.compile(r"^/{3,} listing \| (\w+)\n(?: +variants: *(.+))?", re.M)


def test_every_tab_of_a_listing_can_be_marked() -> None:
    """The style names the tabs that it marks by their number, and so does Material up to twenty."""
    marked = [int(n) for n in re.findall(r"^  \.sv-listing input:nth-child\((\d+)\)", CSS, re.M)]
    most = 0
    for page in (catalog.ROOT / "docs").glob("*.md"):
        for example, names in LISTING.findall(page.read_text(encoding="utf-8")):
            shown = names.split(",") if names else catalog.get(example).variants
            most = max(most, len(shown))
    assert most <= len(marked)
    assert marked == list(range(1, 21))
