"""CUDA C through CuPy: each thread adds up many numbers first, then its warp, then its block."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void __launch_bounds__(256, 8) add_up(const float *x, float *sums, int n)
{
    int first = blockIdx.x * 256 + threadIdx.x;
    float total = 0.0f;
    #pragma unroll 4
    for (int i = first; i < n / 4; i += gridDim.x * 256) {  // four loads of 16 bytes on their way
        float4 four = ((const float4 *)x)[i];
        total += (four.x + four.y) + (four.z + four.w);
    }
    if (first < n % 4)  // what is left: up to three numbers
        total += x[n - 1 - first];
    for (int step = 16; step > 0; step /= 2)  // within the warp, from register to register
        total += __shfl_down_sync(0xffffffff, total, step);
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
MOST = 8 * cp.cuda.Device().attributes["MultiProcessorCount"]  # blocks that run at the same time


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
