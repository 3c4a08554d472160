"""WGSL through wgpu: 32 threads share a vector, four numbers at a time."""

import numpy as np

try:
    import wgpu
except ImportError:
    raise SystemExit("Needs wgpu: pip install wgpu (see chapter 3).") from None

SOURCE = """
@group(0) @binding(0) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(1) var<storage, read> query: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> scores: array<f32>;
var<workgroup> parts: array<f32, 32>;

@compute @workgroup_size(32)
fn score(@builtin(workgroup_id) block: vec3u, @builtin(num_workgroups) blocks: vec3u,
         @builtin(local_invocation_index) t: u32) {
    let row = block.x + block.y * blocks.x;  // one vector for each block
    if (row < arrayLength(&scores)) {
        let width = arrayLength(&query);
        var part = 0.0;
        for (var i = t; i < width; i += 32u) {  // neighbours read neighbours
            part += dot(vectors[row * width + i], query[i]);
        }
        parts[t] = part;
        for (var half = 16u; half > 0u; half /= 2u) {
            workgroupBarrier();
            if (t < half) {
                parts[t] += parts[t + half];
            }
        }
        if (t == 0u) {
            scores[row] = parts[0];
        }
    }
}
"""


def to_device(vectors, query):
    if query.size % 4:
        raise ValueError(f"this kernel takes four numbers at a time: {query.size} is no multiple")
    scores = room(len(vectors))
    return prepare("score", grid(len(vectors)), upload(vectors), upload(query), scores), scores


def run(score, scores):
    launch(score)
    return scores


def to_host(scores):
    return download(scores, np.float32)


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
    vectors = np.random.default_rng().random((10_000, 384), dtype=np.float32)
    scores = to_host(run(*to_device(vectors, vectors[7])))
    print("of 10,000 vectors, nearest to number 7 is number", scores.argmax())
    played = ", a program that plays a GPU" * (adapter.info["adapter_type"] == "CPU")
    print("Computed by", adapter.info["device"] + played)
