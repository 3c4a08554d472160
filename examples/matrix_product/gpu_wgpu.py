"""WGSL through wgpu: tiles in shared memory, 4 × 4 results in each thread."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
var<workgroup> left: array<array<f32, 64>, 16>;  // 16 columns of a, 64 rows of them
var<workgroup> right: array<array<f32, 64>, 16>;  // 16 rows of b, 64 columns of them

@compute @workgroup_size(16, 16)
fn multiply(@builtin(workgroup_id) block: vec3u, @builtin(local_invocation_id) t: vec3u,
            @builtin(local_invocation_index) number: u32) {
    let n = order[0];
    let first = block.xy * 64u;
    var sums: array<vec4f, 4>;
    for (var k = 0u; k < n; k += 16u) {
        for (var i = number; i < 1024u; i += 256u) {
            let row = first.y + i / 16u;
            let column = first.x + i % 64u;
            left[i % 16u][i / 16u] = 0.0;
            if (row < n && k + i % 16u < n) {
                left[i % 16u][i / 16u] = a[row * n + k + i % 16u];
            }
            right[i / 64u][i % 64u] = 0.0;
            if (k + i / 64u < n && column < n) {
                right[i / 64u][i % 64u] = b[(k + i / 64u) * n + column];
            }
        }
        workgroupBarrier();
        for (var j = 0u; j < 16u; j++) {
            let x = 4u * t.x;
            let four = vec4f(right[j][x], right[j][x + 1], right[j][x + 2], right[j][x + 3]);
            for (var r = 0u; r < 4u; r++) {
                sums[r] += left[j][4u * t.y + r] * four;
            }
        }
        workgroupBarrier();  // before the tiles are written again
    }
    for (var i = 0u; i < 16u; i++) {
        let at = first + 4u * t.xy + vec2u(i % 4u, i / 4u);
        if (at.x < n && at.y < n) {
            c[at.y * n + at.x] = sums[i / 4u][i % 4u];
        }
    }
}
"""


def to_device(a, b):
    n = len(a)
    buffers = upload(a), upload(b), upload(np.uint32([n])), room(n * n)
    blocks = -(-n // 64), -(-n // 64), 1
    return prepare("multiply", blocks, *buffers), buffers[-1], n


def run(multiply, c, n):
    launch(multiply)
    return c, n


def to_host(result):
    c, n = result
    return download(c, np.float32).reshape(n, n)


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
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32)
    print("the product starts with", to_host(run(*to_device(a, b)))[0, :3])
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
