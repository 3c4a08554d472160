// What the explorables share: controls, a picture that is drawn anew, and words that say what it shows.
//
// The still drawing of the build stays in the page for paper, and for readers without scripts.

const make = (element, attributes, content) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content.flat());
  return element;
};
export const html = (tag, attributes = {}, ...content) => make(document.createElement(tag), attributes, content);
export const svg = (tag, attributes = {}, ...content) => make(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, content);
export const rect = (x, y, width, height, more) => svg("rect", { x, y, width, height, ...more });
export const path = (d, more) => svg("path", { d, ...more });
export const text = (x, y, words, more = {}) => svg("text", { x, y, ...more }, words);
export const box = (x, y, wide, high) => `M${x.toFixed(2)} ${y.toFixed(2)}h${wide.toFixed(2)}v${high.toFixed(2)}h${(-wide).toFixed(2)}z`;
export const times = (n, of) => Array.from({ length: n }, (_, i) => of(i));

export const plain = (n) => (Math.abs(n) >= 100 ? Math.round(n).toLocaleString("en") : String(Number(n.toPrecision(2))));
export const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
export const many = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
export const amount = (n, unit) => {
  const [scale, prefix] = [[1e12, "T"], [1e9, "G"], [1e6, "M"]].find(([least]) => n >= least) ?? [1, ""];
  return `${Number((n / scale).toPrecision(3))}\u00a0${prefix}${unit}`;
};

// Makes a figure live. `controls`, by name: {label, min, max, value, step, show} is a slider, whose max may be
// worked out from all values; {label, options: {value: words}, value} is a choice. `draw(values)` returns
// {picture, height, says}: shapes 400 wide and so high, or without a height elements of HTML. `touch(x, y, values)`
// returns what a finger at that place sets. Returns the form, `values()` and `set(changes)`.
export const explore = (figure, { title, controls, draw, touch }) => {
  const form = html("form", { class: "sv-explore__controls", "aria-label": title });
  const paper = svg("svg", { role: "img", "aria-label": title });
  const frame = html("div", { class: "sv-explore__frame" }, paper);
  const says = html("p", { class: "sv-explore__says", role: "status" });
  const fields = Object.entries(controls).map(([name, control]) => {
    const id = `explore-${figure.dataset.explore}-${name}`;
    const { min, max, step = 1, value, options } = control;
    const field = options
      ? html("select", { id, name }, Object.entries(options).map(([key, words]) => new Option(words, key)))
      : html("input", { id, name, type: "range", min, step, ...(max.call ? {} : { max }) });
    field.value = value;
    const shown = html("b", { "aria-hidden": "true" });
    form.append(html("p", {}, html("label", { for: id }, control.label), shown, field));
    return { name, control, field, shown };
  });
  const values = () => Object.fromEntries(fields.map(({ name, control, field }) => [name, control.options ? field.value : Number(field.value)]));
  let silence;
  const update = () => {
    for (const { control, field } of fields) if (control.max?.call) field.max = control.max(values());
    const now = values();
    for (const { name, control, field, shown } of fields) {
      if (control.options) continue;
      shown.textContent = (control.show ?? plain)(now[name]);
      field.setAttribute("aria-valuetext", shown.textContent);
    }
    const drawn = draw(now);
    if (drawn.height) paper.setAttribute("viewBox", `0 0 400 ${drawn.height}`);
    (drawn.height ? paper : frame).replaceChildren(...drawn.picture);
    says.setAttribute("aria-busy", "true"); // a slider on its way is not read out, only where it stops
    says.textContent = drawn.says;
    clearTimeout(silence);
    silence = setTimeout(() => says.removeAttribute("aria-busy"), 500);
  };
  const set = (changes = {}) => {
    for (const [name, value] of Object.entries(changes)) form.elements[name].value = value;
    update();
  };
  const reach = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(paper.getScreenCTM().inverse());
    set(touch(at.x, at.y, values()));
  };
  if (touch) {
    frame.classList.add("sv-explore__frame--touch");
    for (const kind of ["click", "pointermove"]) frame.addEventListener(kind, reach); // its shapes come and go
  }
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
  figure.querySelector("figcaption").before(html("div", { class: "sv-explore__live" }, form, frame, says));
  figure.classList.add("sv-explore--live");
  return { form, values, set };
};
