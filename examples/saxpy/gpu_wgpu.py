"""WGSL through wgpu: a product and a sum in one thread, on any maker's GPU."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(256)
fn saxpy(@builtin(global_invocation_id) at: vec3u, @builtin(num_workgroups) blocks: vec3u) {
    let i = at.x + at.y * blocks.x * 256u;
    if (i < arrayLength(&result)) {
        result[i] = a[0] * x[i] + y[i];
    }
}
"""


def to_device(a, x, y):
    result = room(x.size)
    buffers = upload(np.float32([a])), upload(x), upload(y), result
    return prepare("saxpy", grid(-(-x.size // 256)), *buffers), result


def run(saxpy, result):
    launch(saxpy)
    return result


def to_host(result):
    return download(result, np.float32)


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
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    print("3 x + y starts with", to_host(run(*to_device(3, x, y)))[:3])
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
