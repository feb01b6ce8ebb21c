/** Canned answers of the pages about learning: a model whose inputs moved, closings that few people looked at, groups, second reviews. */
import type { WireModelBias, WireModelHealth, WireReviewList } from "@cordon/model/api/model-health";
import type { WireModelList } from "@cordon/model/api/models";
import { at } from "./attack.ts";
import { HOSTILE } from "./hostile.ts";
import { MAIN, MAIN_ID, OTHERS } from "./incidents.ts";

const CHAMPION = "c0ffee12".repeat(8);
const SHADOW = "5badf00d".repeat(8);
const DAY_MS = 86_400_000;

export const MODELS: WireModelList = {
  serving: CHAMPION,
  why: `model ${CHAMPION.slice(0, 12)} serves, promoted by maria`,
  verdicts: { usable: 1_204, needed: 200, heldBack: { "too-young": 12, doubtful: 3 }, skipped: { policy: 90 } },
  items: [
    {
      ...{
        id: SHADOW,
        parent: CHAMPION,
        status: "shadow",
        createdAt: at(0) - DAY_MS,
        by: "schedule",
        version: "0.1.0",
      },
      ...{ schema: "a".repeat(64), snapshot: "b".repeat(64), seed: 1, verdicts: 1_204 },
      facts: { figures: { metrics: { ap: { value: 0.941 }, ece: { value: 0.012 } } } },
    },
    {
      ...{ id: CHAMPION, status: "champion", createdAt: at(0) - 30 * DAY_MS, by: "maria", version: "0.1.0" },
      ...{ schema: "a".repeat(64), snapshot: "c".repeat(64), seed: 1, verdicts: 900 },
      ...{ approvedBy: "maria", approvedAt: at(0) - 20 * DAY_MS, reviewBy: at(0) + 150 * DAY_MS },
      facts: { figures: { metrics: { ap: { value: 0.93 }, ece: { value: 0.015 } } } },
    },
  ],
};

const COLUMN = {
  ...{ statistic: "ks", value: 0.4, p: 1e-9, q: 1e-8, limit: 0.05, effect: 0.4, drifted: true, alarm: true },
  ...{ lasting: true, since: at(0) - 3 * DAY_MS },
};

export const HEALTH: WireModelHealth = {
  ...{ at: at(0), verdict: "watch", said: "changed in two windows: hour of day", advice: "widen", openFlags: 1 },
  ladder: [
    { step: "inform", holds: true, why: "changed in two windows: hour of day" },
    { step: "widen", holds: true, why: "much has moved: intervals of estimates are 20 points wider on both sides" },
    { step: "pause-auto-close", holds: false, why: "estimates agree with verdicts, as far as there are any" },
    { step: "fall-back", holds: false, why: "not worse than the score without a model" },
    { step: "propose-retraining", holds: false, why: "nothing asks for it" },
  ],
  rows: { reference: 900, window: 200 },
  drift: [
    {
      ...{ ...COLUMN, name: "hour", words: "hour of day" },
      tied: [{ kind: "source", what: `new source ${HOSTILE.image}`, at: at(0) - 3 * DAY_MS }],
    },
    { ...COLUMN, name: "rule", words: "rule", alarm: false, lasting: false, drifted: false, effect: 0.02, tied: [] },
  ],
  quality: [{ column: "asset", kind: "missing", now: 0.3, before: 0.1, said: "missing in 30 % of rows, 10 % before" }],
  performance: {
    ...{ rows: 200, trust: "confirmed", calibrationError: 0.02, widened: 0.2 },
    estimated: { precision: 0.9, recall: 0.85, f1: 0.87, auroc: 0.97 },
    low: { precision: 0.6, recall: 0.6, f1: 0.6, auroc: 0.7 },
    high: { precision: 1, recall: 1, f1: 1, auroc: 1 },
    truth: { precision: 0.88, recall: 0.9, f1: 0.89, auroc: null },
  },
  compared: { rows: 400, model: 0.94, without: 0.7, low: 0.1, high: 0.3 },
  plot: [
    { said: 0.1, came: 0.08, n: 120 },
    { said: 0.9, came: 0.93, n: 60 },
  ],
  proposals: [{ id: "p1", at: at(0), why: `inputs changed ${HOSTILE.bidi}`, state: "open" }],
  changes: [{ kind: "source", what: `new source ${HOSTILE.script}`, at: at(0) - 3 * DAY_MS }],
  closing: {
    ...{ rules: 2, paused: [], widened: 0.2, closed: 310, audits: 2 },
    refusals: { "refused: N of N positives": 40, "kept open: open incident": 7 },
  },
  selective: {
    ...{ kind: "estimated", closed: 310, audited: 24, undone: 1, tooYoung: 6, delayMs: 2 * DAY_MS, effective: 21.4 },
    said: "of 334 would-be closures 1.2 % malicious (0.3 % to 4.0 %), from 24 audited, worth 21.4",
    weighted: { value: 0.013, low: 0, high: 0.06 },
    doublyRobust: { value: 0.012, low: 0.003, high: 0.04 },
  },
  ask: [
    {
      ...{ incident: MAIN_ID, kind: "audit", title: `${MAIN.title} ${HOSTILE.image}` },
      why: "would be closed (p 0.004); drawn for a person",
    },
    {
      ...{ incident: OTHERS[0]?.id ?? "", kind: "near-level", title: OTHERS[0]?.title ?? "" },
      why: "p 0.012 lies near the level 0.010",
    },
  ],
  agreement: {
    ...{ share: 0.05, waiting: 2, pairs: 41, agreed: 38, kappa: 0.81, low: 0.6, high: 0.95 },
    influence: [0.012, 0.004],
  },
};

/** Closings without a single audit. */
export const UNAUDITED: WireModelHealth["selective"] = {
  ...{ kind: "unknown", closed: 41, audited: 0, undone: 0, tooYoung: 0 },
  said: "41 closed without a person and none audited: how many of them are malicious is not known",
};

const rate = (value: number) => ({ value, low: value - 0.05, high: value + 0.05, of: 120 });
const segment = (name: string, missed: number): WireModelBias["dimensions"][number]["segments"][number] => ({
  ...{ name, rows: 120, malicious: 30, tooFew: false, calibrationError: 0.02, falseAlarmsPerMonth: 3, persons: 12 },
  ...{ falseAlarmsPerPersonMonth: 0.25 },
  rates: { onTop: rate(0.3), found: rate(1 - missed), missed: rate(missed), contained: rate(0.2) },
});

export const BIAS: WireModelBias = {
  ...{ rows: 240, from: at(0) - 40 * DAY_MS, to: at(0), said: "one difference between groups has no answer" },
  flags: [
    {
      ...{ id: "region|missed|north|south", dimension: "region", rate: "missed", said: "malicious cases missed" },
      ...{ highest: `north ${HOSTILE.image}`, lowest: "south", gap: 0.2, low: 0.1, high: 0.3, ratio: 0.4, q: 0.01 },
      sentence: "Malicious cases missed: 30 % in north, 10 % in south.",
    },
  ],
  dimensions: [{ name: "region", segments: [segment("north", 0.3), segment("south", 0.1)] }],
  markdown: "# Groups\n",
};

export const REVIEWS: WireReviewList = {
  share: 0.05,
  items: [
    {
      ...{ incident: MAIN_ID, title: `${MAIN.title} ${HOSTILE.svg}`, severity: "high" },
      ...{ decidedAt: at(0), firstSeen: at(0) - 60_000, lastSeen: at(0) },
      ...{ rules: ["LSASS dumped"], entities: ["host ws-12"], found: ["A dump of LSASS was written."] },
    },
  ],
};
