// A scheduler that starts one instruction a cycle: warps that wait for memory, and others that have work meanwhile.

import { box, explore, html, many, path, percent, text, times } from "./kit.js";

const CYCLES = 48;

// What each warp does in each cycle: i issues, w waits for memory, r could go and is not chosen.
// Chosen is whoever is ready and was chosen longest ago.
export const count = ({ warps, work, wait }) => {
  const all = times(warps, (w) => ({ done: 0, until: 0, last: w - warps, did: "" }));
  let busy = "";
  for (let now = 0; now < CYCLES; now++) {
    const ready = all.filter((w) => w.until <= now);
    const next = ready.sort((a, b) => a.last - b.last)[0];
    for (const w of all) w.did += w === next ? "i" : w.until <= now ? "r" : "w";
    busy += next ? "i" : "-";
    if (!next) continue;
    next.last = now;
    next.done += 1;
    if (next.done % work === 0) next.until = now + 1 + wait;
  }
  return { did: all.map((w) => w.did), busy };
};

const [LEFT, WIDE, HIGH] = [66, 6.9, 17];

const draw = ({ warps, work, wait, cycle }) => {
  const { did, busy } = count({ warps, work, wait });
  const cells = (kind, rows, top) => rows.map((row, y) => times(cycle, (x) => (row[x] === kind ? box(LEFT + x * WIDE, top + y * HIGH, WIDE - 1, HIGH - 3) : "")).join("")).join("");
  const floor = 22 + warps * HIGH + 8;
  const issued = [...busy.slice(0, cycle)].filter((c) => c === "i").length;
  const needed = Math.ceil((work + wait) / work);
  const small = { "text-anchor": "start", "font-size": "0.87em", fill: "var(--sv-muted)" };
  const fill = warps >= needed ? "Enough warps to fill every cycle once they are under way" : `It takes ${many(needed, "warp")} to fill every cycle`;
  return {
    picture: [
      text(LEFT, 12, "cycles →", small),
      ...times(warps, (w) => text(0, 34 + w * HIGH, `warp ${w}`, small)),
      path(cells("w", did, 22), { fill: "none", stroke: "var(--sv-rule-strong)" }),
      path(cells("r", did, 22), { fill: "var(--sv-gpu)", "fill-opacity": 0.25 }),
      path(cells("i", did, 22), { fill: "var(--sv-gpu)" }),
      text(0, floor + 11, "starts", small),
      path(cells("i", [busy], floor), { fill: "var(--sv-ink)" }),
      path(cells("-", [busy], floor), { fill: "none", stroke: "var(--sv-bad)" }),
      text(0, floor + 33, "filled: starts · tinted: ready · empty: waits", small),
    ],
    height: floor + 38,
    says: `${cycle ? `In ${many(cycle, "cycle")} the scheduler started ${many(issued, "instruction")}: ${percent(issued / cycle)} of its cycles were used.` : "Nothing has begun."} ${fill}: one works for ${work} and waits for ${wait}.`,
  };
};

export const start = (figure) => {
  const { form, values, set } = explore(figure, {
    title: "A scheduler of warps",
    controls: {
      warps: { label: "Warps", min: 1, max: 12, value: 4 },
      work: { label: "Instructions between two loads", min: 1, max: 6, value: 2 },
      wait: { label: "Cycles that a load takes", min: 1, max: 24, value: 12 },
      cycle: { label: "Cycle", min: 0, max: CYCLES, value: CYCLES },
    },
    draw,
    touch: (x) => ({ cycle: Math.round((x - LEFT) / WIDE + 0.5) }),
  });
  const button = (words, act) => {
    const made = html("button", { type: "button" }, words);
    made.addEventListener("click", act);
    return made;
  };
  let clock = 0;
  const stop = () => {
    clearInterval(clock);
    clock = 0;
    run.textContent = "Run";
  };
  const step = () => set({ cycle: (values().cycle + 1) % (CYCLES + 1) });
  const run = button("Run", () => {
    if (clock) return stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return set({ cycle: CYCLES });
    if (values().cycle === CYCLES) set({ cycle: 0 });
    run.textContent = "Stop";
    clock = setInterval(() => (step(), values().cycle === CYCLES && stop()), 200);
  });
  form.append(html("p", {}, button("One cycle", () => (stop(), step())), " ", run));
};
