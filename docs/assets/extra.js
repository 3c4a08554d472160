// Names that Material leaves out, so that a screen reader meets no nameless dialog and no page
// with a dozen equal landmarks.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

const unmark = () => {
  for (const box of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    box.setAttribute("role", "presentation"); // holds one copy button, leads nowhere
  }
};
new MutationObserver(unmark).observe(document.body, { childList: true, subtree: true });
unmark();

// ---- Where a number comes from, and whose numbers are shown -----------------------------------
//
// The build writes what follows into one attribute per page: a card for each number, and what each
// number in the text is on every machine. Without this script every number is a link to its record.

const evidence = JSON.parse(document.querySelector(".sv-evidence")?.dataset.evidence ?? "null");

const make = (tag, attributes = {}, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
};

// ---- The card

const card = make("div", { id: "sv-card", class: "sv-card md-typeset", popover: "auto", role: "dialog", "aria-labelledby": "sv-card-title", tabindex: "-1" });
let opener = null;

const fill = (about, title, note) => {
  const record = evidence.records[about.r];
  const program = evidence.programs[about.p] ?? {};
  const rows = [
    ["Program", program.name && `${program.name} on the ${program.device}`],
    ["Size", about.size],
    ["Scope", about.scope],
    ["Median", about.median],
    ["Against", about.base],
    ["Samples", about.n],
    ["Machine", record.machine],
    ["Date", record.date],
    ["Versions", program.libraries],
    ["Error", about.error],
    ["Limit", about.limit],
    ["Timer", evidence.timers[about.t] ?? record.timer],
    ["Source", program.hash && `${program.hash}, commit ${record.commit.slice(0, 12)}`],
  ];
  const marks = [
    program.stale && `measured ${program.stale}`,
    about.noisy && "noisy: the interval is wider than 2 % of the median to either side",
    record.quick && "quick capture: few samples",
  ];
  const facts = make("dl");
  for (const [name, text] of rows) if (text) facts.append(make("dt", {}, name), make("dd", {}, text));
  const link = (path, text) => make("a", { href: evidence.root + path }, text);
  const file = (path) => path.split("/").at(-1);
  const links = make("p", { class: "sv-card__links" }, link(record.href, "Record with every sample"));
  if (program.href) links.append(link(program.href, file(program.href)), link(program.problem, file(program.problem)));
  const close = make("button", { type: "button", class: "sv-card__close", "aria-label": "Close" }, "×");
  close.addEventListener("click", () => card.hidePopover());
  card.replaceChildren(
    make("p", { id: "sv-card-title", class: "sv-card__title" }, title),
    close,
    ...(note ? [make("p", {}, note)] : []),
    ...marks.filter(Boolean).map((text) => make("p", { class: "sv-card__mark" }, text)),
    facts,
    links,
  );
};

// Below the number where there is room, else above it; never outside the window.
const place = () => {
  const margin = 8;
  const box = opener.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const left = Math.max(margin, Math.min(box.left, width - card.offsetWidth - margin));
  const below = box.bottom + margin;
  const above = box.top - card.offsetHeight - margin;
  const lowest = Math.max(margin, innerHeight - card.offsetHeight - margin);
  const top = below <= lowest ? below : above >= margin ? above : lowest;
  card.style.left = `${left + scrollX}px`;
  card.style.top = `${top + scrollY}px`;
};

const show = (link) => {
  const holder = link.matches("[data-card]") ? link : link.querySelector("[data-card]");
  const about = evidence.cards[holder.dataset.card];
  // A point has no text, and a time in a table leaves its unit to the column.
  const bare = holder === link || link.parentElement.querySelector(":scope > .sv-ci");
  const value = bare ? about.median?.split(",")[0] : holder.textContent;
  fill(about, value ?? evidence.records[about.r].machine, about.p === undefined && holder.title);
  opener = link;
  opener.focus({ preventScroll: true }); // where the focus returns to
  card.showPopover();
  place();
  card.focus({ preventScroll: true });
};

// The point of a chart that a finger meant.
const nearest = (event) => {
  const svg = event.target.closest?.(".sv-chart svg");
  let found = null;
  let least = 24;
  for (const point of svg?.querySelectorAll("a[data-card]") ?? []) {
    const box = point.getBoundingClientRect();
    const far = Math.hypot(event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2);
    if (far < least) [found, least] = [point, far];
  }
  return found;
};

const LINKS = "a.sv-src:has([data-card]), .sv-chart a[data-card]";

if (evidence && "showPopover" in card) {
  document.body.append(card);
  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.(LINKS) ?? nearest(event);
    if (!link) return;
    event.preventDefault();
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    const link = event.key === " " && event.target.closest?.(LINKS);
    if (!link) return;
    event.preventDefault();
    show(link);
  });
  card.addEventListener("toggle", (event) => {
    const inside = document.activeElement === document.body || card.contains(document.activeElement);
    if (event.newState === "closed" && inside) opener?.focus({ preventScroll: true });
  });
}

// ---- The reader's machine

const STORED = "sv-machine";
const stored = (value) => {
  try {
    if (value === undefined) return localStorage.getItem(STORED);
    localStorage.setItem(STORED, value);
  } catch {} // a browser that keeps nothing only forgets the choice
  return null;
};

const machines = new Map(evidence?.machines ?? []);
if (stored() === "local" && machines.size && !machines.has("local")) machines.set("local", "This machine");
const sets = [...document.querySelectorAll(".sv-machines")];
const words = [...document.querySelectorAll(".sv-word")].map((element) => ({
  element,
  published: element.innerHTML,
  said: evidence.words[element.dataset.word],
}));
let chosen = "";
let switching = false;

const inputs = (set) => [...set.querySelectorAll(":scope > .tabbed-set > input")];
const folders = (set) => set.dataset.machines.split(" ");
const missing = (text, tag) => make(tag, { class: "sv-badge sv-badge--unmeasured sv-absent" }, text);

// `press` presses the tabs, so that Material keeps its other tabs in step; before Material has
// started it is enough to check them.
const choose = (folder, press) => {
  switching = true;
  chosen = folder;
  const name = folder === "local" ? "this machine" : machines.get(folder);
  for (const { element, published, said } of words) {
    // Written and escaped by the build.
    element.innerHTML = folder ? (said[folder] ?? '<span class="sv-none"></span>') : published;
    if (folder && !said[folder]) element.firstChild.textContent = `not measured on ${name}`;
  }
  for (const old of document.querySelectorAll(".sv-absent")) old.remove();
  for (const set of sets) {
    const at = folder ? folders(set).indexOf(folder) : 0;
    if (at < 0) set.prepend(missing(`Not measured on ${name}. These numbers are of ${machines.get(folders(set)[0])}.`, "p"));
    const input = inputs(set)[Math.max(at, 0)];
    if (input && !input.checked) press ? input.click() : (input.checked = true);
  }
  for (const source of document.querySelectorAll(".sv-source")) {
    const badges = [...source.querySelectorAll(":scope > .sv-badge[data-machine]")];
    for (const badge of badges) badge.hidden = folder !== "" && badge.dataset.machine !== folder;
    if (badges.length && badges.every((badge) => badge.hidden)) source.append(missing(`not measured on ${name}`, "p"));
  }
  switching = false;
};

if (machines.size > 1 && sets.length + words.length) {
  const select = make("select", { id: "sv-machine" }, new Option("the reference machine", ""));
  for (const [folder, name] of machines) select.append(new Option(name, folder));
  const status = make("span", { role: "status", class: "sv-unseen" });
  const label = make("label", { for: "sv-machine" }, "Numbers from");
  const chooser = make("div", { class: "sv-chooser" }, label, select, status);
  const head = document.querySelector(".sv-chapter-head");
  const first = document.querySelector(".sv-machines, .sv-word");
  head ? head.append(chooser) : (first.closest(".sv-machines, p, li, table, h1, h2, h3") ?? first).before(chooser);

  const change = (folder) => {
    const before = select.getBoundingClientRect().top;
    stored(folder);
    select.value = folder;
    choose(folder, true);
    scrollBy(0, select.getBoundingClientRect().top - before); // what the reader looks at stays put
    const none = document.querySelectorAll(".sv-word > .sv-none, .sv-machines > .sv-absent").length;
    const lacks = folder && none ? ` ${none} of them were not measured there.` : "";
    status.textContent = `Numbers now from ${machines.get(folder) ?? "the reference machine"}.${lacks}`;
  };
  select.addEventListener("change", () => change(select.value));
  document.addEventListener("change", (event) => {
    const set = event.target.closest?.(".sv-machines");
    const at = set ? inputs(set).indexOf(event.target) : -1;
    if (switching || at < 0 || folders(set)[at] === chosen) return;
    change(folders(set)[at]);
  });
  const kept = stored();
  if (machines.has(kept)) {
    select.value = kept;
    choose(kept, false);
  }
}
