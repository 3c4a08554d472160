"""The block `/// measure | EXAMPLE ...`: a button that measures the reader's GPU, in the page.

The page brings the WGSL of examples/NAME/gpu_wgpu.py, as it stands there, and the sizes of the
record; docs/assets/measure.js, which comes with the press, does the rest.
"""

import ast
import json
from typing import Any

from markupsafe import Markup

from survival import system
from survival.catalog import Example, size_label
from survival.errors import PageError
from survival.judge.evidence import title
from survival.pages.blocks.directives import Directive
from survival.pages.render import render

VARIANT = "gpu_wgpu"
BESIDE = ("array_addition", "mandelbrot", "mandelbrot_deep")
"""What docs/assets/measure-cpu.wat computes on the reader's CPU. No product of matrices: libraries
do that several times as fast, and a CPU that is made to look slow is worse than none."""


class Measure(Directive):
    """`/// measure | EXAMPLE ...`: the examples' WGSL and sizes, and a button that runs them."""

    NAME = "measure"

    def read_argument(self, names: list[str]) -> None:
        """One example or more, each with a program in WGSL."""
        self.examples = [self.one_example([name], 1, "EXAMPLE") for name in names]
        if not names:
            self.one_example(names, 1, "EXAMPLE")

    def html(self) -> Markup:
        """The button; what it runs is on the page once, however many buttons there are."""
        names = [example.name for example in self.examples]
        every = {e.name: self.program(e) for e in self.examples}
        programs = {e.name: every[e.name] for e in self.examples if self._first(e)}
        # As JSON in a <script>, in which only "<" could end it.
        data = json.dumps(programs, ensure_ascii=False, separators=(",", ":"))
        return render(
            "measure",
            names=names,
            titles=[title(e) for e in self.examples],
            rows=sum(len(program["sizes"]) for program in every.values()),
            beside=any(name in BESIDE for name in names),
            programs=Markup(data.replace("<", "\\u003c")) if programs else "",
        )

    def _first(self, example: Example) -> bool:
        """Whether no button above has brought the example's program."""
        ident = f"measure-{example.name}"
        return self.page.unique(ident) == ident

    def program(self, example: Example) -> dict[str, Any]:
        """What the page's script needs: the WGSL, the sizes with their work, and the tolerance."""
        problem = example.problem()
        measured = self.page.evidence.of(example.name)
        if measured:
            sizes = [[s.n, s.label, s.bytes, s.operations] for s in measured[0].record.sizes]
        else:
            sizes = [[n, size_label(problem, n), 0, 0] for n in problem.SIZES]
        return {
            "title": title(example),
            "unit": problem.UNIT,
            "tolerance": problem.TOLERANCE,
            "error": problem.ERROR,
            "sizes": sizes,
            "wgsl": wgsl(example),
            "cpu": example.name in BESIDE,
        }


def wgsl(example: Example) -> str:
    """The constant SOURCE of an example's program in WGSL, read without running it.

    Raises PageError where there is none.
    """
    path = example.variant(VARIANT).path
    for node in ast.parse(system.text(path)).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SOURCE":
            return str(ast.literal_eval(node.value))
    raise PageError(f"measure: {path.name} of '{example.name}' has no SOURCE")
