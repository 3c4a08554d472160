// Where the reader's own program lies under the roofs of this page's machine, and of a GPU by its data sheet.

import { amount, explore, path, plain, svg, text } from "./kit.js";

const [LOW, HIGH] = [-4, 10]; // powers of two of the operations per byte
const [LEFT, TOP, WIDE, TALL] = [58, 26, 320, 220];

// What a roof allows at so many operations per byte, and what stands in the way.
export const count = ({ bandwidth, rate, intensity }) => ({ most: Math.min(rate, bandwidth * intensity), memory: bandwidth * intensity < rate });

export const start = (figure) => {
  const { machine, date, roofs, gpus } = JSON.parse(figure.dataset.facts);
  const every = [...roofs, ...gpus];
  const floor = Math.min(...every.map((r) => r.bandwidth)) * 2 ** LOW;
  const ceiling = Math.max(...every.map((r) => r.rate)) * 1.5;
  const x = (power) => LEFT + (WIDE * (power - LOW)) / (HIGH - LOW);
  const y = (rate) => TOP + TALL * (1 - Math.log(rate / floor) / Math.log(ceiling / floor));
  const draw = ({ power, gpu }) => {
    const intensity = 2 ** power;
    const sheet = gpus.find((g) => g.name === gpu);
    const shown = [...roofs.map((r) => ({ ...r, says: `The ${r.device.toUpperCase()} of ${machine}, as measured on ${date}, typically gives` })), ...(sheet ? [{ ...sheet, says: `${sheet.name}, by its data sheet, allows at most` }] : [])];
    const picture = [path(`M${LEFT} ${TOP}V${TOP + TALL}H${LEFT + WIDE}`, { fill: "none", stroke: "var(--sv-muted)" })];
    const small = { fill: "var(--sv-muted)", "font-size": "0.87em" };
    for (let p = LOW; p <= HIGH; p += 2) picture.push(text(x(p), TOP + TALL + 16, p < 0 ? `1/${2 ** -p}` : 2 ** p, small));
    for (let d = Math.ceil(Math.log10(floor)); d <= Math.log10(ceiling); d++) {
      picture.push(path(`M${LEFT} ${y(10 ** d)}H${LEFT + WIDE}`, { stroke: "var(--sv-rule)" }));
      picture.push(text(LEFT - 4, y(10 ** d) + 4, amount(10 ** d, "").trim(), { ...small, "text-anchor": "end" }));
    }
    picture.push(text(LEFT + WIDE / 2, TOP + TALL + 36, "operations per byte", small));
    picture.push(text(2, TOP - 12, "operations per second", { ...small, "text-anchor": "start" }));
    picture.push(path(`M${x(power)} ${TOP}V${TOP + TALL}`, { stroke: "var(--sv-ink)", "stroke-dasharray": "4 3" }));
    const said = shown.map((roof) => {
      const { most, memory } = count({ ...roof, intensity });
      const ridge = Math.log2(roof.rate / roof.bandwidth);
      const colour = `var(--sv-${roof.device ?? "muted"})`;
      const dashes = roof.device ? {} : { "stroke-dasharray": "2 3" };
      picture.push(path(`M${x(LOW)} ${y(roof.bandwidth * 2 ** LOW)}L${x(ridge)} ${y(roof.rate)}H${LEFT + WIDE}`, { fill: "none", stroke: colour, "stroke-width": 2.5, ...dashes }));
      const ink = roof.device ? `var(--sv-${roof.device}-ink)` : "var(--sv-muted)";
      picture.push(text(LEFT + WIDE, y(roof.rate) - 6, roof.device?.toUpperCase() ?? roof.name, { fill: ink, "text-anchor": "end", "font-weight": 600 }));
      picture.push(svg("circle", { cx: x(power), cy: y(most), r: 6, fill: roof.device ? colour : "var(--sv-paper)", stroke: colour, "stroke-width": 2 }));
      return `${roof.says} ${amount(most, "FLOP/s")}; ${memory ? "memory" : "arithmetic"} is the limit.`;
    });
    return { picture, height: TOP + TALL + 42, says: `Your program does ${plain(intensity)} operations for each byte of memory. ${said.join(" ")}` };
  };
  explore(figure, {
    title: `Your program under the roofs of ${machine}`,
    controls: {
      power: { label: "Operations for each byte", min: LOW, max: HIGH, step: 0.25, value: -1, show: (p) => plain(2 ** p) },
      gpu: { label: "Beside it, by its data sheet", options: { "": "no GPU", ...Object.fromEntries(gpus.map((g) => [g.name, g.name])) }, value: gpus.find((g) => g.name.includes("H100"))?.name ?? "" },
    },
    draw,
    touch: (at) => ({ power: LOW + ((HIGH - LOW) * (at - LEFT)) / WIDE }),
  });
};
