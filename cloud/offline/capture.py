"""On a GPU machine without a network: environment, doctor, clocks, tests, captures by example.

    python3 cloud/offline/capture.py --seconds 540

One line for each step. What takes longer than there is time for is ended, and what is finished is
kept: called again it goes on there, also on another such machine to which `results/local` and
`offline` were brought. At the end all of it is packed into one archive, in the folder $OUT or here.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOG = Path("offline", "log")
RESULTS = Path("results", "local")
PACKING = 15
"""Seconds that are kept for packing."""
GRACE = 10
"""Seconds in which a step that was told to end may put away what it has."""
CPU_SECONDS, GPU_SECONDS, PYTHON_SECONDS, FIRST_CALL_SECONDS, CEILING_SECONDS = 12, 24, 40, 18, 30
"""Guesses of what each program adds to a full capture, and of what every capture begins with. On
two cores without a GPU, the first and the third were about right; no GPU has been asked yet."""
SHOWN = re.compile(r": recorded in |FAILED|^error|rule|warning|no CUDA device|interrupted")
"""Lines of a capture that are worth seeing while it runs."""


class Steps:
    """Runs one step after the other while there is time, and remembers what failed."""

    def __init__(self, root: Path, seconds: float) -> None:
        self.root, self.began, self.seconds = root, time.monotonic(), seconds
        self.failed: list[str] = []
        (root / LOG).mkdir(parents=True, exist_ok=True)
        # Who starts us in the background ignores it, and what we start would do the same. To be
        # told to end is the same as Ctrl-C: what was started ends, what is finished is packed.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)

    def left(self) -> float:
        """Seconds until the results must be packed."""
        return self.seconds - PACKING - (time.monotonic() - self.began)

    def say(self, what: str) -> None:
        """One line, with the seconds since the beginning."""
        print(f"{time.monotonic() - self.began:5.0f} s  {what}", flush=True)

    def step(self, name: str, command: list[str], most: float, once: bool = False) -> bool:
        """Run it for `most` seconds at the longest; returns whether it has ended well.

        What it says goes to a file of the log. A step that is wanted `once` is passed over where it
        has ended well before.
        """
        log, done = self.root / LOG / f"{name}.txt", self.root / LOG / f"{name}.done"
        if once and done.exists():
            self.say(f"{name}: done before")
            return True
        done.unlink(missing_ok=True)
        allowed = min(most, self.left() - GRACE)
        if allowed <= 0:
            self.say(f"{name}: no time left")
            self.failed.append(name)
            return False
        start = time.monotonic()
        code = self._run(command, log, allowed)
        took = time.monotonic() - start
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = f": {lines[-1][:150]}" if lines else ""  # such as "256 skipped", which is no success
        if code == 0:
            done.touch()
            self.say(f"{name}: done in {took:.0f} s{last}")
            return True
        why = "no time left" if code is None else f"ended with {code}"
        self.say(f"{name}: {why} after {took:.0f} s{last}")
        self.failed.append(name)
        return False

    def _run(self, command: list[str], log: Path, allowed: float) -> int | None:
        """The exit code, or None if it had to be ended: interrupted first, as by Ctrl-C."""
        # A group of its own, so that its workers end with it.
        process = subprocess.Popen(
            command,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            encoding="utf-8",
            errors="replace",
        )
        reader = threading.Thread(target=self._read, args=(process, log), daemon=True)
        reader.start()
        code: int | None = None
        try:
            code = process.wait(allowed)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            reader.join(timeout=5)
        return code

    def _read(self, process: subprocess.Popen[str], log: Path) -> None:
        assert process.stdout is not None
        with process.stdout as said, log.open("w", encoding="utf-8") as file:
            for line in said:
                file.write(line)
                file.flush()
                if SHOWN.search(line):
                    self.say(f"  {line.strip()[:150]}")

    def pack(self, out: Path) -> Path:
        """All that was measured and said, in one file that is unpacked over a checkout."""
        path = out / "offline-capture.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for folder in (LOG, RESULTS):
                if (self.root / folder).exists():
                    archive.add(self.root / folder, arcname=str(folder))
            for wheel in sorted((self.root / "offline" / "wheels").glob("pycuda-*.whl")):
                archive.add(wheel, arcname=str(wheel.relative_to(self.root)))
        return path


def order(root: Path) -> list[str]:
    """Every example's name, the most wanted ones first."""
    said = (root / "cloud" / "offline" / "order.txt").read_text(encoding="utf-8")
    first = [line for line in said.splitlines() if line and not line.startswith("#")]
    every = sorted(
        path.parent.name + path.stem.removeprefix("problem")
        for path in (root / "examples").glob("*/problem*.py")
    )
    return [n for n in first if n in every] + [n for n in every if n not in first]


def captured(root: Path, name: str) -> bool:
    """Whether a full record of that example is here; whether it is fresh, the capture says."""
    try:
        record = json.loads((root / RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(record.get("mode") == "full")


def guess(root: Path, name: str) -> float:
    """Seconds that the full capture of an example may take, by its programs."""
    problem = next(
        path
        for path in (root / "examples").glob("*/problem*.py")
        if path.parent.name + path.stem.removeprefix("problem") == name
    )
    programs = [path.stem for path in problem.parent.glob("[cg]pu_*.py")]
    first_calls = "FIRST_CALL_SIZE" in problem.read_text(encoding="utf-8")
    return (
        CPU_SECONDS  # one program is measured twice
        + sum(CPU_SECONDS if p.startswith("cpu") else GPU_SECONDS for p in programs)
        + PYTHON_SECONDS * ("cpu_python" in programs)
        + FIRST_CALL_SECONDS * len(programs) * first_calls
    )


def fitting(root: Path, names: list[str], seconds: float) -> list[str]:
    """Those that can be captured in that time, by our guess, the most wanted ones first.

    A capture that is cut off in the middle of an example has measured it for nothing.
    """
    left, found = seconds - CEILING_SECONDS, []
    for name in names:
        if guess(root, name) <= left:
            left -= guess(root, name)
            found.append(name)
    return found


def main(words: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the steps; 1 if one of them failed or found no time."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=float, default=540, help="for all of it (540)")
    options.add_argument("--only", nargs="*", default=[], help="capture these examples only")
    given = options.parse_args(words)
    steps = Steps(root, given.seconds)
    try:
        every_step(steps, given)
    except KeyboardInterrupt:
        steps.failed.append("the rest: interrupted")
    path = steps.pack(Path(os.environ.get("OUT") or root))
    steps.say(f"packed: {path.name}, {path.stat().st_size / 2**20:.1f} MiB")
    steps.say(f"not done: {', '.join(steps.failed)}" if steps.failed else "all done")
    return 1 if steps.failed else 0


def every_step(steps: Steps, given: argparse.Namespace) -> None:
    """All of them, in the order of what is worth most where time is short."""
    root = steps.root
    python = str(root / ".venv-offline" / "bin" / "python")
    survival = [python, "-m", "survival"]
    # That machine's plug-ins and libraries, of versions that we did not choose, may warn of what is
    # no fault of ours: only two plug-ins are loaded, and a warning is shown but is no error.
    plugins = ["env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", python, "-m", "pytest", "-q"]
    plugins += ["-W", "default"]
    plugins += ["-p", "pytest_codeblocks.plugin", "-p", "xdist.plugin", "-n", "4", "-m", "gpu"]
    tests = ["tests/examples", "tests/survival/capture/test_gpu.py"]
    if steps.step("environment", [str(root / "cloud" / "offline" / "environment")], 240):
        # Which checks the clocks too; the captures below take it again in full.
        quick = ["capture", "array_addition", "--quick"]
        steps.step("doctor", [*survival, "doctor"], 120)
        steps.step("quick", [*survival, *quick], 120, once=True)
        steps.step("tests", [*plugins, *tests], 200, once=True)
        wanted = given.only or [n for n in order(root) if not captured(root, n)]
        while wanted and (now := fitting(root, wanted, steps.left() - GRACE)):
            steps.step("captures", [*survival, "capture", *now], 1e9)
            wanted = [n for n in wanted if n not in now]
        if wanted:
            steps.say(f"no time for: {', '.join(wanted)}")
            steps.failed.append(f"{len(wanted)} examples")


if __name__ == "__main__":
    sys.exit(main())
