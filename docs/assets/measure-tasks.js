// What each example needs besides its WGSL, which the page brings: buffers, launches, and what the result
// is held against. As in examples/NAME/problem.py and gpu_wgpu.py.
//
// `buffers` are arrays to upload, or how many 32-bit numbers to make room for; a launch is an entry point,
// its blocks, and its buffers in the order of their bindings; `error(result)` is what `tolerance` limits.

const up = (n, by) => Math.ceil(n / by);
const grid = (blocks) => [Math.min(blocks, 65535), up(blocks, 65535)];

// Fresh numbers from 0 up to 1, each a multiple of 2 to the power -24.
export function random(n, shift = 0) {
  const found = new Float32Array(n);
  let state = 1 + Math.floor(Math.random() * 0xfffffffe);
  for (let i = 0; i < n; i++) {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    found[i] = (state >>> 8) / 16777216 - shift;
  }
  return found;
}

// The norm of the difference over the norm of what is expected, in float64.
function relative(n, got, expected) {
  let [off, all] = [0, 0];
  for (let i = 0; i < n; i++) {
    const right = expected(i);
    off += (got[i] - right) ** 2;
    all += right ** 2;
  }
  return all ? Math.sqrt(off / all) : off;
}

const share = (n, wrong) => {
  let count = 0;
  for (let i = 0; i < n; i++) count += wrong(i);
  return count / n;
};

export const TASKS = {
  array_addition(n) {
    const [a, b] = [random(n), random(n)];
    return {
      buffers: [a, b, n], launches: [["add", grid(up(n, 256)), [0, 1, 2]]], result: 2, kind: Float32Array,
      // Exactly: float32 has one right answer.
      error: (c) => share(n, (i) => c[i] !== Math.fround(a[i] + b[i])), tolerance: 0,
    };
  },

  saxpy(n) {
    const [a, x, y] = [random(1), random(n), random(n)];
    return {
      buffers: [a, x, y, n], launches: [["saxpy", grid(up(n, 256)), [0, 1, 2, 3]]], result: 3, kind: Float32Array,
      error: (r) => relative(n, r, (i) => a[0] * x[i] + y[i]),
    };
  },

  mandelbrot(n) {
    const height = Math.round(Math.sqrt(n * 2 / 3)), width = n / height, iterations = 20;
    const along = (count, from, length) => {
      const shift = Math.random();
      return Float32Array.from({ length: count }, (_, i) => from + length * (i + shift) / count);
    };
    const [x, y] = [along(width, -2, 3), along(height, -1, 2)];
    const steps = (i) => {
      const cx = x[i % width], cy = y[Math.floor(i / width)];
      let [zx, zy, k] = [cx, cy, 0];
      for (; k < iterations && zx * zx + zy * zy <= 4; k++) [zx, zy] = [zx * zx - zy * zy + cx, 2 * zx * zy + cy];
      return k;
    };
    return {
      buffers: [x, y, Uint32Array.of(width, height, iterations), n],
      launches: [["escape", [up(width, 32), up(height, 8)], [0, 1, 2, 3]]], result: 3, kind: Uint32Array,
      error: (counts) => share(n, (i) => counts[i] !== steps(i)),
    };
  },

  matrix_product(n) {
    const order = Math.round(Math.sqrt(n));
    const [a, b] = [random(n, 0.5), random(n, 0.5)];
    const times = (matrix, vector) => {
      const found = new Float64Array(order);
      for (let row = 0, at = 0; row < order; row++) {
        let sum = 0;
        for (let column = 0; column < order; column++) sum += matrix[at++] * vector[column];
        found[row] = sum;
      }
      return found;
    };
    return {
      buffers: [a, b, Uint32Array.of(order), n],
      launches: [["multiply", [up(order, 64), up(order, 64)], [0, 1, 2, 3]]], result: 3, kind: Float32Array,
      // Freivalds: C x must be A (B x), for signs x that the kernel cannot know. Of two tries, the worse.
      error: (c) => Math.max(...[0, 1].map(() => {
        const signs = Float64Array.from({ length: order }, () => (Math.random() < 0.5 ? -1 : 1));
        const expected = times(a, times(b, signs));
        return relative(order, times(c, signs), (i) => expected[i]);
      })),
    };
  },

  total(n) {
    const x = random(n, 0.5).map((value) => value * 4 / n), expected = x.reduce((sum, value) => sum + value, 0);
    return {
      buffers: [x, 1024, 4],
      launches: [["add_up", [Math.min(1024, up(n, 1024))], [0, 1]], ["add_up", [1], [1, 2]]], result: 2, kind: Float32Array,
      error: (sum) => Math.abs(sum[0] - expected),
    };
  },

  transpose(n) {
    const side = Math.round(Math.sqrt(n)), a = random(n);
    return {
      buffers: [a, Uint32Array.of(side, side), n],
      launches: [["transpose", [up(side, 16), up(side, 16)], [0, 1, 2]]], result: 2, kind: Float32Array,
      error: (r) => share(n, (i) => r[i] !== a[(i % side) * side + Math.floor(i / side)]),
    };
  },

  embedding_search(n) {
    const width = 384, vectors = random(n * width), query = random(width);
    return {
      buffers: [vectors, query, n], launches: [["score", grid(n), [0, 1, 2]]], result: 2, kind: Float32Array,
      error: (scores) => relative(n, scores, (row) => {
        let sum = 0;
        for (let i = 0; i < width; i++) sum += vectors[row * width + i] * query[i];
        return sum;
      }),
    };
  },

  histogram(n) {
    const x = new Uint8Array(n).map(() => Math.random() * 256), expected = new Uint32Array(256);
    for (const value of x) expected[value]++;
    const blocks = Math.min(512, up(n, 4096));
    return {
      buffers: [x, 256 * blocks, Uint32Array.of(n), 256],
      launches: [["count", [blocks], [0, 1, 2]], ["add_up", [1], [1, 3]]], result: 3, kind: Uint32Array,
      error: (counts) => expected.reduce((sum, count, i) => sum + Math.abs(counts[i] - count), 0) / n,
    };
  },
};
