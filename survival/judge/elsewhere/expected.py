"""What the author of a GPU program expects of it before anyone has measured it, and why.

It stands in examples/NAME/expected.toml, so that the first measurement can prove it wrong. It
enters no ratio, no crossover and no claim, and pages show it only until there is a measurement.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from survival import system
from survival.catalog import Example, size_label
from survival.errors import JudgeError, known
from survival.judge.findings import Finding
from survival.records import Model, Record, Results, Variant
from survival.records.fields import Text

FILE = "expected.toml"


class Expected(Model):
    """What share of the limit a program will reach at its largest size, with the data in place."""

    percent: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(gt=0, le=105)]]
    """From and to, in per cent of the limit."""
    why: Annotated[Text, Field(min_length=12, max_length=160)]
    """The reason, as the end of a sentence."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.percent[0] > self.percent[1]:
            raise ValueError("from is more than to")
        return self

    @property
    def words(self) -> str:
        """From and to, and of what."""
        low, high = (f"{p:g}" for p in self.percent)
        return f"{low} to {high} % of the limit"


def expectations(example: Example) -> tuple[str, dict[str, Expected]]:
    """The GPU that they are about, and what is expected of each program there, by its name.

    Nothing where the example has no such file. Raises JudgeError, one line, naming what exists.
    """
    path = example.problem_path.parent / FILE
    if not path.is_file():
        return "", {}
    where = f"{path.parent.name}/{FILE}"
    try:
        found = tomllib.loads(system.text(path))
    except tomllib.TOMLDecodeError as e:
        raise JudgeError(f"{where}: {e}") from None
    gpu = found.pop("on", "")
    if not isinstance(gpu, str) or not gpu:
        raise JudgeError(f"{where}: `on` names the GPU that they are about")
    names = [v.name for v in example.variants if v.device == "gpu"]
    rows = {}
    for name, row in found.get(example.name, {}).items():
        if name not in names:
            raise JudgeError(f"{where}: " + known("GPU program", name, names))
        try:
            rows[name] = Expected.model_validate(row)
        except ValidationError as e:
            first = e.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise JudgeError(f"{where}: {name}: {field}: {first['msg']}") from None
    return gpu, rows


def said(example: Example, row: Expected, gpu: str) -> str:
    """One expectation in words: how much of the limit, at which size, on which GPU, and why."""
    problem = example.problem()
    size = f"{size_label(problem, max(problem.SIZES))} {problem.UNIT}"
    return f"{row.words} at {size} on {gpu}: {row.why}"


def reached(record: Record, variant: Variant) -> float | None:
    """The share of the limit that a program reached at its largest size, in per cent."""
    timed = [t for t in variant.timings if t.scope == "compute"]
    last = max(timed, key=lambda t: t.size, default=None)
    check = variant.check(last.size) if last else None
    if last is None or check is None or check.limit is None:
        return None
    return 100 * check.limit.seconds / last.median


def judge_expected(results: Results, examples: Mapping[str, Example]) -> Iterator[Finding]:
    """A file that cannot be read fails; what a measurement proves wrong is marked."""
    for name, example in examples.items():
        try:
            gpu, rows = expectations(example)
        except JudgeError as e:
            yield Finding("expected", f"examples/{name}", str(e), "fail")
            continue
        records = [r[name] for r in results.records.values() if name in r]
        for record in records:
            for v in record.variants:
                share = reached(record, v) if v.name in rows else None
                if share is None:
                    continue
                low, high = rows[v.name].percent
                if not low <= share <= high:
                    says = (
                        f"reached {share:.3g} % of the limit, and its author expected "
                        f"{rows[v.name].words} on {gpu}: {rows[v.name].why}. Find out why, and "
                        f"mend the program or {FILE}"
                    )
                    yield Finding("expected", f"{record.path} {v.name}", says, "mark")
