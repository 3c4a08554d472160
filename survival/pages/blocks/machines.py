"""What the page on machines shows of each: hardware, versions, and the ceilings measured on it."""

from collections.abc import Callable

from markupsafe import Markup

from survival import units
from survival.judge.repeats import honesty
from survival.pages.charts import plots
from survival.pages.context import Page
from survival.pages.render import render
from survival.pages.words.facts import FACTS
from survival.pages.words.figures import Number
from survival.records import LOCAL, Machine


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

    def rate(value: float | None, unit: str, note: str) -> Number | None:
        return None if value is None else number(units.prefixed(value, unit), value, note)

    kernels = list(dict.fromkeys((r.device, r.kernel) for r in c.memory))
    memory = {(r.device, r.kernel, r.working_set): r.bytes_per_second for r in c.memory}
    tables.append(
        (
            "Memory bandwidth by working set",
            ["Working set", *(f"{d.upper()}, {k}" for d, k in kernels)],
            [
                [
                    units.binary_bytes(w),
                    *(rate(memory.get((d, k, w)), "B/s", f"{d} {k}") for d, k in kernels),
                ]
                for w in sorted({r.working_set for r in c.memory})
            ],
        )
    )
    devices = list(dict.fromkeys(r.device for r in c.operations))
    precisions = list(dict.fromkeys(r.precision for r in c.operations))
    ascending = sorted(c.operations, key=lambda r: r.operations_per_second)
    operations = {(r.device, r.precision): r for r in ascending}  # of several, the best
    tables.append(
        (
            "Arithmetic by precision",
            ["Precision", *(d.upper() for d in devices)],
            [
                [
                    p,
                    *(
                        rate(r.operations_per_second, "FLOP/s", _way(r.order))
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
                        rate(t.bytes_per_second, "B/s", words[t.direction]),
                    ]
                    for t in c.transfers
                ],
            )
        )
    return tables


def _way(order: int | None) -> str:
    return f"matrices of order {order}" if order else "a loop of multiply-adds in registers"
