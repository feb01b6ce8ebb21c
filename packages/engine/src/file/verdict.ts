/**
 * Verdict over a file: a sum of hand-set points, readable addend by addend.
 * Enters: signs, rule hits, reputation, and whether the file could be read. Leaves: verdict, score, reasons, strongest first.
 *
 * FW1. The points are set by hand and not a probability; every reason names its points.
 * FW2. `unknown` is said where the kind is not read, or where a file was cut or damaged and nothing speaks against it.
 * FW3. Rules of one family (their `family` metadata) count once, the strongest: two rules on one string are one witness.
 */
import { POINTS, type Sign } from "./sign.ts";

export const MALICIOUS_FROM = 100;
export const SUSPICIOUS_FROM = 50;
const REPUTATION_POINTS = 100;
const RULE_POINTS = 40;

export interface RuleHit {
  readonly rule: string;
  readonly title?: string;
  readonly family?: string;
  /** Its author's estimate, 0 to 100. */
  readonly score?: number;
  readonly strings: readonly { readonly id: string; readonly offset: number; readonly length: number }[];
  /** Member of an archive in which it hit. */
  readonly within?: string;
}

/** What the indicator store says of a hash. */
export interface Reputation {
  readonly feed: string;
  readonly confidence: number;
  readonly label?: string;
}

export interface Reason {
  readonly text: string;
  readonly points: number;
  readonly offset?: number;
  readonly within?: string;
}

export interface FileVerdict {
  readonly verdict: "malicious" | "suspicious" | "unremarkable" | "unknown";
  readonly score: number;
  readonly reasons: readonly Reason[];
}

export interface Evidence {
  readonly signs: readonly Sign[];
  readonly hits: readonly RuleHit[];
  readonly reputation: readonly Reputation[];
  /** Why the file could not be read as a whole. */
  readonly unreadable?: string;
}

export function judgeFile({ signs, hits, reputation, unreadable }: Evidence): FileVerdict {
  const reasons: Reason[] = [];
  const once = new Map(signs.toReversed().map((one) => [one.id, one]));
  for (const { id, detail, offset, within } of once.values())
    reasons.push({
      text: `${WORDS[id] ?? id.replaceAll("-", " ")}: ${detail}`,
      points: POINTS[id],
      ...placed(offset, within),
    });
  for (const hit of strongest(hits))
    reasons.push({
      text: `rule ${hit.rule}${hit.title === undefined ? "" : ` (${hit.title})`}`,
      points: hit.score ?? RULE_POINTS,
      ...placed(hit.strings[0]?.offset, hit.within),
    });
  for (const { feed, confidence, label } of reputation)
    reasons.push({
      text: `its hash is listed by ${feed}${label === undefined ? "" : ` as ${label}`} (confidence ${confidence})`,
      points: Math.round((REPUTATION_POINTS * confidence) / 100),
    });
  reasons.sort((a, b) => b.points - a.points || (a.text < b.text ? -1 : 1));
  const score = reasons.reduce((sum, { points }) => sum + points, 0);
  if (score >= MALICIOUS_FROM) return { verdict: "malicious", score, reasons };
  if (score >= SUSPICIOUS_FROM) return { verdict: "suspicious", score, reasons };
  if (unreadable !== undefined)
    return { verdict: "unknown", score, reasons: [...reasons, { text: unreadable, points: 0 }] };
  return { verdict: "unremarkable", score, reasons };
}

const placed = (offset: number | undefined, within: string | undefined) => ({
  ...(offset === undefined || offset < 0 ? {} : { offset }),
  ...(within === undefined ? {} : { within }),
});

function strongest(hits: readonly RuleHit[]): readonly RuleHit[] {
  const best = new Map<string, RuleHit>();
  for (const hit of hits) {
    const key = hit.family ?? hit.rule;
    if ((best.get(key)?.score ?? -1) < (hit.score ?? RULE_POINTS)) best.set(key, hit);
  }
  return [...best.values()];
}

const WORDS: Readonly<Partial<Record<Sign["id"], string>>> = {
  "pe-injection-imports": "it can write into other processes",
  "pe-packed": "its code is packed",
  "elf-packed": "its code is packed",
  "pe-packer-name": "a packer's section",
  "macro-autorun": "a macro starts by itself",
  "macro-runs-programs": "a macro starts programs",
  "macro-downloads": "a macro loads from the network",
  "macro-hides-text": "a macro hides its text",
  "office-remote-template": "it loads its template from elsewhere",
  "office-dde": "it starts a program through DDE",
  "lnk-interpreter": "a shortcut that starts an interpreter",
  "lnk-hidden-arguments": "a shortcut that hides what it does",
  "html-smuggling": "a page that carries a file past the gateway",
  "archive-double-extension": "a program that looks like a document",
  "archive-path-escape": "a member that would be written outside",
  "script-download-and-run": "it runs what it downloads",
  "script-reverse-shell": "it gives a shell to a remote machine",
  "script-destroys-recovery": "it destroys what recovery needs",
  "script-amsi-bypass": "it switches off script scanning",
  "script-disables-defence": "it switches off defences",
};
