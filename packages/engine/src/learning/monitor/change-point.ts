/**
 * Since when is a column other than it was? The most likely moment of one lasting change of level.
 * Enters: values in the order of time (missing: NaN), numbers or codes of categories. Leaves: the first row of the new level.
 *
 * CP1. Ranks are compared, not values: one wild value moves nothing. Of categories it is the one whose share moved most.
 * CP2. A moment is always named; whether there was a change at all is the business of the drift test, not of this.
 */
/** Fewer rows on either side say nothing of a level. */
const SIDE_MIN = 10;
/** Older rows belong to another time: a change back then is not what alarms now. */
const ROWS_MAX = 2_000;

export function changeStart(values: Float64Array, kind: "number" | "category"): number | undefined {
  const from = Math.max(0, values.length - ROWS_MAX);
  const at: number[] = [];
  for (let row = from; row < values.length; row += 1) if (!Number.isNaN(values[row] ?? Number.NaN)) at.push(row);
  if (at.length < 2 * SIDE_MIN) return undefined;
  const own = Float64Array.from(at, (row) => values[row] ?? 0);
  if (kind === "number") return at[steepest(ranksOf(own)).start];
  let best = { start: 0, height: -1 };
  for (const code of new Set(own)) {
    const found = steepest(own.map((value) => Number(value === code)));
    if (found.height > best.height) best = found;
  }
  return at[best.start];
}

/** Where the sum of distances from the mean, scaled by its own spread, is farthest from zero. */
function steepest(values: Float64Array): { readonly start: number; readonly height: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [sum, start, height] = [0, SIDE_MIN, -1];
  for (let at = 1; at <= n - SIDE_MIN; at += 1) {
    sum += (values[at - 1] ?? 0) - mean;
    const scaled = Math.abs(sum) / Math.sqrt((at * (n - at)) / n);
    if (at >= SIDE_MIN && scaled > height) {
      height = scaled;
      start = at;
    }
  }
  return { start, height };
}

/** Equal values share the mean of their ranks. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && values[order[end] ?? 0] === values[order[at] ?? 0]) end += 1;
    for (let each = at; each < end; each += 1) ranks[order[each] ?? 0] = (at + end - 1) / 2;
    at = end;
  }
  return ranks;
}
