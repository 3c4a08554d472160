"""WGSL through wgpu: a tile in shared memory, rows read and rows written."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> sizes: array<u32>;  // rows, columns
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
var<workgroup> tile: array<array<f32, 17>, 16>;  // a column more: few banks collide

@compute @workgroup_size(16, 16)
fn transpose(@builtin(workgroup_id) block: vec3u, @builtin(local_invocation_id) t: vec3u) {
    let source = block.xy * 16u + t.xy;
    if (source.y < sizes[0] && source.x < sizes[1]) {
        tile[t.y][t.x] = a[source.y * sizes[1] + source.x];
    }
    workgroupBarrier();
    let place = block.yx * 16u + t.xy;
    if (place.y < sizes[1] && place.x < sizes[0]) {
        result[place.y * sizes[0] + place.x] = tile[t.x][t.y];
    }
}
"""


def to_device(a):
    result, sizes = room(a.size), upload(np.uint32(a.shape))
    blocks = -(-a.shape[1] // 16), -(-a.shape[0] // 16), 1
    return prepare("transpose", blocks, upload(a), sizes, result), result, a.shape[::-1]


def run(transpose, result, shape):
    launch(transpose)
    return result, shape


def to_host(moved):
    result, shape = moved
    return download(result, np.float32).reshape(shape)


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
    a = np.arange(12, dtype=np.float32).reshape(4, 3)
    print(to_host(run(*to_device(a))))
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
