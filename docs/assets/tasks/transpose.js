export default (n, { random, share, up }) => {
  const side = Math.round(Math.sqrt(n)), a = random(n);
  return {
    buffers: [a, Uint32Array.of(side, side), n],
    launches: [["transpose", [up(side, 16), up(side, 16)], [0, 1, 2]]], result: 2, kind: Float32Array,
    error: (r) => share(n, (i) => r[i] !== a[(i % side) * side + Math.floor(i / side)]),
  };
};
