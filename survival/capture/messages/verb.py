"""The verb `python -m survival messages`: what programs say here, recorded."""

from itertools import groupby

import click

from survival import catalog
from survival.capture.messages.provoke import Interpreter, merged, provoke
from survival.errors import CaptureError, known
from survival.judge import messages
from survival.records import MESSAGES, Message, read_results, write


@click.command("messages")
@click.argument("libraries", nargs=-1)
@click.option("--python", help="Another interpreter, with other packages.")
def provoke_messages(libraries: tuple[str, ...], python: str | None) -> None:
    """Run the programs of examples/errors/ and examples/profiles/, and keep what they say.

    LIBRARIES, or LIBRARY/NAME, narrows it. What is not said here, because a library, a build or a
    GPU is not here, keeps the text that it has. The files are results/messages/LIBRARY.json, to be
    committed.
    """
    every = messages.programs()
    for name in libraries:
        if name not in messages.PACKAGES and name not in every:
            raise CaptureError(known("library or program", name, [*messages.PACKAGES, *every]))
    interpreter = Interpreter(python)
    held = read_results(catalog.RESULTS).messages
    wanted = [p for p in every.values() if not libraries or {p.library, p.key} & {*libraries}]
    for library, group in groupby(sorted(wanted, key=lambda p: p.library), lambda p: p.library):
        found = []
        for program in group:
            said = provoke(program, interpreter)
            here = isinstance(said, Message)
            click.echo(f"{program.key}: {'captured' if here else said}")
            found += [said] if isinstance(said, Message) else []
        if found:
            path = catalog.RESULTS / MESSAGES / f"{library}.json"
            write(path, merged(library, held.get(library), found, every.values()))
