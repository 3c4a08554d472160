"""What the page on machines shows of each: hardware, versions, and the ceilings measured on it."""

from collections.abc import Callable

from markupsafe import Markup

from survival import units
from survival.judge.repeats import honesty
from survival.pages.charts import plots
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words import digits
from survival.pages.words.facts import FACTS
from survival.pages.words.figures import Number
from survival.records import LOCAL, Machine, OperationRate, Tried
from survival.records.ceilings import fastest


def section(page: Page, folder: str) -> Markup:
    """Hardware, versions and ceilings of one machine."""
    results = page.evidence.results
    this = results.machines[folder]
    path = f"results/{folder}/machine.json"

    def number(text: str, value: float | str, note: str) -> Number:
        words = f"{note}, {this.title}, {units.date(this.captured)}".replace(units.NBSP, " ")
        return Number(text, value, path, words, key=folder)

    groups = []
    for group in MACHINE_FACTS:
        facts = [(label, FACTS[name](this)) for label, name in group]
        known = [(label, f) for label, f in facts if f is not None and f[1] not in ("", 0)]
        groups.append([(label, number(*fact, note=label)) for label, fact in known])
    records = results.records[folder]
    groups[-1] += [(label, number(*fact)) for label, fact in honesty(this, records)]
    name = "This machine" if folder == LOCAL else this.title
    return render(
        "machine",
        groups=[g for g in groups if g],
        chart=plots.bandwidth(this, folder, page.unique(f"machine_{folder}"), name),
        tables=_ceilings(this, number),
        timer=this.ceilings_timer,
        path=path,
        records=[(n, f"results/{folder}/{n}.json") for n in records],
        to_root=page.to_root,
    )


MACHINE_FACTS = (
    (
        ("CPU", "cpu.model"),
        ("Cores", "cpu.cores"),
        ("Hardware threads", "cpu.threads"),
        ("Memory", "cpu.memory"),
        ("L2 cache", "cpu.l2"),
        ("L3 cache", "cpu.l3"),
        ("Memory bandwidth", "cpu.memory_rate"),
        ("float32 matrix product", "cpu.rate"),
    ),
    (
        ("GPU", "gpu.model"),
        ("Kind of GPU", "gpu.kind"),
        ("Reached through", "gpu.api"),
        ("Multiprocessors", "gpu.multiprocessors"),
        ("Compute capability", "gpu.compute_capability"),
        ("GPU memory", "gpu.memory"),
        ("GPU L2 cache", "gpu.l2"),
        ("GPU memory bandwidth", "gpu.memory_rate"),
        ("GPU float32 arithmetic", "gpu.rate"),
        ("Host to GPU, at best", "to_device"),
        ("GPU to host, at best", "to_host"),
        ("Kernel launch", "launch"),
    ),
    (
        ("System", "system"),
        ("Python", "python"),
        ("SIMD that NumPy found", "numpy.simd"),
        ("NumPy's sort takes", "numpy.sort"),
        ("GPU driver", "gpu.driver"),
        ("CUDA of the driver", "gpu.cuda"),
        ("Measured on", "date"),
    ),
)
"""What the page on machines says of each, in groups."""


def _ceilings(
    this: Machine, number: Callable[[str, float | str, str], Number]
) -> list[tuple[str, list[str], list[list[object]]]]:
    """Tables of all that was measured: title, heads, and rows that begin with a label."""
    c = this.ceilings
    tables: list[tuple[str, list[str], list[list[object]]]] = []

    def rate(found: Tried | None, unit: str, note: str) -> Number | None:
        if found is None:
            return None
        value = found.reached(this.capture)
        text = units.prefixed(value.value, unit, digits.of_ceiling(value))
        return number(text, value.value, f"{note}, {_spread(found, this, unit)}")

    kernels = list(dict.fromkeys((r.device, r.kernel, r.cold) for r in c.memory))
    memory = {(r.device, r.kernel, r.cold, r.working_set): r for r in c.memory}
    tables.append(
        (
            "Memory bandwidth by working set",
            ["Working set", *(f"{d.upper()}, {k}{', cold' * cold}" for d, k, cold in kernels)],
            [
                [
                    units.binary_bytes(w),
                    *(
                        rate(memory.get((*of, w)), "B/s", f"{of[0]} {of[1]}{', cold' * of[2]}")
                        for of in kernels
                    ),
                ]
                for w in sorted({r.working_set for r in c.memory})
            ],
        )
    )
    devices = list(dict.fromkeys(r.device for r in c.operations))
    precisions = list(dict.fromkeys(r.precision for r in c.operations))
    by_precision: dict[tuple[str, str], list[OperationRate]] = {}
    for each in c.operations:
        by_precision.setdefault((each.device, each.precision), []).append(each)
    operations = {of: fastest(rates, this.capture) for of, rates in by_precision.items()}
    tables.append(
        (
            "Arithmetic by precision",
            ["Precision", *(d.upper() for d in devices)],
            [
                [
                    p,
                    *(
                        # Sums and products of whole numbers are no floating-point operations.
                        rate(r, "OP/s" if p.startswith("int") else "FLOP/s", _way(r.order))
                        if (r := operations.get((d, p)))
                        else None
                        for d in devices
                    ),
                ]
                for p in precisions
            ],
        )
    )
    if c.transfers:
        words = {"to_device": "host to GPU", "to_host": "GPU to host"}
        tables.append(
            (
                "Copies between host and GPU",
                ["Copy", "Rate"],
                [
                    [
                        f"{words[t.direction]}, {t.host_memory}, {units.binary_bytes(t.bytes)}",
                        rate(t, "B/s", words[t.direction]),
                    ]
                    for t in c.transfers
                ],
            )
        )
    return tables


def _spread(found: Tried, this: Machine, unit: str) -> str:
    """Between what a ceiling lay in the last capture, and how many captures tried it."""
    mine = found.of(this.capture)
    if not mine:
        return "the best of all captures: their tries were not kept"
    _, low, high = found.reached(this.capture)
    n = sum(len(t.values) for t in mine)
    of = f"median of {n} processes" if n > 1 else "one process"
    best = units.prefixed(found.best, unit)
    return (
        f"{of}, the slowest {units.prefixed(low, unit)}, best sample {units.prefixed(high, unit)}"
        f" ({best} in {len(found.tries)} captures)"
    )


def _way(order: int | None) -> str:
    return f"matrices of order {order}" if order else "a loop of multiply-adds in registers"
