export default (n, { grid, random, share, up }) => {
  const [a, b] = [random(n), random(n)];
  return {
    buffers: [a, b, n], launches: [["add", grid(up(n, 256)), [0, 1, 2]]], result: 2, kind: Float32Array,
    // Exactly, where float32 holds the sum. From 1 on it may lie halfway between two, and WGSL lets a GPU take either.
    error: (c) => share(n, (i) => !(Math.abs(c[i] - (a[i] + b[i])) <= (a[i] + b[i] > 1 ? 2 ** -24 : 0))), tolerance: 0,
  };
};
