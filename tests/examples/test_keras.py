"""What programs in Keras for a GPU do, seen on the CPU: TensorFlow's GPU has no stand-in."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.examples.conftest import Case, variant_files
from tests.standin.problems import load

pytestmark = pytest.mark.frameworks
GUARD = ('tf.config.list_physical_devices("GPU")', "True")
SIZES = {"seeing": 512, "training": 1}


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=p.parent.name) for p in variant_files("gpu_keras*")]
)
def test_nothing_is_sent_while_computing_and_the_answer_is_right(path: Path) -> None:
    """In a process of its own: TensorFlow and PyTorch in one do not always get on."""
    if not importlib.util.find_spec("tensorflow"):
        pytest.skip("no TensorFlow")
    if os.environ.get("KERAS_ALONE"):
        return check(path)
    me = f"{__file__}::{test_nothing_is_sent_while_computing_and_the_answer_is_right.__name__}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-m", "frameworks", f"{me}[{path.parent.name}]"]
    env = os.environ | {"KERAS_ALONE": "1"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def check(path: Path) -> None:
    """All arrays are TensorFlow's before `run`, and it trains from where it is told, twice."""
    import tensorflow as tf

    variant = load(path, GUARD)
    case = Case(path.parent / "problem.py", path)
    inputs = case.inputs(SIZES[path.parent.name])
    there = variant.to_device(*inputs)
    assert not [a for a in there if isinstance(a, np.ndarray)], "an array stays on the host"
    assert sum(isinstance(a, tf.Tensor) for a in there) == sum(np.ndim(a) > 0 for a in inputs)
    for _ in range(2):
        case.verify(variant.to_host(variant.run(*there)), inputs)
