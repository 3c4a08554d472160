"""H14: what a chapter claims of its measurements is held against records."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from survival.errors import SurvivalError
from survival.judge import findings
from survival.judge.claims.compiled import OfCode, failures
from survival.judge.claims.grammar import parse
from survival.judge.claims.kinds import Claim, Verdict
from survival.judge.evidence import Evidence
from survival.judge.findings import Finding
from survival.judge.prose.markdown import claim_blocks
from survival.records import LOCAL, Machine, Record


def evaluate(
    claim: Claim, record: Record, machine: Machine, others: Mapping[str, Record] | None = None
) -> Verdict | None:
    """Hold a claim against one record, and where it needs another example, against `others`.

    None if the claim is not about this machine, or if the records lack a timing that it needs.
    """
    if not claim.where.includes(machine):
        return None
    if claim.beside:
        other = (others or {}).get(claim.beside)
        if other is None or other.capture != record.capture:  # H1
            return None
        record = _joined(record, other)
    measured = {s.n: s for s in record.sizes}
    readings = [claim.at(record, measured[n]) for n in claim.sizes.ns if n in measured]
    found = [r for r in readings if r is not None]
    if not found or (claim.sizes.listed and len(found) < len(claim.sizes.ns)):
        # A size that contradicts the claim does so even where another was not measured.
        found = [r for r in found if not r.holds]
        if not found:
            return None
    return Verdict(record, min(found, key=lambda r: (r.holds, r.margin)), len(found))


def _joined(record: Record, other: Record) -> Record:
    """The record with the variants of another example beside its own, as EXAMPLE.VARIANT."""
    theirs = [v.model_copy(update={"name": f"{other.example}.{v.name}"}) for v in other.variants]
    return record.model_copy(update={"variants": [*record.variants, *theirs]})


def contradiction(claim: Claim, verdict: Verdict, own: bool = False) -> str:
    """What to say of a claim that the data contradicts, in one line, without its rule.

    `own` says that the data is the reader's, who need not have written the page.
    """
    where = f"results/{LOCAL}/{verdict.record.example}.json" if own else verdict.record.path
    advice = "mend the sentence and its claim, or limit the claim to machines where it holds"
    if own:
        advice = "if the page is not yours and the machine was idle, that is worth an issue"
    return f'"{claim.text}" does not hold in {where}: {verdict.says}; {advice}'


def declared(text: str, evidence: Evidence) -> Iterator[Claim]:
    """Every claim of a page that is understood; `check_page` reports the others."""
    machines = [f for f in evidence.results.order() if f != LOCAL]
    for block in claim_blocks(text):
        for _, words in block.lines:
            with suppress(SurvivalError):
                yield parse(words, evidence.example(block.example), machines)


def check_page(where: str, text: str, evidence: Evidence, own: bool = False) -> Iterator[Finding]:
    """Every claim of a page that is not understood, or that a published record contradicts.

    `where` is the page's path as a message names it, `text` its Markdown. `own` holds the claims
    against the reader's own records instead, which break no rule: what they contradict is marked.
    """
    machines = [f for f in evidence.results.order() if f != LOCAL]
    for block in claim_blocks(text):
        try:
            example = evidence.example(block.example)
            measured = [m for m in evidence.of(block.example) if m.local == own]
        except SurvivalError as e:
            yield Finding("H14", f"{where}({block.first})", f"claim: {e}", "fail")
            continue
        for line, words in block.lines:
            try:
                claim = parse(words, example, machines)
                if isinstance(claim, OfCode) and not own:
                    held = claim.hold(evidence.compiled(example), example)
                    if says := failures(claim, held):
                        yield Finding("H14", f"{where}({line})", says, "fail")
            except SurvivalError as e:
                yield Finding("H14", f"{where}({line})", str(e), "fail")
                continue
            for m in measured:
                others = evidence.results.records[m.folder]
                verdict = evaluate(claim, m.record, m.machine, others)
                if verdict and not verdict.holds:
                    says = contradiction(claim, verdict, own)
                    severity: findings.Severity = "mark" if own else "fail"
                    yield Finding(verdict.reading.rule, f"{where}({line})", says, severity)
