// The reader's GPU, measured in the page: loaded with the first press of a button, see extra.js.
//
// The measuring is done in a worker (measure-gpu.js); here are the button, the words and the table. What copies and
// keeps the numbers comes when a reader asks for that. The points are the reader's own: they enter no sentence, no ratio and no record of ours.
import { draw } from "./measure-chart.js";

export const KEY = "sv-measured";
export const yours = new Map(); // by example: { title, unit, name, software, clock, date, points, skipped }
let running = null;

export const make = (tag, attributes = {}, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
};
const programs = () => Object.assign({}, ...[...document.querySelectorAll(".sv-measure__programs")].map((s) => JSON.parse(s.textContent)));
export const wanted = (box) => box.dataset.measure.split(" ");
export const say = (box, text) => { box.querySelector("[role=status]").textContent = text; };

const scaled = (value, unit, scales) => {
  const [scale, prefix] = scales.find(([least]) => value >= 0.9995 * least) ?? scales.at(-1), seen = value / scale;
  return `${seen >= 99.95 ? Math.round(seen).toLocaleString("en") : seen.toPrecision(seen >= 0.9995 ? 3 : 2)}\u00a0${prefix}${unit}`;
};
const time = (seconds) => scaled(seconds, "s", [[1, ""], [1e-3, "m"], [1e-6, "µ"], [1e-9, "n"]]);
const rate = (perSecond, unit) => scaled(perSecond, unit, [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]);
const cpuLabel = (of) => {
  const workers = of.points.find((p) => p.cpu)?.cpu.workers;
  return workers && `your CPU, WebAssembly SIMD in ${workers} worker${workers > 1 ? "s" : ""}, in this browser`;
};
const label = (of) => `${of.software ? "no GPU: a program that plays one" : "your GPU"}, in this browser (${of.name})`;
const spread = (found) => `${time(found.low)} to ${time(found.high)}`;
const says = (of) => (point, scope) => `${scope === "cpu" ? cpuLabel(of) : `${label(of)}, ${scope.replaceAll("_", " ")}`}, ${point.label} ${of.unit}: ${time(point[scope].median)} (${spread(point[scope])})`;

function table(name, of) {
  const cell = (found) => make("td", { class: "sv-num" }, time(found.median), make("small", { class: "sv-ci" }, spread(found)));
  const head = (text) => make("th", { scope: "col", class: "sv-num" }, text);
  const cpu = cpuLabel(of);
  const left = (s) => make("tr", {}, make("th", { scope: "row" }, s.label), make("td", { class: "sv-none", colspan: cpu ? 4 : 3 }, `left out: ${s.why}`));
  const noisy = (where, found, what) => found?.noisy.length && where.append(" ", make("span", { class: "sv-noisy" }, `${what}noisy: ${found.noisy.join(", ")}`));
  const rows = [...of.points, ...of.skipped].sort((a, b) => a.n - b.n).map((p) => {
    if (p.why) return left(p);
    const speed = p.bytes ? (p.operations > 10 * p.bytes ? rate(p.operations / p.compute.median, "op/s") : rate(p.bytes / p.compute.median, "B/s")) : "";
    const first = make("th", { scope: "row" }, p.label);
    noisy(first, p, "");
    noisy(first, p.cpu, "CPU ");
    return make("tr", {}, first, cell(p.compute), cell(p.end_to_end), make("td", { class: "sv-num" }, speed), ...(cpu ? [p.cpu ? cell(p.cpu) : make("td", {}, "")] : []));
  });
  const caption = `${of.title} on ${label(of)}, ${of.date}: median, in small type the lowest and highest of the rounds. Compute: the data on the GPU, its caches warm.${cpu ? ` CPU: ${cpu}, the data in place, its caches warm.` : ""}`;
  const found = make("table", { class: "sv-timings" }, make("caption", {}, caption),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, of.unit[0].toUpperCase() + of.unit.slice(1)), head("Compute"), head("End to end"), head("Rate, compute"), ...(cpu ? [head("CPU")] : []))),
    make("tbody", {}, ...rows));
  const { first } = of.points.find((p) => p.first) ?? {};
  const notes = first ? [`Cold, and not in the table: compiling the kernel took ${time(first.compile)}, its first run with all that comes before it ${time(first.run)}.`] : [];
  if (of.nocpu) notes.push(of.nocpu);
  const stamps = of.points.map((p) => p.stamps).filter(Boolean);
  if (stamps.length) notes.push(`By the device's own timestamps the same batches took ${Math.min(...stamps).toFixed(2)} to ${Math.max(...stamps).toFixed(2)} of what the browser's clock says.`);
  notes.push(`The clock moves in steps of ${time(of.clock.step)}, an empty submission takes ${time(of.clock.empty)}.`);
  return [make("div", { class: "sv-scroll", tabindex: 0, role: "region", "aria-label": `${of.title} on ${of.name}` }, found), make("p", { class: "sv-measure__note" }, notes.join(" "))];
}

export function show(box) {
  const found = box.querySelector(".sv-measure__found");
  const mine = wanted(box).filter((name) => yours.get(name)?.points.length);
  // What was left out everywhere stands beside what was measured, and nowhere alone.
  found.replaceChildren(...wanted(box).filter((name) => mine.length && yours.has(name)).flatMap((name) => table(name, yours.get(name))));
  for (const name of wanted(box)) chart(name);
  if (!mine.length || running) return;
  const button = (text, act) => {
    const made = make("button", { type: "button", class: "sv-measure__small" }, text);
    made.addEventListener("click", async () => act(await import("./measure-keep.js")));
    return made;
  };
  found.append(make("p", {}, button("Copy the numbers", (keep) => keep.copy(box, mine)), " ",
    kept() ? button("Forget them", (keep) => keep.forget(box)) : button("Keep them in this browser", (keep) => keep.keep(box))));
}

const kept = () => {
  try {
    return localStorage.getItem(KEY);
  } catch { return null; } // a private window keeps nothing
};

// While there is no point yet, its key keeps the room, so that nothing moves when one comes.
const chart = (name) => {
  const mine = yours.get(name), of = mine?.points.length ? mine : running && { name: "not measured yet", points: [] };
  draw(name, of && { label: label(of), cpu: of.points.length ? cpuLabel(of) : programs()[name].cpu && "your CPU, in this browser", points: of.points }, of && says(of), time);
};

// First a small one of a chart over sizes, so that a point is soon there; then the size that a chart of one size shows, if it
// is no heavy one; then from the smallest to the largest.
function order(names, all) {
  const shows = (name, which) => document.querySelector(`[data-example="${name}"]${which}`);
  const over = names.find((name) => shows(name, ":not([data-at])"));
  const rank = ([name, n, operations]) => (name === over && n === all[name].sizes[0][0] ? 0 : operations < 2e8 && shows(name, `[data-at="${n}"]`) ? 1 : 2);
  return names.flatMap((name) => all[name].sizes.map(([n, , , operations]) => [name, n, operations])).sort((a, b) => rank(a) - rank(b));
}

function end(box, text) {
  if (!running) return;
  running.worker.terminate();
  clearTimeout(running.limit);
  running = null;
  box.querySelector("progress")?.remove();
  box.querySelector(".sv-measure__press").textContent = "Measure again";
  for (const other of document.querySelectorAll(".sv-measure__press")) other.disabled = false;
  show(box);
  say(box, text);
}

// Begins to measure, or stops what runs.
export function press(box) {
  if (running) return end(box, "Stopped.");
  const all = programs(), names = wanted(box), found = new Map(), begun = performance.now();
  const worker = new Worker(new URL("./measure-gpu.js", import.meta.url), { type: "module" });
  running = { worker, limit: setTimeout(() => end(box, "Ended after 20 s: this GPU is slow at it. What was measured so far stands."), 19_500) };
  box.querySelector(".sv-measure__press").textContent = "Stop";
  for (const other of document.querySelectorAll(".sv-measure__press")) other.disabled = !box.contains(other);
  const bar = make("progress", { max: 1, value: 0, "aria-label": "Progress of the measurement" });
  box.querySelector("[role=status]").before(bar);
  say(box, "Asking the browser for a GPU …");
  names.forEach(chart);
  const of = (name) => {
    if (!yours.has(name) || yours.get(name).of !== found) {
      const { title, unit } = all[name];
      yours.set(name, { title, unit, ...found.get("adapter"), date: new Date().toISOString().slice(0, 10), points: [], skipped: [] });
      Object.defineProperty(yours.get(name), "of", { value: found }); // this press, and not in the JSON
    }
    return yours.get(name);
  };
  const does = {
    adapter: ({ name, software, clock }) => found.set("adapter", { name, software, clock }),
    progress: ({ at, of, says }) => { bar.max = of; bar.value = at; say(box, `${says} …`); },
    point: ({ kind, example, ...point }) => {
      const to = of(example);
      to.points.push(point);
      to.points.sort((a, b) => a.n - b.n);
      show(box);
    },
    cpu: ({ example, n, cpu }) => {
      of(example).points.find((p) => p.n === n).cpu = cpu;
      show(box);
    },
    nocpu: ({ example, says }) => {
      of(example).nocpu = says;
      for (const p of of(example).points) delete p.cpu; // nothing of what is wrong, or not there, at any size
      show(box);
    },
    skip: ({ example, n, label: size, why }) => of(example).skipped.push({ n, label: size, why }),
    failed: ({ says, wrong }) => {
      if (wrong) yours.delete(wrong); // nothing of an example that is wrong at any size
      end(box, says);
    },
    done: () => {
      const tried = names.flatMap((name) => yours.get(name) ?? []);
      if (!tried.some((of) => of.points.length)) return end(box, `Nothing could be measured here: ${tried[0].skipped[0].why}.`);
      const software = found.get("adapter").software ? " No GPU was measured: a program played one." : "";
      end(box, `Done in ${time((performance.now() - begun) / 1000)}, every result checked.${software}`);
    },
  };
  worker.onmessage = ({ data }) => running?.worker === worker && does[data.kind](data);
  worker.onerror = () => end(box, "What measures your GPU could not be started in this browser.");
  worker.postMessage({
    programs: Object.fromEntries(names.map((name) => [name, all[name]])),
    order: order(names, all),
    allowSoftware: new URLSearchParams(location.search).get("software") === "allow",
  });
}

// The charts of another machine come onto the page when a reader chooses it.
new MutationObserver((seen) => {
  const captions = seen.flatMap((m) => [...m.addedNodes]).flatMap((n) => [...(n.querySelectorAll?.("[data-example]") ?? [])]);
  for (const name of new Set(captions.map((c) => c.dataset.example))) if (yours.has(name)) chart(name);
}).observe(document.body, { childList: true, subtree: true });
