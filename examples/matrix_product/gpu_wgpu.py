"""WGSL through wgpu, for a GPU of any maker: tiles, and each thread keeps 4 × 4 results."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu==0.32.0 (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<uniform> n: u32;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
var<workgroup> part_of_a: array<array<f32, 65>, 16>;
var<workgroup> part_of_b: array<array<vec4f, 16>, 16>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) thread: vec3u) {
    let x = thread.x; let y = thread.y; let left = 64 * group.x; let top = 64 * group.y;
    var total: array<vec4f, 4>;  // rows top + y, + 16, + 32, + 48, and four columns of each
    for (var k = 0u; k < n; k += 16) {
        for (var e = 0u; e < 4; e++) {
            let i = top + y + 16 * e; let j = left + 4 * x + e;
            var from_a = 0.0; var from_b = 0.0;
            if (i < n && k + x < n) { from_a = a[i * n + k + x]; }
            if (k + y < n && j < n) { from_b = b[(k + y) * n + j]; }
            part_of_a[x][y + 16 * e] = from_a;
            part_of_b[y][x][e] = from_b;
        }
        workgroupBarrier();  // the tiles are complete
        for (var d = 0u; d < 16; d++) {
            for (var e = 0u; e < 4; e++) {
                total[e] += part_of_a[d][y + 16 * e] * part_of_b[d][x];
            }
        }
        workgroupBarrier();  // nobody needs them any more
    }
    for (var e = 0u; e < 16; e++) {
        let i = top + y + 16 * (e / 4); let j = left + 4 * x + e % 4;
        if (i < n && j < n) { c[i * n + j] = total[e / 4][e % 4]; }
    }
}
"""


def to_device(a, b):
    n, c = len(a), empty(a.size)
    return bind(upload(a), upload(b), upload(np.uint32([n])), c), c, n


def run(group, c, n):
    tiles = (n + 63) // 64  # rounded up: tiles at the border may stick out
    launch((group, (tiles, tiles)))
    return c, n


def to_host(result):
    c, n = result
    return download(c, np.float32).reshape(n, n)


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
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
    print("computed by", gpu)
