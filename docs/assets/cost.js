// What a job costs, by the formulas that the page prints; the reader's own numbers.

const digits = (usd) => (usd >= 100 ? { maximumFractionDigits: 0 } : { minimumSignificantDigits: 2, maximumSignificantDigits: 2 });
const money = (usd) => usd.toLocaleString("en", digits(usd)) + "\u00a0USD";
const plain = (n) => (n >= 10 ? Math.round(n).toLocaleString("en") : Number(n.toPrecision(2)).toString());

// Seconds, prices and amounts as numbers; returns what the page says of them.
export function costs(s) {
  const [cpu, gpu] = [(s.cpu_seconds * s.cpu_usd) / 3600, (s.gpu_seconds * s.gpu_usd) / 3600];
  const busy = (s.jobs * s.gpu_seconds) / 3600;
  const power = (s.watts / 1000) * s.kwh;
  const saved = busy * (s.gpu_usd - power);
  const cheaper = cpu === gpu ? "Both cost the same" : `The ${gpu < cpu ? "GPU" : "CPU"} is cheaper`;
  return {
    cpu, gpu, busy, power,
    factor: s.cpu_usd ? s.gpu_usd / s.cpu_usd : Infinity,
    cheaper,
    days: saved > 0 ? s.buy_usd / saved : Infinity,
  };
}

export function fill(form) {
  const fields = [...form.elements].filter((field) => field.type === "number");
  const output = form.querySelector("output");
  const show = () => {
    if (!form.checkValidity()) return void (output.textContent = "Every field needs a number from 0.");
    const s = Object.fromEntries(fields.map((field) => [field.name, Number(field.value)]));
    const c = costs(s);
    const must = Number.isFinite(c.factor) ? ` To cost the same, the GPU must be ${plain(c.factor)} times as fast, from end to end.` : "";
    const full = c.busy > 24 ? " That is more than one GPU can do in a day." : "";
    const buys = Number.isFinite(c.days) ? `Bought, it is paid for after ${c.days < 730 ? `${plain(c.days)} such days` : `${plain(c.days / 365)} years of such days`}.` : "Bought, it is never paid for.";
    const answer = document.createElement("strong");
    answer.textContent = `${c.cheaper}.`;
    output.replaceChildren(
      answer,
      ` A thousand jobs cost ${money(1000 * c.cpu)} on the CPU and ${money(1000 * c.gpu)} on the GPU, while each is at work.` +
      `${must} The GPU is at work for ${plain(c.busy)} hours of a day; rented by the day, it costs ${money(24 * s.gpu_usd)}.${full} ${buys}`,
    );
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.removeAttribute("hidden");
  show();
}
