export default (n, { random, up }) => {
  const x = random(n, 0.5).map((value) => value * 4 / n), expected = x.reduce((sum, value) => sum + value, 0);
  return {
    buffers: [x, 1024, 4],
    launches: [["add_up", [Math.min(1024, up(n, 1024))], [0, 1]], ["add_up", [1], [1, 2]]], result: 2, kind: Float32Array,
    error: (sum) => Math.abs(sum[0] - expected),
  };
};
