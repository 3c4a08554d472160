// The reader's GPU, measured in the page: loaded with the first press of a button, see extra.js.
//
// The measuring is done in a worker (measure-gpu.js); here are the button, the words, the table, and what is
// kept. The points are the reader's own: they enter no sentence, no ratio and no record of ours.
import { draw } from "./measure-chart.js";

const KEY = "sv-measured";
const yours = new Map(); // by example: { title, unit, name, software, clock, date, points, skipped }
let running = null;

const make = (tag, attributes = {}, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
};
const programs = () => Object.assign({}, ...[...document.querySelectorAll(".sv-measure__programs")].map((s) => JSON.parse(s.textContent)));
const wanted = (box) => box.dataset.measure.split(" ");
const say = (box, text) => { box.querySelector("[role=status]").textContent = text; };

const digits = (value) => (value >= 99.95 ? Math.round(value).toLocaleString("en") : value.toPrecision(value >= 9.995 ? 3 : value >= 0.9995 ? 3 : 2));
const time = (seconds) => {
  const [unit, name] = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"]].find(([u]) => seconds >= 0.9995 * u) ?? [1e-9, "ns"];
  return `${digits(seconds / unit)}\u00a0${name}`;
};
const rate = (perSecond, unit) => {
  const [scale, prefix] = [[1e12, "T"], [1e9, "G"], [1e6, "M"]].find(([s]) => perSecond >= s) ?? [1e3, "k"];
  return `${digits(perSecond / scale)}\u00a0${prefix}${unit}`;
};
const label = (of) => (of.software ? `no GPU: a program that plays one, in this browser (${of.name})` : `your GPU, in this browser (${of.name})`);
const says = (of) => (point, scope) => `${label(of)}, ${point.label} ${of.unit}, ${scope.replaceAll("_", " ")}: ${time(point[scope].median)} (${time(point[scope].low)} to ${time(point[scope].high)})`;

function table(name, of) {
  const cell = (found) => make("td", { class: "sv-num" }, time(found.median), make("small", { class: "sv-ci" }, `${time(found.low)} to ${time(found.high)}`));
  const head = (text) => make("th", { scope: "col", class: "sv-num" }, text);
  const left = (s) => make("tr", {}, make("th", { scope: "row" }, s.label), make("td", { class: "sv-none", colspan: 3 }, `left out: ${s.why}`));
  const rows = [...of.points, ...of.skipped].sort((a, b) => a.n - b.n).map((p) => {
    if (p.why) return left(p);
    const speed = p.bytes ? (p.operations > 10 * p.bytes ? rate(p.operations / p.compute.median, "op/s") : rate(p.bytes / p.compute.median, "B/s")) : "";
    const first = make("th", { scope: "row" }, p.label);
    if (p.noisy.length) first.append(" ", make("span", { class: "sv-noisy" }, `noisy: ${p.noisy.join(", ")}`));
    return make("tr", {}, first, cell(p.compute), cell(p.end_to_end), make("td", { class: "sv-num" }, speed));
  });
  const caption = `${of.title} on ${label(of)}, ${of.date}: median, in small type the lowest and highest of the rounds. Compute: the data on the GPU, its caches warm.`;
  const found = make("table", { class: "sv-timings" }, make("caption", {}, caption),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, of.unit[0].toUpperCase() + of.unit.slice(1)), head("Compute"), head("End to end"), head("Rate, compute"))),
    make("tbody", {}, ...rows));
  const { first } = of.points.find((p) => p.first) ?? {};
  const notes = first ? [`Compiling the kernel took ${time(first.compile)}, its first run with all that comes before it ${time(first.run)}: neither is in the table.`] : [];
  const stamps = of.points.map((p) => p.stamps).filter(Boolean);
  if (stamps.length) notes.push(`By the device's own timestamps the same batches took ${Math.min(...stamps).toFixed(2)} to ${Math.max(...stamps).toFixed(2)} of what the browser's clock says.`);
  notes.push(`The clock moves in steps of ${time(of.clock.step)}, an empty submission takes ${time(of.clock.empty)}.`);
  return [make("div", { class: "sv-scroll", tabindex: 0, role: "region", "aria-label": `${of.title} on ${of.name}` }, found), make("p", { class: "sv-measure__note" }, notes.join(" "))];
}

function show(box) {
  const found = box.querySelector(".sv-measure__found");
  const mine = wanted(box).filter((name) => yours.get(name)?.points.length);
  found.replaceChildren(...mine.flatMap((name) => table(name, yours.get(name))));
  for (const name of wanted(box)) chart(name);
  if (!mine.length || running) return;
  const button = (text, act) => {
    const made = make("button", { type: "button", class: "sv-measure__small" }, text);
    made.addEventListener("click", act);
    return made;
  };
  const kept = store() !== null;
  found.append(make("p", {}, button("Copy the numbers", () => copy(box, mine)), " ",
    kept ? button("Forget them", () => { store(null); say(box, "Forgotten: a reload shows the page as it was."); show(box); })
      : button("Keep them in this browser", () => { say(box, store(record([...yours.keys()])) ? "Kept in this browser, for this site only." : "This browser keeps nothing."); show(box); })));
}

const chart = (name) => {
  const of = yours.get(name);
  draw(name, of && { label: label(of), points: of.points }, of && says(of), time);
};

const record = (names) => JSON.stringify({
  measured_in: "a browser", browser: navigator.userAgent, captured: new Date().toISOString(),
  timer: "batches of runs in one submission, waited for with mapAsync, less an empty submission; checked with twice as many",
  examples: Object.fromEntries(names.map((name) => [name, yours.get(name)])),
}, null, 1);

// What is kept: read, written with a text, forgotten with null. Null also where a browser keeps nothing.
function store(text) {
  try {
    if (text === undefined) return localStorage.getItem(KEY);
    text === null ? localStorage.removeItem(KEY) : localStorage.setItem(KEY, text);
    return text;
  } catch { return null; }
}

async function copy(box, names) {
  const text = record(names);
  try {
    await navigator.clipboard.writeText(text);
    say(box, "Copied, as JSON.");
  } catch {
    const area = make("textarea", { readonly: "", rows: 6, "aria-label": "The numbers, as JSON" });
    area.value = text;
    box.querySelector(".sv-measure__found").append(area);
    area.select();
    say(box, "This browser does not let the page copy: here are the numbers.");
  }
}

// What was kept on an earlier visit, if it is what it should be.
export function recall(box, text) {
  try {
    for (const [name, of] of Object.entries(JSON.parse(text).examples)) {
      const good = (t) => t.low > 0 && t.low <= t.median && t.median <= t.high;
      if (wanted(box).includes(name) && of.points.length && of.points.every((p) => good(p.compute) && good(p.end_to_end))) yours.set(name, of);
    }
    show(box);
  } catch {
    store(null);
    for (const name of wanted(box)) yours.delete(name);
  }
}

// First the size that a chart of one size shows, if it is no heavy one, then from the smallest to the largest.
function order(names, all) {
  const shown = [];
  for (const { dataset: { example, at } } of document.querySelectorAll("[data-at]")) {
    if (all[example]?.sizes.some(([n, , , operations]) => n === Number(at) && operations < 2e8) && names.includes(example) && !shown.some(([name]) => name === example)) shown.push([example, Number(at)]);
  }
  const rest = names.flatMap((name) => all[name].sizes.map(([n]) => [name, n]));
  return [...shown, ...rest.filter(([name, n]) => !shown.some(([e, at]) => e === name && at === n))];
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
    skip: ({ example, n, label: size, why }) => of(example).skipped.push({ n, label: size, why }),
    failed: ({ says, wrong }) => {
      if (wrong) yours.delete(wrong); // nothing of an example that is wrong at any size
      end(box, says);
    },
    done: () => {
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
