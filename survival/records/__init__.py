"""What capture writes and all else reads: results/MACHINE/machine.json, clock.json, EXAMPLE.json.

And results/compiled/EXAMPLE.json and results/messages/LIBRARY.json, which are of no machine.

A record may come from a stranger's machine, so nothing in it is trusted further than this schema:
names are short and plain, numbers are finite and bounded, text is bounded (and escaped wherever it
is shown). All times are in seconds, sizes of memory in bytes, rates in units per second.
"""

from survival.records.ceilings import Ceilings, MemoryRate, OperationRate, TransferRate
from survival.records.clock import CLOCK_FILE, Clock, ClockTask, Reading
from survival.records.compiled import COMPILED, Compiled, Kernel, Kernels, Line
from survival.records.example import (
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
    read_capture,
    read_clock,
    read_compiled,
    read_machine,
    read_messages,
    read_record,
    read_results,
    write,
)
from survival.records.machine import Cpu, Gpu, Machine, Repeatability
from survival.records.messages import MESSAGES, Message, Messages

__all__ = [
    "CLOCK_FILE", "COMPILED", "LOCAL", "MESSAGES", "NOT_EXAMPLES", "SCHEMA_VERSION",
    "UNKNOWN_COMMIT",
    "Block", "Ceilings", "Check", "Clock", "ClockTask", "Compiled", "Cpu", "Device", "Gpu",
    "Kernel", "Kernels", "LeftOut", "Limit", "Line", "Machine", "MemoryRate", "Message",
    "Messages", "Model", "OperationRate", "Precision", "Reading", "Record", "Repeatability",
    "Results", "Round", "Scope", "Size", "SizeLeftOut", "Timing", "TransferRate", "Variant",
    "is_dirty", "read_capture", "read_clock", "read_compiled", "read_machine", "read_messages",
    "read_record", "read_results", "write",
]  # fmt: skip
