// Draws, into each chart over sizes, the time that no program on a chosen GPU can beat, by its data sheet.
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

// A chart says in data-plot where its plot lies, and from where to where its axes go.
function line(svg, sizes, seconds) {
  const [left, top, width, height, x0, x1, y0, y1] = svg.dataset.plot.split(" ").map(Number);
  const place = (value, low, high) => Math.log(value / low) / Math.log(high / low);
  const points = sizes.map((n, i) => [n, seconds[i]]).filter(([, s]) => s > 0)
    .map(([n, s]) => [left + width * place(n, x0, x1), top + height * (1 - place(s, y0, y1))]);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", "sv-bound-line");
  path.setAttribute("d", clip(points, top, top + height).map(([a, b]) =>
    `M${a[0].toFixed(1)} ${a[1].toFixed(1)}L${b[0].toFixed(1)} ${b[1].toFixed(1)}`).join(""));
  svg.append(path);
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
  for (const old of figure.querySelectorAll(".sv-bound-line, .sv-bound-says")) old.remove();
  const { sizes, at, gpus } = read(figure);
  if (!gpus[chosen]) return;
  const [seconds, last, source] = gpus[chosen];
  for (const svg of figure.querySelectorAll("svg[data-plot]")) line(svg, sizes, seconds);
  figure.append(make("p", `Thin dotted line, a bound and no measurement: no program on this GPU (${chosen}) can be faster, `
    + `by its data sheet. At ${at}: ${last}. Source: ${source}.`, "sv-bound-says"));
}

function refresh() {
  const figures = charts();
  if (figures.length && !select?.isConnected) {
    const names = [...new Set(figures.flatMap((f) => Object.keys(read(f).gpus)))];
    select = make("select", "", "");
    select.id = "sv-bound";
    select.append(new Option("no GPU", ""), ...names.map((n) => new Option(n, n)));
    select.value = names.includes(chosen) ? chosen : "";
    select.addEventListener("change", () => { chosen = select.value; remember(chosen); refresh(); });
    const label = make("label", "In the charts, what no program can beat on ", "");
    label.htmlFor = select.id;
    const choice = make("p", "", "sv-bound-choice");
    choice.append(label, select);
    figures[0].before(choice);
  }
  for (const figure of figures) if (figure.dataset.bound !== chosen) show(figure);
}

// The charts of another machine come onto the page when a reader chooses it.
new MutationObserver((seen) => { if (seen.some((m) => m.addedNodes.length)) refresh(); }).observe(document.body, { childList: true, subtree: true });
refresh();
})();
