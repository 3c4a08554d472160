// What tasks/NAME.js have in common.
//
// Each says what an example needs besides its WGSL, which the page brings: buffers, launches, and what the result is
// held against. As in examples/NAME/problem.py and gpu_wgpu.py. `buffers` are arrays to upload, or how many 32-bit numbers
// to make room for; a launch is an entry point, its blocks, and its buffers in the order of their bindings;
// `error(result)` is what `tolerance` limits.

const up = (n, by) => Math.ceil(n / by);
const grid = (blocks) => [Math.min(blocks, 65535), up(blocks, 65535)];

// Fresh numbers from 0 up to 1, each a multiple of 2 to the power -24.
function random(n, shift = 0) {
  const found = new Float32Array(n);
  let state = 1 + Math.floor(Math.random() * 0xfffffffe);
  for (let i = 0; i < n; i++) {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    found[i] = (state >>> 8) / 16777216 - shift;
  }
  return found;
}

// The norm of the difference over the norm of what is expected, in float64.
function relative(n, got, expected) {
  let [off, all] = [0, 0];
  for (let i = 0; i < n; i++) {
    const right = expected(i);
    off += (got[i] - right) ** 2;
    all += right ** 2;
  }
  return all ? Math.sqrt(off / all) : off;
}

const share = (n, wrong) => {
  let count = 0;
  for (let i = 0; i < n; i++) count += wrong(i);
  return count / n;
};

export const TOOLS = { grid, random, relative, share, up };
