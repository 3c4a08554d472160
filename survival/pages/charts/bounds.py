"""The thin line that no program on a GPU can cross, for the GPU that a reader chooses on the page.

The build works out where it runs, for each GPU of gpus.toml, and a small script draws the one that
is chosen: without it, or without a choice, a chart is as it was.
"""

import json
from collections.abc import Sequence

from survival import units
from survival.judge.elsewhere import bounds
from survival.judge.evidence import Measured
from survival.records import Precision, Size


def data(every: Sequence[Measured], size: Size | None = None) -> str:
    """JSON: for each example of a chart its sizes, and for each GPU its bounds at them.

    With them go the last in words and its source. `size` is that of a chart of one size. Of the
    precisions in which an example's GPU variants compute, the fastest counts: the line is one that
    none of them can cross. Empty if no GPU has a bound at any size.
    """
    works = []
    for measured in every:
        precisions: set[Precision] = {
            v.precision for v in measured.example.variants if v.device == "gpu"
        } or {"float32"}
        sizes = [size] if size else measured.record.sizes
        gpus = {}
        for sheet in bounds.data_sheets():
            seconds = [sheet.of_any(s, precisions) for s in sizes]
            if seconds[-1]:
                gpus[sheet.name] = [
                    [float(f"{s:.4g}") for s in seconds],
                    units.seconds(seconds[-1]).replace(units.NBSP, " "),
                    f"{sheet.source}; read {units.date(sheet.date)}",
                ]
        if gpus:
            works.append(
                {
                    "name": measured.name if len(every) > 1 else "",
                    "sizes": [s.n for s in sizes],
                    "at": measured.record.amount(sizes[-1]),
                    "gpus": gpus,
                }
            )
    return json.dumps(works, separators=(",", ":")) if works else ""
