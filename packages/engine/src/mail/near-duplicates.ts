/**
 * Texts that are nearly the same: waves of one campaign, digests, forwarded copies. Enters: texts. Leaves: for each the
 * number of its group.
 *
 * ND1. Signatures of 64 minima over runs of three words; two texts meet when they share a band of four, and join when at
 *      least `alike` of their minima are equal. Cost grows with the texts, not with their pairs.
 * ND2. A text of fewer than `WORDS_MIN` words is near only to its equal: short answers are alike without being one.
 */
import { murmur3 } from "../learning/text/murmur3.ts";

const HASHES = 64;
const BAND = 4;
const WORDS_MIN = 12;
const WORDS_MAX = 3_000;
/** Members of a bucket that a newcomer is compared with. */
const COMPARED_MAX = 40;

/** Odd numbers: each gives its own order of all hashes. */
const FACTORS = Int32Array.from(
  { length: HASHES },
  (_, at) => (murmur3(`factor ${at}`, 7, 0, `factor ${at}`.length) | 1) >>> 0,
);

export function textSignature(text: string): Uint32Array | undefined {
  const words = (text.toLowerCase().match(/\p{L}{2,}/gu) ?? []).slice(0, WORDS_MAX);
  if (words.length < WORDS_MIN) return;
  const minima = new Uint32Array(HASHES).fill(0xffffffff);
  for (let at = 0; at + 2 < words.length; at += 1) {
    const run = `${words[at]} ${words[at + 1]} ${words[at + 2]}`;
    const hash = murmur3(run, 11, 0, run.length);
    for (let index = 0; index < HASHES; index += 1) {
      const mixed = Math.imul(hash ^ (hash >>> 15), FACTORS[index] ?? 1);
      const value = (mixed ^ (mixed >>> 13)) >>> 0;
      if (value < (minima[index] ?? 0)) minima[index] = value;
    }
  }
  return minima;
}

export function likeness(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let at = 0; at < HASHES; at += 1) if (a[at] === b[at]) equal += 1;
  return equal / HASHES;
}

export function nearDuplicates(texts: readonly string[], alike = 0.5): Int32Array {
  const parent = Int32Array.from(texts, (_, at) => at);
  const signatures = texts.map(textSignature);
  const buckets = new Map<string, number[]>();
  texts.forEach((text, at) => {
    const signature = signatures[at];
    for (const key of signature === undefined ? [`= ${text.trim().toLowerCase()}`] : bandsOf(signature)) {
      const members = buckets.get(key) ?? [];
      buckets.set(key, members);
      for (const other of members.slice(-COMPARED_MAX)) {
        const theirs = signatures[other];
        if (signature === undefined || theirs === undefined || likeness(signature, theirs) >= alike)
          join(parent, at, other);
      }
      members.push(at);
    }
  });
  return parent.map((_, at) => rootOf(parent, at));
}

function bandsOf(signature: Uint32Array): readonly string[] {
  return Array.from(
    { length: HASHES / BAND },
    (_, band) => `${band}:${signature.subarray(band * BAND, (band + 1) * BAND).join(".")}`,
  );
}

/** The root is the first of its group, whatever the order of joins. */
export function join(parent: Int32Array, a: number, b: number): void {
  const one = rootOf(parent, a);
  const other = rootOf(parent, b);
  parent[Math.max(one, other)] = Math.min(one, other);
}

export function rootOf(parent: Int32Array, at: number): number {
  let root = at;
  while (parent[root] !== root) root = parent[root] ?? root;
  for (let each = at; parent[each] !== root; ) {
    const next = parent[each] ?? root;
    parent[each] = root;
    each = next;
  }
  return root;
}
