export default (n, { grid, random, relative }) => {
  const width = 384, vectors = random(n * width), query = random(width);
  return {
    buffers: [vectors, query, n], launches: [["score", grid(n), [0, 1, 2]]], result: 2, kind: Float32Array,
    error: (scores) => relative(n, scores, (row) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += vectors[row * width + i] * query[i];
      return sum;
    }),
  };
};
