"""`/// energy |`: what programs draw by the counters of each machine, or why nobody can say."""

from markupsafe import Markup

from survival import units
from survival.pages.blocks.directives import Bare
from survival.pages.render import render
from survival.pages.words.figures import Number
from survival.records import ENERGY_FILE, LOCAL
from survival.records.drawn.energy import Counter

DEVICES = {"cpu": "processor", "gpu": "GPU"}


class Drawn(Bare):
    """`/// energy |`: a table for each counter, and a sentence where there is none."""

    NAME = "energy"

    def html(self) -> Markup:
        """Machine by machine; a machine that nobody has asked is named too."""
        results = self.page.evidence.results
        machines = []
        for folder in results.order():
            found, this = results.energies.get(folder), results.machines[folder]
            title = "This machine" if folder == LOCAL else this.title
            record = f"results/{folder}/{ENERGY_FILE}"
            machines.append(
                {
                    "title": title,
                    "date": units.date(found.captured) if found else "",
                    "href": f"{self.page.to_root}{record}",
                    "missing": [(DEVICES[d], why) for d, why in found.missing.items()]
                    if found
                    else [],
                    "counters": [self._counter(c, record) for c in found.counters] if found else [],
                }
            )
        return render("energy", machines=machines)

    def _counter(self, counter: Counter, record: str) -> dict[str, object]:
        def watts(value: float, note: str) -> Number:
            return Number(f"{value:.3g}", value, record, f"{note}, in watts")

        rows = []
        for drawn in counter.drawn:
            example = self.page.evidence.example(drawn.example)
            what = f"{drawn.example}, {example.variant(drawn.variant).label}"
            note = f"energy of a call of {what}, by {counter.source}, in joules"
            joules = Number(f"{drawn.joules:.3g}", drawn.joules, record, note)
            rows.append((what, f"{drawn.size:,}", joules, watts(drawn.watts, f"power of {what}")))
        return {
            "device": DEVICES[counter.device],
            "scope": counter.scope,
            "source": counter.source,
            "limit": f"{counter.limit_watts:.4g}",
            "idle": watts(counter.idle_watts, "power when idle"),
            "rows": rows,
        }
