"""The block `/// machine-code | EXAMPLE VARIANT ARCH`: lines of source, and what became of them."""

from itertools import groupby

from markupsafe import Markup

from survival.errors import PageError
from survival.judge import compiled
from survival.judge.compiled import FACTS
from survival.pages.blocks.directives import Directive
from survival.pages.render import render
from survival.pages.words.compiled import number, tools
from survival.records import Kernel, Line

ALWAYS = ("registers", "spills", "shared", "loads_in_flight")
"""Facts that stand below the lines, whatever they are."""


class MachineCode(Directive):
    """`/// machine-code | EXAMPLE VARIANT ARCH`, with the option `only`.

    `only` names the beginnings of those instructions that are shown, such as `LDG, STG`.
    """

    NAME = "machine-code"
    SETTINGS = ("only",)

    def read_argument(self, names: list[str]) -> None:
        """An example, one of its variants, an architecture that its kernels were compiled for."""
        self.example = self.one_example(names, 3, "EXAMPLE VARIANT ARCH")
        self.variant, self.architecture = names[1:]

    def html(self) -> Markup:
        """The lines that matter, and a few facts."""
        shown = self.page.evidence
        record = shown.compiled(self.example)
        found = compiled.kernels(record, self.example, self.variant)
        kernel = compiled.of(found, self.architecture)
        assert record is not None  # else it has no kernels
        stale = self.variant.partition(".")[0] in compiled.why_stale(
            record, self.example, shown.pins
        )
        only = tuple(o.strip() for o in self.settings["only"].split(",") if o.strip())
        if not (lines := matching(kernel, only)):
            raise PageError(
                f"machine-code: '{kernel.name}' has no instruction of {', '.join(only)}"
            )
        return render(
            "machine-code",
            kernel=kernel,
            label=self.example.variant(self.variant.partition(".")[0]).label,
            lines=[(source, list(group)) for source, group in groupby(lines, lambda i: i.source)],
            facts=[
                (number(record, kernel, f, stale=stale), FACTS[f].words[FACTS[f].of(kernel) != 1])
                for f in ALWAYS
            ],
            tools=tools(record, kernel),
            href=f"{self.page.to_root}{record.path}",
        )


def matching(kernel: Kernel, only: tuple[str, ...]) -> list[Line]:
    """The lines with those instructions; all, if none is named."""
    return [line for line in kernel.lines if not only or line.code.startswith(only)]
