import type { WireModelBias, WireModelHealth } from "@cordon/model/api/model-health";
import { describe, expect, it } from "vitest";
import { biasPage } from "./bias-page.ts";
import { healthPage } from "./health-page.ts";

const HOSTILE = `<script>alert(1)</script>"'&\u202e`;

const rate = { value: 0.5, low: 0.4, high: 0.6, of: 80 };
const bias: WireModelBias = {
  ...{ rows: 100, from: 0, to: 86_400_000, said: "One difference.", markdown: "" },
  flags: [
    {
      ...{ id: "region/fpr/a/b", dimension: "region", rate: "fpr", said: "s", highest: HOSTILE, lowest: "b" },
      ...{ gap: 0.2, low: 0.1, high: 0.3, ratio: 0.5, q: 0.01, sentence: `region: ${HOSTILE} lies above b.` },
      answer: { answer: "mitigate", reason: HOSTILE, by: HOSTILE, at: 86_400_000 },
    },
  ],
  dimensions: [
    {
      name: "region",
      segments: [
        {
          name: HOSTILE,
          rows: 80,
          malicious: 20,
          tooFew: false,
          rates: { fpr: rate },
          falseAlarmsPerMonth: 2,
          persons: 0,
        },
      ],
    },
  ],
};
const health = {
  ...{ at: 0, verdict: "alarm", said: HOSTILE, advice: "widen", rows: { reference: 300, window: 100 } },
  ladder: [{ step: "widen", holds: true, why: HOSTILE }],
  drift: [
    {
      ...{ name: "hosts", words: HOSTILE, statistic: "ks", value: null, p: null, q: 0, limit: 0.05, effect: 0.4 },
      ...{ drifted: true, alarm: true, lasting: true, since: 0, tied: [{ kind: "rules", what: HOSTILE, at: 0 }] },
    },
  ],
  quality: [{ column: HOSTILE, kind: "missing", now: 1, before: 0, said: HOSTILE }],
  plot: [{ said: 0.5, came: 0.4, n: 20 }],
  ...{ proposals: [], changes: [{ kind: "source", what: HOSTILE, at: 0 }], openFlags: 0 },
  closing: { rules: 1, paused: [HOSTILE], closed: 0, audits: 0, refusals: { [HOSTILE]: 2 } },
  agreement: { share: 0.05, waiting: 0, pairs: 0, agreed: 0, influence: [] },
} as unknown as WireModelHealth;

describe("reports as one file", () => {
  it.each([
    ["groups", biasPage(bias, HOSTILE)],
    ["health", healthPage(health, { why: HOSTILE })],
  ])("PF1. %s: what comes from outside is text, and nothing is loaded", (_, page) => {
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toMatch(/<script|\u202e|https?:\/\/|\son\w+=|style="/i);
  });

  it("groups: too few is said, answers stand below their flag", () => {
    const page = biasPage(bias, "Security operations");
    expect(page).toContain("too few");
    expect(page).toContain("Answer of");
    expect(page).toContain("By region:");
    expect(page).toContain("40 to 60");
  });
});
