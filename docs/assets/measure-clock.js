// How both are timed, the reader's GPU and the CPU beside it: batches of runs, checked with twice as many.

export const now = () => performance.now() / 1000;

export const middle = (values, at = 0.5) => {
  const order = Float64Array.from(values).sort(), place = at * (order.length - 1), low = Math.floor(place);
  return order[low] + (place - low) * ((order[low + 1] ?? order[low]) - order[low]);
};

// The smallest step that the clock makes, of ten or more: a busy machine looks away for longer than a step.
export function clockStep() {
  let [least, seen, before] = [Infinity, 0, now()];
  for (const end = before + 0.03; before < end || seen < 10;) {
    const at = now();
    if (at > before) [least, seen] = [Math.min(least, at - before), seen + 1];
    before = at;
  }
  return least;
}

// What asking for nothing takes, of `seconds(k)`, which does k runs.
export async function emptiness(seconds) {
  for (let i = 0; i < 5; i++) await seconds(0);
  const waits = [];
  for (let i = 0; i < 15; i++) waits.push(await seconds(0));
  return middle(waits);
}

// How long a batch must last for its end to be told from the wait for it, and from a step of the clock.
export const batch = ({ empty, step }) => Math.max(50 * empty, 200 * step);

export const told = (values, extra) => ({ median: middle(values), low: Math.min(...values), high: Math.max(...values), rounds: values.length, ...extra });

// A clock that does not see the work finds 0.5.
const tells = (linear) => linear > 0.55 && linear < 1.8;

// The time of a run, from batches of k and of 2k, for about `share` seconds. What is wrong with it is in `noisy`; null is
// a clock that cannot tell.
export async function timed(seconds, clock, share) {
  const long = batch(clock);
  let k = 1, took = await seconds(k);
  while (took - clock.empty < long / 4 && k < 2 ** 16) took = await seconds((k *= 4));
  k = Math.max(1, Math.min(2 ** 17, Math.round(k * long / Math.max(took - clock.empty, long / 64))));
  for (const end = now() + 0.15; now() < end;) await seconds(k); // out of its sleep
  const least = took > 0.1 ? 2 : 3;
  let rounds, linear;
  for (let tries = 0; tries < 5; tries++) {
    rounds = [[], []];
    const until = now() + share;
    while (rounds[0].length < least || (now() < until && rounds[0].length < 10)) {
      for (const twice of [0, 1]) rounds[twice].push(((await seconds(k << twice)) - clock.empty) / (k << twice));
    }
    linear = middle(rounds[1]) / middle(rounds[0]);
    const lasts = k * middle(rounds[0]);
    if (lasts < long / 2 && k < 2 ** 17) k = Math.min(2 ** 17, Math.ceil(k * Math.min(64, long / Math.max(lasts, long / 64)))); // the first guess was disturbed
    else if (linear > 0.7 && linear < 1.4 || tries > 1 && tells(linear)) break;
  }
  const all = rounds.flat(), noisy = [];
  if (!all.every((one) => one > 0) || !tells(linear)) return null;
  if (middle(all, 0.75) - middle(all, 0.25) > 0.1 * middle(all)) noisy.push("spread over 10 %");
  if (linear < 0.85 || linear > 1.15) noisy.push("not linear");
  return { ...told(all, { batch: k, linear }), noisy };
}
