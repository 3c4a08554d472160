# %% [markdown]
# # Measure an example on your GPU
#
# Any example of the guide, with all its programs, on the machine that this notebook runs on: in
# Colab, Kaggle or molab, or at home. Each program is checked against the right answer before it is
# timed. At the end you can make the whole capture and pack the records, so that the guide shows
# your machine too.
#
# <!-- not a measurement: a rough guide -->
# It takes a few minutes for one example, most of them to install what the programs need, and the
# better part of an hour for the whole capture. In Colab, choose a GPU first: Runtime, Change
# runtime type. **Nobody has run this notebook on a GPU yet.** Its parts are tested without one.

# %%
EXAMPLE = "array_addition"  # @param {type:"string"}
# Where the guide lies, as a browser shows it: https://github.com/OWNER/NAME
REPO_URL = ""  # @param {type:"string"}

# %% [markdown]
# ## 1. Get the guide, and what its programs need

# %%
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ADDRESS = (REPO_URL or os.environ.get("REPO_URL", "")).rstrip("/")
GUIDE = Path("guide")


def command(*words, cwd=None):
    """Run a command and show what it says as it says it; whether it went well."""
    with subprocess.Popen(
        words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        for line in running.stdout:
            print(line, end="")
    return running.returncode == 0


def get_guide(address=ADDRESS, folder=GUIDE):
    """Clone the guide, or say what is missing; whether it is there."""
    if (folder / "examples").is_dir():
        print(f"The guide is already in {folder}/.")
    elif not address:
        print("Write the guide's address into REPO_URL in the first cell, and run both again.")
        return False
    elif not command("git", "clone", "--quiet", "--depth", "1", address, str(folder)):
        print(f"{address} could not be cloned: is it the address of the guide?")
        return False
    return True


def prepare(folder=GUIDE):
    """What `make` needs and a cloud's image may lack; what is done about it, in one line."""
    if sys.platform == "linux" and not shutil.which("nvidia-smi"):
        print("No NVIDIA GPU is here: programs for the CPU will be measured, and no others.")
    elif not shutil.which("nvcc"):
        toolkit = Path("/usr/local/cuda/bin")
        if (toolkit / "nvcc").exists():
            os.environ["PATH"] += f":{toolkit}"
        else:
            print("The CUDA toolkit (nvcc) is not here: programs for the GPU will be left out.")
    if subprocess.run(
        [sys.executable, "-c", "import ensurepip, venv"], capture_output=True
    ).returncode:
        print("This Python cannot make an environment; installing python3-venv.")
        command("apt-get", "install", "--yes", "--quiet", "python3-venv")
    return (folder / "Makefile").is_file()


ready = get_guide() and prepare()

# %% [markdown]
# ## 2. Run and measure


# %%
def examples(folder=GUIDE):
    """The names of all examples."""
    return sorted(problem.parent.name for problem in (folder / "examples").glob("*/problem.py"))


def measure(name, folder=GUIDE):
    """Measure one example; whether there is a record of it now."""
    if name not in examples(folder):
        print(f"There is no example {name!r}. There are: {', '.join(examples(folder))}.")
        return False
    command("make", "capture", f"EXAMPLE={name}", cwd=folder)
    return (folder / "results" / "local" / f"{name}.json").is_file()


measured = ready and measure(EXAMPLE)

# %% [markdown]
# ## 3. The table
#
# The median of all samples, and in brackets the interval that holds the true median in 95 of 100
# cases. `compute` leaves out the trip to the GPU and back, `end_to_end` counts it.


# %%
def in_units(seconds):
    """Seconds in the unit that fits."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.4g} {unit}"
    return f"{seconds / 1e-9:.4g} ns"


def table(record):
    """The lines of a record's table: a program, size and scope each, or why there is none."""
    lines = [f"{record['example']}, sizes in {record['unit']}"]
    for variant in record["variants"]:
        if variant["status"] != "measured":
            lines.append(f"{variant['name']}: {variant['status']}, {variant['reason']}")
        for timing in variant.get("timings", []):
            low, high = in_units(timing["low"]), in_units(timing["high"])
            told = f"{in_units(timing['median'])} ({low} to {high})"
            lines.append(f"{variant['name']:34} {timing['size']:>12,} {timing['scope']:11} {told}")
    return lines


if measured:
    print(
        *table(json.loads((GUIDE / "results" / "local" / f"{EXAMPLE}.json").read_text())), sep="\n"
    )
else:
    print("Nothing is measured yet; the cells above say what is missing.")

# %% [markdown]
# ## 4. Give the guide your machine
#
# The whole capture, of every example. Before it begins, it says what it will publish of this
# machine: names of processor and GPU, sizes, versions; no names of people or hosts. Write `True`
# when you agree, and run the cell.

# %%
WHOLE_CAPTURE = False  # @param {type:"boolean"}


def pack(folder=GUIDE, into=Path("records.zip")):
    """Pack what the capture has added or changed in results/; the files that were packed."""
    said = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all", "--", "results"],
        cwd=folder, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    files = [line[3:] for line in said.splitlines() if line.endswith(".json")]
    if files:
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in files:
                packed.write(folder / name, name)
    return files


if not (ready and WHOLE_CAPTURE):
    print("Nothing is captured: WHOLE_CAPTURE is False, or a cell above has not done its work.")
elif command("make", "publish", cwd=GUIDE) and (records := pack()):
    print(f"records.zip holds {len(records)} files. Download it and unpack it in a clone of")
    print(f"{ADDRESS}, commit, and send a pull request: {ADDRESS}/compare")
else:
    print("The capture is not complete; what it said above is the reason. Run this cell again:")
    print("it goes on where it stopped.")
