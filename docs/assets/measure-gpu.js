// Runs the page's WGSL on the GPU that the browser offers, in a worker: the page does not stutter, and to
// stop is to end the worker. What it finds it tells, one message for each point; nothing else leaves it.
import { batch, clockStep, emptiness, middle, now, timed, told } from "./measure-clock.js";
import { beside, core, start } from "./measure-cpu.js";
import { TOOLS } from "./measure-tasks.js";

const BUDGET = 17; // seconds for the whole sweep
const ROOM = 2 ** 28; // bytes of a size's buffers, all together
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|\bwarp\b/i;

const LATER = "later";

class Told extends Error {} // one line for the reader, as it is

const tell = (kind, what = {}) => postMessage({ kind, ...what });
const begun = now();
let [device, lost] = [null, ""];

async function measure({ data }) {
  try {
    await sweep(data);
    tell("done");
  } catch (error) {
    await Promise.race([device?.lost, new Promise((wake) => setTimeout(wake, 200))]); // what is lost fails first
    tell("failed", { says: (lost || (error instanceof Told ? error.message : `The browser stopped: ${error.message}`)).split("\n")[0], wrong: error.wrong });
  }
}

// One of its workers computes a part of what the CPU beside it does.
onmessage = self.name ? core : measure;

async function sweep({ programs, order, allowSoftware }) {
  if (!navigator.gpu) throw new Told(`This browser offers no WebGPU${isSecureContext ? "" : " to a page without https"}, so that nothing can be measured here.`);
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Told("This browser knows WebGPU, but finds no GPU that it may use.");
  const about = adapter.info ?? {};
  const named = [...new Set([about.vendor, about.architecture, about.device, about.description])].filter(Boolean).join(" ").slice(0, 80);
  const software = Boolean(about.isFallbackAdapter ?? adapter.isFallbackAdapter) || SOFTWARE.test(named);
  if (software && !allowSoftware) throw new Told(`What the browser offers (${named || "a fallback adapter"}) is a program that plays a GPU on the CPU: its times would say nothing about a GPU.`);
  const step = clockStep();
  if (step > 0.005) throw new Told(`This browser's clock moves in steps of ${Math.round(step * 1000)} ms: it cannot tell how long a GPU takes.`);
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const witness = adapter.features.has("timestamp-query");
  device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    requiredFeatures: witness ? ["timestamp-query"] : [],
  }).catch((fault) => { throw new Told(`The browser finds a GPU and does not get it: ${fault.message}`); });
  device.lost.then(() => {
    lost = "The GPU was lost on the way: its driver was reset, or the system took it away. Press again; where that finds no GPU, reload the page.";
    tell("failed", { says: lost });
  });
  const clock = { step, empty: 0, witness };
  const bench = makeBench(clock);
  clock.empty = await emptiness((k) => bench.seconds([], k));
  tell("adapter", { name: named || "a GPU that the browser does not name", software, clock });
  const compiled = new Map(), last = new Map();
  let cpu = null; // the workers of the CPU beside it: begun after the first point, for which a reader waits
  for (const [at, [name, n]] of order.entries()) {
    const program = programs[name], [, label, bytes, operations] = program.sizes.find((size) => size[0] === n);
    tell("progress", { at, of: order.length, says: `${program.title}, ${label}` });
    if (!compiled.has(name)) compiled.set(name, [await compile(program), (await import(`./tasks/${name}.js`)).default]);
    const share = at > 1 && (BUDGET - (now() - begun)) / (order.length - at); // of the first two, few rounds: they are waited for
    const why = foresee(last.get(name), { n, bytes, operations }, clock) || await point(bench, name, program, n, ...compiled.get(name), clock, share, last);
    if (why === LATER) order.push([name, n]);
    else if (why) tell("skip", { example: name, n, label, why });
    else if (program.cpu && cpu !== false) {
      const seen = last.get(name);
      try {
        if (!cpu) cpu = await start(step);
        const [found, around] = await beside(cpu, seen.task, seen.task.tolerance ?? program.tolerance, share / 8);
        tell("cpu", { example: name, n, cpu: found });
        seen.rest += 2 * around;
        seen.beside = found.median;
      } catch (fault) { // such as a browser without SIMD, or without workers of workers: then the GPU stands alone
        cpu = false;
        tell("nocpu", { example: name, says: `Your CPU is not beside it, at ${label}: ${fault.message}.` });
      }
    }
  }
}

async function compile({ title, wgsl }) {
  const module = device.createShaderModule({ code: wgsl });
  const wrong = (await module.getCompilationInfo()).messages.find((m) => m.type === "error");
  if (wrong) throw new Told(`${title}: the kernel does not compile here, line ${wrong.lineNum}: ${wrong.message}`);
  const made = {};
  return async (entryPoint) => made[entryPoint] ??= await device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint } });
}

// Why a size is not even tried; empty if it is.
function foresee(last, { n, bytes, operations }, clock) {
  if (bytes > ROOM) return `needs more than ${ROOM / 2 ** 20} MiB`;
  if (!last) return "";
  if (last.full) return "too little memory for a smaller size already";
  const more = Math.max(n / last.n, operations && last.operations ? operations / last.operations : 0);
  const once = last.once * more, beside = (last.beside ?? 0) * more;
  if (once > 1) return "one run would take longer than a second, which a system may take for a hang";
  const needs = 0.2 + 9 * Math.max(batch(clock), once) + last.rest * more + (beside && 0.2 + 9 * Math.max(batch(clock), beside));
  return now() - begun + needs > BUDGET ? `no time left for it in ${BUDGET} seconds` : "";
}

// What lies on the GPU for one size, and the group of each launch.
function place({ buffers, launches, result }, pipelines) {
  const made = buffers.map((what, at) => {
    const array = typeof what === "number" ? null : what;
    const size = array ? 16 * Math.ceil(array.byteLength / 16) : 4 * what;
    const usage = GPUBufferUsage.STORAGE | (array ? GPUBufferUsage.COPY_DST : at === result ? GPUBufferUsage.COPY_SRC : 0);
    const buffer = device.createBuffer({ size, usage });
    if (array && array.byteLength % 4) {
      const padded = new Uint8Array(size);
      padded.set(array);
      device.queue.writeBuffer(buffer, 0, padded);
    } else if (array) device.queue.writeBuffer(buffer, 0, array);
    return buffer;
  });
  const steps = launches.map(([, blocks, bound], i) => [pipelines[i], device.createBindGroup({
    layout: pipelines[i].getBindGroupLayout(0),
    entries: bound.map((at, binding) => ({ binding, resource: { buffer: made[at] } })),
  }), blocks]);
  return { made, steps, out: made[result] };
}

function encode(encoder, steps, k, timestampWrites) {
  const work = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
  for (let i = 0; i < k; i++) {
    for (const [pipeline, group, blocks] of steps) {
      work.setPipeline(pipeline);
      work.setBindGroup(0, group);
      work.dispatchWorkgroups(...blocks);
    }
  }
  work.end();
}

function makeBench({ witness }) {
  const usage = GPUBufferUsage;
  const small = device.createBuffer({ size: 16, usage: usage.COPY_SRC });
  const staging = device.createBuffer({ size: 16, usage: usage.COPY_DST | usage.MAP_READ });
  const set = witness && device.createQuerySet({ type: "timestamp", count: 2 });
  const stamps = witness && device.createBuffer({ size: 16, usage: usage.QUERY_RESOLVE | usage.COPY_SRC });
  return {
    // Seconds from the submission of k rounds, in one pass, until some bytes behind them can be read.
    async seconds(steps, k, stamped = false) {
      const encoder = device.createCommandEncoder();
      if (k) encode(encoder, steps, k, stamped && { querySet: set, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 });
      if (stamped) encoder.resolveQuerySet(set, 0, 2, stamps, 0);
      encoder.copyBufferToBuffer(stamped ? stamps : small, 0, staging, 0, 16);
      const commands = encoder.finish();
      const start = now();
      device.queue.submit([commands]);
      await staging.mapAsync(GPUMapMode.READ);
      const took = now() - start;
      const [from, to] = new BigUint64Array(staging.getMappedRange().slice(0));
      staging.unmap();
      return stamped ? [took, Number(to - from) * 1e-9] : took;
    },
    // The result, as it lies on the GPU.
    async read(out, kind, steps) {
      const target = device.createBuffer({ size: out.size, usage: usage.COPY_DST | usage.MAP_READ });
      const encoder = device.createCommandEncoder();
      if (steps) encode(encoder, steps, 1);
      encoder.copyBufferToBuffer(out, 0, target, 0, out.size);
      device.queue.submit([encoder.finish()]);
      await target.mapAsync(GPUMapMode.READ);
      const found = new kind(target.getMappedRange().slice(0));
      target.destroy();
      return found;
    },
  };
}

// Measures one size and tells it. Returns why not, if it cannot be.
async function point(bench, name, program, n, pipeline, make, clock, share, last) {
  const start = now(), [, label, bytes, operations] = program.sizes.find((size) => size[0] === n);
  let task;
  try {
    task = make(n, TOOLS);
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    last.set(name, { n, full: true });
    return "too little memory";
  }
  const tolerance = task.tolerance ?? program.tolerance;
  const compiling = now();
  const pipelines = [];
  for (const [entry] of task.launches) pipelines.push(await pipeline(entry));
  const compileTook = now() - compiling;

  const check = (found) => {
    const error = task.error(found);
    if (!(error <= tolerance)) throw Object.assign(new Told(`${program.title}, ${label}: the result is wrong (${program.error} ${error.toPrecision(2)}, allowed ${tolerance}). No time of it is shown.`), { wrong: name });
    return error;
  };
  // End to end: new buffers, the data there, one run, the result back.
  const trip = async () => {
    const placed = place(task, pipelines);
    const found = await bench.read(placed.out, task.kind, placed.steps);
    for (const buffer of placed.made) buffer.destroy();
    return found;
  };
  const times = async (calls, action) => {
    const from = now();
    for (let i = 0; i < calls; i++) await action();
    return (now() - from) / calls;
  };

  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  let placed, first, fault;
  const firstly = now();
  try {
    first = await trip();
    placed = place(task, pipelines);
  } catch (caught) {
    fault = caught;
  }
  const firstTook = now() - firstly;
  const [invalid, full] = [await device.popErrorScope(), await device.popErrorScope()];
  if (full || fault instanceof RangeError || /exceeds|limit/i.test(invalid?.message)) {
    last.set(name, { n, full: true });
    return "too little memory";
  }
  if (invalid) throw new Told(`${program.title}, ${label}: the browser refused: ${invalid.message}`);
  if (fault) throw fault;
  const error = check(first), cold = (program.first ??= { compile: compileTook, run: firstTook });

  // Compute: batches of k rounds and of 2k, which must take twice as long.
  const { steps } = placed, batches = (k) => bench.seconds(steps, k);
  if (!share && (await batches(1)) > 0.15) { // a slow GPU: smaller sizes first, so that a point is soon there
    for (const buffer of placed.made) buffer.destroy();
    return LATER;
  }
  const compute = await timed(batches, clock, share / 6);
  let stamps = null;
  if (clock.witness && compute) {
    const [wall, inside] = await bench.seconds(steps, compute.batch, true);
    if (inside > 0) stamps = inside / (wall - clock.empty);
  }
  check(await bench.read(placed.out, task.kind));
  for (const buffer of placed.made) buffer.destroy();
  if (!compute) return "the clock cannot tell: twice the work did not take twice as long";

  // End to end, as often in a row as the steps of the clock ask for.
  const one = Math.max(await times(1, trip), clock.step);
  const row = Math.max(1, Math.ceil(20 * clock.step / one)), end = row > 1 ? [] : [one];
  const until = now() + share / 4;
  while (end.length < 3 || (now() < until && end.length < 10)) end.push(await times(row, trip));

  const { median: once, noisy, ...found } = compute, rest = now() - start - 0.15 - 9 * Math.max(batch(clock), once);
  if (once > middle(end)) noisy.push("longer than end to end");
  tell("point", {
    example: name, n, label, bytes, operations, error, noisy, stamps,
    compute: { median: once, ...found }, end_to_end: told(end, { batch: row }),
    first: last.has(name) ? undefined : cold,
  });
  last.set(name, { n, operations, once, rest, task });
  return "";
}
