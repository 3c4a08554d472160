// The reader's CPU beside the GPU: WebAssembly SIMD, written by hand (measure-cpu.wat), in one worker for each core that
// the browser admits to. No memory is shared: each holds its part of the data, and is silent while it computes.
import { emptiness, now, timed } from "./measure-clock.js";

// What one worker of so many computes, and where in the whole its numbers go.
const PARTS = {
  add({ buffers: [a, b, n] }, worker, workers) {
    const each = 16 * Math.ceil(n / 16 / workers), from = Math.min(n, each * worker), to = Math.min(n, from + each);
    return { arrays: [a.slice(from, to), b.slice(from, to)], out: to - from, more: [4 * (to - from)], put: (all, found) => all.set(found, from) };
  },
  // Rows are dealt like cards: those in the middle take longer.
  escape({ buffers: [x, y, [width, , iterations]] }, worker, workers) {
    const rows = y.filter((_, i) => i % workers === worker);
    return {
      arrays: [x, rows], out: width * rows.length, more: [width, rows.length, iterations],
      put: (all, found) => rows.forEach((_, i) => all.set(found.subarray(i * width, (i + 1) * width), (worker + i * workers) * width)),
    };
  },
};

const each = (workers, message) => Promise.all(workers.map((worker, i) => new Promise((done, fail) => {
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = (event) => { event.preventDefault(); fail(event); };
  worker.postMessage(message(i));
})));

// The workers, and what their clock can tell.
export async function start(step) {
  const module = await WebAssembly.compile(await (await fetch(new URL("./measure-cpu.wasm", import.meta.url))).arrayBuffer());
  const workers = Array.from({ length: navigator.hardwareConcurrency || 1 }, () => new Worker(import.meta.url, { type: "module", name: "core" }));
  const seconds = async (times) => {
    const from = now();
    await each(workers, () => ({ times }));
    return now() - from;
  };
  return { module, workers, seconds, clock: { step, empty: await emptiness(seconds) } };
}

// The time of a task's run on all workers, and of all else that was done for it. Throws what is wrong.
export async function beside({ module, workers, seconds, clock }, task, tolerance, share) {
  const from = now(), [[call]] = task.launches, parts = workers.map((_, i) => PARTS[call](task, i, workers.length));
  await each(workers, (i) => ({ module, part: { ...parts[i], put: null, call } }));
  const check = async (times) => {
    const all = new task.kind(task.buffers[task.result]);
    (await each(workers, () => ({ times, read: true }))).forEach((found, i) => parts[i].put(all, new task.kind(found)));
    const error = task.error(all);
    if (!(error <= tolerance)) throw Error(`its result is wrong (${error.toPrecision(2)}, allowed ${tolerance})`);
    return error;
  };
  const error = await check(1), around = now() - from;
  const found = await timed(seconds, clock, share);
  await check(0);
  if (!found) throw Error("twice the work did not take twice as long");
  return [{ ...found, error, workers: workers.length }, around];
}

// One of the workers: its own part of the data in its own memory, and the runs that it is asked for.
let run, found;

export function core({ data: { module, part, times, read } }) {
  if (module) {
    const { arrays, call, out, more } = part, { memory, [call]: kernel } = new WebAssembly.Instance(module).exports, at = [];
    let end = 64;
    for (const bytes of [...arrays.map((array) => array.byteLength), 4 * out]) {
      at.push(end);
      end += 64 * Math.ceil(bytes / 64) + 192; // not all at the same place of a page, which slows some processors down
    }
    memory.grow(Math.ceil(end / 65536));
    arrays.forEach((array, i) => new Float32Array(memory.buffer).set(array, at[i] / 4));
    run = kernel.bind(null, ...at, ...more);
    found = () => memory.buffer.slice(at.at(-1), at.at(-1) + 4 * out);
  }
  for (let i = 0; i < times; i++) run();
  postMessage(read ? found() : null);
}
