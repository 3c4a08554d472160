// Puts the reader's points into the charts that are there: a star each, and for the CPU beside it a cross, of no series of ours.
//
// A chart says in data-plot where its plot lies and where its axes end, its caption in data-example what it is of. Its
// key goes below it, in room that is added, so that nothing of the chart is covered.

const SVG = "http://www.w3.org/2000/svg";
const SCOPES = { compute: "compute", end_to_end: "end to end", cpu: "CPU" };
const LINE = 16;

function add(parent, tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === "number" ? +value.toFixed(1) : value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

const corners = Array.from({ length: 10 }, (_, i) => {
  const [far, angle] = [i % 2 ? 2.9 : 6.8, Math.PI * (i / 5 - 0.5)];
  return `${(far * Math.cos(angle)).toFixed(1)} ${(far * Math.sin(angle)).toFixed(1)}`;
});
const STAR = `M${corners.join("L")}Z`;
const CROSS = "M-1.8 -6H1.8V-1.8H6V1.8H1.8V6H-1.8V1.8H-6V-1.8H-1.8Z";

// A mark; at the edge of the plot, where its time lies beyond, a triangle that points there.
function mark(group, x, y, turn, says) {
  const d = turn !== null ? "M-5 -4L5 -4L0 5Z" : group.classList.contains("sv-yours--cpu") ? CROSS : STAR;
  const path = add(group, "path", { d, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})${turn ? ` rotate(${turn})` : ""}`, class: "sv-yours-mark" });
  if (says) add(path, "title", {}, says);
}

const along = (value, low, high) => (low > 0 ? Math.log(value / low) / Math.log(high / low) : value / high); // bars begin at zero

function wrap(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1).length && (lines.at(-1).length + word.length + 1) * 6.4 > width) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) && " ") + word;
  }
  return lines;
}

function curve(group, plot, points, scope, dashed, says) {
  const [left, top, width, height, x0, x1, y0, y1] = plot;
  let [before, beyond] = [null, false];
  const marks = [];
  for (const point of points) {
    const x = left + width * along(point.n, x0, x1);
    if (x < left - 1 || x > left + width + 1) continue;
    const place = (value) => top + height * (1 - along(value, y0, y1));
    const y = place(point[scope].median);
    const turn = y > top + height ? 0 : y < top ? 180 : null;
    const inside = (value) => Math.max(top, Math.min(top + height, value));
    if (turn === null) {
      const [high, low] = [inside(place(point[scope].high)), inside(place(point[scope].low))];
      add(group, "path", { d: `M${x.toFixed(1)} ${high.toFixed(1)}V${low.toFixed(1)}`, class: "sv-yours-spread" });
      if (before) add(group, "path", { d: `M${before}L${x.toFixed(1)} ${y.toFixed(1)}`, class: `sv-yours-line${dashed ? " sv-yours-line--dashed" : ""}` });
    }
    before = turn === null ? `${x.toFixed(1)} ${y.toFixed(1)}` : null;
    beyond ||= turn !== null;
    marks.push([x, inside(y), turn, says(point, scope)]);
  }
  for (const found of marks) mark(group, ...found);
  return beyond;
}

const besides = (group) => add(group, "g", { class: "sv-yours--cpu" });

function overSizes(group, plot, below, box, yours, scopes, says) {
  let more = 0;
  for (const [label, of] of [[yours.label, scopes], [yours.cpu, ["cpu"]]]) {
    if (!label) continue;
    const points = yours.points.filter((p) => p[of[0]]), part = label === yours.cpu ? besides(group) : group;
    let beyond = false;
    for (const scope of of) beyond = curve(part, plot, points, scope, of.length > 1 && scope === "end_to_end", says) || beyond;
    const lines = wrap(`${label}${of.length > 1 ? "; dashed: end to end" : ""}${beyond ? "; triangles at an edge: beyond the chart, see the table" : ""}`, box[2] - 30);
    if (points.length) mark(part, box[0] + 10, below + more + LINE / 2, null);
    for (const [i, line] of lines.entries()) add(part, "text", { x: box[0] + 22, y: below + more + LINE * (i + 0.5) + 4 }, line);
    more += lines.length * LINE;
  }
  return more;
}

function atOneSize(group, plot, below, box, yours, scopes, at, says, shown) {
  const [left, , width, , low, high] = plot;
  const point = yours.points.find(({ n }) => n === at);
  if (!point && yours.points.length) return 0;
  let y = below;
  const head = (label) => wrap(label, box[2] - 30).forEach((line) => add(group, "text", { x: box[0] + 6, y: (y += LINE) - 4, class: "sv-yours-label" }, line));
  head(yours.label);
  for (const scope of (point ? point.cpu : yours.cpu) ? [...scopes, "cpu"] : scopes) {
    if (scope === "cpu") {
      y += 4;
      group = besides(group);
      head(yours.cpu);
    }
    y += LINE + 4;
    add(group, "text", { x: box[0] + 6, y: y - 2 }, SCOPES[scope]);
    if (!point) continue;
    const place = (value) => left + width * Math.max(0, Math.min(1, along(value, low, high)));
    const { median } = point[scope];
    const start = Math.max(left, box[0] + 84);
    const [from, x, to] = [point[scope].low, median, point[scope].high].map((value) => Math.max(start, place(value)));
    add(group, "path", { d: `M${from.toFixed(1)} ${y - 6}H${to.toFixed(1)}`, class: "sv-yours-spread" });
    const turn = median < low ? 90 : median > high ? -90 : null;
    mark(group, x, y - 6, turn, says(point, scope));
    const right = to < left + width * 0.75;
    add(group, "text", { x: right ? Math.max(to, x + 5) + 6 : Math.min(from, x - 5) - 6, y: y - 2, "text-anchor": right ? "start" : "end", class: "sv-yours-label" },
      shown(median) + (turn === null ? "" : turn > 0 ? ", left of this axis" : ", right of this axis"));
  }
  return y - below + 6;
}

// `yours` is { label, cpu, points }, the points by size; without it nothing is drawn. `says` is a point's tooltip.
export function draw(name, yours, says, shown) {
  for (const { dataset, parentElement } of document.querySelectorAll(`[data-example="${name}"]`)) {
    const at = Number(dataset.at ?? 0), scopes = dataset.scopes.split(" ");
    for (const svg of parentElement.querySelectorAll("svg[data-plot]")) {
      svg.querySelector(":scope > .sv-yours")?.remove();
      svg.dataset.box ??= svg.getAttribute("viewBox");
      const box = svg.dataset.box.split(" ").map(Number);
      let more = 0;
      if (yours) {
        const plot = svg.dataset.plot.split(" ").map(Number);
        const group = add(svg, "g", { class: "sv-yours" });
        const below = box[1] + box[3] + 4;
        more = at ? atOneSize(group, plot, below, box, yours, scopes, at, says, shown) : overSizes(group, plot, below, box, yours, scopes, says);
      }
      // What was kept free is kept: two lines more than the key of no point, whose name is not known yet.
      const room = svg.dataset.room = yours ? Math.max(more + (yours.points.length ? 0 : 2 * LINE), svg.dataset.room ?? 0) : 0;
      const height = box[3] + (room && room + 6);
      svg.setAttribute("viewBox", [box[0], box[1], box[2], height].join(" "));
      svg.setAttribute("height", height);
    }
  }
}
