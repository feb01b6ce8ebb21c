/**
 * How usual a name's letters are, counted from names that people chose: runs of up to four letters with back-off, and the
 * words that many names share. No list of words is shipped or fetched: words are what the counted names have in common.
 *
 * NL1. A name that was counted itself can be asked about with each of its runs taken off once (`own`), or learning would trust its own echo.
 */
const LETTERS = 39;
export const FOUR = LETTERS ** 4;
/** Version of what a run means: changes when letters are coded otherwise. */
export const LETTERS_ORDER = 1;
const WORD_MIN = 3;
const WORD_MAX = 10;
/** A word is what at least this many different names share. */
const SHARED_MIN = 3;
/** Counting the pieces of more names costs memory and changes little. */
const WORD_NAMES_MAX = 30_000;
const WORDS_MAX = 40_000;
/** Weight of the shorter context. */
const BACK = 4;

export interface NameLetters {
  /** Counts of runs of four; shorter runs are sums. */
  readonly runs: Int32Array;
  readonly words: ReadonlyMap<string, number>;
  readonly names: number;
}

/** 0 is the edge of a name. */
function codeOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 96;
  if (code >= 48 && code <= 57) return code - 21;
  return code === 45 ? 37 : 38;
}

function eachRun(label: string, see: (run: number) => void): void {
  let run = 0;
  for (let at = 0; at <= label.length; at += 1) {
    run = (run * LETTERS + (at === label.length ? 0 : codeOf(label.charCodeAt(at)))) % FOUR;
    see(run);
  }
}

export function countLetters(labels: readonly string[]): NameLetters {
  const runs = new Int32Array(FOUR);
  for (const label of labels)
    eachRun(label, (run) => {
      runs[run] = (runs[run] ?? 0) + 1;
    });
  return { runs, words: wordsOf(labels.slice(0, WORD_NAMES_MAX)), names: Math.min(labels.length, WORD_NAMES_MAX) };
}

function wordsOf(labels: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) for (const piece of piecesOf(label)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count >= SHARED_MIN);
  return new Map(
    shared.toSorted(([a, m], [b, n]) => n * b.length - m * a.length || (a < b ? -1 : 1)).slice(0, WORDS_MAX),
  );
}

function piecesOf(label: string): ReadonlySet<string> {
  const pieces = new Set<string>();
  for (const part of label.split(/[^a-z]+/))
    for (let from = 0; from + WORD_MIN <= part.length; from += 1)
      for (let to = from + WORD_MIN; to <= Math.min(part.length, from + WORD_MAX); to += 1)
        pieces.add(part.slice(from, to));
  return pieces;
}

/** Sums over the last one, two or three letters, asked for often: made once per counting. */
const SUMS = new WeakMap<NameLetters, readonly Int32Array[]>();

function sumsOf(letters: NameLetters): readonly Int32Array[] {
  const known = SUMS.get(letters);
  if (known !== undefined) return known;
  // [0]: runs of one ... [2]: runs of three, by their ends.
  const sums = [new Int32Array(LETTERS), new Int32Array(LETTERS ** 2), new Int32Array(LETTERS ** 3)];
  const contexts = [
    new Int32Array(1),
    new Int32Array(LETTERS),
    new Int32Array(LETTERS ** 2),
    new Int32Array(LETTERS ** 3),
  ];
  letters.runs.forEach((count, run) => {
    if (count === 0) return;
    sums.forEach((sum) => {
      sum[run % sum.length] = (sum[run % sum.length] ?? 0) + count;
    });
    const before = Math.floor(run / LETTERS);
    contexts.forEach((sum) => {
      sum[before % sum.length] = (sum[before % sum.length] ?? 0) + count;
    });
  });
  const made = [...sums, ...contexts];
  SUMS.set(letters, made);
  return made;
}

/** Mean bits per letter; about 3 for names that people choose, above 5 for letters drawn at random. */
export function bitsPerLetter(letters: NameLetters, label: string, own = 0): number {
  const [one, two, three, none, c1, c2, c3] = sumsOf(letters);
  const orders = [
    { runs: one, contexts: none },
    { runs: two, contexts: c1 },
    { runs: three, contexts: c2 },
    { runs: letters.runs, contexts: c3 },
  ];
  let bits = 0;
  eachRun(label, (run) => {
    let p = 1 / LETTERS;
    const before = Math.floor(run / LETTERS);
    for (const { runs, contexts } of orders) {
      if (runs === undefined || contexts === undefined) continue;
      const seen = Math.max(0, (runs[run % runs.length] ?? 0) - own);
      const context = Math.max(seen, (contexts[before % contexts.length] ?? 0) - own);
      p = (seen + BACK * p) / (context + BACK);
    }
    bits -= Math.log2(p);
  });
  return bits / (label.length + 1);
}

export interface Cut {
  /** Least bits per letter to spell the label with shared words and single letters. */
  readonly bits: number;
  readonly words: readonly string[];
  /** Share of letters inside words. */
  readonly covered: number;
}

const LETTER_BITS = 6;

/** The cheapest cut into words that other names share. */
export function cutIntoWords({ words, names }: NameLetters, label: string, own = 0): Cut {
  const size = label.length;
  const costs = new Float64Array(size + 1);
  const starts = new Int32Array(size + 1);
  for (let to = 1; to <= size; to += 1) {
    costs[to] = (costs[to - 1] ?? 0) + LETTER_BITS;
    starts[to] = to - 1;
    for (let from = Math.max(0, to - WORD_MAX); from + WORD_MIN <= to; from += 1) {
      const count = (words.get(label.slice(from, to)) ?? 0) - own;
      if (count < SHARED_MIN) continue;
      const cost = (costs[from] ?? 0) + Math.log2((names + 1) / count) + 1;
      if (cost >= (costs[to] ?? 0)) continue;
      costs[to] = cost;
      starts[to] = from;
    }
  }
  const found: string[] = [];
  let covered = 0;
  for (let to = size; to > 0; to = starts[to] ?? 0) {
    const from = starts[to] ?? 0;
    if (to - from < WORD_MIN) continue;
    found.unshift(label.slice(from, to));
    covered += to - from;
  }
  return { bits: size === 0 ? 0 : (costs[size] ?? 0) / size, words: found, covered: size === 0 ? 0 : covered / size };
}
