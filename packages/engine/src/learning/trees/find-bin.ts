/**
 * Which bin a number falls into: the first whose edge is not below it.
 * Enters: rising edges. Leaves: a function that fills the bins of a whole column.
 *
 * The span of the edges is cut into cells of equal width; a cell knows between which edges its answers lie, so that most values
 * need one look instead of the eight of a binary search. Cells rise with the value, also where rounding moves their borders:
 * an edge in an earlier cell is below the value, one in a later cell above it.
 */
const CELLS = 1_024;

export function binFinder(edges: Float64Array, missing: number): (column: Float64Array, into: Uint8Array) => void {
  const lowest = edges[0] ?? 0;
  const span = (edges[edges.length - 1] ?? 0) - lowest;
  // A span beyond doubles or of nothing: all in one cell, searched as a whole.
  const scale = span > 0 && span < Number.POSITIVE_INFINITY ? (CELLS - 1) / span : 0;
  const firsts = cellFirsts(edges, lowest, scale);
  return (column, into) => {
    for (let row = 0; row < column.length; row += 1) {
      const value = column[row] ?? Number.NaN;
      if (Number.isNaN(value)) {
        into[row] = missing;
        continue;
      }
      const cell = cellOf(value, lowest, scale);
      let low = firsts[cell] ?? 0;
      let high = firsts[cell + 1] ?? 0;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (value <= (edges[middle] ?? 0)) high = middle;
        else low = middle + 1;
      }
      into[row] = low;
    }
  };
}

const cellOf = (value: number, lowest: number, scale: number): number => {
  const place = (value - lowest) * scale;
  return place >= CELLS - 1 ? CELLS - 1 : place > 0 ? Math.floor(place) : 0;
};

/** Entry c: how many edges lie in cells before c. */
function cellFirsts(edges: Float64Array, lowest: number, scale: number): Int32Array {
  const firsts = new Int32Array(CELLS + 1);
  for (const edge of edges) {
    const after = cellOf(edge, lowest, scale) + 1;
    firsts[after] = (firsts[after] ?? 0) + 1;
  }
  for (let cell = 0; cell < CELLS; cell += 1) firsts[cell + 1] = (firsts[cell + 1] ?? 0) + (firsts[cell] ?? 0);
  return firsts;
}
