"""The processor: its name, its caches, whether it is a virtual machine's."""

import json
import platform
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from survival import system

CPUS = Path("/sys/devices/system/cpu")
CPUINFO = Path("/proc/cpuinfo")
DMI = Path("/sys/class/dmi/id")
UNKNOWN = "unknown processor"
ARM = {
    ("0x41", "0xd07"): "Cortex-A57",
    ("0x41", "0xd08"): "Cortex-A72",
    ("0x41", "0xd0b"): "Cortex-A76",
    ("0x41", "0xd0c"): "Neoverse-N1",
    ("0x41", "0xd40"): "Neoverse-V1",
    ("0x41", "0xd4a"): "Neoverse-E1",
    ("0x41", "0xd4f"): "Neoverse-V2",
}
"""Implementer and part of the register MIDR, as /proc/cpuinfo shows them, and the core's name.

For where `lscpu` is missing, which knows many more (util-linux, sys-utils/lscpu-arm.c)."""
RENTED = re.compile(
    r"QEMU|KVM|VMware|VirtualBox|\bXen\b|Virtual Machine|Google Compute Engine|OpenStack"
    r"|Amazon EC2(?!.*metal)|Alibaba Cloud ECS"
)
"""What a virtual machine is called by the tables of its firmware (DMI)."""


def name(brand: str) -> str:
    """What the processor is called: `brand`, as py-cpuinfo has it, or what its registers say."""
    return brand or _said("Model name") or arm_name() or platform.processor() or UNKNOWN


def arm_name(cpuinfo: Path = CPUINFO) -> str:
    """The name of an ARM core by its part number; empty if it is none that is known."""
    text = ""
    with suppress(OSError):
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    words = [re.search(rf"^CPU {key}\s*:\s*(\S+)", text, re.M) for key in ("implementer", "part")]
    maker, part = (w[1].lower() if w else "" for w in words)
    return ARM.get((maker, part), f"ARM {maker} {part}" if maker and part else "")


def cache_bytes(level: int, cpus: Collection[int], root: Path = CPUS) -> int:
    """Bytes of all caches of a level that these processors have; 0 if the system does not say."""
    found = {}
    for cpu in cpus:
        for index in (root / f"cpu{cpu}" / "cache").glob("index*"):
            with suppress(OSError, ValueError):
                kind, at, size, shared = _read(index, "type", "level", "size", "shared_cpu_list")
                if int(at) == level and kind != "Instruction":
                    found[shared] = int(size.removesuffix("K")) * 1024
    if found or root != CPUS:
        return sum(found.values())
    number = re.match(r"\d+", _said(f"L{level} cache"))
    return int(number[0]) if number else 0


def is_virtual(flags: Iterable[str], dmi: Path = DMI) -> bool:
    """Whether this is a virtual machine: by a flag on x86, by systemd or the firmware elsewhere."""
    if "hypervisor" in flags:
        return True
    if system.run(["systemd-detect-virt", "--vm", "--quiet"], timeout=10).returncode == 0:
        return True
    with suppress(OSError):
        return bool(RENTED.search(" ".join(_read(dmi, "sys_vendor", "product_name"))))
    return False


def _read(folder: Path, *names: str) -> list[str]:
    return [(folder / n).read_text(encoding="utf-8").strip() for n in names]


def _said(field: str) -> str:
    """What `lscpu` says of a field, in bytes and in English whatever the user's language."""
    done = system.run(["env", "LC_ALL=C", "lscpu", "-B", "-J"], timeout=10)
    with suppress(ValueError, KeyError, TypeError):
        said: Any = json.loads(done.stdout)["lscpu"]
        return next((i["data"] for i in said if i["field"] == f"{field}:" and i["data"] != "-"), "")
    return ""
