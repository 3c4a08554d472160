"""`[[expected EXAMPLE VARIANT]]`: what an author expects, until somebody has measured it."""

from survival.errors import PageError, known
from survival.judge.elsewhere.expected import expectations, said
from survival.judge.evidence import Evidence


def say(evidence: Evidence, args: list[str]) -> str:
    """The expectation with its reason; empty once a machine has measured the program.

    Raises what names the examples, variants and expectations that are.
    """
    if len(args) != 2:
        raise PageError("expected: needs EXAMPLE VARIANT")
    example = evidence.example(args[0])
    variant = example.variant(args[1])
    name = variant.name
    gpu, rows = expectations(example)
    if name not in rows:
        raise PageError("expected: " + known("expectation", name, rows))
    measured = evidence.reference(example.name, (name,))
    if measured is not None and measured.was_measured(name):
        return ""
    words = said(example, rows[name], gpu)
    return f"Nobody has measured this program ({variant.label}). Its author expects {words}."
