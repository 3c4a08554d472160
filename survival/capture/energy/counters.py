"""The counters of energy that a machine offers, or in a line why it offers none."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from survival import system
from survival.capture import machine
from survival.capture.host import nvidia
from survival.records import Device

POWERCAP = Path("/sys/class/powercap")
"""Where Linux shows Intel's and AMD's counters (RAPL): microjoules, since some moment."""


@dataclass(frozen=True)
class Counter:
    """One counter; `read` says joules since some moment, and never less than before."""

    device: Device
    scope: Literal["board", "package"]
    source: str
    limit_watts: float
    read: Callable[[], float]


def find() -> tuple[list[Counter], dict[Device, str]]:
    """The counters that are here, and why there is none of the other devices."""
    found: dict[Device, Counter | str] = {"cpu": cpu(), "gpu": gpu()}
    there = [c for c in found.values() if isinstance(c, Counter)]
    return there, {d: c for d, c in found.items() if isinstance(c, str)}


def cpu(root: Path = POWERCAP) -> Counter | str:
    """The processor's packages together, by RAPL; or why not."""
    if sys.platform == "darwin":
        return "Apple's counters are read with root's rights only, by `sudo powermetrics`"
    try:
        zones = [Zone(z) for z in system.content(root, "intel-rapl:*") if _is_package(z)]
        if not zones:
            kept = "; a virtual machine's host keeps them to itself" * machine.cpu().virtual
            return f"Linux shows no counter of the processor's energy in {POWERCAP}{kept}"
        limit = sum(zone.limit() for zone in zones)
        for zone in zones:
            zone.joules()
    except PermissionError:
        return "only root may read the processor's counter: `sudo chmod a+r` its files energy_uj"
    except (OSError, ValueError) as e:
        return f"the processor's counter cannot be read: {e}"
    if not limit:
        return "the processor's counter has no limit of power to hold it against"
    names = ", ".join(zone.name for zone in zones)
    # What nests within a package (core, uncore) or around all (psys) would count twice.
    return Counter(
        "cpu", "package", f"RAPL: {names}", limit, lambda: sum(zone.joules() for zone in zones)
    )


def _is_package(zone: Path) -> bool:
    return (zone / "name").read_text(encoding="ascii").startswith("package")


@dataclass
class Zone:
    """A package's counter, which begins again at 0 when it is full."""

    path: Path
    seen: int = 0
    full: int = field(default=0, init=False)

    @property
    def name(self) -> str:
        """Such as package-0."""
        return (self.path / "name").read_text(encoding="ascii").strip()

    def _number(self, file: str) -> int:
        return int((self.path / file).read_text(encoding="ascii"))

    def joules(self) -> float:
        """Since some moment; to be asked before it can have gone round twice."""
        now = self._number("energy_uj")
        if now < self.seen:
            self.full += self._number("max_energy_range_uj")
        self.seen = now
        return (self.full + now) / 1e6

    def limit(self) -> float:
        """The most that the package may draw, for however short; 0 where nobody says."""
        files = system.content(self.path, "constraint_*_power_limit_uw")
        return max((self._number(f.name) for f in files), default=0) / 1e6


def gpu() -> Counter | str:
    """The board of the GPU that CUDA calls number 0, by NVML; or why not."""
    card = nvidia.card()
    if card is None:
        return "there is no GPU of NVIDIA's that CuPy and NVML see"
    if nvidia.is_divided(card):
        return "the GPU is divided (MIG), and its counter is of the whole board"
    if nvidia.ask("nvmlDeviceGetTotalEnergyConsumption", card) is None:
        return "this GPU has no counter of energy"
    limit = nvidia.ask("nvmlDeviceGetEnforcedPowerLimit", card)
    if not limit:
        return "the GPU's counter has no limit of power to hold it against"

    def read() -> float:
        return float(nvidia.ask("nvmlDeviceGetTotalEnergyConsumption", card)) / 1e3

    return Counter("gpu", "board", "NVML: total energy of the board", limit / 1e3, read)
