"""Times one variant's first call, in a process of its own: from its import to its first result.

Run as `python -m survival.first_call VARIANT_FILE INPUTS_FOLDER N`; prints seconds. It imports
nothing before the clock starts, because that would then be free for the variant. Only the answer
goes to standard output: what the variant prints is for people.
"""

import importlib.util
import os
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    path, folder, n = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    answer = os.dup(1)
    os.dup2(2, 1)
    start = time.perf_counter()
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    variant = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(variant)
    seconds = time.perf_counter() - start
    from survival.capture.worker import (
        load_inputs,  # outside the clock: a reader's data is there already
    )

    inputs = load_inputs(folder, n)
    to_device = getattr(variant, "to_device", lambda *args: args)
    to_host = getattr(variant, "to_host", lambda result: result)
    start = time.perf_counter()
    to_host(variant.run(*to_device(*inputs)))
    os.write(answer, f"{seconds + time.perf_counter() - start}\n".encode())
    os._exit(0)  # some libraries hang when a process ends
