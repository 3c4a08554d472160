"""What a GPU says of itself after a block of samples: clock rate, and why it is held back."""

from typing import Any

from survival.capture.host import nvidia


def gpu_state() -> dict[str, Any]:
    """`clock_mhz` and `throttled` of records.Block, by NVML; both None where it does not say."""
    try:
        import pynvml

        card = nvidia.handle()
        mhz = pynvml.nvmlDeviceGetClockInfo(card, pynvml.NVML_CLOCK_SM)
        reasons = pynvml.nvmlDeviceGetCurrentClocksThrottleReasons(card)
    except Exception:
        # No library, no driver, or a card that does not tell: the samples are good without it, and
        # each has exceptions of its own.
        return {"clock_mhz": None, "throttled": None}
    # Bit 0 only says that nothing runs, as is so after the last sample.
    return {"clock_mhz": float(mhz), "throttled": int(reasons) & ~1}
