/** An indicator as a rule: its pattern compiled, when it counts, and what a hit of it is worth. */
import { AppError } from "@cordon/model/error";
import type { Sha256 } from "@cordon/model/ids";
import { LEVELS, type Level, levelRank, type RuleRef } from "@cordon/model/rule";
import { TACTICS } from "@cordon/model/technique";
import { type CompiledPattern, compilePattern } from "./compile-pattern.ts";
import { PatternError } from "./pattern.ts";
import type { StixIndicator } from "./read-indicators.ts";
import { readTime } from "./tokens.ts";

export interface StixRule {
  readonly ref: RuleRef;
  /** Further sources that give the same indicator. */
  readonly also: readonly string[];
  /** The same for texts that differ only in how they write a time. */
  readonly meaning: string;
  readonly confidence: number;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly compiled: CompiledPattern;
  /** An event counts from here on... */
  readonly from: number;
  /** ...and before this. */
  readonly until: number;
}

export type StixRejection = "pattern-type" | "bad-validity" | "duplicate-id" | PatternError["code"];

class Refused extends AppError<StixRejection> {}

export function ruleOf(indicator: StixIndicator, hash: (text: string) => Sha256): StixRule {
  const { id, name, pattern, source, patternType = "stix", types, phases } = indicator;
  if (patternType !== "stix") throw new Refused("pattern-type", `pattern_type ${patternType} is not stix`);
  const compiled = compilePattern(pattern);
  const level = levelOf(types, indicator.confidence);
  const title = name ?? `STIX pattern ${pattern.slice(0, 80)}`;
  const [from, until] = [indicator.validFrom ?? "", indicator.validUntil ?? ""];
  const version = hash([pattern, from, until].join("\n"));
  const span = {
    from: timeOf(indicator.validFrom, "valid_from") ?? Number.NEGATIVE_INFINITY,
    until: timeOf(indicator.validUntil, "valid_until") ?? Number.POSITIVE_INFINITY,
  };
  return {
    ref: { id, title, level, source, version },
    also: [],
    meaning: [pattern, span.from, span.until].join("\n"),
    confidence: indicator.confidence ?? CONFIDENCE[level],
    techniques: indicator.techniques,
    tactics: [...new Set(phases.flatMap(tacticOf))],
    compiled,
    ...span,
  };
}

export function rejectionOf(error: unknown): { readonly code: StixRejection; readonly reason: string } | undefined {
  if (error instanceof PatternError || error instanceof Refused) return { code: error.code, reason: error.message };
  return undefined;
}

function timeOf(text: string | undefined, property: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = readTime(text);
  if (ms === undefined || Number.isNaN(ms)) throw new Refused("bad-validity", `${property} ${text} is no timestamp`);
  return ms;
}

const BY_TYPE: ReadonlyMap<string, Level> = new Map([
  ["malicious-activity", "high"],
  ["compromised", "high"],
  ["attribution", "high"],
  ["anomalous-activity", "medium"],
  ["anonymization", "low"],
  ["benign", "informational"],
]);
const CONFIDENCE: Readonly<Record<Level, number>> = { critical: 80, high: 70, medium: 50, low: 35, informational: 20 };
/** STIX calls less than this "low". */
const CONFIDENCE_LOW = 30;

/** The gravest type decides; whoever doubts the own indicator is taken one level lower. */
function levelOf(types: readonly string[], confidence: number | undefined): Level {
  const ranks = types.flatMap((type) => {
    const level = BY_TYPE.get(type.toLowerCase());
    return level === undefined ? [] : [levelRank(level)];
  });
  const rank = ranks.length === 0 ? levelRank("medium") : Math.max(...ranks);
  const lower = confidence !== undefined && confidence < CONFIDENCE_LOW ? Math.max(0, rank - 1) : rank;
  return LEVELS[lower] ?? "medium";
}

const KILL_CHAIN: ReadonlyMap<string, string> = new Map([
  ["reconnaissance", "reconnaissance"],
  ["weaponization", "resource-development"],
  ["delivery", "initial-access"],
  ["exploitation", "execution"],
  ["installation", "persistence"],
  ["command-and-control", "command-and-control"],
  ["actions-on-objectives", "impact"],
]);

function tacticOf({ chain, phase }: StixIndicator["phases"][number]): readonly string[] {
  const name = chain.startsWith("lockheed") ? KILL_CHAIN.get(phase) : phase.replaceAll("_", "-");
  return TACTICS.filter((tactic) => tactic === name);
}
