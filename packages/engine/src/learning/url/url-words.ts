/** What the marks of an address (`URL_FEATURES`) are called when a model's reasons are told. Enters: name and value. Leaves: words. */

/** `yes` is 0 or 1, `share` between, `number` whatever else. */
type Shown = "yes" | "share" | "number";

const WORDS: Readonly<Record<string, readonly [string, Shown]>> = {
  length: ["length", "number"],
  hostLength: ["length of the host", "number"],
  pathLength: ["length of the path", "number"],
  queryLength: ["length of the query", "number"],
  fragmentLength: ["length of the fragment", "number"],
  labels: ["parts of the host", "number"],
  longestLabel: ["longest part of the host", "number"],
  nameLength: ["length of the registered name", "number"],
  nameEntropy: ["entropy of the registered name", "number"],
  nameDigits: ["digits in the registered name", "share"],
  nameHyphens: ["hyphens in the registered name", "number"],
  nameVowels: ["vowels in the registered name", "share"],
  suffixLength: ["length of the suffix", "number"],
  suffixLabels: ["parts of the suffix", "number"],
  hostDigits: ["digits in the host", "share"],
  hostHyphens: ["hyphens in the host", "number"],
  literal: ["an IP address in place of a name", "yes"],
  punycode: ["a name with letters beyond ASCII", "yes"],
  port: ["an unusual port", "yes"],
  userinfo: ["a user before the host", "yes"],
  shortener: ["a link shortener", "yes"],
  depth: ["folders of the path", "number"],
  doubleSlash: ["double slashes in the path", "number"],
  longestPathWord: ["longest word of the path", "number"],
  pathDigits: ["digits in the path", "share"],
  pathUpper: ["capitals in the path", "share"],
  pathEntropy: ["entropy of the path", "number"],
  home: ["a user's folder (~)", "yes"],
  hidden: ["a hidden folder", "yes"],
  parameters: ["parameters", "number"],
  longestValue: ["longest value of a parameter", "number"],
  addressInside: ["another address inside", "yes"],
  mailInside: ["a mail address inside", "yes"],
  nameInPath: ["a domain in the path", "yes"],
  suffixInLabels: ["com, net or org before the domain", "yes"],
  percents: ["percent signs", "number"],
  equals: ["equal signs", "number"],
  ats: ["@ signs", "number"],
  dots: ["dots", "number"],
  hyphens: ["hyphens", "number"],
  underscores: ["underscores", "number"],
  specials: ["special signs", "number"],
  digitShare: ["digits", "share"],
  letterShare: ["letters", "share"],
  hexRuns: ["long hexadecimal runs", "number"],
  entropy: ["entropy", "number"],
};

const ENDINGS = [
  "no ending of the path",
  "a page made by a server",
  "a program or archive",
  "a document or picture",
  "a plain page",
];

export function urlWords(name: string, value: number): string {
  if (name === "ending") return ENDINGS[value] ?? name;
  const [words, shown] = WORDS[name] ?? [name, "number"];
  if (Number.isNaN(value)) return `${words}: not known`;
  if (shown === "yes") return value === 0 ? `not: ${words}` : words;
  return `${words}: ${shown === "share" ? `${Math.round(100 * value)} %` : Number(value.toPrecision(3))}`;
}
