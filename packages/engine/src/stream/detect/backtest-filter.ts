/**
 * A filter for what makes a rule noisy: one value that most hits share, written as a Sigma filter that an operator can
 * read, change and save beside the rules.
 *
 * BF1. The text is a filter the loader takes, and it takes away exactly the counted hits: the value is escaped.
 * BF2. What the rule itself demands is never proposed, nor a deed that all hits share: filtering that would switch the rule
 *      off. That all hits come from one parent, user or address may be so by chance, and is worth a look.
 */
import type { WireBacktest } from "@cordon/model/api/backtest";
import type { Sha256 } from "@cordon/model/ids";
import type { RuleLogSource, SigmaRule } from "./sigma/rule.ts";
import { VALUE_LENGTH_MAX } from "./value-tally.ts";

/** Fields around a hit that tell who does it, the most telling first; the names of field and thing for people. */
const CONTEXT: readonly (readonly [field: string, word: string])[] = [
  ["ParentImage", "parent process"],
  ["ParentCommandLine", "parent command line"],
  ["SourceImage", "source process"],
  ["Image", "process"],
  ["CommandLine", "command line"],
  ["ServiceName", "service"],
  ["TaskName", "task"],
  ["User", "user"],
  ["SubjectUserName", "user"],
  ["TargetUserName", "target user"],
  ["exe", "program"],
  ["comm", "program"],
  ["userIdentity.arn", "identity"],
  ["user", "user"],
  ["userAgent", "user agent"],
  ["c-useragent", "user agent"],
  ["cs-user-agent", "user agent"],
  ["sourceIPAddress", "source address"],
  ["IpAddress", "source address"],
  ["SourceIp", "source address"],
  ["src_ip", "source address"],
  ["c-ip", "client"],
  ["DestinationIp", "destination"],
  ["DestinationHostname", "destination"],
];

export const CONTEXT_FIELDS: readonly string[] = CONTEXT.map(([field]) => field);
const WORDS: ReadonlyMap<string, string> = new Map(CONTEXT);
const RANK: ReadonlyMap<string, number> = new Map(CONTEXT_FIELDS.map((field, i) => [field, i]));

export const fieldWord = (field: string): string => WORDS.get(field) ?? (field === "" ? "keyword" : field);

/** Who does it, not what is done. */
const DOERS: ReadonlySet<string> = new Set(
  CONTEXT.filter(([, word]) => /parent|source|user$|identity|client/.test(word)).map(([field]) => field),
);

/** Written where a source has nothing to say. */
const SAYS_NOTHING = /^(?:[-*?.\s]*|n\/a|null|none|unknown|\(null\))$/i;

type Facts = Pick<WireBacktest, "hits" | "fields">;
type Filter = NonNullable<WireBacktest["filter"]>;

/** Below this a value is no pattern; fewer hits than this prove none. */
const SHARE_MIN = 0.5;
export const HITS_MIN = 5;
/** Shares closer than this are the same; then the more telling field wins. */
const SHARE_STEP = 0.05;

export function proposeFilter(
  rule: SigmaRule,
  { hits, fields }: Facts,
  hash: (text: string) => Sha256,
): Filter | undefined {
  if (hits < HITS_MIN) return undefined;
  const candidates = fields.flatMap((row) => {
    const [first] = row.values;
    if (first === undefined || row.field === "" || first.value.length >= VALUE_LENGTH_MAX) return [];
    const always = row.distinct === 1 && (row.matched || (first.hits === hits && !DOERS.has(row.field)));
    if (always || SAYS_NOTHING.test(first.value)) return [];
    const share = first.hits / hits;
    return share < SHARE_MIN ? [] : [{ field: row.field, ...first, step: Math.floor(share / SHARE_STEP) }];
  });
  candidates.sort((a, b) => b.step - a.step || rankOf(a.field) - rankOf(b.field));
  const [best] = candidates;
  if (best === undefined) return undefined;
  const { field, value } = best;
  const text = filterText(rule, { field, value }, hash);
  return { field, value, takes: best.hits, leaves: hits - best.hits, text };
}

const rankOf = (field: string): number => RANK.get(field) ?? CONTEXT.length;

interface Chosen {
  readonly field: string;
  readonly value: string;
}

function filterText(
  { id, title, logsource }: SigmaRule,
  { field, value }: Chosen,
  hash: (text: string) => Sha256,
): string {
  return [
    `title: ${quoted(`Known ${fieldWord(field)}: ${title}`.slice(0, 250))}`,
    `id: ${uuidOf(hash(`filter\n${id}\n${field}\n${value}`))}`,
    "description: Proposed by a backtest. Check that this is harmless before you keep it.",
    "logsource:",
    ...logsourceLines(logsource),
    "filter:",
    "  rules:",
    `    - ${quoted(id)}`,
    "  known:",
    `    ${quoted(field)}: ${quoted(literal(value))}`,
    "  condition: known",
    "",
  ].join("\n");
}

function logsourceLines({ product, service, category }: RuleLogSource): readonly string[] {
  const parts = Object.entries({ product, service, category }).flatMap(([key, name]) =>
    name === undefined ? [] : [`  ${key}: ${quoted(name)}`],
  );
  return parts.length > 0 ? parts : ["  definition: any"];
}

/** A value in which nothing is a wildcard: `\\` is one backslash whatever follows, `\*` and `\?` are themselves. */
const literal = (value: string): string =>
  value
    .replace(/\\+(?!\\)/g, (run: string, at: number) => {
      const next = value[at + run.length];
      const plain = run.length === 1 && next !== undefined && next !== "*" && next !== "?";
      return plain ? run : run + run;
    })
    .replace(/[*?]/g, (mark) => `\\${mark}`);

/** Single quotes keep backslashes as they are; what cannot stand there is written with escapes, which JSON shares with YAML. */
const quoted = (text: string): string =>
  /^[\u0020-\u007e\u00a1-\u2027\u2030-\ud7ff]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);

const uuidOf = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
