"""What capture writes and all else reads: results/MACHINE/machine.json, clock.json, EXAMPLE.json.

And what is of no machine: results/compiled/, browser/, messages/ and installs/.

A record may come from a stranger's machine, so nothing in it is trusted further than this schema:
names are short and plain, numbers are finite and bounded, text is bounded (and escaped wherever it
is shown). All times are in seconds, sizes of memory in bytes, rates in units per second.
"""

from survival.records.browser import BROWSER, Browser
from survival.records.ceilings import (
    BEFORE,
    Ceilings,
    MemoryRate,
    OperationRate,
    Reached,
    TransferRate,
    Tried,
    Try,
)
from survival.records.clock import CLOCK_FILE, Clock, ClockTask, Reading
from survival.records.compiled import COMPILED, Compiled, Kernel, Kernels, Line
from survival.records.drawn.energy import ENERGY_FILE, Energy
from survival.records.example import (
    EMPTIED,
    Block,
    Check,
    LeftOut,
    Limit,
    Record,
    Round,
    Size,
    SizeLeftOut,
    Timing,
    Variant,
    is_dirty,
)
from survival.records.fields import (
    LOCAL,
    SCHEMA_VERSION,
    UNKNOWN_COMMIT,
    Device,
    Model,
    Precision,
    Scope,
)
from survival.records.files import (
    NOT_EXAMPLES,
    Results,
    misfit,
    read_browser,
    read_capture,
    read_clock,
    read_compiled,
    read_energy,
    read_installs,
    read_machine,
    read_messages,
    read_record,
    read_repeats,
    read_results,
    write,
)
from survival.records.installs import INSTALLS, LINUX, Install, Installs, Package
from survival.records.machine import Cpu, Gpu, Machine, Repeatability, Simd
from survival.records.messages import MESSAGES, Message, Messages
from survival.records.repeats import REPEATS_FILE, Ends, Repeated, Repeats
from survival.records.use import GpuUse

__all__ = [
    "BEFORE", "BROWSER", "CLOCK_FILE", "COMPILED", "EMPTIED", "ENERGY_FILE", "INSTALLS", "LINUX",
    "LOCAL", "MESSAGES", "NOT_EXAMPLES", "REPEATS_FILE", "SCHEMA_VERSION", "UNKNOWN_COMMIT",
    "Block", "Browser", "Ceilings", "Check", "Clock", "ClockTask", "Compiled", "Cpu", "Device",
    "Ends", "Energy", "Gpu", "GpuUse", "Install", "Installs", "Kernel", "Kernels", "LeftOut",
    "Limit", "Line", "Machine", "MemoryRate", "Message", "Messages", "Model", "OperationRate",
    "Package", "Precision", "Reached", "Reading", "Record",
    "Repeatability", "Repeated", "Repeats", "Results", "Round", "Scope", "Simd", "Size",
    "SizeLeftOut",
    "Timing", "TransferRate",
    "Tried", "Try", "Variant",
    "is_dirty", "misfit", "read_browser", "read_capture", "read_clock", "read_compiled",
    "read_energy", "read_installs", "read_machine", "read_messages",
    "read_record", "read_repeats", "read_results", "write",
]  # fmt: skip
