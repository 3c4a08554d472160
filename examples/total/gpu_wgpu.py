"""WGSL through wgpu: threads add many, then blocks, then one block the rest."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
var<workgroup> parts: array<f32, 256>;

@compute @workgroup_size(256)
fn add_up(@builtin(workgroup_id) block: vec3u, @builtin(num_workgroups) blocks: vec3u,
          @builtin(local_invocation_index) t: u32) {
    var part = vec4f();
    for (var i = block.x * 256u + t; i < arrayLength(&x); i += blocks.x * 256u) {
        part += x[i];
    }
    parts[t] = (part.x + part.y) + (part.z + part.w);
    for (var half = 128u; half > 0u; half /= 2u) {
        workgroupBarrier();  // all have written what is read now
        if (t < half) {
            parts[t] += parts[t + half];
        }
    }
    if (t == 0u) {
        sums[block.x] = parts[0];
    }
}
"""


def to_device(x):
    sums, total = room(1024), room(4)  # what no block writes stays zero
    blocks = min(1024, -(-x.size // 1024))
    return (
        prepare("add_up", (blocks, 1, 1), upload(x), sums),
        prepare("add_up", (1, 1, 1), sums, total),
        total,
    )


def run(blocks, rest, total):
    launch(blocks, rest)
    return total


def to_host(total):
    return download(total, np.float32)[:1]


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
    x = np.random.default_rng().random(1_000_000, dtype=np.float32)
    print("the sum of", x[:3], "and so on is", to_host(run(*to_device(x))))
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
