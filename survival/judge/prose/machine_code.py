"""H14 in words: what a sentence says of a kernel's machine code.

Seen: an instruction by its name, loads that are on their way, registers, spills, tensor cores that
a kernel uses or not. Not seen: the same in other words.
"""

import re

OPCODE = (
    r"(?:LDG|STG|LDS|STS|LDSM|LDL|STL|LDGSTS|ATOMS|ATOMG|REDG?|HMMA|HGMMA|UTCHMMA|SHFL|MUFU|FFMA)"
    r"(?:\.[A-Z0-9]+)*"
)
"""What nvdisasm calls an instruction that matters here."""
_NUMBER = r"(?:\d+|two|three|four|six|seven|eight|sixteen|most|all|many)"
_ON_THE_WAY = r"(?:on\s+(?:its|their)\s+way|under\s+way|in\s+flight)"
SAYINGS = {
    "It adds by one ATOMS.POPC.INC, which counts.": OPCODE,
    "A thread has four wide loads on their way.": (
        rf"{_NUMBER}\s+(?:\w+\s+){{0,2}}?loads?\s+(?:\w+\s+){{0,4}}?{_ON_THE_WAY}"
    ),
    "Such loads are under way before the first is needed.": (
        rf"loads?\s+(?:\w+\s+){{0,3}}?{_ON_THE_WAY}\s+before"
    ),
    "It takes 40 registers per thread.": r"\d+\s+registers?\s+(?:per|(?:for|in)\s+each|a)\s+thread",
    "It has no spills.": r"(?:no|\d+(?:\s+bytes\s+of)?)\s+spills",
    "Nothing of it is spilled.": r"spilled",
    "None of our kernels uses a tensor core.": (
        r"kernels?\s+(?:\w+\s+){0,3}?uses?\s+(?:\w+\s+){0,2}?tensor\s+cores?"
    ),
    "So we read in the machine code.": (
        r"(?:we|you)\s+(?:read|see|saw)\s+(?:\w+\s+){0,3}?machine\s+code"
    ),
    "The machine code says it.": r"machine\s+code\s+(?:says|shows|has)",
}
"""A sentence that must be found, and the pattern that finds it, and that no other finds."""

_SAID = re.compile(rf"(?<![\w.])(?:{'|'.join(SAYINGS.values())})(?!\w)")


def said(text: str) -> re.Match[str] | None:
    """The first thing that a sentence says of machine code."""
    return _SAID.search(text)
