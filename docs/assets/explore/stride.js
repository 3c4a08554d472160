// A stride: how many sectors travel from memory, and how many threads queue at a bank of shared memory.

import { box, explore, many, path, percent, text, times } from "./kit.js";

const [THREADS, BANKS, SECTOR, WORD] = [32, 32, 32, 4];

export const count = ({ stride }) => {
  const words = times(THREADS, (i) => i * stride);
  const sectors = new Set(words.map((w) => Math.floor((w * WORD) / SECTOR)));
  const queues = new Array(BANKS).fill(0);
  for (const w of words) queues[w % BANKS] += 1;
  return { words, sectors: [...sectors], queues, turns: Math.max(...queues), wanted: (THREADS * WORD) / (sectors.size * SECTOR) };
};

const [ACROSS, WIDE, HIGH] = [16, 25, 9];
const place = (sector) => [(sector % ACROSS) * WIDE, 24 + Math.floor(sector / ACROSS) * (HIGH + 3)];

const draw = ({ stride }) => {
  const c = count({ stride });
  const rows = Math.ceil((c.sectors.at(-1) + 1) / ACROSS);
  const all = times(rows * ACROSS, (s) => box(...place(s), WIDE - 2, HIGH)).join("");
  const travel = c.sectors.map((s) => box(...place(s), WIDE - 2, HIGH)).join("");
  const wanted = c.words.map((w) => {
    const [x, y] = place(Math.floor(w / 8));
    return box(x + ((w % 8) * (WIDE - 2)) / 8, y, (WIDE - 2) / 8, HIGH);
  }).join("");
  const top = 24 + rows * (HIGH + 3) + 34;
  const floor = top + 4 * c.turns;
  const stack = (from, to) => c.queues.map((n, b) => times(Math.max(0, Math.min(n, to) - from), (k) => box(b * 12.5 + 1, floor - 4 * (k + from + 1), 10.5, 3)).join("")).join("");
  const start = { "text-anchor": "start" };
  return {
    picture: [
      text(0, 14, "from memory: sectors of 32 bytes", start),
      path(all, { fill: "none", stroke: "var(--sv-rule-strong)" }),
      path(travel, { fill: "var(--sv-gpu-wash)", stroke: "var(--sv-gpu)" }),
      path(wanted, { fill: "var(--sv-gpu)" }),
      text(0, top - 10, "in shared memory: the 32 banks", start),
      path(stack(0, 1), { fill: "var(--sv-gpu)" }),
      path(stack(1, THREADS), { fill: "var(--sv-gpu)", "fill-opacity": 0.4 }),
      path(`M0 ${floor + 1}H400`, { stroke: "var(--sv-muted)" }),
      ...[0, 8, 16, 24].map((b) => text(b * 12.5 + 6, floor + 16, b, { fill: "var(--sv-muted)", "font-size": "0.87em" })),
    ],
    height: floor + 20,
    says: `Stride ${stride}: ${many(c.sectors.length, "sector")} of 32 bytes ${c.sectors.length === 1 ? "travels" : "travel"} from memory, and ${percent(c.wanted)} of their bytes are wanted. As a column in shared memory, with rows of ${many(stride, "number")}, the warp takes ${many(c.turns, "turn")}: ${c.turns === 1 ? "no bank is asked twice" : `${c.turns} threads queue at one bank`}.`,
  };
};

export const start = (figure) =>
  explore(figure, {
    title: "Thirty-two threads, and a stride",
    controls: { stride: { label: "Stride, in numbers of four bytes", min: 1, max: 66, value: 2 } },
    draw,
  });
