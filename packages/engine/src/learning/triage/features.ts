/** The features of an incident that the triage model sees: one dictionary of names and words, for rows, models and explanations. */
import type { TriageRow } from "@cordon/model/triage-decision";
import { type FeatureSchema, makeSchema } from "../table.ts";

/** In the order of the columns, after `rule`. */
const WORDS = {
  priority: "priority by severity, rarity and asset alone",
  severity: "highest severity of its rules",
  detections: "detections",
  repeats: "repeats of the same detections",
  rules: "different rules",
  techniques: "different techniques",
  tactics: "different tactics",
  stages: "stages of an attack in order",
  latestStage: "latest stage of an attack",
  minutes: "length",
  hosts: "hosts",
  accounts: "accounts",
  addresses: "public addresses",
  confidence: "agreement of its rules",
  asset: "criticality of the most important asset",
  assetKnown: "an asset of the inventory is among them",
  rarity: "rarity of its rarest rule",
  intelHits: "hits of indicators",
  guessed: "a password was guessed and worked",
  openNear: "other open incidents on the same hosts or accounts",
  hour: "hour of the day (UTC)",
  weekend: "on a weekend",
  ruleTrue: "share of true positives among earlier verdicts on its best rule",
  ruleBenign: "share of benign positives among earlier verdicts on its best rule",
  ruleSeen: "earlier verdicts on its best known rule",
  investigated: "verdict of the investigation",
  claims: "claims that the investigation could verify",
  confirmed: "hosts and accounts confirmed as affected",
  alerts: "detections of one rule on one host in a minute",
  ruleBefore: "times its newest rule was seen before, anywhere",
  pairBefore: "times its newest rule was seen before on the host",
  firstOnHost: "a rule fired for the first time on its host",
  firstAnywhere: "a rule fired for the first time anywhere",
  pairGap: "minutes since the rule was last seen on the host",
  ruleGap: "minutes since the rule was last seen anywhere",
  burstOverMost: "burst compared with the most seen on the host",
  hourKnown: "seen at this hour before",
  rules10: "different rules on the host in 10 minutes",
  rules60: "different rules on the host in an hour",
  hosts60: "hosts that raised the rule in an hour",
  repeats60: "minutes of the last hour with the rule on the host",
  surpriseHost: "how unusual the rule is for the host",
  surpriseAll: "how unusual the rule is anywhere",
  heat10: "unusualness of all rules on the host in 10 minutes",
  heatAll10: "unusualness of all rules anywhere in 10 minutes",
  newOnHost60: "rules new to the host in the last hour",
  newAnywhere60: "rules new to everybody in the last hour",
} as const;

export type FeatureName = keyof typeof WORDS;
export const ROW_NAMES: readonly string[] = Object.keys(WORDS);
/** Of the context: what one incident keeps of its detections' contexts is the highest value, of these the lowest. */
export const LOWEST: ReadonlySet<string> = new Set(["ruleBefore", "pairBefore", "hourKnown"]);

export const wordsOf = (feature: string): string =>
  feature === "rule"
    ? "the rule it is about"
    : (new Map<string, string>(Object.entries(WORDS)).get(feature) ?? feature);

export const TRIAGE_SCHEMA: FeatureSchema = makeSchema(
  ["rule", ...ROW_NAMES],
  ["category", ...ROW_NAMES.map(() => "number" as const)],
);

/** Values in the order of the schema; what is not known is NaN. */
export function valuesOf(row: TriageRow, codeOf: (rule: string) => number): Float64Array {
  return Float64Array.from(TRIAGE_SCHEMA.names, (name, at) =>
    at === 0 ? codeOf(row.rule) : Object.hasOwn(row.values, name) ? (row.values[name] ?? Number.NaN) : Number.NaN,
  );
}
