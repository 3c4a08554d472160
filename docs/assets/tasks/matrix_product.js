export default (n, { random, relative, up }) => {
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
};
