"""`/// tools |`: each tool's programs in lines, what it downloads, and for which systems it is."""

from markupsafe import Markup

from survival import units
from survival.errors import PageError
from survival.judge.elsewhere import tools
from survival.judge.elsewhere.tools import Tool
from survival.pages.blocks.directives import Bare
from survival.pages.render import render
from survival.records import LINUX, Install

JOBS = ("saxpy", "matrix_product")
"""The examples whose programs are counted."""


class Tools(Bare):
    """`/// tools |`: the table of tools, in the order of tools.toml."""

    NAME = "tools"

    def html(self) -> Markup:
        """A row for each tool; what was resolved with other versions than today's says so."""
        shown = self.page.evidence
        record = shown.results.installs.get(LINUX)
        if record is None:
            raise PageError(f"tools: nothing has been asked for; `{tools.AGAIN}` does it")
        held = {i.tool: i for i in record.installs}
        old = {line.partition(":")[0] for line in tools.outdated(record, shown.pins)}
        rows = [
            (tool, held[key], size(held[key]), systems(held[key]), key in old, self._lines(tool))
            for key, tool in tools.every().items()
            if key in held
        ]
        return render(
            "tools",
            rows=rows,
            record=record,
            date=units.date(record.captured),
            href=f"{self.page.to_root}{record.path}",
        )

    def _lines(self, tool: Tool) -> list[str]:
        """How many lines with something on them each job's program has."""
        counted = []
        for job in JOBS:
            if job not in tool.programs:
                counted.append("–")
                continue
            source = self.page.evidence.example(job).variant(tool.programs[job]).source
            counted.append(str(sum(bool(line.strip()) for line in source.splitlines())))
        return counted


def size(install: Install) -> str:
    """Megabytes, with two digits that count."""
    return f"{float(f'{install.bytes / 1e6:.2g}'):,.0f}"


def systems(install: Install) -> str:
    """Where it is installed as it was built."""
    return ", ".join(install.systems) or "built from source where you are"
