import { createHash } from "node:crypto";
import { sha256Of } from "@cordon/model/ids";
import type { Level } from "@cordon/model/rule";
import { beforeAll, describe, expect, it } from "vitest";
import type { Hash } from "../model-file/model-file.ts";
import { makeRandom } from "../random.ts";
import { makeTriageJudge, type TriageJudge } from "../triage/decide.ts";
import { readTriageModel, writeTriageModel } from "../triage/triage-model.ts";
import { guardVerdicts } from "./guard.ts";
import { type Trained, trainTriage } from "./train.ts";
import type { VerdictRow } from "./verdict-row.ts";

const hash: Hash = (bytes) => sha256Of(createHash("sha256").update(bytes).digest("hex"));
const HOUR_MS = 3_600_000;

interface Wanted {
  readonly count: number;
  readonly seed: number;
  /** Share of closings in which a person set a severity. */
  readonly set?: number;
  readonly acted?: boolean;
}

/**
 * Many accounts and no new host: disabling the account holds and isolating is taken back; otherwise the other way. People call it
 * critical on assets that matter, low otherwise, whatever the rules say.
 */
function verdicts({ count, seed, set = 1, acted = true }: Wanted): VerdictRow[] {
  const random = makeRandom(seed);
  return Array.from({ length: count }, (_, at): VerdictRow => {
    const malicious = random.next() < 0.5;
    const accounts = random.below(6);
    const asset = random.below(4) * 5;
    const byAccount = accounts >= 3;
    const first = random.next() < 0.5;
    const [good, bad] = byAccount ? ["disable-account", "isolate-host"] : ["isolate-host", "disable-account"];
    const actions = first ? [`${good}:verified`] : [`${bad}:reverted`, `${good}:verified`, "notify:verified"];
    const severity: Level = random.next() < 0.1 ? "medium" : asset >= 10 ? "critical" : "low";
    return {
      ...{ incident: `INC-${at}`, at: at * HOUR_MS, by: ["ann", "bob", "eve"][at % 3] ?? "" },
      verdict: malicious ? "true-positive" : random.next() < 0.5 ? "false-positive" : "benign-positive",
      row: {
        rule: `r${at % 4}`,
        values: { accounts, asset, heat10: malicious ? 10 + random.next() * 10 : 5, priority: 40 },
      },
      ...{ facts: [`rule:r${at % 4}`], severity: "medium", responses: [], chance: 1, audited: false },
      actions: malicious && acted ? actions : [],
      ...(random.next() < set ? { setSeverity: severity } : {}),
    };
  });
}

const train = (wanted: Wanted): Promise<Trained> =>
  trainTriage(guardVerdicts(verdicts(wanted), 10_000 * HOUR_MS, 0), {
    ...{ seed: 1, verdictsMin: 50, lineage: {}, breathe: async () => {} },
  });
const judgeOf = ({ parts }: Trained): TriageJudge =>
  makeTriageJudge(readTriageModel(writeTriageModel(parts, hash).bytes, hash));
const row = (accounts: number, asset: number, heat10 = 18) => ({
  rule: "r1",
  values: { accounts, asset, heat10, priority: 40 },
});

describe("advice", () => {
  let trained: Trained;
  let judge: TriageJudge;
  beforeAll(async () => {
    trained = await train({ count: 400, seed: 4 });
    judge = judgeOf(trained);
  }, 60_000);
  const adviceOn = (...of: Parameters<typeof row>) => judge.decide(row(...of), []).advice;

  it.each([
    [0, "low"],
    [15, "critical"],
  ])("FS. asset %i: severity as people set it, not as the rules said", (asset, level) => {
    const told = adviceOn(1, asset)?.severity;
    expect(told).toMatchObject({ kind: "told", level, of: 400 });
    if (told?.kind !== "told") return;
    expect(told.p).toBeGreaterThan(0.7);
    // A tenth was set at random: whoever says more is not calibrated.
    expect(told.p).toBeLessThan(0.99);
    expect(told.because[0]?.words).toContain("criticality");
  });

  it.each([
    [5, "disable-account"],
    [0, "isolate-host"],
  ])("FR. %i accounts: the response that held, with its cases and a reason", (accounts, action) => {
    const told = adviceOn(accounts, 5)?.response;
    expect(told).toMatchObject({ kind: "told", ranked: [{ action }, {}] });
    if (told?.kind !== "told") return;
    const [best, second] = told.ranked;
    expect(best?.held).toBeLessThanOrEqual(best?.tried ?? 0);
    expect(best?.p).toBeGreaterThan((second?.p ?? 0) + 0.3);
    expect(told.because.map(({ words }) => words)).toContain("accounts");
  });

  it("says that nothing needs containment where it will not be a true positive", () => {
    expect(adviceOn(1, 5, 5)?.response).toMatchObject({ ranked: [{ action: "none" }, {}] });
  });

  it("stands on the card's facts, better than the rules and the usual order", () => {
    const { severity, response } = trained.parts.facts.advice as Record<string, Record<string, number>>;
    expect(severity?.distance).toBeLessThan((severity?.distanceOfRules ?? 0) / 2);
    expect(response?.ndcg).toBeGreaterThan((response?.ndcgOfUsual ?? 1) + 0.05);
  });

  it("TD1. fits into 2 KiB with the decision, and is the same again", () => {
    const decision = judge.decide(row(5, 15), ["rule:r1"]);
    expect(JSON.stringify(decision).length).toBeLessThanOrEqual(2_048);
    expect(judgeOf(trained).decide(row(5, 15), ["rule:r1"])).toEqual(decision);
  });

  it("AM1. too few cases: refused, with the counts", { timeout: 60_000 }, async () => {
    const few = judgeOf(await train({ count: 100, seed: 5, set: 0.3, acted: false }));
    const { advice } = few.decide(row(1, 5), []);
    expect(advice?.severity).toMatchObject({ kind: "refused", reason: expect.stringMatching(/^\d+ of 60 severities/) });
    expect(advice?.response).toMatchObject({ kind: "refused", reason: expect.stringContaining("0 of 30 true pos") });
  });
});
