"""WGSL through wgpu, for a GPU of any maker: one thread per element."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu==0.32.0 (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) t: u32) {
    let i = (group.y * groups.x + group.x) * 256 + t;
    if (i < arrayLength(&c)) {
        c[i] = a[i] + b[i];
    }
}
"""


def to_device(a, b):
    c = empty(a.size)
    return bind(upload(a), upload(b), c), c


def run(group, c):
    launch((group, spread(c.size // 4, 256)))
    return c


def to_host(c):
    return download(c, np.float32)


# The same in every program with wgpu, from here: it finds the GPU and passes kernel and data to it.
try:
    device = wgpu.utils.get_default_device()
except RuntimeError:
    reason = "no driver for Vulkan, Metal or Direct3D 12 offers one here."
    raise SystemExit(f"This program needs a GPU: {reason}") from None

about = device.adapter.info
gpu = about["device"] + ", a program that plays a GPU" * (about["adapter_type"] == "CPU")
stage = {"module": device.create_shader_module(code=SOURCE), "entry_point": "main"}
kernel = device.create_compute_pipeline(layout="auto", compute=stage)


def upload(array):
    return device.create_buffer_with_data(data=array, usage="STORAGE|UNIFORM")


def empty(count):  # so many numbers of four bytes
    return device.create_buffer(size=4 * count, usage="STORAGE|COPY_SRC|COPY_DST")


def bind(*buffers):  # to @binding(0), @binding(1), ...
    entries = [{"binding": i, "resource": {"buffer": b}} for i, b in enumerate(buffers)]
    return device.create_bind_group(layout=kernel.get_bind_group_layout(0), entries=entries)


def spread(threads, block):  # over workgroups, of which at most 65,535 may lie in a row
    groups = (threads + block - 1) // block
    rows = (groups + 65_534) // 65_535
    return (groups + rows - 1) // rows, rows


def launch(*steps, zero=()):  # one after the other, each with its buffers and workgroups
    commands = device.create_command_encoder()
    for buffer in zero:
        commands.clear_buffer(buffer)
    work = commands.begin_compute_pass()
    work.set_pipeline(kernel)
    for group, workgroups in steps:
        work.set_bind_group(0, group)
        work.dispatch_workgroups(*workgroups)
    work.end()
    device.queue.submit([commands.finish()])


def download(buffer, dtype):
    return np.frombuffer(device.queue.read_buffer(buffer), dtype)


# The same in every program with wgpu, to here.


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    c = to_host(run(*to_device(a, b)))
    print(a[:3], "+", b[:3], "=", c[:3])
    print("computed by", gpu)
