export default (n, { grid, random, share, up }) => {
  const [a, b] = [random(n), random(n)];
  return {
    buffers: [a, b, n], launches: [["add", grid(up(n, 256)), [0, 1, 2]]], result: 2, kind: Float32Array,
    // Exactly: float32 has one right answer.
    error: (c) => share(n, (i) => c[i] !== Math.fround(a[i] + b[i])), tolerance: 0,
  };
};
