"""What every file of results/ is made of: names, bounded numbers, and what no record may be."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from survival.errors import one_line

SCHEMA_VERSION = 1
"""Of a machine and a clock."""
RECORD_VERSIONS = (1, 2)
"""Of a record: what is captured has the last, and the first is read as what it is."""
LOCAL = "local"
"""The folder of results/ that git ignores: what this machine measured for its own reader."""


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(one_line)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Seconds = Annotated[float, Field(gt=0, lt=1e6, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, lt=1e19, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Device = Literal["cpu", "gpu"]
Scope = Literal["compute", "end_to_end", "first_call"]
Precision = Literal["float64", "float32", "tf32", "float16", "bfloat16", "int8", "int4", "mxfp4"]
UNKNOWN_COMMIT = "unknown"
"""Where git could not say: what was measured then belongs to no commit."""
SHORT: dict[Precision, int] = {"float16": 16, "bfloat16": 16, "int8": 8, "int4": 4, "mxfp4": 4}
"""Bits of a stored number, where it is shorter than float32. Scales come on top and are left aside,
since one may be shared by many."""
HALVES: tuple[Precision, ...] = ("float16", "bfloat16")
"""Each of their numbers is a float32 as well: a program may widen it and multiply it as that."""
STORED: tuple[Precision, ...] = ("int8", "int4", "mxfp4")
"""What weights are stored in, and perhaps widened before they are multiplied: by whichever unit."""


STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True, defer_build=True)
"""No unknown fields. What checks a record is built when the first is read: each of a capture's
many processes imports this package, and hardly any of them reads a record."""


class Model(BaseModel):
    """No unknown fields, no change after reading."""

    model_config = STRICT | {"frozen": True}
