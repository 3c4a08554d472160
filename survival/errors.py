"""The errors that a user can cause, each one line: what is wrong, where, what would be right."""

from collections.abc import Iterable


def one_line(text: str) -> str:
    """The text without what a terminal acts on: line ends, escapes, changes of direction."""
    if text.isprintable():
        return text
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class SurvivalError(Exception):
    """Something that the user can mend; the command line prints it without a traceback."""

    code = 1
    """What the command line exits with."""

    def __str__(self) -> str:
        """One line, whatever a file or a page has put into it."""
        return one_line(super().__str__())


class CatalogError(SurvivalError):
    """An example, variant or size that does not exist, or that breaks the contract of examples/."""


class RecordError(SurvivalError):
    """A file in results/ that cannot be trusted: unreadable, of another schema, or inconsistent."""


class CaptureError(SurvivalError):
    """A capture that cannot start or go on."""


class JudgeError(SurvivalError):
    """A number that the honesty rules do not allow to be shown."""


class CheckError(SurvivalError):
    """A program that cannot be checked; 1 is the exit code for one in which a fault was found."""

    code = 2


class ChapterError(SurvivalError):
    """A new chapter that cannot be made."""


class PageError(SurvivalError):
    """A directive on a page that cannot be rendered."""


def known(what: str, name: object, names: Iterable[object]) -> str:
    """Say that `name` is not a known `what`, and which names exist."""
    listed = ", ".join(str(n) for n in names) or "none yet"
    return f"unknown {what} '{name}'; there are: {listed}"
