"""Runs a program that is checked, in a process of its own: `python -m survival.check.worker FILE`.

Questions come on standard input and answers go to standard output, as pickles. What the program
prints goes to standard error. Nothing here knows the right answer, so that the program cannot.
"""

import importlib.util
import io
import os
import pickle
import statistics
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from survival.check import memory

AT_LEAST, AT_MOST, SPAN = 5, 200, 0.2
"""Calls that are timed, and for how many seconds if they are short."""


class Program:
    """The program, and what it was last given."""

    def __init__(self, path: Path) -> None:
        """Import it, with its own folder on the path."""
        sys.path.insert(0, str(path.parent))
        if os.environ.get(memory.NO_POOL) == "1":
            memory.without_pool()
        memory.watch()
        spec = importlib.util.spec_from_file_location("program", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["program"] = module  # what it defines can be pickled and found
        spec.loader.exec_module(module)
        self.module = module
        self.given: list[Any] = []
        self.simulator: Any = None
        if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1" and "numba.cuda" in sys.modules:
            from survival.check import simulator

            self.simulator = simulator.Simulator()

    def has(self, name: str) -> bool:
        """Whether it defines such a function."""
        return callable(getattr(self.module, name, None))

    def device(self, given: list[Any]) -> Any:
        """The inputs where it wants them."""
        return self.module.to_device(*given) if self.has("to_device") else tuple(given)

    def host(self, result: Any) -> list[Any]:
        """What it returned, as arrays of the host."""
        if self.has("to_host"):
            result = self.module.to_host(result)
        many = result if isinstance(result, (tuple, list)) else (result,)
        if isinstance(result, list) and not any(hasattr(r, "shape") for r in result):
            many = (np.array(result),)
        return [on_host(r) for r in many]

    def run(self, given: list[Any], fill: str, in_place: bool, times: int) -> dict[str, Any]:
        """Call it `times` times on the same inputs; `in_place` puts them into the last call's."""
        if in_place and self.given:
            for k, new in enumerate(given):
                if isinstance(new, np.ndarray):
                    np.copyto(self.given[k], new)
                else:
                    self.given[k] = new
        else:
            self.given = [g.copy() if isinstance(g, np.ndarray) else g for g in given]
        if self.simulator:
            self.simulator.begin()
        with memory.filled(fill):
            placed = self.device(self.given)
            # What to_device adds, such as room for the result, is not among the inputs.
            like = [same(p, g) for p, g in zip(placed, given, strict=False)]
            results = []
            for _ in range(times):
                before = threading.active_count()
                result = self.module.run(*placed)
                results.append(self.host(result))
                if threading.active_count() > before:
                    time.sleep(0.05)
        late = not all(
            map(same, results[-1], self.host(result) if not self.has("to_host") else results[-1])
        )
        changed = [
            k
            for k, (mine, was) in enumerate(zip(self.given, given, strict=True))
            if not same(mine, was)
        ]
        changed += [
            k
            for k, p in enumerate(placed[: len(given)])
            if like[k] and k not in changed and not same(p, given[k])
        ]
        found = self.simulator.end() if self.simulator else {}
        return {"results": results, "changed": changed, "late": late, **found}

    def timed(self, given: list[Any]) -> dict[str, Any]:
        """How long a call takes until it returns and until its work is done, and what it claims."""
        placed = self.device(given)
        wait = waits(lambda r: r if isinstance(r, np.ndarray | np.generic) else self.host(r))
        wait(self.module.run(*placed))
        returned: list[float] = []
        done: list[float] = []
        begun = time.perf_counter()
        while len(done) < AT_LEAST or (time.perf_counter() - begun < SPAN and len(done) < AT_MOST):
            begin = time.perf_counter()
            result = self.module.run(*placed)
            returned.append(time.perf_counter() - begin)
            wait(result)
            done.append(time.perf_counter() - begin)
            if time.perf_counter() - begun > 10 * SPAN:
                break
        claimed = self.module.seconds(*given) if self.has("seconds") else None
        return {
            "returned": statistics.median(returned),
            "done": statistics.median(done),
            "shortest": min(done),
            "claimed": None if claimed is None else float(claimed),
        }

    def baseline(self, given: list[Any]) -> float | None:
        """Seconds of what its author compares it with; the better of two calls."""
        if not self.has("baseline"):
            return None
        took = []
        for _ in range(2):
            begin = time.perf_counter()
            self.host(self.module.baseline(*given))
            took.append(time.perf_counter() - begin)
        return min(took)


def on_host(value: Any) -> Any:
    """An array of any library as one of NumPy's, a copy; numbers as they are."""
    for name in ("copy_to_host", "get", "detach"):
        if not isinstance(value, np.ndarray) and hasattr(value, name):
            value = getattr(value, name)()
    if hasattr(value, "cpu"):
        value = value.cpu().numpy()
    return np.array(value)


def same(a: Any, b: Any) -> bool:
    """Whether two inputs hold the same; what is no array of numbers is taken to."""
    try:
        x, y = on_host(a), on_host(b)
    except Exception:  # whatever a program passes to itself
        return True
    return bool(x.shape == y.shape and x.tobytes() == y.tobytes())


def waits(host: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What waits for the work of a call: of a GPU its synchronisation, else its result."""
    loaded: dict[str, Any] = dict(sys.modules)
    cupy, torch, cuda = (loaded.get(n) for n in ("cupy", "torch", "numba.cuda"))
    if cupy:
        return lambda _: cupy.cuda.Device().synchronize()
    if torch and torch.cuda.is_available():
        return lambda _: torch.cuda.synchronize()
    if cuda and os.environ.get("NUMBA_ENABLE_CUDASIM") != "1" and cuda.is_available():
        return lambda _: cuda.synchronize()
    return host


def answer(program: Program, question: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question; what the program raised is one as well."""
    ask: dict[str, Callable[..., Any]] = {
        "run": program.run,
        "timed": program.timed,
        "baseline": program.baseline,
    }
    try:
        found = ask[question.pop("do")](**question)
        return found if isinstance(found, dict) else {"seconds": found}
    except KeyboardInterrupt:
        raise
    except BaseException as e:  # whatever a stranger's program raises
        if program.simulator:
            program.simulator.end()
        said = " ".join(str(e).split())
        return {"raised": type(e).__name__, "said": said}


def read(stream: IO[bytes]) -> Any:
    """The next message; None at the end."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    return pickle.loads(stream.read(struct.unpack("<q", head)[0]))


def write(stream: IO[bytes], message: Any) -> None:
    """Send a message. Raises OSError where nobody listens."""
    body = pickle.dumps(message, protocol=5)
    stream.write(struct.pack("<q", len(body)) + body)
    stream.flush()


def main() -> None:
    """Answer until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdin, questions = io.StringIO(), sys.stdin.buffer
    try:
        program = Program(Path(sys.argv[1]))
    except BaseException as e:
        write(answers, {"raised": type(e).__name__, "said": " ".join(str(e).split())})
        return
    names = ("run", "seconds", "baseline")
    write(answers, {"has": [n for n in names if program.has(n)], "sim": bool(program.simulator)})
    while (question := read(questions)) is not None:
        write(answers, answer(program, question))


if __name__ == "__main__":
    main()
