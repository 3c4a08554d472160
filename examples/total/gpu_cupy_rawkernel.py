"""CUDA C through CuPy: each thread adds up many numbers first, then its warp, then its block."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
__device__ float sum(float4 v) { return (v.x + v.y) + (v.z + v.w); }
extern "C" __global__ void __launch_bounds__(256, 8) add_up(const float4 *x, float *sums, int n)
{
    int first = blockIdx.x * 256 + threadIdx.x, step = gridDim.x * 256, i = first;
    float total = 0.0f;
    for (; i + 3 * step < n / 4; i += 4 * step) {  // four loads on their way, of 16 bytes each
        float4 a = x[i], b = x[i + step], c = x[i + 2 * step], d = x[i + 3 * step];
        total += (sum(a) + sum(b)) + (sum(c) + sum(d));
    }
    for (; i < n / 4; i += step)  // up to three more
        total += sum(x[i]);
    if (first < n % 4) total += ((const float *)x)[n - 1 - first];  // what is left: one, two, three
    for (int by = 16; by > 0; by /= 2)  // within the warp, from register to register
        total += __shfl_down_sync(0xffffffff, total, by);
    __shared__ float warps[8];
    if (threadIdx.x % 32 == 0)
        warps[threadIdx.x / 32] = total;
    __syncthreads();
    if (threadIdx.x == 0)
        sums[blockIdx.x] = ((warps[0] + warps[1]) + (warps[2] + warps[3]))
                         + ((warps[4] + warps[5]) + (warps[6] + warps[7]));
}
"""
add_up = cp.RawKernel(SOURCE, "add_up")
GPU = cp.cuda.Device().attributes  # MOST: as many blocks as it runs at the same time
MOST = GPU["MultiProcessorCount"] * (GPU["MaxThreadsPerMultiProcessor"] // 256)


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    blocks = min(MOST, (x.size + 1023) // 1024)
    sums, total = cp.empty(blocks, cp.float32), cp.empty(1, cp.float32)
    add_up((blocks,), (256,), (x, sums, np.int32(x.size)))
    add_up((1,), (256,), (sums, total, np.int32(blocks)))  # one block adds up the blocks' sums
    return total


def to_host(total):
    return cp.asnumpy(total)


if __name__ == "__main__":
    x = np.random.default_rng().random(1_000_000, dtype=np.float32)
    print("the sum of", x[:3], "and so on is", to_host(run(*to_device(x))))
