"""CUDA C through CuPy's RawKernel: tiles of pixels and weights, 32 results for each thread."""

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void __launch_bounds__(256, 2) convolve(const float *picture,
    const float *weights, float *result, int filters, int channels, int height, int width) {
    __shared__ __align__(16) float px[4][18][20], w[36][36];  // of 4 channels; for 32 filters
    int t = threadIdx.x, x = t % 4 * 4, y = t / 4 % 16, f = t / 64 * 8;
    int left = 16 * blockIdx.x, top = 16 * blockIdx.y, first = 32 * blockIdx.z;
    float sum[8][4] = {};  // 8 filters, 4 pixels side by side
    for (int c = 0; c < channels; c += 4) {
        _Pragma("unroll") for (int e = t; e < 4 * 324; e += 256) {  // four loads on their way
            int d = c + e / 324, i = top + e / 18 % 18 - 1, j = left + e % 18 - 1;
            px[e / 324][e / 18 % 18][e % 18] = d >= channels || i < 0 || i >= height || j < 0 ||
                j >= width ? 0 : picture[((size_t)d * height + i) * width + j];
        }
        _Pragma("unroll") for (int e = t; e < 36 * 32; e += 256)
            w[e % 36][e / 36] = first + e / 36 < filters && c + e % 36 / 9 < channels
                ? weights[(first + e / 36) * channels * 9 + c * 9 + e % 36] : 0;
        __syncthreads();
#pragma unroll
        for (int s = 0; s < 36; s++)  // 4 channels, 9 places in the window
            for (int e = 0; e < 32; e++)
                sum[e / 4][e % 4] += w[s][f + e / 4] * px[s / 9][y + s % 9 / 3][x + s % 3 + e % 4];
        __syncthreads();
    }
    f += first, y += top, x += left;
    for (int e = 0; e < 32; e++)
        if (f + e / 4 < filters && y < height && x + e % 4 < width)
            result[((size_t)(f + e / 4) * height + y) * width + x + e % 4] = sum[e / 4][e % 4];
}"""
convolve = cp.RawKernel(SOURCE, "convolve")


def to_device(picture, weights):
    return cp.asarray(picture), cp.asarray(weights)


def run(picture, weights):
    (_, height, width), filters = picture.shape, len(weights)
    result = cp.empty((filters, height, width), cp.float32)
    grid = -(-width // 16), -(-height // 16), -(-filters // 32)  # rounded up
    convolve(grid, (256,), (picture, weights, result, *cp.int32([filters, *picture.shape])))
    return result


def to_host(result):
    return cp.asnumpy(result)


if __name__ == "__main__":
    picture = cp.array([[[0, 0, 0, 0, 1, 1, 1, 1]] * 5], "f")  # dark left, bright right
    print(run(picture, cp.array([[[[-1, 0, 1]] * 3]], "f"))[0])
