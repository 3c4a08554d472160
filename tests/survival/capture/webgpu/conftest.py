"""A GPU played by the CPU, for tests that really run WebGPU's kernels; the judge never takes it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from survival.capture.webgpu import adapter as real

look = real.adapters
"""The real one: the tests of all other folders have it replaced."""

VARIANT = '''"""Doubles through WebGPU."""
import numpy as np
import wgpu

CODE = """
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) at: vec3u) {
    if (at.x < arrayLength(&a)) { out[at.x] = 2.0 * a[at.x]; }
}
"""
device = wgpu.utils.get_default_device()
module = device.create_shader_module(code=CODE)
pipeline = device.create_compute_pipeline(layout="auto", compute={"module": module})


def to_device(a):
    buffers = (
        device.create_buffer_with_data(data=a, usage="STORAGE"),
        device.create_buffer(size=a.nbytes, usage="STORAGE|COPY_SRC"),
    )
    entries = [{"binding": i, "resource": {"buffer": b}} for i, b in enumerate(buffers)]
    layout = pipeline.get_bind_group_layout(0)
    return device.create_bind_group(layout=layout, entries=entries), buffers[1], a.size


def run(group, out, n):
    encoder = device.create_command_encoder()
    work = encoder.begin_compute_pass()
    work.set_pipeline(pipeline)
    work.set_bind_group(0, group)
    work.dispatch_workgroups(-(-n // 256))
    work.end()
    device.queue.submit([encoder.finish()])
    return out


def to_host(out):
    return np.frombuffer(device.queue.read_buffer(out), np.float32)
'''


@pytest.fixture
def software(monkeypatch: pytest.MonkeyPatch) -> real.Adapter:
    """The Vulkan driver that plays a GPU, allowed and picked, as a capture picks it."""
    monkeypatch.setattr(real, "adapters", look)
    monkeypatch.setenv(real.ALLOW, "allow")
    monkeypatch.setenv(real.PICK, "")
    found = real.beside()
    if isinstance(found, str):
        if os.environ.get("REQUIRE_VULKAN") == "1":
            pytest.fail(f"REQUIRE_VULKAN=1, and {found}")
        pytest.skip(f"{found} (Debian: apt-get install mesa-vulkan-drivers)")
    real.pick()
    seen = look()
    assert isinstance(seen, tuple)
    return next(a for a in seen if a["summary"] == os.environ[real.PICK])


@pytest.fixture
def webgpu_examples(examples: Path) -> Callable[..., Path]:
    """The example `doubling` with one more variant, through WebGPU; its source may be changed."""

    def make(change: Callable[[str], str] = lambda source: source) -> Path:
        (examples / "doubling" / "gpu_wgpu.py").write_text(change(VARIANT))
        return examples

    return make
