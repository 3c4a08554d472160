// Copies the reader's numbers, keeps them in the browser and forgets them: loaded when one of its buttons is pressed, or
// when there are numbers of an earlier visit. What is copied is a record of survival/records/browser.py.
import { KEY, make, say, show, wanted, yours } from "./measure.js";

const record = (names) => JSON.stringify({
  schema_version: 1, measured_in: "a browser", browser: navigator.userAgent, captured: new Date().toISOString(),
  timer: "batches of runs in one submission, or in one message to each worker, less an empty one; checked with twice as many",
  examples: Object.fromEntries(names.filter((name) => yours.get(name).points.length).map((name) => [name, yours.get(name)])),
}, null, 1);

// What is kept is written, or forgotten with null; false where a browser keeps nothing.
function store(text) {
  try {
    text === null ? localStorage.removeItem(KEY) : localStorage.setItem(KEY, text);
    return true;
  } catch { return false; }
}

export function keep(box) {
  say(box, store(record([...yours.keys()])) ? "Kept in this browser, for this site only." : "This browser keeps nothing.");
  show(box);
}

export function forget(box) {
  store(null);
  say(box, "Forgotten: a reload shows the page as it was.");
  show(box);
}

export async function copy(box, names) {
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
      if (wanted(box).includes(name) && of.points.length && of.points.every((p) => good(p.compute) && good(p.end_to_end) && good(p.cpu ?? p.compute))) yours.set(name, of);
    }
    show(box);
  } catch {
    store(null);
    for (const name of wanted(box)) yours.delete(name);
  }
}
