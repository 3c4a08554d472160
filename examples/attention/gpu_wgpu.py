"""WGSL through wgpu: a block for each position, no matrix of scores."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read> n: array<u32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;
var<workgroup> weights: array<f32, 64>;

@compute @workgroup_size(64)  // a thread for each of the 64 numbers of a position, and for 64 keys
fn attend(@builtin(workgroup_id) block: vec3u, @builtin(num_workgroups) blocks: vec3u,
          @builtin(local_invocation_index) t: u32) {
    let position = block.x + block.y * blocks.x;  // of all heads, one after the other
    if (64u * position < arrayLength(&result)) {
        let head = position / n[0] * n[0];
        var sum = 0.0;
        var top = -1e30;  // the largest score so far, and what is added up is relative to it
        var mine = 0.0;
        for (var first = 0u; first < n[0]; first += 64u) {
            var score = -1e30;
            if (first + t < n[0]) {
                score = 0.0;
                for (var i = 0u; i < 64u; i++) {
                    score += q[64u * position + i] * k[64u * (head + first + t) + i];
                }
                score /= 8.0;
            }
            weights[t] = score;
            workgroupBarrier();
            let before = top;
            for (var i = 0u; i < 64u; i++) {
                top = max(top, weights[i]);
            }
            workgroupBarrier();  // all have read the scores
            weights[t] = exp(score - top);
            workgroupBarrier();
            sum *= exp(before - top);
            mine *= exp(before - top);
            for (var i = 0u; i < min(64u, n[0] - first); i++) {
                sum += weights[i];
                mine += weights[i] * v[64u * (head + first + i) + t];
            }
            workgroupBarrier();  // before the weights are written again
        }
        result[64u * position + t] = mine / sum;
    }
}
"""


def to_device(q, k, v):
    heads, n, width = q.shape
    if width != 64:
        raise ValueError(f"this kernel is written for heads of 64 numbers, not {width}")
    buffers = upload(q), upload(k), upload(v), upload(np.uint32([n])), room(q.size)
    return prepare("attend", grid(heads * n), *buffers), buffers[-1], q.shape


def run(attend, result, shape):
    launch(attend)
    return result, shape


def to_host(attended):
    result, shape = attended
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
    q, k, v = np.random.default_rng().standard_normal((3, 4, 256, 64), dtype=np.float32)
    print("the first position attends to", to_host(run(*to_device(q, k, v)))[0, 0, :3])
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
