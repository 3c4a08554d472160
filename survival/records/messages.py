"""What programs said, error messages and profiles: `results/messages/LIBRARY.json`.

Like what a compiler makes, a message is of no machine: it belongs to the versions of its library.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from survival.records.fields import Hash, Model, Name, Text

MESSAGES = "messages"
"""The folder of results/ that holds them."""


class Message(Model):
    """What one program said."""

    name: Name
    """The program's file without .py: DEVICE_TRAIT."""
    source_hash: Hash
    """Of the syntax tree of the program that said it."""
    text: Text
    """The words that it is known by; they stand in what the program said."""
    said: Annotated[list[Text], Field(min_length=1, max_length=40)]
    """Its lines, without a traceback above them, and without paths, user and host."""
    captured: datetime
    """When, in UTC."""
    system: Text
    """The operating system and the processor's architecture; of a profile, the hardware too."""
    libraries: Annotated[dict[Text, Text], Field(min_length=1, max_length=20)]
    """Version of Python, and of the packages that the program imports."""

    @model_validator(mode="after")
    def _is_what_was_said(self) -> Self:
        if self.text not in "\n".join(self.said):
            raise ValueError(f"'{self.name}' did not say '{self.text}'")
        return self


class Messages(Model):
    """What programs said with one library: `results/messages/LIBRARY.json`."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    library: Name
    """The folder that the programs lie in, such as examples/errors/LIBRARY; the file's name too."""
    messages: Annotated[list[Message], Field(min_length=1, max_length=100)]
    """One per program that has said its title."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [m.name for m in self.messages]
        if len(set(names)) != len(names):
            raise ValueError("two messages have one name")
        return self

    @property
    def path(self) -> str:
        """Where it lies, seen from the repository and from the root of the site."""
        return f"results/{MESSAGES}/{self.library}.json"
