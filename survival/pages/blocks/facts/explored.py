"""What explorables know of machines: ceilings that were measured, and what data sheets print.

As plain numbers, for a script; docs/assets/explore/ has those that ask.
"""

from collections.abc import Callable
from typing import Any

from survival import units
from survival.judge.elsewhere import bounds
from survival.judge.evidence import Evidence
from survival.pages.charts import roofline


def ceilings(evidence: Evidence) -> dict[str, Any]:
    """Bytes and operations per second: of the first machine with ceilings, and of data sheets."""
    found: dict[str, Any] = {"machine": "", "date": "", "roofs": []}
    for folder in evidence.results.order():
        machine = evidence.results.machines[folder]
        if roofs := roofline.of_machine(machine):
            found = {
                "machine": machine.title,
                "date": units.date(machine.captured),
                "roofs": [
                    {"device": r.device, "bandwidth": r.bandwidth, "rate": r.rate} for r in roofs
                ],
            }
            break
    found["gpus"] = [
        {"name": s.name, "bandwidth": s.bandwidth * 1e9, "rate": s.float32 * 1e12}
        for s in bounds.data_sheets()
        if s.float32
    ]
    return found


FACTS: dict[str, Callable[[Evidence], dict[str, Any]]] = {"roofs": ceilings, "trip": ceilings}
"""By explorable: what it asks for."""
