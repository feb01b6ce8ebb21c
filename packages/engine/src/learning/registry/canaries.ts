/**
 * Known-bad cases that a model must not talk down before it may serve: rows as triage would make them, of rules that no site has
 * verdicts on. Hand-written from what intrusions look like; not from any data set.
 */
import type { TriageRow } from "@cordon/model/triage-decision";

export interface Canary {
  readonly name: string;
  readonly row: TriageRow;
}

/** Confidence, asset and rarity are points, as triage gives them. What all of them share: several rules, new to their host, in several stages, on something that matters. */
const BASE: Readonly<Record<string, number>> = {
  ...{ priority: 75, severity: 3, detections: 6, repeats: 2, rules: 4, techniques: 5, tactics: 4, stages: 4 },
  ...{ latestStage: 11, minutes: 60, hosts: 2, accounts: 2, addresses: 1, confidence: 17, asset: 10, assetKnown: 1 },
  ...{ rarity: 9, intelHits: 0, guessed: 0, openNear: 0, hour: 3, weekend: 1, ruleSeen: 0, investigated: 1 },
  ...{ claims: 12, confirmed: 3, alerts: 3, ruleBefore: 0, pairBefore: 0, firstOnHost: 1, firstAnywhere: 1 },
  ...{ pairGap: 12, ruleGap: 12, burstOverMost: 1, hourKnown: 0, rules10: 4, rules60: 6, hosts60: 1, repeats60: 2 },
  ...{ surpriseHost: 8, surpriseAll: 8, heat10: 25, heatAll10: 25, newOnHost60: 5, newAnywhere60: 4 },
};

const canary = (name: string, values: Readonly<Record<string, number>>): Canary => ({
  name,
  row: { rule: `canary:${name}`, values: { ...BASE, ...values } },
});

export const CANARIES: readonly Canary[] = [
  canary("credentials dumped, then used on another host", { severity: 4, priority: 85 }),
  canary("files encrypted on many hosts", { severity: 4, priority: 95, latestStage: 15, hosts: 12, hosts60: 12 }),
  canary("password guessed from outside, then a service installed", { guessed: 1, repeats: 40, alerts: 40 }),
  canary("data leaves through a known bad address", { intelHits: 2, latestStage: 14, asset: 15 }),
  canary("cloud keys made and used from elsewhere, logging switched off", { hosts: 0, accounts: 1, latestStage: 8 }),
  canary("web shell on a server that matters", { accounts: 1, hosts: 1, hour: 14, weekend: 0 }),
];
