// Uncovers the picture in the order in which a core, cores with SIMD or a GPU would draw it.
//
// The picture lies in the page already. Its colours tell how many steps each point took, and so how
// long each job takes: one pixel for a core, 32 neighbours for SIMD and for a warp, which are done when
// the last of them is. Only the pace is ours.

const LANES = 32;
const CORES = 4;
const BLOCK_ROWS = 8; // a block of the GPU programs: 32 x 8 threads
const RESIDENT = 200; // blocks that are in flight at once
const ORDERS = {
  core: { seconds: 8, says: "One core: pixel after pixel, row after row. It is slow where points stay long." },
  simd: { seconds: 5, says: "Four cores: each has every fourth row, and draws 32 neighbours at a time." },
  gpu: { seconds: 3, says: "A GPU: many blocks of 32 × 8 pixels at a time, each pixel with a thread of its own." },
};

// Every job as [first pixel, pixels, begin, end], in steps; sorted by when it ends.
const schedule = (order, counts, width, height) => {
  const jobs = [];
  const run = (first, used, begin) => {
    let longest = 0;
    for (let i = first; i < first + used; i++) longest = Math.max(longest, counts[i]);
    jobs.push([first, used, begin, begin + longest + 1]);
    return begin + longest + 1;
  };
  if (order === "core") {
    let now = 0;
    for (let i = 0; i < width * height; i++) now = run(i, 1, now);
  } else if (order === "simd") {
    const free = new Array(CORES).fill(0);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x += LANES) free[y % CORES] = run(y * width + x, Math.min(LANES, width - x), free[y % CORES]);
    }
  } else {
    const free = new Array(RESIDENT).fill(0);
    for (let top = 0; top < height; top += BLOCK_ROWS) {
      for (let x = 0; x < width; x += LANES) {
        const begin = Math.min(...free);
        let end = begin;
        for (let y = top; y < Math.min(top + BLOCK_ROWS, height); y++) end = Math.max(end, run(y * width + x, Math.min(LANES, width - x), begin));
        free[free.indexOf(begin)] = end;
      }
    }
  }
  return jobs.sort((a, b) => a[3] - b[3]);
};

const number = (rgb) => Number.parseInt(rgb, 16);

// What a press of one of the figure's buttons does.
export const press = (figure, button) => {
  const running = figure.stop;
  const same = button.getAttribute("aria-pressed") === "true";
  running?.();
  if (running && same) return; // the second press leaves the whole picture
  const image = figure.querySelector("img");
  const [across, down] = [Number(image.getAttribute("width")), Number(image.getAttribute("height"))];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [across, down];
  canvas.setAttribute("aria-hidden", "true");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  paper.drawImage(image, 0, 0, across, down);
  const whole = new Uint32Array(paper.getImageData(0, 0, across, down).data.buffer);
  const steps = new Map(image.dataset.colours.split(" ").map((rgb, k) => [number(rgb), k]));
  const counts = Uint8Array.from(whole, (c) => steps.get(((c & 255) << 16) | (c & 0xff00) | ((c >> 16) & 255)) ?? 0);
  const order = button.dataset.order;
  const jobs = schedule(order, counts, across, down);
  const last = jobs.at(-1)[3];
  const begun = [...jobs].sort((a, b) => a[2] - b[2]);
  const drawn = paper.createImageData(across, down);
  const out = new Uint32Array(drawn.data.buffer);
  const style = getComputedStyle(button);
  paper.fillStyle = style.color;
  paper.fillRect(0, 0, 1, 1);
  const busy = new Uint32Array(paper.getImageData(0, 0, 1, 1).data.buffer)[0];
  let [begin, end] = [0, 0];
  const upTo = (now) => {
    for (; begin < begun.length && begun[begin][2] <= now; begin++) out.fill(busy, begun[begin][0], begun[begin][0] + begun[begin][1]);
    for (; end < jobs.length && jobs[end][3] <= now; end++) {
      const [first, used] = jobs[end];
      out.set(whole.subarray(first, first + used), first);
    }
    paper.putImageData(drawn, 0, 0);
  };
  const says = figure.querySelector("[role=status]");
  const label = button.textContent;
  const finish = (text) => {
    cancelAnimationFrame(frame);
    canvas.remove();
    button.setAttribute("aria-pressed", "false");
    button.textContent = label;
    says.textContent = text;
    figure.stop = null;
  };
  let frame = 0;
  image.after(canvas);
  button.setAttribute("aria-pressed", "true");
  figure.stop = () => finish("");
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    upTo(last / 2); // nothing moves: the state in the middle, until the next press
    says.textContent = `${ORDERS[order].says} This is half of its time; press again for the whole.`;
    return;
  }
  says.textContent = `${ORDERS[order].says} The order is theirs, the pace is ours.`;
  button.textContent = "stop";
  const start = performance.now();
  const next = (now) => {
    const share = (now - start) / 1000 / ORDERS[order].seconds;
    upTo(Math.max(0, share) * last);
    if (share < 1) frame = requestAnimationFrame(next);
    else finish(`${ORDERS[order].says} Done.`);
  };
  frame = requestAnimationFrame(next);
};
