"""What a GPU says of itself after a block of samples: clock rate, and why it is held back."""

from typing import Any

from survival.capture.host import nvidia

SM = 1
"""NVML_CLOCK_SM: the clock of the multiprocessors."""


def gpu_state() -> dict[str, Any]:
    """`clock_mhz` and `throttled` of records.Block, by NVML; None where it does not say."""
    card = nvidia.card()
    mhz = nvidia.ask("nvmlDeviceGetClockInfo", card, SM) if card else None
    reasons = nvidia.ask("nvmlDeviceGetCurrentClocksThrottleReasons", card) if card else None
    return {
        "clock_mhz": None if mhz is None else float(mhz),
        # Bit 0 only says that nothing runs, as is so after the last sample.
        "throttled": None if reasons is None else int(reasons) & ~1,
    }
