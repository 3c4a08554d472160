// Draws, into each chart of timings, the time that no program on a chosen GPU can beat, by its data sheet.
// The build has worked out the line of each GPU (survival/pages/charts/bounds.py); here is only the choice.
(() => {
const KEY = "sv-bound";
const SVG = "http://www.w3.org/2000/svg";
const remembered = () => { try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; } };
const remember = (name) => { try { name ? localStorage.setItem(KEY, name) : localStorage.removeItem(KEY); } catch { /* a private window forgets */ } };
const make = (tag, text, className) => Object.assign(document.createElement(tag), { textContent: text, className });
let chosen = remembered();
let select = null;

const charts = () => [...document.querySelectorAll("figcaption[data-bounds]")].map((caption) => caption.parentElement);
const read = (figure) => JSON.parse(figure.querySelector("figcaption").dataset.bounds);
const at = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

function add(parent, tag, attributes, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  parent.append(element);
  return element;
}

// The line of one example, into one of a chart's two forms. A chart says in data-plot where its plot lies, and from where
// to where its axes go: the one of a single size has one axis, on which a bound is an upright line. A line that lies wholly
// beyond the plot is a triangle at its edge. Returns whether it does.
function line(group, plot, { name, sizes, gpus }, odd) {
  const [left, top, width, height, x0, x1, y0, y1] = plot;
  const [seconds] = gpus[chosen];
  const place = (value, low, high) => (low > 0 ? Math.log(value / low) / Math.log(high / low) : value / high);
  const inside = (value, low, high) => Math.max(low, Math.min(high, value));
  let [parts, x, y, turn] = [[], 0, top + height, 0];
  if (y0) {
    const points = sizes.map((n, i) => [n, seconds[i]]).filter(([, s]) => s > 0)
      .map(([n, s]) => [left + width * place(n, x0, x1), top + height * (1 - place(s, y0, y1))]);
    parts = clip(points, top, top + height);
    [x, y] = points.at(-1);
    if (points.length < 2 && y >= top && y <= top + height) parts = [[[x - 6, y], [x + 6, y]]]; // what is smaller, nothing binds
    turn = y < top ? 180 : 0;
    y = inside(y, top + 5, top + height - 5);
  } else {
    x = left + width * place(seconds[0], x0, x1);
    if (x >= left && x <= left + width) parts = [[[x, top], [x, top + height]]];
    turn = x < left ? 90 : -90;
    x = inside(x, left + 5, left + width - 5);
  }
  if (!parts.length) {
    add(group, "path", { d: "M-5 -4L5 -4L0 5Z", transform: `translate(${at([x, y])}) rotate(${turn})`, class: "sv-bound-mark" });
    return true;
  }
  add(group, "path", { class: "sv-bound-line", d: parts.map(([a, b]) => `M${at(a)}L${at(b)}`).join("") });
  const end = odd ? parts[0][0] : parts.at(-1)[1]; // the names of two lines, at either end
  if (name) add(group, "text", { transform: `translate(${at(end)})`, y: -7, "text-anchor": odd ? "start" : "end" }, name);
  return false;
}

// The parts of a line that lie between two heights: a bound may run out of a chart.
function clip(points, top, bottom) {
  const inside = (y) => y >= top && y <= bottom;
  const kept = [];
  for (let i = 1; i < points.length; i++) {
    const [[xa, ya], [xb, yb]] = [points[i - 1], points[i]];
    const ends = [[xa, ya], [xb, yb]].filter(([, y]) => inside(y));
    for (const edge of [top, bottom])
      if ((ya - edge) * (yb - edge) < 0) ends.push([xa + (xb - xa) * (edge - ya) / (yb - ya), edge]);
    if (ends.length === 2) kept.push(ends.sort((a, b) => a[0] - b[0]));
  }
  return kept;
}

function show(figure) {
  figure.dataset.bound = chosen;
  for (const old of figure.querySelectorAll(".sv-bound, .sv-bound-says")) old.remove();
  const works = read(figure).filter(({ gpus }) => gpus[chosen]);
  if (!works.length) return;
  let beyond = [];
  for (const svg of figure.querySelectorAll("svg[data-plot]")) {
    const group = add(svg, "g", { class: "sv-bound" });
    beyond = works.map((work, i) => line(group, svg.dataset.plot.split(" ").map(Number), work, i % 2));
  }
  const says = works.map(({ name, at, gpus }, i) => `${at}${name && `, ${name}`}: ${gpus[chosen][1]}`
    + (beyond[i] ? " (beyond this axis: the triangle)" : ""));
  figure.append(make("p", `${beyond.every(Boolean) ? "A" : "Thin dotted line, a"} bound and no measurement: no program on this GPU `
    + `(${chosen}) can be faster, by its data sheet. At ${says.join("; ")}. Source: ${works[0].gpus[chosen][2]}.`, "sv-bound-says"));
}

function refresh() {
  const figures = charts();
  if (figures.length && !select?.isConnected) {
    const names = [...new Set(figures.flatMap((f) => read(f).flatMap(({ gpus }) => Object.keys(gpus))))];
    select = make("select", "", "");
    select.id = "sv-bound";
    select.append(new Option("choose a GPU", ""), ...names.map((n) => new Option(n, n)));
    select.value = names.includes(chosen) ? chosen : "";
    select.addEventListener("change", () => { chosen = select.value; remember(chosen); refresh(); });
    const label = make("label", "Add to the charts what a GPU could do at best, by its data sheet: ", "");
    label.htmlFor = select.id;
    const choice = make("p", "", "sv-bound-choice");
    choice.append(label, select);
    figures[0].after(choice); // what is above it and the chart itself stay where they are
  }
  for (const figure of figures) if (figure.dataset.bound !== chosen) show(figure);
}

// The charts of another machine come onto the page when a reader chooses it.
new MutationObserver((seen) => { if (seen.some((m) => m.addedNodes.length)) refresh(); }).observe(document.body, { childList: true, subtree: true });
refresh();
})();
