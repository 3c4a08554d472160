"""CUDA C through CuPy: each thread counts alone, in 256 one-byte counters of its own."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void count(const uint4 *x, unsigned *counts, unsigned n) {
    __shared__ unsigned words[256 * 32];  // a row for each bin, 128 one-byte counters wide
    unsigned t = threadIdx.x, i = blockIdx.x * 128 + t, step = gridDim.x * 128, low = 0, high = 0;
    unsigned char *own = (unsigned char *)words + t % 32 * 4 + t / 32;  // its column, in one bank
    uint4 next = i < n / 16 ? x[i] : uint4();
    for (int k = t; k < 256 * 32; k += 128) words[k] = 0;
    for (unsigned first = i - t; first < n / 16; first += 15 * step) {
        __syncthreads();
        for (int k = 0; k < 15 && i < n / 16; k++, i += step) {  // 15 * 16 counts fit into a byte
            unsigned four[] = {next.x, next.y, next.z, next.w};
            next = x[min(i + step, n / 16 - 1)];  // comes while the last of these are counted
            for (unsigned v : four)
                for (int shift = 0; shift < 32; shift += 8) own[(v >> shift & 255) * 128]++;
        }
        __syncthreads();
        for (int k = 0; k < 32; k++) {  // adds up rows t and t + 128, all 32 banks at once
            unsigned *word = words + t * 32 + (t + k) % 32;
            low = __dp4a(word[0], 0x01010101u, low), high = __dp4a(word[4096], 0x01010101u, high);
            word[0] = word[4096] = 0;
        }
    }
    atomicAdd(&counts[t], low), atomicAdd(&counts[t + 128], high);
    if (blockIdx.x == 0 && t < n % 16) atomicAdd(&counts[((const unsigned char *)x)[n - 1 - t]], 1);
}
"""
count = cp.RawKernel(SOURCE, "count")
GPU = cp.cuda.Device().attributes  # as many blocks as shared memory has room for
FIT = GPU["MaxSharedMemoryPerMultiprocessor"] // (2**15 + GPU["ReservedSharedMemoryPerBlock"])


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    counts = cp.zeros(256, cp.uint32)
    count((FIT * GPU["MultiProcessorCount"],), (128,), (x, counts, np.uint32(x.size)))
    return counts


def to_host(counts):
    return cp.asnumpy(counts)


if __name__ == "__main__":
    x = np.random.default_rng().integers(0, 256, 10**6, dtype=np.uint8)
    print("zeros, ones, twos:", to_host(run(*to_device(x)))[:3])
