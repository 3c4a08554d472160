# %% [markdown]
# # Measure an example on your GPU
#
# Any example of the guide, on the machine that this notebook runs on: in Colab, Kaggle or molab, or
# at home. Its programs in PyTorch, Keras and other frameworks are left out. Each program is checked
# against the right answer before it is timed. At the end you can make the whole capture and pack
# the records, so that the guide shows your machine too.
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
import difflib
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
    if not shutil.which(words[0]):
        print(f"The program {words[0]} is not here. Install it, and run this cell again.")
        return False
    with subprocess.Popen(
        words,
        cwd=cwd,
        env=os.environ | {"GIT_TERMINAL_PROMPT": "0"},  # a notebook cannot answer
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as running:
        for line in running.stdout:
            print(line, end="")
    return running.returncode == 0


def get_guide(address=ADDRESS, folder=GUIDE):
    """Clone the guide, or say what is missing; whether it is there."""
    if (folder / "examples").is_dir():
        print(f"The guide is already in {folder}/.")
        return True
    if folder.exists():
        print(f"{folder}/ is not the guide: move it away, and run this cell again.")
    elif not address:
        print("Write the guide's address into REPO_URL in the first cell, and run both again.")
    elif not shutil.which("git"):
        print("The program git is not here. Install it, and run this cell again.")
    elif not command("git", "clone", "--quiet", "--depth", "1", address, str(folder)):
        print(f"{address} could not be cloned. Is it the guide's address, and is there a network?")
    elif not (folder / "examples").is_dir():
        print(f"{address} is not the guide: mend REPO_URL, remove {folder}/, and run both again.")
    else:
        return True
    return False


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
        if not command("apt-get", "install", "--yes", "--quiet", "python3-venv"):
            print("That failed. Install Python with its module venv, and run this cell again.")
            return False
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
    if name not in (there := examples(folder)):
        near = difflib.get_close_matches(name, there, n=1)
        meant = f" Do you mean {near[0]!r}?" if near else ""
        print(f"There is no example {name!r}.{meant} There are: {', '.join(there)}.")
        return False
    record = folder / "results" / "local" / f"{name}.json"
    record.unlink(missing_ok=True)  # one from before would pass for this one
    command("make", "capture", f"EXAMPLE={name}", cwd=folder)
    if not record.is_file():
        print(f"{name} was not measured; what is said above is the reason.")
    return record.is_file()


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
    _record = GUIDE / "results" / "local" / f"{EXAMPLE}.json"
    print(*table(json.loads(_record.read_text(encoding="utf-8"))), sep="\n")
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
        cwd=folder, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if said.returncode:
        print(f"{folder}/ is no clone, so that nobody knows what is new: pack {folder}/results.")
        return []
    files = [line[3:] for line in said.stdout.splitlines() if line.endswith(".json")]
    if files:
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in files:
                packed.write(folder / name, name)
    return files


if not (ready and WHOLE_CAPTURE):
    print("Nothing is captured: WHOLE_CAPTURE is False, or a cell above has not done its work.")
elif command("make", "publish", cwd=GUIDE) and (records := pack()):
    print(f"records.zip holds {len(records)} files. Download it and unpack it in a clone of")
    print(f"{ADDRESS or 'the guide'}, commit, and send a pull request.")
else:
    print("The capture is not complete; what it said above is the reason. Run this cell again:")
    print("it goes on where it stopped.")
