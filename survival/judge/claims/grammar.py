"""How a claim is written: from a line of a claim block to the claim that it is."""

import re
from collections.abc import Callable, Iterable

from survival import catalog
from survival.catalog import Example, size_label
from survival.errors import PageError, known
from survival.judge import findings
from survival.judge.claims import compiled
from survival.judge.claims.kinds import (
    OPERATORS,
    SCOPES,
    Best,
    Claim,
    Comparison,
    Crossover,
    Errors,
    Share,
    Sizes,
    Where,
    in_times,
)
from survival.judge.evidence import find_size
from survival.records import Scope, Size

LONGEST = 300
"""Characters in a claim."""

GRAMMAR = (
    "VARIANT SCOPE is (faster than | slower than | no slower than | no faster than | "
    "at least N times as fast as | at most N times as fast as | not measurably different from) "
    "(VARIANT [SCOPE] | EXAMPLE.VARIANT [SCOPE] | the best CPU | the best GPU) at SIZES; "
    "VARIANT SCOPE is the best CPU at SIZES; "
    "VARIANT compute reaches (at least | at most) N % of the limit at SIZES; "
    "VARIANT error is (smaller than | larger than | at least N times that of | "
    "at most N times that of) VARIANT at SIZES; "
    "crossover SCOPE is (above | at | below) SIZE. "
    "SIZES: SIZE[, SIZE...] | every size | sizes from SIZE | sizes up to SIZE. Any may end: "
    "on machines with a GPU | on machines without a GPU | on machines with at least N cores | "
    "on machines with at most N cores | on FOLDER. Of machine code: " + compiled.GRAMMAR
)
"""How a claim is written; shown where one is not understood."""


def parse(text: str, example: Example, machines: Iterable[str] = ()) -> Claim:
    """Understand one line of a claim block.

    `machines` are the published folders of results/ that a claim may be limited to. Raises
    PageError, CatalogError or RecordError, naming what exists.
    """
    plain = " ".join(text.split()).removesuffix(".")
    if len(plain) > LONGEST:
        raise PageError(f"claim: '{plain[:40]}...' is longer than {LONGEST} characters")
    if of_code := compiled.parse(plain, example):
        return of_code
    body, where = _split_where(plain, list(machines))
    for pattern, make in _FORMS:
        m = re.fullmatch(pattern, body)
        if m:
            return make(plain, where, example, m)
    raise PageError(f"claim: '{plain}' is not understood; write {GRAMMAR}")


def _split_where(text: str, machines: list[str]) -> tuple[str, Where]:
    body, _, words = text.rpartition(" on ")
    if not body:
        return text, Where()
    if words == "machines with a GPU":
        return body, Where(words, gpu=True)
    if words == "machines without a GPU":
        return body, Where(words, gpu=False)
    m = re.fullmatch(r"machines with at (least|most) (\d{1,6}) cores?", words)
    if m and m[1] == "least":
        return body, Where(words, least_cores=int(m[2]))
    if m:
        return body, Where(words, most_cores=int(m[2]))
    if words not in machines:
        raise PageError(
            "claim: "
            + known("machine", words, machines)
            + "; or: machines with a GPU, machines without a GPU, machines with at least N cores, "
            "machines with at most N cores"
        )
    return body, Where(words, machine=words)


def _sizes(text: str, example: Example) -> Sizes:
    """Which of the problem's sizes are meant. Raises RecordError, naming those that exist."""
    problem = example.problem()
    every = [Size(n=n, label=size_label(problem, n), bytes=0, operations=0) for n in problem.SIZES]
    if text == "every size":
        return Sizes(tuple(s.n for s in every), listed=False)
    if text.startswith("sizes from "):
        least = find_size(every, text.removeprefix("sizes from ")).n
        return Sizes(tuple(s.n for s in every if s.n >= least), listed=False)
    if text.startswith("sizes up to "):
        most = find_size(every, text.removeprefix("sizes up to ")).n
        return Sizes(tuple(s.n for s in every if s.n <= most), listed=False)
    # Not at the commas of 1,048,576.
    named = re.split(r",\s+(?:and )?| and ", text)
    return Sizes(tuple(find_size(every, name).n for name in named), listed=True)


def _scope(text: str) -> Scope:
    for scope in SCOPES:
        if scope == text:
            return scope
    raise PageError("H4: claim: " + known("scope", text, SCOPES))


def _comparison(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant, scope = example.variant(m["variant"]), _scope(m["scope"])
    other_scope = _scope(m["other_scope"]) if m["other_scope"] else scope
    if m["other"].startswith("the best "):
        other = m["other"].removeprefix("the ").lower()
        if other == f"best {variant.device}":
            raise PageError(
                f"claim: '{m['other']}' is what a variant of the other device is compared with; "
                f"for '{variant.name}' write 'is {m['other']}'"
            )
    elif "." in m["other"]:
        other = _other(m["other"], variant, example)
    else:
        other = example.variant(m["other"]).name
        if (other, other_scope) == (variant.name, scope):
            raise PageError(f"claim: '{other}' cannot be compared with itself")
    operator = OPERATORS[m["operator"]] if m["operator"] else m["bound"]
    sizes = _sizes(m["sizes"], example)
    factor = in_times(m)
    return Comparison(text, sizes, where, variant.name, scope, operator, factor, other, other_scope)


def _other(name: str, variant: catalog.Variant, example: Example) -> str:
    """Check that EXAMPLE.VARIANT may stand beside a variant of `example`, which does other work."""
    folder, _, theirs = name.partition(".")
    beside = catalog.get(folder, example.problem_path.parents[1])
    other = beside.variant(theirs)
    if (other.device, other.precision) != (variant.device, variant.precision):
        raise PageError(
            f"H3: claim: '{name}' does other work than '{variant.name}', so device and precision "
            "must be the same"
        )
    if beside.problem().UNIT != example.problem().UNIT:
        raise PageError(f"claim: '{folder}' and '{example.name}' count different things")
    return name


def _best(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant, scope = example.variant(m["variant"]), _scope(m["scope"])
    device = m["device"].lower()
    if variant.device != device:
        raise PageError(f"claim: '{variant.name}' is no {m['device']} variant")
    return Best(text, _sizes(m["sizes"], example), where, variant.name, scope, device)


def _share(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant = example.variant(m["variant"]).name
    if _scope(m["scope"]) != "compute":
        raise PageError("claim: only compute has a physical limit to be held against")
    if not 0 < float(m["n"]) <= 100 * findings.PHYSICS:
        raise PageError("claim: a share of the limit is more than 0 % and at most 100 %")
    return Share(text, _sizes(m["sizes"], example), where, variant, m["bound"], float(m["n"]))


def _errors(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant, other = example.variant(m["variant"]).name, example.variant(m["other"]).name
    if variant == other:
        raise PageError(f"claim: '{other}' cannot be compared with itself")
    sizes = _sizes(m["sizes"], example)
    return Errors(text, sizes, where, variant, m["operator"] or m["bound"], in_times(m), other)


def _crossover(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    scope = _scope(m["scope"])
    if scope == "first_call":
        raise PageError("H4: claim: " + known("scope", scope, SCOPES[:2]))
    sizes = _sizes(m["sizes"], example)
    if len(sizes.ns) != 1:
        raise PageError("claim: a crossover is held against one size")
    return Crossover(text, sizes, where, scope, m["side"])


_FORMS: tuple[tuple[str, Callable[[str, Where, Example, re.Match[str]], Claim]], ...] = (
    (Best.PATTERN, _best),
    (Comparison.PATTERN, _comparison),
    (Share.PATTERN, _share),
    (Errors.PATTERN, _errors),
    (Crossover.PATTERN, _crossover),
)
