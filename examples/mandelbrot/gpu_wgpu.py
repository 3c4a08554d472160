"""WGSL through wgpu, for a GPU of any maker: one thread per pixel, and counts of 32 bits.

WGSL keeps no numbers of 16 bits in buffers: twice the bytes of the other programs' counts.
"""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu==0.32.0 (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<uniform> iterations: u32;
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) pixel: vec3u) {
    let j = pixel.x; let i = pixel.y; let width = arrayLength(&x);
    if (j >= width || i >= arrayLength(&y)) {
        return;
    }
    var zr = x[j]; var zi = y[i]; var k = 0u;
    for (; k < iterations && zr * zr + zi * zi <= 4.0; k++) {
        let next = zr * zr - zi * zi + x[j];
        zi = 2.0 * zr * zi + y[i];
        zr = next;
    }
    counts[i * width + j] = k;
}
"""


def to_device(x, y, iterations):
    counts = empty(y.size * x.size)
    group = bind(upload(x), upload(y), upload(np.uint32([iterations])), counts)
    return group, counts, (y.size, x.size)


def run(group, counts, shape):
    height, width = shape
    launch((group, ((width + 15) // 16, (height + 15) // 16)))  # rounded up
    return counts, shape


def to_host(result):
    counts, shape = result
    return download(counts, np.uint32).reshape(shape)


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
    x, y = np.float32(np.linspace(-2, 1, 720)), np.float32(np.linspace(-1, 1, 480))
    for row in to_host(run(*to_device(x, y, 20)))[::20, ::9]:
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
    print("drawn by", gpu)
