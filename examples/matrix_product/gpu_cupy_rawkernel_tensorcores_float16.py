"""CUDA C through CuPy's RawKernel: tensor cores by hand, factors in float16, sums in float32."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available() or int(cp.cuda.Device().compute_capability) < 75:
    raise SystemExit("Needs an NVIDIA GPU of compute capability 7.5 or later (see chapter 3).")

SOURCE = """
#define FOUR(x, how) how((x)[0]), how((x)[1]), how((x)[2]), how((x)[3])
#define ROW(x) "r"((unsigned)__cvta_generic_to_shared(&x))
extern "C" __global__ void __launch_bounds__(256, 2)
multiply(const uint4 *a, const uint4 *b, float *c, int n)  // a uint4 is 8 float16; 128 divides n
{
    __shared__ __align__(16) unsigned short tile_a[2][128][24], tile_b[2][16][136];  // all banks
    int t = threadIdx.x, lane = t % 32, top = t / 128 * 64, left = t / 32 % 4 * 32;  // of a warp
    a += (128 * blockIdx.y + t / 2) * (n / 8) + t % 2;
    b += t / 16 * (n / 8) + 16 * blockIdx.x + t % 16;
    uint4 next_a = *a, next_b = *b;  // two loads on their way, of 16 bytes
    unsigned x[8], y[4];
    float total[4][4][4] = {};  // a warp has 4 x 4 results of 16 x 8 numbers, a thread 4 of each
#pragma unroll 1  // two passes in one would need the next tiles before they multiply these
    for (int k = 16, now = 0; k <= n; k += 16, now ^= 1) {
        *(uint4 *)&tile_a[now][t / 2][t % 2 * 8] = next_a;
        *(uint4 *)&tile_b[now][t / 16][t % 16 * 8] = next_b;
        __syncthreads();  // complete, and nobody needs the two tiles before any more
        if (k < n) next_a = *(a += 2), next_b = *(b += 2 * n);  // while these are multiplied
        for (int d = 0; d < 16; d += 8) {
            for (int v = 0; v < 8; v += 4)
                asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                    : FOUR(x + v, "=r") : ROW(tile_a[now][top + 8 * v + lane][d]) : "memory");
            asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                : FOUR(y, "=r") : ROW(tile_b[now][d + lane % 8][left + lane / 8 * 8]) : "memory");
            for (int v = 0; v < 4; v++)
                for (int h = 0; h < 4; h++)  // 16 x 8 numbers times 8 x 8, by one instruction
                    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, "
                        "{%4, %5}, {%6}, {%0, %1, %2, %3};" : FOUR(total[v][h], "+f")
                        : "r"(x[2 * v]), "r"(x[2 * v + 1]), "r"(y[h]));
        }
    }
    for (int e = 0; e < 64; e++)
        c[(size_t)(128 * blockIdx.y + top + e / 16 * 16 + e / 2 % 2 * 8 + lane / 4) * n
          + 128 * blockIdx.x + left + e / 4 % 4 * 8 + lane % 4 * 2 + e % 2]
            = total[e / 16][e / 4 % 4][e % 4];
}
"""
multiply = cp.RawKernel(SOURCE, "multiply")


def to_device(a, b):
    more = -len(a) % 128  # zeros at the border, so that every tile is whole
    return *(cp.asarray(np.pad(m, (0, more))).astype(cp.float16) for m in (a, b)), len(a)


def run(a, b, n):
    c = cp.empty(a.shape, cp.float32)
    multiply((len(a) // 128, len(a) // 128), (256,), (a, b, c, np.int32(len(a))))
    return c[:n, :n]


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
