// Amdahl's law, with the reader's own job.

import { explore, path, percent, plain, rect, text } from "./kit.js";

// Times as shares of the old one.
export const count = ({ share, factor, trip }) => {
  const [rest, moved] = [1 - share, share / factor];
  const total = rest + moved + trip;
  return { rest, moved, total, speedup: 1 / total, bound: 1 / (rest + trip) };
};

const LONG = 396;

const draw = ({ share, factor, trip }) => {
  const s = { share: share / 100, factor: 10 ** factor, trip: trip / 100 };
  const c = count(s);
  const scale = LONG / Math.max(1, c.total);
  const [rest, moved, way] = [c.rest, c.moved, s.trip].map((t) => t * scale);
  const label = (y, words) => text(2, y, words, { "text-anchor": "start" });
  const bound = Number.isFinite(c.bound) ? `However fast that part becomes, the job is never more than ${plain(c.bound)} times as fast.` : "Nothing stays behind, so nothing bounds it.";
  const slower = c.total > 1 ? "so it is slower than before" : `${plain(c.speedup)} times as fast in all`;
  return {
    picture: [
      label(14, "now, all on the CPU"),
      rect(2, 22, rest, 26, { fill: "var(--sv-cpu)" }),
      rect(2 + rest, 22, s.share * scale, 26, { fill: "var(--sv-cpu)", "fill-opacity": 0.4 }),
      label(76, "then: what stays, the trip, what moved"),
      rect(2, 84, rest, 26, { fill: "var(--sv-cpu)" }),
      rect(2 + rest, 84, way, 26, { fill: "none", stroke: "var(--sv-gpu)", "stroke-dasharray": "3 2" }),
      rect(2 + rest + way, 84, moved, 26, { fill: "var(--sv-gpu)" }),
      path(`M${2 + rest + way} 78V116`, { stroke: "var(--sv-ink)", "stroke-width": 2 }),
      text(Math.min(Math.max(2 + rest + way, 60), 340), 132, "never left of this", { fill: "var(--sv-muted)", "font-size": "0.87em" }),
    ],
    height: 138,
    says: `The job takes ${percent(c.total)} of its old time, ${slower}. ${bound}`,
  };
};

export const start = (figure) =>
  explore(figure, {
    title: "Your job, a part of which moves to the GPU",
    controls: {
      share: { label: "Share of the time that can move", min: 0, max: 100, value: 90, show: (s) => `${s}\u00a0%` },
      factor: { label: "Times as fast there", min: 0, max: 3, step: 0.05, value: 1, show: (p) => plain(10 ** p) },
      trip: { label: "The trip, in shares of the old time", min: 0, max: 60, value: 0, show: (s) => `${s}\u00a0%` },
    },
    draw,
    touch: (x) => ({ share: Math.round(100 * (1 - (x - 2) / LONG)) }),
  });
