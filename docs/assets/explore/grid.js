// Blocks of threads over an array: touch a thread, see its index.

import { explore, many, rect, text, times } from "./kit.js";

const [CELL, ROW, GAP, HEAD] = [29, 13, 8, 22];

export const count = ({ n, size, at }) => {
  const blocks = Math.ceil(n / size);
  return { blocks, threads: blocks * size, idle: blocks * size - n, block: Math.floor(at / size), thread: at % size, works: at < n };
};

// Where each block lies: so many side by side, each so wide and high.
const layout = (size) => {
  const wide = Math.min(size, ROW) * CELL + GAP;
  const high = Math.ceil(size / ROW) * CELL + GAP;
  return { wide, high, across: Math.max(1, Math.floor((400 + GAP) / (wide + GAP))) };
};

const draw = (values) => {
  const { n, size, at } = values;
  const c = count(values);
  const { wide, high, across } = layout(size);
  const picture = times(c.blocks, (b) => {
    const [x, y] = [(b % across) * (wide + GAP) + 1, Math.floor(b / across) * (high + HEAD) + HEAD];
    const threads = times(size, (t) => {
      const i = b * size + t;
      const [left, top] = [x + GAP / 2 + (t % ROW) * CELL + 1, y + GAP / 2 + Math.floor(t / ROW) * CELL + 1];
      const look = i === at ? { fill: "var(--sv-gpu)" } : { fill: i < n ? "var(--sv-gpu-wash)" : "none" };
      const idle = i < n ? {} : { "stroke-dasharray": "3 3" };
      return [
        rect(left, top, CELL - 2, CELL - 2, { stroke: "var(--sv-gpu)", ...look, ...idle }),
        text(left + CELL / 2 - 1, top + 18, t, i === at ? { fill: "var(--sv-paper)", "font-weight": 700 } : i < n ? {} : { fill: "var(--sv-muted)" }),
      ];
    });
    const label = wide > 60 ? `block ${b}` : b;
    return [rect(x, y, wide - 2, high, { rx: 5, fill: "none", stroke: "var(--sv-rule-strong)" }), text(x + wide / 2, y - 6, label, { fill: "var(--sv-muted)" }), ...threads.flat()];
  }).flat();
  const bottom = Math.ceil(c.blocks / across) * (high + HEAD);
  const formula = `i = ${c.block} × ${size} + ${c.thread} = ${at}`;
  picture.push(text(200, bottom + 28, formula, { "font-size": "1.1em", "font-weight": 600 }));
  const rest = c.idle ? `; ${c.idle} of them ${c.idle === 1 ? "has" : "have"} no element, and the bounds check keeps them from writing` : ", and none is left over";
  const does = c.works ? `so it adds a[${at}] and b[${at}]` : `which is not below ${n}, so it does nothing`;
  return {
    picture,
    height: bottom + 38,
    says: `${many(c.blocks, "block")} of ${many(size, "thread")} make ${many(c.threads, "thread")} for ${many(n, "element")}${rest}. Thread ${c.thread} of block ${c.block} has the index ${c.block} × ${size} + ${c.thread} = ${at}, ${does}.`,
  };
};

const touch = (x, y, { n, size }) => {
  const { wide, high, across } = layout(size);
  const [column, row] = [Math.floor(x / (wide + GAP)), Math.floor(y / (high + HEAD))];
  const [left, top] = [x - column * (wide + GAP) - GAP / 2, y - row * (high + HEAD) - HEAD - GAP / 2];
  const [inner, down] = [Math.floor(left / CELL), Math.floor(top / CELL)];
  const [block, thread] = [row * across + column, down * ROW + inner];
  const hit = column < across && inner >= 0 && inner < ROW && down >= 0 && thread < size && block < Math.ceil(n / size);
  return hit ? { at: block * size + thread } : {};
};

export const start = (figure) =>
  explore(figure, {
    title: "Blocks of threads over an array",
    controls: {
      n: { label: "Elements", min: 1, max: 48, value: 10 },
      size: { label: "Threads in a block", min: 1, max: 16, value: 4 },
      at: { label: "Thread that you touch", min: 0, max: (values) => count(values).threads - 1, value: 6 },
    },
    draw,
    touch,
  });
