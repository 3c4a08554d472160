export default (n, { grid, random, relative, up }) => {
  const [a, x, y] = [random(1), random(n), random(n)];
  return {
    buffers: [a, x, y, n], launches: [["saxpy", grid(up(n, 256)), [0, 1, 2, 3]]], result: 3, kind: Float32Array,
    error: (r) => relative(n, r, (i) => a[0] * x[i] + y[i]),
  };
};
