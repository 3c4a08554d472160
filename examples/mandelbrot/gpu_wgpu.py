"""WGSL through wgpu: one thread for each pixel, on any maker's GPU."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> sizes: array<u32>;  // width, height, iterations
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;

@compute @workgroup_size(32, 8)
fn escape(@builtin(global_invocation_id) at: vec3u) {
    if (at.x < sizes[0] && at.y < sizes[1]) {
        let c = vec2f(x[at.x], y[at.y]);
        var z = c;
        var k = 0u;
        for (; k < sizes[2] && z.x * z.x + z.y * z.y <= 4.0; k++) {
            z = vec2f(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
        }
        counts[at.y * sizes[0] + at.x] = k;
    }
}
"""


def to_device(x, y, iterations):
    counts = room(x.size * y.size)
    sizes = upload(np.uint32([x.size, y.size, iterations]))
    blocks = -(-x.size // 32), -(-y.size // 8), 1
    return prepare("escape", blocks, upload(x), upload(y), sizes, counts), counts, x.size


def run(escape, counts, width):
    launch(escape)
    return counts, width


def to_host(result):
    counts, width = result
    return download(counts, np.uint32).astype(np.uint16).reshape(-1, width)


# The same in every program that uses wgpu, from here: the GPU, its data, a kernel, its launch.
try:
    adapter = wgpu.gpu.request_adapter_sync(power_preference="high-performance")
except RuntimeError:
    raise SystemExit("This program needs a GPU and its driver (see chapter 3).") from None

device = adapter.request_device_sync(required_limits=adapter.limits)
module = device.create_shader_module(code=SOURCE)
pipelines = {}  # by the kernel's name: to compile one takes longer than small work


def upload(array):
    data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    if data.size % 16:  # kernels read up to four numbers at a time; what is added is zero
        data = np.concatenate((data, np.zeros(-data.size % 16, np.uint8)))
    return device.create_buffer_with_data(data=data, usage="STORAGE")


def room(numbers):
    return device.create_buffer(size=4 * numbers, usage="STORAGE|COPY_SRC")


def grid(blocks):
    return min(blocks, 65535), -(-blocks // 65535), 1


def prepare(name, blocks, *buffers):
    if name not in pipelines:
        kernel = {"module": module, "entry_point": name}
        pipelines[name] = device.create_compute_pipeline(layout="auto", compute=kernel)
    layout = pipelines[name].get_bind_group_layout(0)
    entries = [{"binding": i, "resource": {"buffer": b}} for i, b in enumerate(buffers)]
    return pipelines[name], device.create_bind_group(layout=layout, entries=entries), blocks


def launch(*prepared):
    encoder = device.create_command_encoder()
    work = encoder.begin_compute_pass()
    for pipeline, group, blocks in prepared:
        work.set_pipeline(pipeline)
        work.set_bind_group(0, group)
        work.dispatch_workgroups(*blocks)
    work.end()
    device.queue.submit([encoder.finish()])


def download(buffer, kind):
    return np.frombuffer(device.queue.read_buffer(buffer), kind)


# The same in every program that uses wgpu, to here.
if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 720)), np.float32(np.linspace(-1, 1, 480))
    for row in to_host(run(*to_device(x, y, 20)))[::20, ::9]:
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
