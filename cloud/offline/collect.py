"""Collects what a GPU machine without a network lacks, here where there is one, into `offline/`.

    .venv/bin/python cloud/offline/collect.py --python 3.12 --has THERE.txt

THERE.txt is what `python3 -m pip list --format=freeze` says on that machine, or names alone;
without it everything is collected. Wheels are those of requirements*.txt, held against their
hashes; PyCUDA comes as its source, and is built there, unless `--build` names a Python of that
version here.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-gpu.txt")
FROM_SOURCE = "pycuda"
GLIBC = range(5, 35)
"""Minor versions of the C library whose wheels a machine of 2022 and later can use."""
PINNED = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+?))?"
    r"(?P<hashes>(?: \\\n +--hash=\S+)+)$",
    re.MULTILINE,
)


def pins(text: str, environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(name, line with version and hashes) of a lock's packages that such a Python installs."""
    for found in PINNED.finditer(text):
        name = canonicalize_name(found["name"])
        requirement = Requirement(name + (f"; {found['marker']}" if found["marker"] else ""))
        if requirement.marker is None or requirement.marker.evaluate(environment):
            hashes = " ".join(re.findall(r"--hash=\S+", found["hashes"]))
            yield name, f"{name}=={found['version']} {hashes}"


def lacking(needs: str, has: str) -> list[str]:
    """Names that are needed and not there, or there in a version that is too old or not told."""
    there: dict[str, str] = {}
    for line in has.splitlines():
        name, _, version = line.strip().partition("==")
        if name and not name.startswith("#"):
            # CuPy is one library in a package for each CUDA.
            name = re.sub(r"^cupy(-cuda\d+x)?$", "cupy-cuda12x", canonicalize_name(name))
            there[name] = version
    wanted = []
    for line in needs.splitlines():
        if not line or line.startswith("#"):
            continue
        requirement = Requirement(line)
        version = there.get(requirement.name)
        fits = version is not None and (
            not requirement.specifier
            or bool(version and requirement.specifier.contains(version, prereleases=True))
        )
        if not fits:
            wanted.append(requirement.name)
    return wanted


def pip(*words: str) -> None:
    """Run pip of this Python; it says itself what it cannot find."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, env=os.environ | {"PIP_REQUIRE_VIRTUALENV": "0"})


def download(names: list[str], python: str, arch: str, wheels: Path) -> None:
    """Fetch a wheel for each name, and PyCUDA's source. Ends with one line where one is missing."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": arch,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "os_name": "posix",
    }
    found: dict[str, str] = {}
    for lock in LOCKS:
        found.update(pins((ROOT / lock).read_text(encoding="utf-8"), environment))
    if missing := [name for name in names if name not in found]:
        sys.exit(f"{', '.join(LOCKS)} pin no {', '.join(missing)} for Python {python}")
    wanted = wheels.parent / "wanted.txt"
    options = ["download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(wheels)]
    platforms = [f"manylinux_2_{n}_{arch}" for n in reversed(GLIBC)] + [f"manylinux2014_{arch}"]
    platforms = [word for name in platforms for word in ("--platform", name)]
    there = ["--python-version", python, "--implementation", "cp", *platforms]
    wanted.write_text("\n".join(found[n] for n in names if n != FROM_SOURCE), encoding="utf-8")
    pip(*options, "--only-binary", ":all:", *there, "-r", str(wanted))
    if FROM_SOURCE in names:
        wanted.write_text(found[FROM_SOURCE], encoding="utf-8")
        pip(*options, "--no-binary", ":all:", "--no-build-isolation", "-r", str(wanted))
    wanted.unlink()


def commit(into: Path) -> None:
    """Write down what git says of this commit's programs, for a checkout that git cannot read."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)
        return done.stdout

    folders = ("examples", "survival")
    if git("status", "--porcelain", "--untracked-files=all", "--", *folders):
        print("warning: examples/ or survival/ has changes that are not committed", file=sys.stderr)
    listed = git("ls-tree", "-r", "--full-tree", "HEAD", "--", *folders)
    (into / "commit.txt").write_text(git("rev-parse", "HEAD") + listed, encoding="utf-8")


def main(words: list[str] | None = None) -> None:
    """Collect; a failure of pip or git is theirs to explain."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--python", required=True, help="its version there, such as 3.12")
    options.add_argument("--arch", default="x86_64", help="its processor's: x86_64 or aarch64")
    options.add_argument("--has", type=Path, help="what that Python has: pip list --format=freeze")
    options.add_argument("--build", help="build PyCUDA here already, with this Python")
    options.add_argument("--into", type=Path, default=ROOT / "offline")
    given = options.parse_args(words)
    wheels = given.into / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    for old in wheels.iterdir():
        old.unlink()
    has = given.has.read_text(encoding="utf-8") if given.has else ""
    names = lacking((Path(__file__).parent / "needs.txt").read_text(encoding="utf-8"), has)
    try:
        commit(given.into)
        download(names, given.python, given.arch, wheels)
        if given.build:
            script = Path(__file__).parent / "build-pycuda"
            subprocess.run([script, given.build, wheels], check=True)
    except subprocess.CalledProcessError as e:
        sys.exit(f"{' '.join(map(str, e.cmd[:4]))} ... ended with {e.returncode}; see above")
    size = sum(f.stat().st_size for f in wheels.iterdir()) / 2**20
    print(f"{len(list(wheels.iterdir()))} files, {size:.0f} MiB, in {wheels}")


if __name__ == "__main__":
    main()
