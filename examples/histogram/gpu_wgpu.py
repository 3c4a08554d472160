"""WGSL through wgpu: a table for each block, 16 bytes at a time."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> x: array<vec4u>;  // WGSL knows no bytes: 16 of them
@group(0) @binding(1) var<storage, read_write> tables: array<u32>;
@group(0) @binding(2) var<storage, read> n: array<u32>;
var<workgroup> table: array<atomic<u32>, 256>;

@compute @workgroup_size(256)
fn count(@builtin(workgroup_id) block: vec3u, @builtin(num_workgroups) blocks: vec3u,
         @builtin(local_invocation_index) t: u32) {
    atomicStore(&table[t], 0u);
    workgroupBarrier();
    for (var i = block.x * 256u + t; i < arrayLength(&x); i += blocks.x * 256u) {
        let words = x[i];
        for (var k = 0u; k < 16u; k++) {
            if (16u * i + k < n[0]) {  // what fills up the last 16 is not counted
                atomicAdd(&table[(words[k / 4u] >> (8u * (k % 4u))) & 255u], 1u);
            }
        }
    }
    workgroupBarrier();
    tables[block.x * 256u + t] = atomicLoad(&table[t]);
}

@group(0) @binding(0) var<storage, read> counted: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;

@compute @workgroup_size(256)
fn add_up(@builtin(local_invocation_index) value: u32) {
    var sum = 0u;
    for (var i = value; i < arrayLength(&counted); i += 256u) {
        sum += counted[i];
    }
    counts[value] = sum;
}
"""


def to_device(x):
    blocks = min(512, -(-x.size // 4096))
    tables, counts, n = room(256 * blocks), room(256), upload(np.uint32([x.size]))
    return (
        prepare("count", (blocks, 1, 1), upload(x), tables, n),
        prepare("add_up", (1, 1, 1), tables, counts),
        counts,
    )


def run(count, add_up, counts):
    launch(count, add_up)
    return counts


def to_host(counts):
    return download(counts, np.uint32)


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
    x = np.random.default_rng().integers(0, 256, 1_000_000, dtype=np.uint8)
    print("of a million bytes, zero are", to_host(run(*to_device(x)))[0])
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
