// The Mandelbrot set by warps: what each pixel does while the last of its warp is at work.

import { box, explore, path, percent, text, times } from "./kit.js";

const [WIDE, HIGH, WARP] = [192, 128, 32];
const SHAPES = { "32x1": [32, 1], "16x2": [16, 2], "8x4": [8, 4] };
const f = Math.fround; // float32, as the guide's programs

const line = (low, high, n) => times(n, (i) => f(i === n - 1 ? high : i * ((high - low) / (n - 1)) + low));

// How many steps each point takes, as the program on the page counts them.
const known = new Map();
export const counts = (steps) => {
  if (known.has(steps)) return known.get(steps);
  const found = new Uint16Array(WIDE * HIGH);
  line(-1, 1, HIGH).forEach((y, row) => line(-2, 1, WIDE).forEach((x, column) => {
    let [re, im, n] = [x, y, 0];
    for (; n < steps; n++) {
      const [a, b] = [f(re * re), f(im * im)];
      if (f(a + b) > 4) break;
      im = f(2 * f(re * im) + y);
      re = f(f(a - b) + x);
    }
    found[row * WIDE + column] = n;
  }));
  known.set(steps, found);
  return found;
};

// The pixels of each warp. Dealt at random they always fall the same way: Lehmer's generator, then Fisher and Yates.
export const warps = (shape) => {
  const [wide, high] = SHAPES[shape] ?? SHAPES["32x1"];
  const across = WIDE / wide;
  const all = times((WIDE * HIGH) / WARP, (w) => times(WARP, (i) => (Math.floor(w / across) * high + Math.floor(i / wide)) * WIDE + (w % across) * wide + (i % wide)));
  if (SHAPES[shape]) return all;
  const dealt = all.flat();
  let state = 1;
  for (let i = dealt.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [dealt[i], dealt[j]] = [dealt[j], dealt[i]];
  }
  return all.map((_, w) => dealt.slice(w * WARP, (w + 1) * WARP));
};

export const count = ({ steps, shape }) => {
  const n = counts(Number(steps));
  let [used, taken] = [0, 0];
  for (const pixels of warps(shape)) {
    let longest = 0;
    for (const p of pixels) {
      used += n[p];
      longest = Math.max(longest, n[p]);
    }
    taken += WARP * longest;
  }
  return { used, taken };
};

const LEVELS = 8;
const SCALE = 400 / WIDE;
// Pixels of like level, as one path for each.
const layers = (level) => {
  const paths = times(LEVELS, () => []);
  for (let y = 0; y < HIGH; y++) {
    for (let x = 0, from = 0; x < WIDE; x++) {
      const k = level(y * WIDE + x);
      if (x + 1 < WIDE && level(y * WIDE + x + 1) === k) continue;
      if (k) paths[k - 1].push(`M${from} ${y}h${x + 1 - from}v1h${from - x - 1}z`);
      from = x + 1;
    }
  }
  return paths.map((d) => d.join(""));
};

const draw = ({ steps, shape, warp }) => {
  const n = counts(Number(steps));
  const all = warps(shape);
  const waits = new Float32Array(n.length);
  for (const pixels of all) {
    const longest = Math.max(...pixels.map((p) => n[p]));
    for (const p of pixels) waits[p] = (longest - n[p]) / Number(steps);
  }
  const low = Math.log(Number(steps) + 1);
  const ink = layers((p) => Math.round((LEVELS * Math.log(n[p] + 1)) / low));
  const waste = layers((p) => Math.ceil(LEVELS * waits[p]));
  const mine = all[warp].map((p) => n[p]);
  const [longest, least] = [Math.max(...mine), Math.min(...mine)];
  const [top, tall] = [HIGH * SCALE + 26, 60];
  const bar = (from, to, i) => box(i * 12.5 + 1, top + tall * (1 - to / longest), 10.5, (tall * (to - from)) / longest);
  const marked = all[warp].map((p) => box(p % WIDE, Math.floor(p / WIDE), 1, 1)).join("");
  const c = count({ steps, shape });
  return {
    picture: [
      path(`M0 0h${WIDE}v${HIGH}h${-WIDE}z`, { transform: `scale(${SCALE})`, fill: "var(--sv-panel)" }),
      ...ink.map((d, k) => path(d, { transform: `scale(${SCALE})`, fill: "var(--sv-ink)", "fill-opacity": (0.45 * (k + 1)) / LEVELS, "shape-rendering": "crispEdges" })),
      ...waste.map((d, k) => path(d, { transform: `scale(${SCALE})`, fill: "var(--sv-gpu)", "fill-opacity": (k + 1) / LEVELS, "shape-rendering": "crispEdges" })),
      path(marked, { transform: `scale(${SCALE})`, fill: "var(--sv-cpu)", stroke: "var(--sv-cpu)" }),
      text(0, top - 8, "steps of each pixel of the blue warp", { "text-anchor": "start" }),
      path(mine.map((k, i) => bar(0, k, i)).join(""), { fill: "var(--sv-muted)" }),
      path(mine.map((k, i) => bar(k, longest, i)).join(""), { fill: "var(--sv-gpu)" }),
    ],
    height: top + tall + 2,
    says: `${percent(c.used / c.taken)} of all steps are useful; in the rest a pixel waits for the last of its warp. The warp in blue takes ${longest} steps, its pixels need ${least === longest ? "all of them" : `${least} to ${longest}`}: ${percent(mine.reduce((a, b) => a + b) / (WARP * longest))} useful.`,
  };
};

const touch = (x, y, { shape }) => {
  const pixel = Math.floor(y / SCALE) * WIDE + Math.floor(x / SCALE);
  const warp = warps(shape).findIndex((pixels) => pixels.includes(pixel));
  return warp < 0 ? {} : { warp };
};

export const start = (figure) =>
  explore(figure, {
    title: "The Mandelbrot set by warps",
    controls: {
      shape: { label: "A warp is", options: { "32x1": "32 × 1 pixels", "16x2": "16 × 2 pixels", "8x4": "8 × 4 pixels", dealt: "32 pixels dealt at random" }, value: "32x1" },
      steps: { label: "Steps at most", options: { 20: "20", 100: "100", 500: "500" }, value: "20" },
      warp: { label: "Warp to look at", min: 0, max: (WIDE * HIGH) / WARP - 1, value: 224 },
    },
    draw,
    touch,
  });
