// Eight float32 numbers, added in two orders.

import { explore, html } from "./kit.js";

const f = Math.fround;
const ONES = [2 ** 24, 1, 1, 1, 1, 1, 1, 1];
const SETS = { ones: ONES, tenths: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], cancel: [10000, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, -10000] };
const ORDERS = { left: "left to right", right: "right to left", small: "smallest first", pairs: "in pairs" };

// Each addition as [a, b, what float32 makes of it, what that lost].
export const count = ({ set, order }) => {
  let left = SETS[set].map(f);
  if (order === "right") left.reverse();
  if (order === "small") left.sort((a, b) => Math.abs(a) - Math.abs(b));
  const steps = [];
  const add = (a, b) => {
    steps.push([a, b, f(a + b), a + b - f(a + b)]); // in float64 these sums are exact
    return f(a + b);
  };
  if (order === "pairs") while (left.length > 1) left = left.flatMap((a, i) => (i % 2 ? [] : [add(a, left[i + 1])]));
  else left.reduce(add);
  return { steps, total: steps.at(-1)[2], exact: SETS[set].reduce((a, b) => a + f(b), 0) };
};

// The shortest decimal that is this float32.
const short = (x) => {
  for (let digits = 1; ; digits++) {
    const said = Number(x.toPrecision(digits));
    if (f(said) === x) return String(said).replace("-", "−");
  }
};
const off = (x) => (x ? Number(Math.abs(x).toPrecision(2)).toString() : "nothing");

const column = (name, { steps, total }, done, other) => {
  const rows = steps.slice(0, done).map(([a, b, sum, lost]) =>
    html("li", {}, `${short(a)} + ${short(b)} = `, html("b", {}, short(sum)), lost ? html("i", {}, ` ${off(lost)} ${lost > 0 ? "lost" : "too much"}`) : ""),
  );
  const [mine, theirs] = [short(total), short(other)];
  const digits = [...mine].map((d, i) => (d === theirs[i] ? d : html("mark", {}, d)));
  const end = done === steps.length ? html("p", {}, "sum ", html("b", {}, digits)) : html("p", {}, `${steps.length - done} to go`);
  return html("div", {}, html("p", {}, html("strong", {}, name)), html("ol", { role: "list" }, rows), end);
};

const draw = ({ set, one, other, step }) => {
  const [a, b] = [count({ set, order: one }), count({ set, order: other })];
  const named = [ORDERS[one], ORDERS[other]].map((o) => o[0].toUpperCase() + o.slice(1));
  const same = a.total === b.total ? "The same bits." : "The marked digits differ.";
  const result = `Exactly: ${a.exact.toPrecision(9) / 1}. ${named[0]}: ${short(a.total)}, off by ${off(a.total - a.exact)}. ${named[1]}: ${short(b.total)}, off by ${off(b.total - b.exact)}. ${same}`;
  return {
    picture: [html("div", { class: "sv-explore__columns" }, column(named[0], a, step, b.total), column(named[1], b, step, a.total))],
    says: step === a.steps.length ? result : `After ${step} of ${a.steps.length} additions.`,
  };
};

export const start = (figure) =>
  explore(figure, {
    title: "Eight numbers, added in two orders",
    controls: {
      set: { label: "Numbers", options: { ones: "16777216 (2²⁴) and seven ones", tenths: "tenths, from 0.1 to 0.8", cancel: "10000, six tenths, −10000" }, value: "ones" },
      one: { label: "One order", options: ORDERS, value: "left" },
      other: { label: "Other order", options: ORDERS, value: "pairs" },
      step: { label: "Additions done", min: 0, max: ONES.length - 1, value: ONES.length - 1 },
    },
    draw,
  });
