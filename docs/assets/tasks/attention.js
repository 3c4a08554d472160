export default (n, { grid, random, relative }) => {
  const [heads, width, scale] = [4, 64, Math.sqrt(12)]; // of variance 1, like the numbers of problem.py
  const [q, k, v] = [0, 1, 2].map(() => random(heads * n * width, 0.5).map((value) => scale * value));
  // Every position is held against float64, or of many as many as these, by chance: all would take seconds.
  const rows = heads * n <= 256 ? [...Array(heads * n).keys()] : Array.from({ length: 256 }, () => Math.floor(Math.random() * heads * n));
  let attended;
  const expected = () => (attended ??= Float64Array.from(rows.flatMap((row) => {
    const first = row - row % n, scores = Array.from({ length: n }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += q[row * width + i] * k[(first + j) * width + i];
      return sum / 8;
    });
    const top = scores.reduce((a, b) => Math.max(a, b)), weights = scores.map((score) => Math.exp(score - top));
    const all = weights.reduce((a, b) => a + b), mixed = new Array(width).fill(0);
    for (let j = 0; j < n; j++) for (let i = 0; i < width; i++) mixed[i] += weights[j] * v[(first + j) * width + i];
    return mixed.map((value) => value / all);
  })));
  return {
    buffers: [q, k, v, Uint32Array.of(n), heads * n * width],
    launches: [["attend", grid(heads * n), [0, 1, 2, 3, 4]]], result: 4, kind: Float32Array,
    error: (found) => relative(rows.length * width, rows.flatMap((row) => [...found.subarray(row * width, (row + 1) * width)]), (i) => expected()[i]),
  };
};
