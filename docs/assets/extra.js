// Names that Material leaves out, so that a screen reader meets no nameless dialog and no page
// with a dozen equal landmarks.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

const unmark = () => {
  for (const box of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    box.setAttribute("role", "presentation"); // holds one copy button, leads nowhere
  }
};

// Where something goes on to the right, its edge shows it.
const seen = new WeakSet();
const edge = (boxes) => {
  // First all is read, then all is written: by turns, each would lay out the page anew.
  const found = boxes.map((box) => {
    const beyond = box.scrollWidth - box.clientWidth;
    return [box, beyond - box.scrollLeft > 2, beyond > 2];
  });
  for (const [box, more, wide] of found) {
    box.classList.toggle("sv-more", more);
    if (box.matches("code") && wide && box.tabIndex !== 0) box.tabIndex = 0;
    if (!box.matches(".tabbed-labels")) continue;
    for (const [name, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": "Programs to choose" })) {
      wide ? box.setAttribute(name, value) : box.removeAttribute(name);
    }
  }
};
const edgesOf = (changed) => edge(changed.map(({ target }) => target));
// Material lets a keyboard scroll code only where there is a mouse as well, and else forbids it.
const forbidden = new MutationObserver(edgesOf);
const edges = new ResizeObserver(edgesOf);
const watch = () => {
  for (const box of document.querySelectorAll(".md-typeset pre > code, .sv-message pre, .sv-scroll, .md-typeset__scrollwrap, .tabbed-labels")) {
    if (seen.has(box)) continue;
    seen.add(box);
    edges.observe(box);
    if (box.matches("code")) forbidden.observe(box, { attributeFilter: ["tabindex"] });
    box.addEventListener("scroll", () => edge([box]), { passive: true });
  }
};

// What a reader has opened is printed; Material opens all that is folded, which is not.
document.addEventListener("click", (event) => {
  const details = event.target.closest?.("summary")?.parentElement;
  details?.classList.toggle("sv-opened", !details.open);
});

const tidy = () => {
  unmark();
  watch();
};
new MutationObserver(tidy).observe(document.body, { childList: true, subtree: true });
tidy();

// ---- What waits until there is time

// A phone takes a second to lay out a long page, and answers nobody meanwhile. So what comes after
// the first section is left to itself (extra.css), and laid out bit by bit, in a moment at once as
// soon as somebody clicks or presses a key. Then the page is as if it had never waited. The sheet of
// the rules is short and is seen at once: it would push away the foot that took its place.
const BIT = 60; // elements, which a phone lays out within a frame or two
const waiting = document.documentElement.matches(".sv-later") ? [...document.querySelectorAll(".md-content__inner > h2 ~ :not(.sv-sheet)")] : [];
const layOut = (most) => {
  for (let done = 0; waiting.length && done < most; ) {
    const block = waiting.shift();
    block.style.contentVisibility = "visible";
    done += 1 + block.getElementsByTagName("*").length;
  }
};
const soon = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 50));
const layOutBits = () => {
  layOut(BIT);
  if (waiting.length) soon(layOutBits);
};
for (const sign of ["click", "keydown"]) addEventListener(sign, () => layOut(Infinity), { capture: true, once: true });
addEventListener("load", () => soon(layOutBits), { once: true });

// ---- What the build left out, so that a page has fewer elements

// The list of a page's sections: beside the page where there is room for it, else in the drawer.
const roomy = matchMedia("(min-width: 60em)"); // as Material's style sheet has it
const settle = () => {
  const [drawer, beside] = ["primary", "secondary"].map((side) => document.querySelector(`.md-sidebar--${side} [data-md-component="toc"]`));
  const [to, from] = roomy.matches ? [beside, drawer] : [drawer, beside];
  if (!to?.childElementCount) to?.append(...(from?.childNodes ?? []));
};
roomy.addEventListener("change", settle);
settle();

// The colours of code, by the stretches of its text that have one.
for (const code of globalThis.Highlight ? document.querySelectorAll("code[data-ink]") : []) {
  const pieces = [];
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  for (let end = 0; texts.nextNode(); ) pieces.push({ node: texts.currentNode, begin: end, end: (end += texts.currentNode.length) });
  for (const [, ink, numbers] of code.dataset.ink.matchAll(/([a-z]+)((?: \d+)+)/g)) {
    const lengths = numbers.trim().split(" ").map(Number);
    const name = `sv-${ink}`;
    if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
    for (let k = 0, at = 0; k < lengths.length; k += 2) {
      const begin = at + lengths[k];
      at = begin + lengths[k + 1];
      const { node, begin: from } = pieces.find((piece) => begin < piece.end);
      const [startOffset, endOffset] = [begin - from, at - from];
      CSS.highlights.get(name).add(new StaticRange({ startContainer: node, startOffset, endContainer: node, endOffset }));
    }
  }
}

// ---- Where a number comes from, and whose numbers are shown -----------------------------------
//
// The build writes a card for each number into one attribute per page. What other machines measured
// is in a part for each of them, a file beside the page, which is loaded when a reader asks for it.
// Without this script every number is a link to its record, and every part a page of its own.

const read = (from) => JSON.parse(from.querySelector(".sv-evidence")?.dataset.evidence ?? "null");
const evidence = read(document);
const parts = new Map(); // by machine, what was loaded: { evidence, said }

const make = (tag, attributes = {}, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
};

// ---- The card

const card = make("div", { id: "sv-card", class: "sv-card md-typeset", popover: "auto", role: "dialog", "aria-labelledby": "sv-card-title", tabindex: "-1" });
let opener = null;
let meant; // which of its marks, where it is the line of a chart

// The commit that was measured. Where mkdocs.yml has a repo_url, it leads to the file as it was then;
// what had changes since its commit, -dirty, lies nowhere.
const measuredAt = (commit, path) => {
  const text = `commit ${commit.replace(/^([0-9a-f]{12})[0-9a-f]*/, "$1")}`;
  const repository = document.querySelector("a.md-source")?.href.replace(/\/$/, "");
  if (!repository || !path || !/^[0-9a-f]+$/.test(commit)) return text;
  return make("a", { href: `${repository}/blob/${commit}/${path}` }, text);
};

const fill = (from, about, title, note) => {
  const record = from.records[about.r];
  const program = from.programs[about.p] ?? {};
  const rows = [
    ["Task", about.task],
    ["Program", program.name && `${program.name} on the ${program.device}`],
    ["Size", about.size],
    ["Scope", about.scope],
    ["Median", about.median],
    ["Against", about.base],
    ["Samples", about.n],
    ["Machine", record.machine],
    ["Date", record.date],
    ["Versions", program.libraries ?? record.libraries],
    ["Error", about.error],
    ["Limit", about.limit],
    ["Timer", from.timers[about.t] ?? record.timer],
    ["Source", record.source ?? (program.hash && [`${program.hash}, `, measuredAt(record.commit, program.href)])],
  ];
  const marks = [
    program.stale && `measured ${program.stale}`,
    about.noisy !== undefined && `disturbed: ${from.marks[about.noisy]}`,
    record.quick && "quick capture: few samples",
  ];
  const facts = make("dl");
  for (const [name, text] of rows) if (text) facts.append(make("dt", {}, name), make("dd", {}, ...[text].flat()));
  const link = (path, text) => make("a", { href: from.root + path }, text);
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

// Below the number or mark where there is room, else above it; never outside the window.
const place = (box) => {
  const margin = 8;
  const width = document.documentElement.clientWidth;
  const left = Math.max(margin, Math.min(box.left, width - card.offsetWidth - margin));
  const below = box.bottom + margin;
  const above = box.top - card.offsetHeight - margin;
  const lowest = Math.max(margin, innerHeight - card.offsetHeight - margin);
  const top = below <= lowest ? below : above >= margin ? above : lowest;
  card.style.left = `${left + scrollX}px`;
  card.style.top = `${top + scrollY}px`;
};

// Of the line of a chart, `at` says which mark is meant; another link holds a number.
const show = (link, at) => {
  const mark = marksOf(link)[at];
  const holder = link.querySelector("[data-card]");
  const from = parts.get(link.closest("[data-of]")?.dataset.of)?.evidence ?? evidence;
  const about = from.cards[mark ? mark.card : holder.dataset.card];
  // A mark has no text, and a time in a table leaves its unit to the column; not so a clock's.
  const bare = mark || (!about.task && link.parentElement.querySelector(":scope > .sv-ci"));
  const value = bare ? about.median?.split(",")[0] : holder.textContent;
  fill(from, about, value ?? from.records[about.r].machine, about.p === undefined && !about.task && holder?.title);
  [opener, meant] = [link, at];
  opener.focus({ preventScroll: true }); // where the focus returns to
  card.showPopover();
  place(mark?.box ?? link.getBoundingClientRect());
  card.focus({ preventScroll: true });
};

// The marks of a line are one path, which says M for each: their cards, and where in the window they are.
const marksOf = (line) => {
  const cards = line.dataset.cards?.split(" ") ?? [];
  const path = line.querySelector("path, line") ?? line;
  if (cards.length === 1) return [{ card: cards[0], box: path.getBoundingClientRect() }];
  const places = [...(path.getAttribute("d") ?? "").matchAll(/M(-?[\d.]+),(-?[\d.]+)/g)];
  return cards.map((card, at) => {
    const { x, y } = new DOMPoint(places[at][1], places[at][2]).matrixTransform(path.getScreenCTM());
    return { card, box: new DOMRect(x - 4, y - 4, 8, 8) };
  });
};

// The mark of a chart that a finger meant, as a line and a number: the nearest, of the line that it touched if it did.
const nearest = ({ target, clientX, clientY }) => {
  const touched = target.closest?.(LINES);
  const lines = touched ? [touched] : (target.closest?.(".sv-chart svg")?.querySelectorAll("[data-cards]") ?? []);
  let found = [];
  let least = touched ? Infinity : 24;
  for (const line of lines) {
    marksOf(line).forEach(({ box }, at) => {
      const far = Math.hypot(clientX - box.x - box.width / 2, clientY - box.y - box.height / 2);
      if (far < least) [found, least] = [[line, at], far];
    });
  }
  return found;
};

const NUMBERS = "a.sv-src:has([data-card])";
const LINES = ".sv-chart svg [data-cards]";

if (evidence && "showPopover" in card) {
  document.body.append(card);
  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const number = event.target.closest?.(NUMBERS);
    const again = !event.detail && event.target === opener; // by the keyboard, which means no place
    const [link, at] = number ? [number] : again ? [opener, meant] : nearest(event);
    if (!link) return;
    event.preventDefault();
    show(link, at);
  });
  document.addEventListener("keydown", (event) => {
    const link = event.key === " " && event.target.closest?.(`${NUMBERS}, ${LINES}`);
    if (!link || (link.matches(LINES) && link !== opener)) return;
    event.preventDefault();
    show(link, link === opener ? meant : undefined);
  });
  // The tooltip of a line has a line for each mark: that of the mark under the mouse is shown.
  document.addEventListener("pointerover", (event) => {
    const title = event.target.closest?.(LINES)?.querySelector("title");
    if (!title) return;
    title.dataset.all ??= title.textContent;
    title.textContent = title.dataset.all.split("\n")[nearest(event)[1]];
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
const words = [...document.querySelectorAll(".sv-word")].map((element) => ({ element, published: element.innerHTML }));
let chosen = "";
let switching = false;

const inputs = (set) => [...set.querySelectorAll(":scope > .tabbed-set > input")];
const folders = (set) => set.dataset.machines.split(" ");
const shown = (set) => inputs(set)[Math.max(folders(set).indexOf(chosen), 0)];
const missing = (text, tag) => make(tag, { class: "sv-badge sv-badge--unmeasured sv-absent" }, text);
const address = (folder) => `on-${folder}.html`;

// What waits beside the page, or at its end where no site was built.
const fetched = async (name, file) => {
  const holds = `.sv-part[data-machine="${name}"]`;
  const here = document.querySelector(`${holds} > template`)?.content;
  if (here) return here;
  const answer = await fetch(file, { signal: AbortSignal.timeout(20_000) });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(holds);
};

// A tab more for a machine that has none yet, in the set whose name a panel's begins with; returns its panel's place.
const addTab = (panel, folder) => {
  const set = document.querySelector(`.sv-machines[data-ident="${panel.slice(0, -`-on-${folder}`.length)}"]`);
  if (!set) return null;
  const last = inputs(set).at(-1);
  const input = make("input", { type: "radio", id: `__tabbed_${panel}`, name: last.name });
  last.after(input);
  set.querySelector(":scope > .tabbed-set > .tabbed-labels").append(make("label", { for: input.id }, machines.get(folder)));
  const place = make("p");
  set.querySelector(":scope > .tabbed-set > .tabbed-content").append(make("div", { class: "tabbed-block" }, place));
  set.dataset.machines += ` ${folder}`;
  return place;
};

// Puts a machine's part into the page: panels where they belong, numbers where `choose` finds them.
const load = async (folder) => {
  if (parts.has(folder) || !evidence.parts.includes(folder)) return;
  const part = await fetched(folder, address(folder));
  const said = new Map();
  for (const element of part.querySelectorAll("[data-said]")) said.set(element.dataset.said, element.innerHTML);
  for (const panel of part.querySelectorAll("section[id]")) {
    const place = document.querySelector(`[data-panel="${panel.id}"]`) ?? addTab(panel.id, folder);
    if (!place) continue;
    place.parentElement.dataset.of = folder;
    place.replaceWith(...panel.childNodes);
  }
  parts.set(folder, { evidence: read(part), said });
};

// All sizes come when their line is opened; without them their link is there.
document.addEventListener("toggle", async (event) => {
  const details = event.target;
  const name = details.dataset?.part;
  if (!name || !details.open) return;
  delete details.dataset.part;
  try {
    const part = await fetched(name, details.querySelector("a").href);
    parts.set(name, { evidence: read(part), said: new Map() });
    details.dataset.of = name;
    details.querySelector("p").replaceWith(...document.importNode(part.querySelector("section"), true).childNodes);
  } catch {
    details.dataset.part = name; // opened again, it is tried again
  }
}, true);

// `press` presses the tabs, so that Material keeps its other tabs in step; before Material has
// started it is enough to check them.
const choose = (folder, press) => {
  switching = true;
  chosen = folder;
  const name = folder === "local" ? "this machine" : machines.get(folder);
  const part = parts.get(folder);
  for (const { element, published } of words) {
    const said = part?.said.get(element.dataset.word);
    delete element.dataset.of;
    if (!folder || element.dataset.machine === folder) {
      element.innerHTML = published;
    } else if (said === undefined) {
      element.replaceChildren(make("span", { class: "sv-none" }, `not measured on ${name}`));
    } else {
      element.innerHTML = said; // written and escaped by the build
      element.dataset.of = folder;
    }
  }
  for (const old of document.querySelectorAll(".sv-absent")) old.remove();
  for (const set of sets) {
    if (folder && !folders(set).includes(folder)) set.prepend(missing(`Not measured on ${name}. These numbers are of ${machines.get(folders(set)[0])}.`, "p"));
    const input = shown(set);
    if (input && !input.checked) press ? input.click() : (input.checked = true);
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
  const first = document.querySelector(".sv-machines, .sv-word:not(:is(.sv-listing, .sv-claim) *)") ?? document.querySelector(":is(.sv-listing, .sv-claim):has(.sv-word)");
  head ? head.append(chooser) : (first.closest(".sv-machines, p, li, table, h1, h2, h3") ?? first).before(chooser);

  const tell = (look, ...said) => {
    status.className = look;
    status.replaceChildren(...said);
  };
  const hide = (hidden) => document.documentElement.classList.toggle("sv-waits", hidden);
  let turn = 0;

  // Until a part is here, the page stays as it is; on a slow line it says so. What the reader looks
  // at, `still`, does not move.
  const change = async (folder, still) => {
    const mine = ++turn;
    select.value = folder;
    const name = machines.get(folder) ?? "the reference machine";
    const wait = setTimeout(() => {
      if (mine === turn) tell("sv-chooser__note", `Loading the numbers from ${name} …`);
    }, 300);
    let fault = null;
    try {
      await load(folder);
    } catch (error) {
      fault = error;
    }
    clearTimeout(wait);
    if (mine !== turn) return; // the reader has chosen again
    hide(false);
    if (fault) {
      select.value = chosen;
      const again = make("button", { type: "button", class: "sv-chooser__again" }, "Try again");
      again.addEventListener("click", () => {
        select.focus({ preventScroll: true }); // the button goes with its line
        change(folder, still);
      });
      tell("sv-chooser__note", `The numbers from ${name} could not be loaded. `, again, " ", make("a", { href: address(folder) }, "Open them as a page"));
      return;
    }
    const before = still.getBoundingClientRect().top;
    choose(folder, true);
    scrollBy(0, still.getBoundingClientRect().top - before);
    const none = document.querySelectorAll(".sv-word:not(:is(.sv-source, .sv-claim) *) > .sv-none, .sv-machines > .sv-absent").length;
    const lacks = folder && none ? ` ${none} of them were not measured there.` : "";
    tell("sv-unseen", `Numbers now from ${name}.${lacks}`);
  };
  const decide = (folder, still) => {
    stored(folder);
    change(folder, still);
  };
  select.addEventListener("change", () => decide(select.value, select));
  document.addEventListener("change", (event) => {
    const set = event.target.closest?.(".sv-machines");
    const at = set ? inputs(set).indexOf(event.target) : -1;
    if (switching || at < 0 || folders(set)[at] === chosen) return;
    shown(set).checked = true; // until the other panel is here
    decide(folders(set)[at], set);
  });

  const kept = stored();
  choose("", false); // whatever tabs Material has opened again
  if (kept && machines.has(kept)) {
    if (evidence.parts.includes(kept)) {
      hide(true);
      change(kept, select);
    } else {
      select.value = kept;
      choose(kept, false);
    }
  }

  // Material opens what is folded for a print, but only what was there when it started.
  const folded = () => document.querySelectorAll("[data-of] details:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...folded()];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

// ---- How much memory a model needs --------------------------------------------------------------
//
// The formulas of survival/pages/model_memory.py again, for a shape of the reader's; a browser test compares.

const amount = (bytes) => {
  const rounded = Number(bytes.toPrecision(3));
  const [scale, prefix] = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]].find(([least]) => rounded >= least) ?? [1, ""];
  return `${(bytes / scale).toPrecision(3)}\u00a0${prefix}B`;
};

for (const form of document.querySelectorAll(".sv-cost")) import("./cost.js").then((cost) => cost.fill(form));

for (const form of document.querySelectorAll(".sv-calculator[data-models]")) {
  const models = JSON.parse(form.dataset.models);
  const bits = JSON.parse(form.dataset.bits);
  const cards = JSON.parse(form.dataset.cards);
  const fields = form.elements;
  const set = [...fields].filter((field) => field.type === "number");
  const output = form.querySelector("output");

  const show = () => {
    if (!form.checkValidity()) {
      output.textContent = "Every field needs a whole number from 1.";
      return;
    }
    const s = { ...models[fields.model.value] };
    for (const field of set) s[field.name] = Number(field.value);
    const stateful = s.full_layers && !s.window ? s.layers - s.full_layers : 0;
    const [attending, rich] = [s.layers - stateful, s.layers - s.dense_layers];
    const [inner, shared] = [s.heads * s.head_size, 2 * s.kv_heads * s.head_size];
    const plain = s.width * (inner * (1 + s.gated) + shared) + inner * s.width;
    const biased = (inner + shared + s.width) * (s.classic || s.biases) + s.heads * s.biases;
    const queries = (s.width + 1 + inner + s.heads * s.rope) * s.query_latent;
    const short = s.width * (s.latent + s.rope) + s.latent * (1 + 2 * inner) + inner * s.width;
    const [keys, values] = [s.linear_keys * s.linear_size, s.linear_values * s.linear_size];
    const state = s.width * (2 * keys + 3 * values + 2 * s.linear_values) + 4 * (2 * keys + values) + 2 * s.linear_values + s.linear_size;
    const attention = attending * (s.latent ? queries + short : plain + biased) + stateful * state;
    const some = (s.hidden + s.width) * s.classic + ((s.matrices - 1) * s.hidden + s.width) * s.biases;
    const network = s.matrices * s.width * s.hidden + some;
    const router = (s.experts > 1 ? (s.width + s.corrected + s.biases) * s.experts : 0) + s.width * s.shared_gate;
    const networks = rich * ((s.experts + s.shared) * network + router) + s.dense_layers * s.matrices * s.width * s.dense_hidden;
    const tables = s.vocabulary * s.width * (s.tied ? 1 : 2) + s.classic * s.context * s.width;
    const norms = (s.norms * s.layers + 1) * s.width * (1 + s.classic) + 2 * attending * s.head_size * s.qk_norms;
    const parameters = tables + norms + attention + networks;
    const weights = (parameters * bits[fields.precision.value]) / 8;
    const full = s.full_layers || s.layers;
    const seen = full * s.tokens + (attending - full) * Math.min(s.tokens, s.window);
    const numbers = (s.latent ? s.latent + s.rope : shared) * seen + stateful * 3 * (2 * keys + values);
    const cache = s.texts * (2 * numbers + 4 * stateful * values * s.linear_size);
    const holding = cards.filter((gigabytes) => weights + cache <= gigabytes * 1e9);
    const fits = holding.length ? `Cards that hold it: of ${holding.join(", ")} GB.` : `No card of ${cards.join(", ")} GB holds it.`;
    output.textContent =
      `${parameters.toLocaleString("en")} parameters: weights ${amount(weights)}, cache ${amount(cache)} in bfloat16, ` +
      `together ${amount(weights + cache)}. ${fits} To train it with Adam: ${amount(16 * parameters)} and the activations.`;
  };
  const begin = () => {
    const s = { ...models[fields.model.value], texts: 1 };
    s.tokens = Math.min(s.context, 8192);
    for (const field of set) field.value = s[field.name];
    show();
  };
  fields.model.addEventListener("change", begin);
  form.addEventListener("input", (event) => event.target !== fields.model && show());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.removeAttribute("hidden"); // form.hidden is the field of that name
  begin();
}

// ---- The reader's own GPU: what measures it comes with the press of a button

for (const box of document.querySelectorAll(".sv-measure")) {
  const measuring = async (name, act) => {
    try {
      act(await import(`./${name}.js`));
    } catch {
      box.querySelector("[role=status]").textContent = "What measures your GPU could not be loaded. Reload the page to try again.";
    }
  };
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => measuring("measure", (measure) => measure.press(box)));
  let kept = null;
  try {
    kept = localStorage.getItem("sv-measured");
  } catch {} // a private window keeps nothing
  if (kept) measuring("measure-keep", (measure) => measure.recall(box, kept));
}

// ---- The picture: what draws it comes with the press of a button

for (const figure of document.querySelectorAll(".sv-picture")) {
  figure.querySelector(".sv-picture__draw").hidden = false;
  for (const button of figure.querySelectorAll("[data-order]")) {
    button.addEventListener("click", async () => {
      try {
        (await import("./picture.js")).press(figure, button);
      } catch {
        figure.querySelector("[role=status]").textContent = "What draws it could not be loaded. Reload the page to try again.";
      }
    });
  }
}

// ---- Drawings that a reader can move: what moves one comes when the reader comes near

const near = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    import(`./explore/${target.dataset.explore}.js`).then(
      (explorable) => explorable.start(target),
      () => target.append(make("p", { class: "sv-explore__says" }, "What moves this drawing could not be loaded. Reload the page to try again.")),
    );
  }
}, { rootMargin: "100%" });
for (const figure of document.querySelectorAll(".sv-explore")) near.observe(figure);
