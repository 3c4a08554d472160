export default (n, tools) => picture(n, 20, tools);

export function picture(n, iterations, { share, up }) {
  const height = Math.round(Math.sqrt(n * 2 / 3)), width = n / height;
  const along = (count, from, length) => {
    const shift = Math.random();
    return Float32Array.from({ length: count }, (_, i) => from + length * (i + shift) / count);
  };
  const [x, y] = [along(width, -2, 3), along(height, -1, 2)];
  let counts;
  const expected = () => (counts ??= new Uint16Array(n).map((_, i) => {
    const cx = x[i % width], cy = y[Math.floor(i / width)];
    let [zx, zy, k] = [cx, cy, 0];
    for (; k < iterations; k++) {
      const [x2, y2] = [zx * zx, zy * zy];
      if (x2 + y2 > 4) break;
      zy = 2 * zx * zy + cy;
      zx = x2 - y2 + cx;
    }
    return k;
  }));
  return {
    buffers: [x, y, Uint32Array.of(width, height, iterations), n],
    launches: [["escape", [up(width, 32), up(height, 8)], [0, 1, 2, 3]]], result: 3, kind: Uint32Array,
    error: (found) => share(n, (i) => found[i] !== expected()[i]),
  };
}
