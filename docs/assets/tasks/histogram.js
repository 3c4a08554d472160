export default (n, { random, up }) => {
  const x = new Uint8Array(n).map(() => Math.random() * 256), expected = new Uint32Array(256);
  for (const value of x) expected[value]++;
  const blocks = Math.min(512, up(n, 4096));
  return {
    buffers: [x, 256 * blocks, Uint32Array.of(n), 256],
    launches: [["count", [blocks], [0, 1, 2]], ["add_up", [1], [1, 3]]], result: 3, kind: Uint32Array,
    error: (counts) => expected.reduce((sum, count, i) => sum + Math.abs(counts[i] - count), 0) / n,
  };
};
