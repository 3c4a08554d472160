"""What a published capture says of its machine, and how nothing else of it gets into the files.

An error message may hold a path, and a path often holds a name: what identifies is taken out of the
messages of a capture before they are written anywhere.
"""

import getpass
import re
import socket
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from survival import catalog
from survival.records import Cpu, Gpu, Simd

HARDWARE = (
    "nvidia amd intel arm apple cuda gpu cpu nvcc driver kernel device memory host server node "
    "user root admin guest test build runner docker python ubuntu debian fedora jetson colab "
    "jupyter localhost"
)
"""Words of messages that are names of accounts and hosts too."""
MESSAGES = ("reason", "unusable", "timer", "settings", "ceilings_timer")
"""Fields of the records whose text may come from an error message."""


def lines(
    name: str, cpu: Cpu, gpu: Gpu | None, simd: Simd, system: str, libraries: dict[str, str]
) -> str:
    """Everything that the files will say of a machine, for its owner to read first."""
    shown = {
        "processor": _fields(cpu),
        "GPU": _fields(gpu) if gpu else "none",
        "SIMD": _fields(simd),
        "system": system,
        "libraries": ", ".join(f"{k} {v}" for k, v in libraries.items()),
        "and": "the rates, times and errors measured, when (UTC), and the commit of this checkout",
    }
    return "\n".join(
        [
            f"Files in results/{name} will say of this machine:",
            *(f"  {key:<10} {value}" for key, value in shown.items()),
            "They hold no name of a host or user and no serial number, and nothing leaves this "
            "machine until you push it.",
        ]
    )


def _fields(item: Cpu | Gpu | Simd) -> str:
    """Every field, so that one added to the schema is shown as well."""
    found = {k: v for k, v in item.model_dump().items() if v is not None}
    words = []
    for key, value in found.items():
        if key.endswith("_bytes"):
            words.append(f"{key.removesuffix('_bytes')} {value / 2**20:.0f} MiB")
        else:
            words.append(f"{key.replace('_', ' ')} {value}")
    return ", ".join(words)


def masked(item: Any) -> Any:
    """The fields of a record without paths, user and host in its messages."""
    if isinstance(item, dict):
        return {k: _plain(v) if k in MESSAGES else masked(v) for k, v in item.items()}
    return [masked(i) for i in item] if isinstance(item, list) else item


def _plain(item: Any) -> Any:
    if isinstance(item, dict):
        return {k: _plain(v) for k, v in item.items()}
    return mask(item) if isinstance(item, str) else item


def mask(text: str) -> str:
    """The text without what names this checkout, its owner or its host."""
    return _mask(text, *_identities())


def _mask(text: str, paths: Iterable[tuple[str, str]], words: Iterable[tuple[str, str]]) -> str:
    for path, instead in sorted(paths, key=lambda p: -len(p[0])):
        if len(path) > 1:
            text = text.replace(path, instead)
    for word, instead in words:
        if word:
            name = rf"(?<!\w){re.escape(word)}(?!\w)"
            if word.lower() in everyday():  # then it names somebody in a path or an address only
                name = rf"(?<=[/\\~@]){re.escape(word)}(?!\w)|{name}(?=@)"
            text = re.sub(name, instead, text, flags=re.IGNORECASE)
    return text


@cache
def everyday() -> frozenset[str]:
    """Words that messages are made of anyway: modules, packages, and what hardware is called.

    A user may be called like one: `nvidia` on a Jetson, `time`, `ubuntu` on a rented machine.
    """
    modules = {m.lower() for m in (*sys.stdlib_module_names, *packages_distributions())}
    return frozenset(modules) | frozenset(HARDWARE.split())


@cache
def _identities() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Paths, and words, that identify; each with what stands for it."""
    paths = (
        (str(catalog.ROOT), "."),
        (sys.prefix, "VENV"),
        (str(Path.home()), "~"),
    )
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may run as a number without a name
        user = ""
    host = socket.gethostname()
    return paths, ((user, "USER"), (host, "HOST"), (host.partition(".")[0], "HOST"))
