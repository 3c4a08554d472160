"""What a tool downloads when it is installed, and for which systems: `results/installs/linux.json`.

It is of no machine: an index of packages told it, on the day that is named.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from survival.records.fields import Count, Model, Text

INSTALLS = "installs"
"""The folder of results/ that holds it."""
LINUX = "linux"
"""The file for Linux on x86-64, the one system that is asked for."""

System = Literal[
    "Linux x86-64", "Linux Arm", "Windows x86-64", "Windows Arm", "macOS Arm", "macOS Intel"
]
SYSTEMS: dict[str, System] = {
    r"(many|musl)?linux\w*_x86_64": "Linux x86-64",
    r"(many|musl)?linux\w*_aarch64": "Linux Arm",
    r"win_amd64": "Windows x86-64",
    r"win_arm64": "Windows Arm",
    r"macosx\w*_(arm64|universal2)": "macOS Arm",
    r"macosx\w*_(x86_64|universal2)": "macOS Intel",
}
"""What a wheel's name ends with, and which system that is."""


class Package(Model):
    """One package of what is installed."""

    name: Text
    """Its name in the index."""
    version: Text
    """Which one was chosen."""
    bytes: Count
    """Size of the file that is downloaded."""


class Install(Model):
    """What one tool needs."""

    tool: Text
    """Its key in tools.toml."""
    requires: Annotated[list[Text], Field(min_length=1, max_length=10)]
    """What was asked for, with versions where this repository pins them."""
    packages: Annotated[list[Package], Field(min_length=1, max_length=200)]
    """Everything that came of it, on the system named in the file."""
    systems: Annotated[list[System], Field(max_length=6)]
    """Systems for which the tool's own package is there, built; none: it is built from source."""

    @property
    def bytes(self) -> int:
        """All that is downloaded."""
        return sum(p.bytes for p in self.packages)


class Installs(Model):
    """All of them, as an index of packages told on one day."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    captured: datetime
    """When, in UTC."""
    python: Text
    """For which Python."""
    system: System
    """For which system."""
    resolver: Text
    """The program that chose the packages, with its version."""
    installs: Annotated[list[Install], Field(min_length=1, max_length=50)]
    """One for each tool."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({i.tool for i in self.installs}) != len(self.installs):
            raise ValueError("a tool is there twice")
        return self

    @property
    def path(self) -> str:
        """Where it lies, seen from the repository and from the root of the site."""
        return f"results/{INSTALLS}/{LINUX}.json"
