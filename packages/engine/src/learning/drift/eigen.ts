/** Eigenvalues and vectors of a symmetric matrix by Jacobi's rotations: slow for large ones, exact and simple for these. */
const SWEEPS_MAX = 60;

export interface Eigen {
  readonly values: Float64Array;
  /** Column `at` belongs to value `at`; cell [row][column] at row * size + column. */
  readonly vectors: Float64Array;
}

export function eigenOf(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let at = 0; at < size; at += 1) vectors[at * size + at] = 1;
  for (let sweep = 0; sweep < SWEEPS_MAX && offDiagonal(a, size) > 0; sweep += 1)
    for (let p = 0; p < size - 1; p += 1) for (let q = p + 1; q < size; q += 1) rotate({ a, vectors, size }, p, q);
  return { values: Float64Array.from({ length: size }, (_, at) => a[at * size + at] ?? 0), vectors };
}

/** 0 where nothing of weight is left. */
function offDiagonal(a: Float64Array, size: number): number {
  let [off, on] = [0, 0];
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      const square = (a[row * size + column] ?? 0) ** 2;
      if (row === column) on += square;
      else off += square;
    }
  return off <= 1e-34 * on ? 0 : off;
}

interface Turning {
  readonly a: Float64Array;
  readonly vectors: Float64Array;
  readonly size: number;
}

function rotate({ a, vectors, size }: Turning, p: number, q: number): void {
  const off = a[p * size + q] ?? 0;
  if (off === 0) return;
  const theta = ((a[q * size + q] ?? 0) - (a[p * size + p] ?? 0)) / (2 * off);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(t * t + 1);
  const sine = t * cosine;
  const turn = (cells: Float64Array, i: number, j: number): void => {
    const [x, y] = [cells[i] ?? 0, cells[j] ?? 0];
    cells[i] = cosine * x - sine * y;
    cells[j] = sine * x + cosine * y;
  };
  for (let at = 0; at < size; at += 1) turn(a, at * size + p, at * size + q);
  for (let at = 0; at < size; at += 1) turn(a, p * size + at, q * size + at);
  for (let at = 0; at < size; at += 1) turn(vectors, at * size + p, at * size + q);
}
