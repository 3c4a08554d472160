"""Two captures of one kind of machine, and what changed between them by more than its interval.

This is the one place where numbers of different captures stand side by side (H1 forbids it on a
page): a reviewer asks whether a new capture says something else than the old one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survival import units
from survival.catalog import Example
from survival.errors import RecordError, SurvivalError
from survival.judge import comparisons
from survival.judge.claims import evaluation, grammar, kinds
from survival.judge.prose.markdown import claim_blocks
from survival.judge.repeats import captured_again
from survival.records import Machine, Record, Scope, Timing, Variant

HOLDS = "holds"
SCOPES: tuple[Scope, ...] = ("compute", "end_to_end", "first_call")


@dataclass(frozen=True)
class Capture:
    """One side: where it lies, as the user named it, and what is in it."""

    name: str
    machine: Machine
    records: dict[str, Record]


@dataclass(frozen=True)
class Change:
    """A timing that both captures have, with intervals that do not overlap."""

    example: str
    variant: str
    size: str
    scope: str
    before: Timing
    after: Timing

    @property
    def factor(self) -> float:
        """The longer median over the shorter: at least 1."""
        a, b = self.before.median, self.after.median
        return max(a, b) / min(a, b)

    @property
    def says(self) -> str:
        """Which way it went, and how far."""
        word = "slow" if self.after.median > self.before.median else "fast"
        return f"{units.factor(self.factor)} times as {word}"


@dataclass(frozen=True)
class Comparison:
    """All that changed between two captures."""

    before: str
    after: str
    machine: str
    timings: list[Change] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    sizes: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.timings or self.statuses or self.sizes or self.claims)


def compare(a: Capture, b: Capture) -> Comparison:
    """What changed from `a` to `b`. Raises RecordError for unlike machines, naming what differs."""
    if differ := list(_unlike(a.machine, b.machine)):
        raise RecordError(f"{a.name} and {b.name} are of unlike machines: {'; '.join(differ)}")
    found = Comparison(a.name, b.name, b.machine.title)
    for name in sorted(a.records.keys() | b.records.keys()):
        before, after = a.records.get(name), b.records.get(name)
        if before is None:
            found.statuses.append(f"{name}: new example")
        elif after is None:
            found.statuses.append(f"{name}: example is gone")
        else:
            _example(name, before, after, found)
    # The largest change first: that is what a reviewer must look at.
    found.timings.sort(key=lambda c: -c.factor)
    return found


def claims(
    a: Capture, b: Capture, pages: Mapping[str, str], examples: Mapping[str, Example]
) -> list[str]:
    """What the pages claim, by path and Markdown, and one capture supports but not the other.

    A claim that is not understood is left to the judge, which fails on it.
    """
    return [
        f'{where} "{_plain(claim.text)}": {before[0]} before, {after[0]} now{after[1] or before[1]}'
        for where, _, claim, before, after in _verdicts(a, b, pages, examples)
        if before[0] != after[0]
    ]


def in_both(
    a: Capture, b: Capture, pages: Mapping[str, str], examples: Mapping[str, Example]
) -> list[str]:
    """What the pages claim and both captures support, as "EXAMPLE: CLAIM"."""
    again = captured_again(a.records, b.records)
    found = {
        f"{example}: {claim.text}"
        for _, example, claim, before, after in _verdicts(a, b, pages, examples)
        if example in again and before[0] == after[0] == HOLDS
    }
    return sorted(found)


def _verdicts(
    a: Capture, b: Capture, pages: Mapping[str, str], examples: Mapping[str, Example]
) -> Iterator[tuple[str, str, kinds.Claim, tuple[str, str], tuple[str, str]]]:
    """Every claim that is understood: where it stands, its example, and what each capture says."""
    folders = {c.machine.name for c in (a, b)}
    for path, text in pages.items():
        for block in claim_blocks(text):
            if block.example not in examples:
                continue
            for line, words in block.lines:
                try:
                    claim = grammar.parse(words, examples[block.example], folders)
                except SurvivalError:
                    continue
                before, after = (_verdict(claim, c, block.example) for c in (a, b))
                yield f"{path}({line})", block.example, claim, before, after


def _verdict(claim: kinds.Claim, capture: Capture, example: str) -> tuple[str, str]:
    """Whether a capture supports a claim, in a word, and the numbers that say so."""
    record = capture.records.get(example)
    verdict = None
    if record:
        verdict = evaluation.evaluate(claim, record, capture.machine, capture.records)
    if verdict is None:
        return "not measured", ""
    return (HOLDS if verdict.holds else "does not hold"), f" ({_plain(verdict.says)})"


def _unlike(a: Machine, b: Machine) -> Iterator[str]:
    facts = (
        ("CPU", a.cpu.model, b.cpu.model),
        ("architecture", a.cpu.architecture, b.cpu.architecture),
        ("cores", a.cpu.cores, b.cpu.cores),
        ("hardware threads", a.cpu.threads, b.cpu.threads),
        ("virtual machine", *("yes" if m.cpu.virtual else "no" for m in (a, b))),
        ("GPU", *(m.gpu.model if m.gpu else "none" for m in (a, b))),
    )
    for what, mine, theirs in facts:
        if mine != theirs:
            yield f"{what} {_plain(str(mine))} against {_plain(str(theirs))}"


def _example(name: str, a: Record, b: Record, found: Comparison) -> None:
    old, new = ({v.name: v for v in r.variants} for r in (a, b))
    for variant in [*old, *(n for n in new if n not in old)]:
        before, after = _status(old.get(variant)), _status(new.get(variant))
        if before != after:
            found.statuses.append(f"{name} {variant}: {before} before, {after} now")
    labels = {s.n: s.label for r in (a, b) for s in r.sizes}
    for r, other, what in ((a, b, "gone"), (b, a, "new")):
        theirs = {s.n for s in other.sizes}
        found.sizes.extend(
            f"{name}: size {_plain(labels[s.n])} is {what}" for s in r.sizes if s.n not in theirs
        )
    common = {s.n for s in a.sizes} & {s.n for s in b.sizes}
    for variant in old:
        if variant not in new or (old[variant].status, new[variant].status) != ("measured",) * 2:
            continue
        for n in sorted(common):
            for scope in SCOPES:
                where = (name, variant, _plain(labels[n]), scope.replace("_", " "))
                _timing(where, old[variant], new[variant], n, scope, found)


def _timing(
    where: tuple[str, str, str, str], a: Variant, b: Variant, n: int, scope: Scope, to: Comparison
) -> None:
    # Not Variant.timing: end to end of what moves nothing is compute, and would be said twice.
    before, after = (
        next((t for t in v.timings if (t.size, t.scope) == (n, scope)), None) for v in (a, b)
    )
    if before and after:
        if comparisons.differ(before, after):
            to.timings.append(Change(*where, before, after))
    elif before or after:
        example, variant, size, named = where
        left = next((x.reason for x in b.left_out if (x.size, x.scope) == (n, scope)), "")
        why = f" ({_plain(left)})" if before and left else ""
        now = "is timed now" if after else f"is no longer timed{why}"
        to.sizes.append(f"{example} {variant}: {size}, {named}, {now}")


def _status(variant: Variant | None) -> str:
    if variant is None:
        return "absent"
    reason = f" ({_plain(variant.reason)})" if variant.reason else ""
    return f"{variant.status.replace('_', ' ')}{reason}"


def _plain(text: str) -> str:
    """Text of a record on one line, without what a terminal or Markdown would act on."""
    line = " ".join(text.split())
    return "".join(c for c in line if c.isprintable() and c not in "`|<>*[]\\@")


def text(found: Comparison) -> str:
    """The comparison for a terminal."""
    lines = [f"{found.before} against {found.after}, {_plain(found.machine)}"]
    if found.empty:
        return "\n".join([*lines, "Nothing changed by more than its interval."])
    if found.timings:
        lines += ["", "Timings that changed by more than their intervals:"]
        rows = [_row(c) for c in found.timings]
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines += [
            "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
    for title, items in _sections(found):
        lines += ["", f"{title}:", *(f"  {item}" for item in items)]
    return "\n".join(lines)


def markdown(found: Comparison) -> str:
    """The comparison for the text of a pull request."""
    lines = [f"**{found.before}** against **{found.after}**, {_plain(found.machine)}", ""]
    if found.empty:
        return "\n".join([*lines, "Nothing changed by more than its interval."])
    if found.timings:
        lines += [
            "### Timings that changed by more than their intervals",
            "",
            "| example | variant | size | scope | before | after | change |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(f"| {' | '.join(_row(c))} |" for c in found.timings),
            "",
        ]
    for title, items in _sections(found):
        lines += [f"### {title}", "", *(f"- {item}" for item in items), ""]
    return "\n".join(lines).rstrip()


def _sections(found: Comparison) -> list[tuple[str, list[str]]]:
    every = (
        ("Claims that changed", found.claims),
        ("Examples and variants", found.statuses),
        ("Sizes", found.sizes),
    )
    return [(title, items) for title, items in every if items]


def _row(c: Change) -> tuple[str, ...]:
    return (c.example, c.variant, c.size, c.scope, _time(c.before), _time(c.after), c.says)


def _time(t: Timing) -> str:
    """Median and interval."""
    unit = units.seconds_unit(t.median)
    said = f"{units.seconds(t.median)} ({units.seconds_range(t.low, t.high, unit)} {unit[1]})"
    return said.replace(units.NBSP, " ")
