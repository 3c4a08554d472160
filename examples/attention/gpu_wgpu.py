"""WGSL through wgpu, for a GPU of any maker: a thread per query, with a running maximum and sum."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu==0.32.0 (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> q: array<vec4f>;  // 16 of these are one position's 64
@group(0) @binding(1) var<storage, read> k: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<uniform> n: u32;
@group(0) @binding(4) var<storage, read_write> result: array<vec4f>;
var<workgroup> keys: array<array<vec4f, 16>, 16>;  // of 16 positions
var<workgroup> values: array<array<vec4f, 16>, 16>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row = group.x * 64 + t; let head = group.y * n;
    var query: array<vec4f, 16>; var found: array<vec4f, 16>;
    if (row < n) {
        for (var d = 0u; d < 16; d++) { query[d] = q[(head + row) * 16 + d] / 8; }
    }
    var most = -1e30; var total = 0.0;  // the largest score so far, and the sum of weights
    for (var first = 0u; first < n; first += 16) {
        let count = min(16, n - first);
        workgroupBarrier();  // nobody needs the last positions any more
        for (var e = t; e < count * 16; e += 64) {
            keys[e / 16][e % 16] = k[(head + first) * 16 + e];
            values[e / 16][e % 16] = v[(head + first) * 16 + e];
        }
        workgroupBarrier();  // the next ones are complete
        for (var j = 0u; j < count; j++) {
            var score = 0.0;
            for (var d = 0u; d < 16; d++) { score += dot(query[d], keys[j][d]); }
            let larger = max(most, score);
            let shrink = exp(most - larger);  // what was added so far was relative to `most`
            let weight = exp(score - larger);
            total = total * shrink + weight;
            for (var d = 0u; d < 16; d++) { found[d] = found[d] * shrink + weight * values[j][d]; }
            most = larger;
        }
    }
    if (row < n) {
        for (var d = 0u; d < 16; d++) { result[(head + row) * 16 + d] = found[d] / total; }
    }
}
"""


def to_device(q, k, v):
    if q.shape[2] != 64:
        raise ValueError(f"heads of 64 numbers are written into this kernel, not {q.shape[2]}")
    result, n = empty(q.size), q.shape[1]
    return bind(*map(upload, (q, k, v, np.uint32([n]))), result), result, q.shape


def run(group, result, shape):
    heads, n, _ = shape
    launch((group, ((n + 63) // 64, heads)))
    return result, shape


def to_host(result):
    numbers, shape = result
    return download(numbers, np.float32).reshape(shape)


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
    q, k, v = np.random.default_rng().standard_normal((3, 4, 100, 64), dtype=np.float32)
    print("what the first position reads:", to_host(run(*to_device(q, k, v)))[0, 0, :4])
    print("computed by", gpu)
