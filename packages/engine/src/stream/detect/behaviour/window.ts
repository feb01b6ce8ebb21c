/** Different values within a sliding span of event time, the events that showed them, and how often each was shown. */

export interface Window {
  readonly values: number[];
  readonly times: number[];
  readonly hits: number[];
  readonly ids: string[];
  total: number;
}

/** More different values than this say no more; the oldest leaves. */
const VALUES_MAX = 256;
const EVIDENCE_MAX = 40;

export const makeWindow = (): Window => ({ values: [], times: [], hits: [], ids: [], total: 0 });

export interface Sight {
  readonly value: number;
  readonly time: number;
  readonly id: string;
  readonly span: number;
}

/** Adds a sight and drops what is older than the span. Late sights count where they belong. */
export function slide(window: Window, { value, time, id, span }: Sight): void {
  const { values, times, hits, ids } = window;
  const place = values.indexOf(value);
  if (place >= 0) {
    hits[place] = (hits[place] ?? 0) + 1;
    if (time > (times[place] ?? 0)) {
      times[place] = time;
      ids[place] = id;
    }
  } else {
    values.push(value);
    times.push(time);
    hits.push(1);
    ids.push(id);
  }
  window.total += 1;
  let newest = time;
  let oldest = time;
  for (const each of times) {
    if (each > newest) newest = each;
    if (each < oldest) oldest = each;
  }
  if (newest - oldest > span || values.length > VALUES_MAX) forget(window, newest - span);
}

function forget(window: Window, before: number): void {
  const { values, times, hits, ids } = window;
  let kept = 0;
  let spare = values.length - VALUES_MAX;
  for (let i = 0; i < values.length; i += 1) {
    const time = times[i] ?? 0;
    if (time < before || spare > 0) {
      window.total -= hits[i] ?? 0;
      if (time >= before) spare -= 1;
      continue;
    }
    values[kept] = values[i] ?? 0;
    times[kept] = time;
    hits[kept] = hits[i] ?? 0;
    ids[kept] = ids[i] ?? "";
    kept += 1;
  }
  for (const list of [values, times, hits]) list.length = kept;
  ids.length = kept;
}

/** Time of the newest sight, 0 where there is none. */
export const newestOf = (window: Window | undefined): number =>
  window === undefined ? 0 : Math.max(0, ...window.times);

/** Ids of the newest sights, oldest first. */
export function evidenceOf({ times, ids }: Window): readonly string[] {
  const order = ids.map((id, i) => ({ id, time: times[i] ?? 0 })).sort((a, b) => a.time - b.time);
  return [...new Set(order.slice(-EVIDENCE_MAX).map(({ id }) => id))];
}

/** Takes out what a set of events showed (a confirmed incident). */
export function without(window: Window, gone: ReadonlySet<string>): void {
  for (let i = window.ids.length - 1; i >= 0; i -= 1) {
    if (!gone.has(window.ids[i] ?? "")) continue;
    window.total -= window.hits[i] ?? 0;
    for (const list of [window.values, window.times, window.hits]) list.splice(i, 1);
    window.ids.splice(i, 1);
  }
}
