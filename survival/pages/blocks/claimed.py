"""The quiet mark beside a sentence that claims something: on which machines it was checked."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survival import units
from survival.catalog import Example
from survival.errors import JudgeError
from survival.judge.claims import evaluation, grammar
from survival.judge.claims.compiled import OfCode, failures
from survival.judge.claims.kinds import Claim, Verdict
from survival.judge.evidence import SCOPES, Measured
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words import digits, figures
from survival.records import LOCAL

PENDING = "not yet checked: no published machine has"


@dataclass(frozen=True)
class Held:
    """A claim as the mark shows it when it is opened."""

    claim: Claim
    on: tuple[tuple[Measured, Verdict], ...]
    """Each machine that has the data, and what its record says."""
    others: tuple[Measured, ...] = ()
    """The other example that the claim speaks of, if any, on each machine."""
    own: bool | None = None
    """Whether it holds on the reader's own machine, where that has the data."""
    captures: int = 0
    """How many captures support it, of all published machines."""

    @property
    def summary(self) -> str:
        """Where it was checked, and what the reader's own numbers say, in a few words."""
        if self.own is None:
            return self._checked
        return f"{self._checked}; {'holds' if self.own else 'does not hold'} on this machine"

    @property
    def _checked(self) -> str:
        where, published = self.claim.where, [m for m, _ in self.on if not m.local]
        if not published and where.text:
            place = f"on {where.text}" if not where.machine else "on its machine"
            return f"checked {place}: none yet"
        if not published:
            return f"{PENDING} {self.claim.needs}"
        captures = self.captures
        times = f"checked by {captures} measurement{'s' * (captures > 1)} on"
        if where.machine:
            return f"{times} {published[0].title}"
        kind = f" {where.text.removeprefix('machines ')}" if where.text else ""
        return f"{times} {len(published)} machine{'s' * (len(published) > 1)}{kind}"

    @property
    def checked(self) -> bool:
        """Whether a published record was held against it."""
        return any(not m.local for m, _ in self.on)

    def lines(self, page: Page) -> Markup:
        """Both numbers at the size where it holds most narrowly, on the reader's machine."""
        others = {m.folder: m for m in self.others}
        said = {
            m.folder: render("held", where=m.title, parts=_numbers(m, v, others.get(m.folder)))
            for m, v in self.on
        }
        if not said:
            return render("held", where="", parts=[self.summary])
        return page.switched(self.claim.text, said)


@dataclass(frozen=True)
class HeldCode:
    """A claim of machine code as the mark shows it, which needs no machine."""

    claim: OfCode
    on: list[tuple[str, str]]
    """What decides, and for which architectures."""
    own: bool | None = None
    checked: bool = True

    def lines(self, page: Page) -> Markup:
        """A line for each architecture."""
        return Markup("").join(render("held", where=w, parts=[said]) for w, said in self.on)

    @property
    def summary(self) -> str:
        """Where it was checked; the lines say for which architectures."""
        return "checked in the machine code"


def mark(page: Page, example: Example, lines: Sequence[str]) -> Markup:
    """The mark of one block of claims.

    Only published machines count: the reader's own capture proves nothing to others, and the mark
    says what it says. Raises an error that names the page and the line of a claim that is not
    understood or does not hold.
    """
    folders = [f for f in page.evidence.results.order() if f != LOCAL]
    held: list[Held | HeldCode] = []
    for line in lines:
        with page.at(line):
            claim = grammar.parse(line, example, folders)
            if isinstance(claim, OfCode):
                held.append(_in_code(page, example, claim))
                continue
            others = tuple(page.evidence.of(claim.beside)) if claim.beside else ()
            records = {m.folder: {m.record.example: m.record} for m in others}
            on, own = [], None
            for m in page.evidence.of(example.name):
                verdict = evaluation.evaluate(claim, m.record, m.machine, records.get(m.folder))
                if verdict is None:
                    continue
                if m.local:
                    own = verdict.holds
                elif not verdict.holds:
                    says = evaluation.contradiction(claim, verdict)
                    raise JudgeError(f"{verdict.reading.rule}: {says}")
                on.append((m, verdict))
            published = [m for m, _ in on if not m.local]
            captures = sum(1 + _in_another(page, m, claim) for m in published)
            held.append(Held(claim, tuple(on), others, own, captures))
    checked = sum(h.checked for h in held)
    state = "checked" if checked == len(held) else "partly" if checked else "unchecked"
    summaries = list(dict.fromkeys(h.summary for h in held))
    pending = [s for s in summaries if s.startswith(PENDING)]
    if len(pending) > 1:
        summaries = [s for s in summaries if s not in pending]
        summaries.append(f"{PENDING} these timings")
    shown = [(f"{example.name}: {h.claim.text}", h.lines(page)) for h in held]
    return render("claim", state=state, summary="; ".join(summaries), held=shown)


def _in_another(page: Page, measured: Measured, claim: Claim) -> bool:
    """Whether another whole capture of the machine supports the claim too."""
    again = page.evidence.results.repeats.get(measured.folder)
    key = f"{measured.record.example}: {claim.text}"
    return bool(again and measured.record.capture in again.captures and key in again.claims)


def _in_code(page: Page, example: Example, claim: OfCode) -> HeldCode:
    """A claim of machine code. Raises JudgeError where it does not hold."""
    found = claim.hold(page.evidence.compiled(example), example)
    if says := failures(claim, found):
        raise JudgeError(f"H14: {says}")
    alike: dict[str, list[str]] = {}
    for h in found:
        alike.setdefault(h.says, []).append(h.architecture)
    return HeldCode(claim, [(", ".join(on), says) for says, on in alike.items()])


def _numbers(measured: Measured, verdict: Verdict, beside: Measured | None) -> list[figures.Part]:
    parts: list[figures.Part] = []
    for variant, timing, scope in verdict.reading.timings:
        of, name = measured, variant.name.rpartition(".")[2]
        if beside and name != variant.name:
            of, variant = beside, beside.record.variant(name)
        whose = f"{of.name}, " * bool(beside)
        label = f"{whose}{variant.device.upper()} {of.label(name)}, {SCOPES[scope]}, "
        parts += ["; " * bool(parts) + label, figures.time(of, variant, timing, scope)]
        interval = units.seconds_range(
            timing.low, timing.high, n=digits.of_time(timing, of.machine)
        )
        parts.append(f" ({interval})")
    for variant in verdict.reading.errors:
        error = figures.error(measured, variant, verdict.reading.size.n)
        label = f"{variant.device.upper()} {measured.label(variant.name)}, error "
        parts += ["; " * bool(parts) + label, error] if error else []
    return [*parts, f"; at {measured.record.amount(verdict.reading.size)}"]
