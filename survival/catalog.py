"""Finds the examples: `examples/NAME/problem.py` and its variants, one file each.

Nothing here imports a variant, so that a machine without a GPU can list them all. Problem files
import NumPy only and are loaded, because they know the sizes.
"""

import ast
import hashlib
import importlib
import re
import sys
import types
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from survival import source, system
from survival.errors import CatalogError, known
from survival.records import Device, Precision

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""
EXAMPLES = ROOT / "examples"
RESULTS = ROOT / "results"

LANDING = ("mandelbrot", "array_addition")
"""What `make serve` measures: the examples that the landing page shows."""

LIBRARIES = {
    "python": "Python",
    "numpy": "NumPy",
    "numba": "Numba",
    "cupy": "CuPy",
    "pycuda": "PyCUDA",
    "wgpu": "WebGPU",
    "torch": "PyTorch",
    "keras": "Keras",
    "jax": "JAX",
    "warp": "Warp",
    "triton": "Triton",
    "cudatile": "cuTile",
    "cudacore": "cuda.core",
}
"""Library part of a variant's name, and how a page writes it. The order is that of the tabs."""

TRAITS = {
    "onecore": "one core",
    "rawkernel": "CUDA C kernel",
    "reuse": "output reused",
    "naive": "first version",
    "brute": "brute force",
    "scalar": "one core, no SIMD",
    "simd": "SIMD",
    "tables": "eight tables",
    "perblock": "per block",
    "rows": "row by row",
    "registers": "register tiles",
    "tensorcores": "tensor cores by hand",
    "tf32": "TF32",
    "shared": "shared tile",
    "padded": "padded tile",
    "wide": "wide tile",
    "wideloads": "wide loads",
    "blocks": "in blocks",
    "graph": "CUDA graph",
    "compile": "torch.compile",
    "interpreted": "in its interpreter",
    "channelslast": "channels last",
    "onchip": "passes on chip",
    "registered": "pinned where it lies",
    "everytime": "up and down each pass",
    "written": "written out",
    "half": "half of the cores",
    "two": "two processes",
    "int8": "8-bit weights",
    "int4": "4-bit weights",
    "mxfp4": "MXFP4 weights",
    "integers": "integers multiplied",
    "tensorflow": "on TensorFlow",
    "torch": "on PyTorch",
}
"""Traits whose plain words are not the trait itself."""

PRECISIONS: tuple[Precision, ...] = (
    "float64", "tf32", "float16", "bfloat16", "int8", "int4", "mxfp4",
)  # fmt: skip
"""Traits that say in which precision a variant computes or keeps its weights; else float32."""

PROBLEM_NEEDS = ("UNIT", "SIZES", "TOLERANCE", "ERROR", "make_inputs", "reference", "work")


@dataclass(frozen=True)
class Variant:
    """One file that solves a problem."""

    name: str
    """The file's name without .py: DEVICE_LIBRARY[_TRAIT]."""
    path: Path
    device: Device
    library: str
    traits: tuple[str, ...]
    source: str

    @property
    def precision(self) -> Precision:
        """What the variant computes in. Python's own floats are always float64."""
        return "float64" if self.library == "python" else precision_of(self.traits)

    @property
    def any_accelerator(self) -> bool:
        """Whether it asks PyTorch for the accelerator that is there, and for nothing of CUDA's."""
        return "torch.accelerator" in self.source and "cuda" not in self.source

    @property
    def label(self) -> str:
        """What a page calls it, e.g. "Numba, one core"."""
        words = [TRAITS.get(t, t) for t in self.traits]
        return ", ".join([LIBRARIES[self.library], *words])

    @property
    def title(self) -> str:
        """First line of the docstring."""
        return (ast.get_docstring(ast.parse(self.source)) or "").split("\n")[0]

    @property
    def transfers(self) -> bool:
        """Whether it says how to move data to where it computes."""
        return "to_device" in _functions(self.source)


@dataclass(frozen=True)
class Example:
    """One problem and everything that solves it."""

    name: str
    problem_path: Path
    variants: tuple[Variant, ...]

    def variant(self, name: str) -> Variant:
        """The variant of that name. Raises CatalogError, naming those that exist."""
        for v in self.variants:
            if v.name == name:
                return v
        names = [v.name for v in self.variants]
        raise CatalogError(f"example '{self.name}': " + known("variant", name, names))

    def problem(self) -> Any:
        """The problem's module, as it is on disk. Raises CatalogError if it is not whole."""
        return load_problem(self.problem_path)

    def source_hash(self, variant: Variant) -> str:
        """Sixteen hex digits over the syntax trees of the variant and of its problem files.

        Comments, layout and docstrings do not count: they change no timing.
        """
        return self.source_hashes(variant)[0]

    def source_hashes(self, variant: Variant) -> tuple[str, str]:
        """What `source_hash` says, and what it said for the first records (schema 1)."""
        # A further problem (problem_deep.py) builds on problem.py, so that one counts too.
        problems = sorted({self.problem_path, self.problem_path.parent / "problem.py"})
        files = [*((system.text(p), p) for p in problems), (variant.source, variant.path)]
        return hashed(files)

    def code_hash(self, variant: Variant) -> str:
        """The same over what machine code depends on: for most kernels the variant alone.

        What Numba compiles depends on the types of the inputs too, and so on the problem.
        """
        if variant.library == "numba":
            return self.source_hash(variant)
        return hashed([(variant.source, variant.path)])[0]


def find(root: Path = EXAMPLES) -> dict[str, Example]:
    """All examples under `root` by name, their variants CPU first. Raises CatalogError.

    Their files are published as they are, so that none may be a link to another.
    """
    for path in (*system.content(root, "*"), *system.content(root, "*/*")):
        if path.is_symlink():
            raise CatalogError(f"{path}: a link; put the file itself there")
    examples = {}
    for path in system.content(root, "*/problem*.py"):
        name = path.parent.name + path.stem.removeprefix("problem")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise CatalogError(f"{path}: an example's name is lower case letters, digits and _")
        variants = [_variant(p) for p in system.content(path.parent, "*.py") if not _is_problem(p)]
        order = list(LIBRARIES)
        variants.sort(key=lambda v: (v.device, order.index(v.library), v.traits))
        examples[name] = Example(name, path, tuple(variants))
    return examples


def get(name: str, root: Path = EXAMPLES) -> Example:
    """The example of that name. Raises CatalogError, naming those that exist."""
    examples = find(root)
    if name not in examples:
        raise CatalogError(known("example", name, examples))
    return examples[name]


def load_problem(path: Path) -> Any:
    """Import a problem file inside a package of its own folder, so that `from .problem` works.

    Anew where it, or what it builds on, has changed on disk since the last time.
    """
    files = (path, path.parent / "problem.py")
    return _load_problem(path, tuple(f.read_bytes() for f in files if f.is_file()))


@lru_cache(maxsize=256)  # pages ask for every claim, and every record of every machine
def _load_problem(path: Path, sources: tuple[bytes, ...]) -> Any:
    package = "example_" + hashlib.sha256(str(path.parent).encode()).hexdigest()[:12]
    if package not in sys.modules:
        module = types.ModuleType(package)
        module.__path__ = [str(path.parent)]
        sys.modules[package] = module
    for stem in ("problem", path.stem):
        sys.modules.pop(f"{package}.{stem}", None)  # live reload: the file may have changed
    try:
        problem = importlib.import_module(f"{package}.{path.stem}")
    except Exception as e:  # whatever a contributor's file raises, they need to know which file
        raise CatalogError(f"{path}: cannot be loaded: {type(e).__name__}: {e}") from None
    missing = [n for n in PROBLEM_NEEDS if not hasattr(problem, n)]
    if missing:
        raise CatalogError(f"{path}: lacks {', '.join(missing)}; see CONTRIBUTING.md")
    for name in tolerances(problem):
        if name not in PRECISIONS:
            raise CatalogError(f"{path}: TOLERANCES: " + known("precision", name, PRECISIONS))
    return problem


def precision_of(traits: Iterable[str]) -> Precision:
    """The precision that the words of a program's name say; float32 where none does."""
    words = set(traits)
    return next((p for p in PRECISIONS if p in words), "float32")


def tolerances(problem: Any) -> dict[Precision, float]:
    """The largest errors allowed in those precisions to which TOLERANCE does not apply."""
    return dict(getattr(problem, "TOLERANCES", {}))


def size_label(problem: Any, n: int) -> str:
    """How a page writes a size: the problem's own label, or the number with thin separators."""
    return str(problem.label(n)) if hasattr(problem, "label") else f"{n:,}"


def _is_problem(path: Path) -> bool:
    return path.stem == "problem" or path.stem.startswith("problem_")


def _variant(path: Path) -> Variant:
    device, _, rest = path.stem.partition("_")
    library, *traits = rest.split("_")
    if device not in ("cpu", "gpu") or library not in LIBRARIES:
        raise CatalogError(
            f"{path}: a variant is named DEVICE_LIBRARY[_TRAIT].py, DEVICE cpu or gpu, "
            f"LIBRARY one of {', '.join(LIBRARIES)}"
        )
    written = system.text(path)
    needs = ["run"] if device == "cpu" else ["run", "to_device", "to_host"]
    missing = [n for n in needs if n not in _functions(written, path)]
    if missing:
        raise CatalogError(f"{path}: lacks {', '.join(f'{m}()' for m in missing)}")
    return Variant(path.stem, path, device, library, tuple(traits), written)  # type: ignore[arg-type]


@lru_cache(maxsize=1024)  # every build and every claim about another example asks again
def _functions(source: str, path: Path | None = None) -> frozenset[str]:
    """Names that the module defines at its top level, functions and assignments alike."""
    names = set()
    for node in _parse(source, path).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(t.id for t in node.targets if isinstance(t, ast.Name))
    return frozenset(names)


def _parse(source: str, path: Path | None) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as e:
        raise CatalogError(f"{path}({e.lineno}): {e.msg}") from None


def hashed(files: Iterable[tuple[str, Path]], *more: str) -> tuple[str, str]:
    """Sixteen hex digits over programs (text and path): today's, and those of the first records.

    The latter are over what `ast.unparse` prints, which differs between some versions of Python.
    """
    trees = [tree(text, path) for text, path in files]
    new, old = ("\n".join([*(t[which] for t in trees), *more]) for which in (0, 1))
    digits = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in (new, old)]
    return digits[0], digits[1]


@lru_cache(maxsize=1024)  # every record of every machine is held against today's source
def tree(text: str, path: Path) -> tuple[str, str]:
    """A program as canonical text, without comments, docstrings or layout: today's, and the old."""
    parsed = source.without_docstrings(_parse(text, path))
    return source.canonical(parsed), ast.unparse(parsed)
