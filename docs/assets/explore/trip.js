// What a trip to the GPU costs, and how many passes pay for it: the formula of the page.

import { amount, explore, plain, rect, text } from "./kit.js";

// Seconds for a gigabyte that crosses the link once and is passed over so many times; bandwidths in GB/s.
export const count = ({ link, cpu, gpu, passes }) => {
  const [road, saved] = [1 / link, 1 / cpu - 1 / gpu];
  return { stay: passes / cpu, road, work: passes / gpu, needed: saved > 0 ? Math.ceil(road / saved) : Infinity };
};

const LONG = 396;
const ms = (seconds) => `${plain(1000 * seconds)}\u00a0ms`;

export const start = (figure) => {
  const { roofs, gpus } = JSON.parse(figure.dataset.facts);
  const measured = roofs.find((r) => r.device === "cpu")?.bandwidth;
  const speed = (power) => amount(1e9 * 2 ** power, "B/s");
  const draw = ({ link, cpu, gpu, passes }) => {
    const there = gpus.find((g) => g.name === gpu).bandwidth / 1e9;
    const c = count({ link: 2 ** link, cpu: 2 ** cpu, gpu: there, passes });
    const scale = LONG / Math.max(c.stay, c.road + c.work);
    const words = (y, said) => text(2, y, said, { "text-anchor": "start" });
    const pays = Number.isFinite(c.needed) ? `The trip has paid for itself from ${c.needed === 1 ? "1 pass" : `${plain(c.needed)} passes`} on.` : "Each pass is as slow there as here: no number of them pays.";
    return {
      picture: [
        words(14, "stay: all passes in the CPU's memory"),
        rect(2, 22, c.stay * scale, 26, { fill: "var(--sv-cpu)" }),
        words(76, "go: the trip (tinted), then the passes"),
        rect(2, 84, c.road * scale, 26, { fill: "var(--sv-gpu-wash)", stroke: "var(--sv-gpu)", "stroke-dasharray": "3 2" }),
        rect(2 + c.road * scale, 84, c.work * scale, 26, { fill: "var(--sv-gpu)" }),
      ],
      height: 114,
      says: `A gigabyte that crosses ${amount(2 ** link * 1e9, "B/s")} costs ${ms(c.road)}. To stay takes ${ms(c.stay)}, to go at least ${ms(c.road + c.work)}: ${c.stay > c.road + c.work ? "go" : "stay"}. ${pays}`,
    };
  };
  explore(figure, {
    title: "Stay, or go",
    controls: {
      passes: { label: "Passes over the data", min: 1, max: 64, value: 4 },
      link: { label: "The link, there and back", min: 1, max: 9, step: 0.1, value: 4.6, show: speed },
      cpu: { label: measured ? "CPU memory, at first as measured here" : "CPU memory", min: 2, max: 10, step: "any", value: Math.log2((measured ?? 64e9) / 1e9), show: speed },
      gpu: { label: "GPU memory, by data sheet", options: Object.fromEntries(gpus.map((g) => [g.name, `${g.name}, ${amount(g.bandwidth, "B/s")}`])), value: (gpus.find((g) => g.name.includes("H100")) ?? gpus[0]).name },
    },
    draw,
  });
};
