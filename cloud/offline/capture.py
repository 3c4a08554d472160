"""On a GPU machine without a network: environment, doctor, tests, clocks, and captures by example.

    python3 cloud/offline/capture.py --seconds 540

One line for each step. What takes longer than there is time for is ended, and what is finished is
kept: called again it goes on there, also on another such machine to which `results/local` and
`offline` were brought. At the end all of it is packed into one archive, in the folder $OUT or here.
"""

import argparse
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
SHOWN = re.compile(r": recorded in |FAILED|^error|rule|warning|no CUDA device|interrupted")
"""Lines of a capture that are worth seeing while it runs."""


class Steps:
    """Runs one step after the other while there is time, and remembers what failed."""

    def __init__(self, root: Path, seconds: float) -> None:
        self.root, self.began, self.seconds = root, time.monotonic(), seconds
        self.failed: list[str] = []
        (root / LOG).mkdir(parents=True, exist_ok=True)
        # Who starts us in the background ignores it, and programs that we start would do the same.
        signal.signal(signal.SIGINT, signal.default_int_handler)

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
        if code == 0:
            done.touch()
            self.say(f"{name}: done in {took:.0f} s")
            return True
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        why = "no time left" if code is None else f"ended with {code}"
        self.say(f"{name}: {why} after {took:.0f} s: {lines[-1][:150] if lines else ''}")
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


def main(words: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the steps; 1 if one of them failed or found no time."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=float, default=540, help="for all of it (540)")
    options.add_argument("--only", nargs="*", default=[], help="capture these examples only")
    options.add_argument("--force", action="store_true", help="measure fresh ones again")
    given = options.parse_args(words)
    steps = Steps(root, given.seconds)
    python = str(root / ".venv-offline" / "bin" / "python")
    survival = [python, "-m", "survival"]
    # Only what the tests name: other plug-ins of that machine's pytest may warn, which is an error.
    plugins = ["env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", python, "-m", "pytest", "-q"]
    plugins += ["-p", "pytest_codeblocks", "-p", "xdist", "-n", "4", "-m", "gpu"]
    tests = ["tests/examples", "tests/survival/capture/test_gpu.py"]
    if steps.step("environment", [str(root / "cloud" / "offline" / "environment")], 240):
        quick = ["capture", "array_addition", "--quick", "--force", "--into", "offline/log/quick"]
        steps.step("doctor", [*survival, "doctor"], 120)
        steps.step("quick", [*survival, *quick], 90, once=True)
        steps.step("clock", [*survival, "clock"], 60, once=True)
        steps.step("tests", [*plugins, *tests], 200, once=True)
        names = given.only or order(root)
        steps.step("captures", [*survival, "capture", *["--force"] * given.force, *names], 1e9)
    path = steps.pack(Path(os.environ.get("OUT") or root))
    steps.say(f"packed: {path.name}, {path.stat().st_size / 2**20:.1f} MiB")
    steps.say(f"not done: {', '.join(steps.failed)}" if steps.failed else "all done")
    return 1 if steps.failed else 0


if __name__ == "__main__":
    sys.exit(main())
