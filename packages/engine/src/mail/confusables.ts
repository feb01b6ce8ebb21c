/**
 * Names that look like other names. Enters: a label or domain. Leaves: its skeleton: two names with one skeleton look alike.
 * The table is ours: letters of Cyrillic, Greek and others, and of Latin with marks, that pass for a Latin letter in common
 * fonts, digits for letters, and pairs that pass for one letter.
 */

const LIKE: Readonly<Record<string, string>> = {
  a: "аạąάαɑàáâãäåāăǎ@4",
  b: "ьЬВвƄ",
  c: "сϲçćčċ",
  d: "ԁɗđďḍ",
  e: "еёєẹęéèêëēėěҽ3",
  f: "ƒḟ",
  g: "ɡġğģǵԍ",
  h: "һհḥħ",
  i: "іїìíîïīįıɩι",
  j: "јʝ",
  k: "кκķҝ",
  l: "ӏⅼłļḷĺľ|1",
  m: "мṃⅿ",
  n: "ոпńņňñηṇ",
  o: "оοօόọøòóôõöōő0",
  p: "рρṗ",
  q: "ԛգ",
  r: "гŕřṛ",
  s: "ѕśşšșṣ5",
  t: "тτţťṭț",
  u: "υսùúûüūůűųụμ",
  v: "ѵνᴠ",
  w: "ԝωшẃŵẁẅ",
  x: "хχ×",
  y: "уүýÿŷỳγ",
  z: "źžżᴢẓ",
};

const LETTER = new Map(Object.entries(LIKE).flatMap(([latin, all]) => [...all].map((letter) => [letter, latin])));
const PAIRS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, "m"],
  [/vv/g, "w"],
  [/cl/g, "d"],
  [/[il]/g, "l"],
];

export function skeletonOf(name: string): string {
  const plain = [...name.toLowerCase().normalize("NFKC")].map((letter) => LETTER.get(letter) ?? letter).join("");
  return PAIRS.reduce((text, [pair, like]) => text.replace(pair, like), plain);
}

/** Letters of more than one script in one label, which no registry's language needs. */
export function mixesScripts(label: string): boolean {
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];
  return scripts.filter((script) => script.test(label)).length > 1;
}

/** RFC 3492. undefined: not valid. */
export function decodePunycode(encoded: string): string | undefined {
  const dash = encoded.lastIndexOf("-");
  const points = dash > 0 ? [...encoded.slice(0, dash)].map((letter) => letter.codePointAt(0) ?? 0) : [];
  let n = 128;
  let i = 0;
  let bias = 72;
  for (let at = dash > 0 ? dash + 1 : 0; at < encoded.length; ) {
    const before = i;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = digitOf(encoded.charCodeAt(at));
      at += 1;
      if (digit < 0) return;
      i += digit * weight;
      const limit = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < limit) break;
      weight *= 36 - limit;
      if (i > 0x7fffffff || weight > 0x7fffffff) return;
    }
    const length = points.length + 1;
    bias = adapted(i - before, length, before === 0);
    n += Math.floor(i / length);
    i %= length;
    if (n > 0x10ffff) return;
    points.splice(i, 0, n);
    i += 1;
  }
  return String.fromCodePoint(...points);
}

function digitOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 65 && code <= 90) return code - 65;
  return code >= 48 && code <= 57 ? code - 22 : -1;
}

function adapted(delta: number, points: number, first: boolean): number {
  let left = first ? Math.floor(delta / 700) : Math.floor(delta / 2);
  left += Math.floor(left / points);
  let k = 0;
  for (; left > 455; k += 36) left = Math.floor(left / 35);
  return k + Math.floor((36 * left) / (left + 38));
}

/** What a person reads: `xn--` labels as the letters they stand for. */
export function shownDomain(domain: string): string {
  return domain
    .split(".")
    .map((label) => (label.startsWith("xn--") ? (decodePunycode(label.slice(4)) ?? label) : label))
    .join(".");
}
