"""The block `/// message | LIBRARY/NAME`: a program, and the message or the profile it printed."""

from markupsafe import Markup

from survival import units
from survival.errors import PageError
from survival.judge import messages
from survival.pages.blocks.directives import Directive
from survival.pages.render import render

DOES = {
    "errors": ("provokes", "provoked", "provoked"),
    "profiles": ("prints", "printed", "captured"),
}
"""What a program of that folder does, has done, and has not been on a GPU."""


class Message(Directive):
    """`/// message | LIBRARY/NAME`: what a program said that is no example, and the program."""

    NAME = "message"

    def read_argument(self, names: list[str]) -> None:
        """One program."""
        found = messages.programs(self.page.folders[1])
        if len(names) != 1:
            raise PageError(f"message: needs LIBRARY/NAME; there are: {', '.join(found)}")
        self.program = messages.get(names[0], self.page.folders[1])

    def html(self) -> Markup:
        """What was said, with the versions that said it; or that no GPU has said it yet."""
        shown, program = self.page.evidence, self.program
        message = messages.of(shown.results, program)
        again = messages.AGAIN.format(program.library)
        if message is None and not program.needs_gpu:
            raise PageError(f"message: '{program.key}' has not been captured; `{again}` does it")
        record = shown.results.messages.get(program.library)
        ident = f"{program.library}_{program.name}"
        why = messages.why_stale(message, program, shown.pins) if message else ""
        return render(
            "message",
            message=message,
            date=units.date(message.captured) if message else "",
            stale=f"captured {why}" if why else "",
            kind=program.folder,
            does=DOES[program.folder],
            versions=", ".join(f"{k} {v}" for k, v in message.libraries.items()) if message else "",
            program=Markup(self.highlight(_code(program.source), ident)),
            path=program.shown,
            href=f"{self.page.to_root}{record.path}" if record else "",
        )


def _code(source: str) -> str:
    """A program without its title, which is the message, and without the marks of a linter."""
    body = source.split("\n", 1)[1].strip("\n")
    return "\n".join(line.partition("  # noqa")[0] for line in body.splitlines())
