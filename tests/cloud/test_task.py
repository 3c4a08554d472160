"""The task for rented GPUs: read by SkyPilot itself, and bounded in what it may cost."""

import ast
import json
import os
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml

from survival import catalog

CLOUD = catalog.ROOT / "cloud"
TASK = CLOUD / "capture.yaml"
SKY_PYTHON = catalog.ROOT / ".venv-cloud" / "bin" / "python"

# What `cloud/capture H100:1` does with the file: reads it, then takes its one GPU.
READ = """
import json, sys
import sky

def told(task):
    return [
        {
            "gpu": r.accelerators,
            "cpus": r.cpus,
            "image": r.extract_docker_image(),
            "idle": r.autostop_config.idle_minutes,
            "down": r.autostop_config.down,
            "wait_for": r.autostop_config.wait_for.value,
            "spot": r.use_spot,
        }
        for r in task.resources
    ]

task = sky.Task.from_yaml(sys.argv[1])
named = sky.Task.from_yaml(sys.argv[1])
named.set_resources_override({"accelerators": "H100:1"})
print(json.dumps({
    "any": told(task), "named": told(named), "run": task.run, "setup": task.setup,
    "workdir": task.workdir,
}))
"""


def read_by_sky(path: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """What SkyPilot makes of a task file, in a home of its own and without sending anything."""
    env = os.environ | {"HOME": str(home), "SKYPILOT_DISABLE_USAGE_COLLECTION": "1"}
    return subprocess.run(
        [SKY_PYTHON, "-c", READ, path],
        cwd=catalog.ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.cloud
def test_skypilot_reads_the_task(tmp_path: Path) -> None:
    """Each kind of GPU gets the image and ends by itself; a named GPU leaves all else as it is."""
    done = read_by_sky(TASK, tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert {"H100": 1} in [r["gpu"] for r in told["any"]]
    assert {"L4": 1} in [r["gpu"] for r in told["any"]]
    assert told["named"]
    assert all(r["gpu"] == {"H100": 1} for r in told["named"])
    for r in told["any"] + told["named"]:
        assert f"FROM {r['image']}" in (catalog.ROOT / "Dockerfile").read_text()
        assert (r["idle"], r["down"], r["wait_for"], r["spot"]) == (10, True, "jobs", False)
    assert (told["workdir"], told["setup"]) == (".", None)
    assert "make test-gpu && make capture" in told["run"]


@pytest.mark.cloud
def test_skypilot_refuses_a_mistyped_task(tmp_path: Path) -> None:
    """Its parser checks the words, so that the test above means something."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(TASK.read_text().replace("autostop:", "autostopp:"))
    assert "autostopp" in read_by_sky(wrong, tmp_path).stderr


# What SkyPilot would copy to a machine: it reads .sky.yaml where it is started.
KEYS = """
from sky import skypilot_config
from sky.utils import registry
told = skypilot_config.get_effective_workspace_region_config
said = {name: told(cloud=name, keys=("remote_identity",)) for name in registry.CLOUD_REGISTRY}
print([name for name in said if said[name] == "NO_UPLOAD"])
"""


@pytest.mark.cloud
def test_skypilot_keeps_keys_at_home(tmp_path: Path) -> None:
    """Of the clouds whose machines can end themselves without; an invalid setting is refused."""
    text = (catalog.ROOT / ".sky.yaml").read_text(encoding="utf-8")
    for value in ("NO_UPLOAD", "NO_UPLOADS"):
        (tmp_path / ".sky.yaml").write_text(text.replace("NO_UPLOAD", value), encoding="utf-8")
        done = subprocess.run(
            [SKY_PYTHON, "-c", KEYS],
            cwd=tmp_path,
            env=os.environ | {"HOME": str(tmp_path), "SKYPILOT_DISABLE_USAGE_COLLECTION": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if value == "NO_UPLOAD":
            kept = ast.literal_eval(done.stdout.splitlines()[-1])
            assert sorted(kept) == ["aws", "gcp", "kubernetes", "slurm", "ssh"]
            said = (CLOUD / "README.md").read_text(encoding="utf-8")
            assert "AWS, Google Cloud,\nKubernetes, Slurm and SSH" in said
        else:
            assert "NO_UPLOADS" in done.stderr


def test_the_limits_make_an_hour() -> None:
    """So that the price of one hour is what a run may cost, as cloud/README.md says."""
    task = yaml.safe_load(TASK.read_text(encoding="utf-8"))
    limits = [int(m) for m in re.findall(r"timeout --kill-after=30 (\d+)m", task["run"])]
    assert len(limits) == 2
    assert sum(limits) + task["resources"]["autostop"]["idle_minutes"] == 60


def test_its_commands_are_those_of_the_dockerfile() -> None:
    """The same packages and the same verbs, on a rented machine and in the container."""
    run = " ".join(yaml.safe_load(TASK.read_text(encoding="utf-8"))["run"].split())
    docker = " ".join((catalog.ROOT / "Dockerfile").read_text(encoding="utf-8").split())
    for words in (
        "g++ git make python3 python3-dev python3-venv",
        "make .venv/.installed-gpu",
        "make test-gpu && make capture",
    ):
        assert words in run
        assert words in docker


def test_its_commands_are_shell() -> None:
    """A shell reads them to the end."""
    run = yaml.safe_load(TASK.read_text(encoding="utf-8"))["run"]
    assert subprocess.run(["sh", "-n"], input=run, text=True, check=False).returncode == 0


def test_every_price_has_a_source_and_a_date() -> None:
    """No row of the table without both."""
    lines = (CLOUD / "README.md").read_text(encoding="utf-8").splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("| GPU"))
    rows = []
    for line in lines[head + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert len(rows) >= 3
    for gpu, provider, price, read_on, source in rows:
        assert gpu
        assert provider
        assert re.fullmatch(r"\d+\.\d\d", price), gpu
        date.fromisoformat(read_on)
        assert len(source) > 10, gpu
