"""The words in running text, `[[time EXAMPLE VARIANT SIZE SCOPE]]` and the others.

Each is a function from its arguments to the parts of what it says: measured numbers, and text
between them.
"""

from collections.abc import Callable, Sequence

from survival import units
from survival.catalog import Example, size_label
from survival.errors import JudgeError, PageError, RecordError, known
from survival.judge import comparisons
from survival.judge.elsewhere import prices
from survival.judge.evidence import SCOPES, Evidence, Measured, find_size
from survival.pages.charts import captions
from survival.pages.words import compiled, digits, expected, figures, limits
from survival.pages.words.facts import FACTS
from survival.pages.words.figures import Number, Part
from survival.records import LOCAL, Scope, Size, Timing, Variant


class Missing(str):
    """Text that stands where a number has not been measured yet."""


def say(evidence: Evidence, word: str, text: str) -> Sequence[Part]:
    """What a word says, given the text of its arguments.

    Raises PageError, CatalogError, RecordError or JudgeError, naming what exists.
    """
    if word not in WORDS:
        raise PageError(known("word", word, sorted(WORDS)))
    return WORDS[word](evidence, text.split())


def everywhere(evidence: Evidence, word: str, text: str) -> dict[str, Sequence[Part]]:
    """What a word says on each machine that has measured it, by folder.

    The arguments must be known to be right: what is wrong here is wrong with one machine only.
    """
    said: dict[str, Sequence[Part]] = {}
    for folder, label in evidence.labels().items():
        try:
            parts = say(evidence.only(folder), word, text)
        except RecordError:
            continue
        except JudgeError as e:
            if str(e).startswith("H"):
                where = "this machine" if folder == LOCAL else label
                said[folder] = [Missing(f"no fair comparison on {where}")]
            continue
        if not any(isinstance(p, Missing) for p in parts):
            said[folder] = parts
    return said


def _time(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    return _one(evidence, "time", args, figures.time)


def _rate(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    operations = args[-1:] == ["operations"]

    def rate(measured: Measured, variant: Variant, timing: Timing, scope: Scope) -> Number:
        size = measured.record.size(timing.size)
        moved = size.bytes_in(variant.precision)
        amount, unit = (size.operations, "FLOP/s") if operations else (moved, "B/s")
        value = amount / timing.median
        title = f"{amount:,} {'operations' if operations else 'bytes'} in the time that is the "
        title += measured.note(timing, scope)
        stale = variant.name in measured.stale
        key = measured.key(variant.name, timing.size, scope)
        text = units.prefixed(value, unit, digits.of_time(timing, measured.machine, amount))
        return Number(text, value, measured.path, title, stale, key)

    return _one(evidence, "rate", args[:-1] if operations else args, rate)


def _throughput(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    """How many of what a size counts are done per second; `limit`: how many the machine allows."""
    limit = args[-1:] == ["limit"]

    def throughput(measured: Measured, variant: Variant, timing: Timing, scope: Scope) -> Number:
        n = digits.of_time(timing, measured.machine, timing.size)
        seconds = timing.median
        amount = measured.record.amount(measured.record.size(timing.size))
        title = f"{amount} in the time that is the "
        title += measured.note(timing, scope)
        check = variant.check(timing.size)
        if limit and check is not None and check.limit is not None:
            seconds, n = check.limit.seconds, digits.of_limit(check.limit)
            title = f"{amount} in {limits.told(check.limit)}; {measured.title}, {measured.date}"
        value = timing.size / seconds
        stale = variant.name in measured.stale
        key = measured.key(variant.name, timing.size, scope)
        text = f"{units.count(value, n)}{units.NBSP}{measured.record.unit}/s"
        return Number(text, value, measured.path, title.replace(units.NBSP, " "), stale, key)

    return _one(evidence, "throughput", [*args[:-1], "compute"] if limit else args, throughput)


def _fraction(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    if args[-1:] and args[-1] in SCOPES and args[-1] != "compute":
        raise PageError("fraction: only compute has a physical limit to be held against")
    args = args if args[-1:] == ["compute"] else [*args, "compute"]

    def fraction(measured: Measured, variant: Variant, timing: Timing, scope: Scope) -> Number:
        found = figures.fraction(measured, variant, timing)
        if found is None:
            raise JudgeError(f"{measured.path}: '{variant.name}' has no limit at {timing.size}")
        return found

    return _one(evidence, "fraction", args, fraction)


def _error(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    def error(measured: Measured, variant: Variant, timing: Timing, scope: Scope) -> Number:
        found = figures.error(measured, variant, timing.size)
        if found is None:
            raise JudgeError(f"{measured.path}: '{variant.name}' was not checked at {timing.size}")
        return found

    return _one(evidence, "error", [*args, "compute"], error)


def _ratio(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    other = ""
    if "against" in args:
        at = args.index("against")
        if len(args) != at + 2:
            raise PageError("ratio: 'against' is followed by one variant and nothing else")
        other, args = args[at + 1], args[:at]
    example, variant, size, scope = arguments(evidence, "ratio", args)
    if other:
        example.variant(other)
    measured = evidence.reference(example.name, (variant, other) if other else (variant,))
    if measured is None or not measured.was_measured(variant):
        return [_not_yet(variant)]
    record = measured.record
    at_size = find_size(record.sizes, size)
    mine = record.variant(variant)
    if other and not measured.was_measured(other):
        return [_not_yet(other)]
    base = other
    if not other:
        best = comparisons.best(record, "cpu", at_size.n, scope, mine.precision)
        base = best.name if best else ""
    if measured.local and not (
        mine.timing(at_size.n, scope) and base and record.variant(base).timing(at_size.n, scope)
    ):
        return [_not_yet(variant)]
    if not base:
        raise JudgeError(f"{measured.path}: no CPU variant has a {scope} timing at {at_size.n}")
    if base == variant:
        raise JudgeError(f"{measured.path}: '{variant}' cannot be compared with itself")
    ratio = comparisons.ratio(record, variant, base, at_size.n, scope)
    times: list[Part] = [
        figures.time(measured, ratio.variant, ratio.mine, scope),
        *_precision(measured, ratio, ratio.variant),
        " against ",
        figures.time(measured, ratio.base, ratio.theirs, scope),
        *_precision(measured, ratio, ratio.base),
        *_cores(measured, ratio),
        ")",
    ]
    if not ratio.differs:
        return [f"{figures.NOT_SETTLED} (", *times]
    words = figures.times_words(ratio, measured.machine)
    title = f"{variant} against {base}, {measured.note(ratio.mine, scope)}"
    stale = bool({variant, base} & measured.stale)
    key = measured.key(variant, at_size.n, scope, base)
    return [Number(words, ratio.value, measured.path, title, stale, key), " (", *times]


def _precision(measured: Measured, ratio: comparisons.Ratio, variant: Variant) -> list[Part]:
    """H3: where the sides of a ratio differ in precision, what each computes in, and its error."""
    error = figures.error(measured, variant, ratio.mine.size) if ratio.precisions else None
    return [f" in {variant.precision}, error ", error] if error else []


def _cores(measured: Measured, ratio: comparisons.Ratio) -> list[Part]:
    """How many cores the CPU has that is one side, or both: no ratio without them."""
    if "cpu" not in (ratio.variant.device, ratio.base.device):
        return []
    return [f", on a CPU with {units.cores(measured.machine.cpu.cores)}"]


def _crossover(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    if len(args) != 2:
        raise PageError(f"crossover: needs EXAMPLE SCOPE; scopes: {', '.join(_SWEPT)}")
    example = evidence.example(args[0])
    scope = _scope(args[1], _SWEPT)
    gpu = [v.name for v in example.variants if v.device == "gpu"]
    measured = next(
        (m for m in evidence.of(example.name) if any(m.was_measured(name) for name in gpu)),
        None,
    )
    if measured is None:
        return [Missing(figures.NOT_YET_GPU)]
    return captions.crossover(measured, scope)


def _machine(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    if len(args) != 1:
        raise PageError(f"machine: needs one fact; there are: {', '.join(FACTS)}")
    if args[0] not in FACTS:
        raise PageError(known("fact of a machine", args[0], FACTS))
    order = evidence.results.order()
    if not order:
        return [Missing(figures.NOT_YET)]
    machine = evidence.results.machines[order[0]]
    fact = FACTS[args[0]](machine)
    if fact is None:
        if args[0].startswith("numpy."):  # of a capture before it was asked
            return [Missing(figures.NOT_YET)]
        if machine.gpu is None:
            return [Missing(figures.NOT_YET_GPU)]
        return [Missing(f"not told by a GPU that {machine.gpu.api} reaches")]
    text, value = fact
    title = f"{machine.title}, {units.date(machine.captured)}".replace(units.NBSP, " ")
    return [Number(text, value, f"results/{order[0]}/machine.json", title, key=order[0])]


def _expected(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    said = expected.say(evidence, args)
    return [Missing(said)] if said else []


def _price(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    """`[[price KEY]]`, or how many times one price is another: `[[price KEY over KEY]]`."""
    if len(args) == 1:
        price = prices.get(args[0])
        told = f"{price.title}, read {units.date(price.read)}"
        return [f"{price.each:.2f} USD an hour ({told})"]
    if len(args) != 3 or args[1] != "over":
        raise PageError("price: needs KEY, or KEY over KEY; keys: " + ", ".join(prices.every()))
    a, b = prices.get(args[0]), prices.get(args[2])
    return [f"{units.factor(a.each / b.each)} times"]


_SWEPT: tuple[Scope, ...] = ("compute", "end_to_end")

WORDS: dict[str, Callable[[Evidence, list[str]], Sequence[Part]]] = {
    "time": _time,
    "ratio": _ratio,
    "rate": _rate,
    "throughput": _throughput,
    "fraction": _fraction,
    "error": _error,
    "crossover": _crossover,
    "machine": _machine,
    "compiled": compiled.say,
    "expected": _expected,
    "price": _price,
}
OF_NO_MACHINE = ("compiled", "expected", "price")
"""Words that say the same whichever machine a reader has chosen."""


def _one(
    evidence: Evidence,
    word: str,
    args: list[str],
    make: Callable[[Measured, Variant, Timing, Scope], Number],
) -> Sequence[Part]:
    """The number of one timing, or that it was not measured yet."""
    example, name, text, scope = arguments(evidence, word, args)
    measured = evidence.reference(example.name, (name,))
    if measured is None or not measured.was_measured(name):
        return [_not_yet(name)]
    variant = measured.record.variant(name)
    size = find_size(measured.record.sizes, text)
    timing = variant.timing(size.n, scope)
    if timing is None and measured.local:  # a quick capture of the reader's must not stop the build
        return [_not_yet(name)]
    if timing is None:
        timed = [str(t.size) for t in variant.timings if variant.timing(t.size, scope) is t]
        raise JudgeError(
            f"{measured.path}: '{name}' has no {scope} timing at {size.n}; "
            f"there are: {', '.join(timed) or 'none'}"
        )
    return [make(measured, variant, timing, scope)]


def arguments(evidence: Evidence, word: str, args: list[str]) -> tuple[Example, str, str, Scope]:
    """Example, variant, size as written, and scope. The size may have spaces in it.

    Raises PageError, with the scopes that exist where the last argument is none of them (H4).
    """
    if args:
        example = evidence.example(args[0])
        if len(args) > 1:
            variant = example.variant(args[1]).name
            scope = _scope(args[-1] if len(args) > 2 else "", tuple(SCOPES))
            if len(args) > 3:
                size = " ".join(args[2:-1])
                if evidence.reference(example.name, (variant,)) is None:
                    _check_size(example, size)
                return example, variant, size, scope
    raise PageError(f"{word}: needs EXAMPLE VARIANT SIZE SCOPE; scopes: {', '.join(SCOPES)}")


def _check_size(example: Example, text: str) -> None:
    """A size must exist even where nothing was measured. Raises RecordError."""
    problem = example.problem()
    find_size(
        [Size(n=n, label=size_label(problem, n), bytes=0, operations=0) for n in problem.SIZES],
        text,
    )


def _scope(text: str, allowed: Sequence[Scope]) -> Scope:
    for scope in allowed:
        if scope == text:
            return scope
    raise PageError(f"H4: ends in '{text}', not in a scope; there are: {', '.join(allowed)}")


def _not_yet(name: str) -> Part:
    return Missing(figures.NOT_YET_GPU if name.startswith("gpu") else figures.NOT_YET)
