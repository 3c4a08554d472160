"""What programs say, errors and profiles: the programs, what was captured, what is stale."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from survival import catalog, system
from survival.errors import CatalogError, known
from survival.judge.findings import Finding
from survival.judge.pins import Pins
from survival.records import MESSAGES, Message, Results

FOLDERS = ("errors", "profiles")
"""Where the programs lie, within the folder of the examples: what each shows, in that word."""
PACKAGES = {
    "torch": ("torch",),
    "numpy": ("numpy",),
    "nvrtc": ("nvidia-cuda-nvrtc-cu12", "cuda-bindings"),
    "numba": ("numba", "numba-cuda"),
    "cupy": ("cupy-cuda12x", "cupy-cuda13x"),
    "jax": ("jax", "jaxlib"),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "pycuda": ("pycuda",),
    "driver": ("cuda-core",),
}
"""Each library of the programs, and the packages whose versions its messages depend on."""
AGAIN = ".venv/bin/python -m survival messages {}"


@dataclass(frozen=True)
class Program:
    """A program of a few lines that provokes a message, or that profiles some work."""

    library: str
    name: str
    """The file's name without .py, which begins with cpu_ or gpu_: what it needs."""
    path: Path
    source: str

    @property
    def folder(self) -> str:
        """One of FOLDERS."""
        return self.path.parent.parent.name

    @property
    def shown(self) -> str:
        """Where a reader finds it."""
        return f"examples/{self.folder}/{self.key}.py"

    @property
    def key(self) -> str:
        """What a page calls it: LIBRARY/NAME."""
        return f"{self.library}/{self.name}"

    @property
    def text(self) -> str:
        """The words that the program must say, which are its title."""
        return (
            (ast.get_docstring(ast.parse(self.source)) or "").partition("\n")[0].removesuffix(".")
        )

    @property
    def needs_gpu(self) -> bool:
        """Whether the message comes on a machine with a GPU only."""
        return self.name.startswith("gpu_")

    @property
    def source_hash(self) -> str:
        """Sixteen hex digits over its syntax tree; the text that it must provoke counts too."""
        return catalog.hashed([(self.source, self.path)], self.text)[0]


def programs(examples: Path = catalog.EXAMPLES) -> dict[str, Program]:
    """All programs by key. Raises CatalogError for one whose name or title is not understood."""
    found: dict[str, Program] = {}
    for path in (p for f in FOLDERS for p in system.content(examples / f, "*/*.py")):
        program = _program(path)
        if program.key in found:
            raise CatalogError(f"{path}: {found[program.key].path} has that name already")
        found[program.key] = program
    return found


def _program(path: Path) -> Program:
    stat = path.lstat()
    if path.is_symlink():
        raise CatalogError(f"{path}: a link; put the file itself there")
    return _read(path, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=1024)  # the page asks for every one of its messages
def _read(path: Path, _stamp: tuple[int, int]) -> Program:
    program = Program(path.parent.name, path.stem, path, system.text(path))
    if not re.fullmatch(r"(cpu|gpu)_[a-z0-9_]+", program.name):
        raise CatalogError(f"{path}: a program whose words are kept is named cpu_… or gpu_…")
    if program.library not in PACKAGES:
        raise CatalogError(f"{path}: " + known("library", program.library, PACKAGES))
    if not program.text:
        raise CatalogError(f"{path}: its first line is the text that it must say, and it has none")
    return program


def get(key: str, examples: Path = catalog.EXAMPLES) -> Program:
    """The program of that key. Raises CatalogError, naming those that exist."""
    found = programs(examples)
    if key not in found:
        raise CatalogError(known("message", key, found))
    return found[key]


def of(results: Results, program: Program) -> Message | None:
    """What was captured of a program, if anything."""
    record = results.messages.get(program.library)
    found = record.messages if record else []
    return next((m for m in found if m.name == program.name), None)


def why_stale(message: Message, program: Program, pins: Pins) -> str:
    """H12: why it is not what would be said today, as "captured ..." goes on; empty if it is."""
    if message.source_hash != program.source_hash:
        return "from an older version of the program"
    for package, had in message.libraries.items():
        pinned = pins.get(package, frozenset())
        # What follows a + tells two builds of one version apart, such as 2.13.0+cpu.
        if pinned and had.partition("+")[0] not in pinned:
            return f"with {package} {had}, pinned is {' or '.join(sorted(pinned))}"
    return ""


def outdated(results: Results, examples: Path, pins: Pins) -> dict[str, list[str]]:
    """H12: by library, a line for each message that is old, or that no program has said yet.

    What needs a GPU counts once it was captured on one.
    """
    found: dict[str, list[str]] = {}
    for program in programs(examples).values():
        message = of(results, program)
        why = why_stale(message, program, pins) if message else ""
        if why:
            found.setdefault(program.library, []).append(f"{program.name}: captured {why}")
        elif message is None and not program.needs_gpu:
            found.setdefault(program.library, []).append(f"{program.name}: not captured")
    return found


def judge_messages(results: Results, examples: Path, pins: Pins) -> Iterator[Finding]:
    """H12 over what programs said. What has no program any more fails."""
    known_ones = programs(examples)
    for library, record in results.messages.items():
        for message in record.messages:
            if f"{library}/{message.name}" not in known_ones:
                says = (
                    f"{message.name}: there is no such program any more; `{AGAIN.format(library)}`"
                )
                yield Finding("H12", record.path, says, "fail")
    for library, lines in outdated(results, examples, pins).items():
        for line in lines:
            says = f"{line}; `{AGAIN.format(library)}` does it"
            yield Finding("H12", f"results/{MESSAGES}/{library}.json", says, "mark")
