/**
 * What keeps false verdicts out of a model, on a real process with the limits of learning that ship: rest of 24 hours, a second person for what
 * turns a rule, a cap per person, canaries that no reason overrules, and figures on own verdicts that are refused when too few.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState } from "@cordon/adapters/storage/state";
import { incidentId } from "@cordon/model/ids";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, HOUR, instant } from "@cordon/model/time";
import { afterAll, describe, expect, it } from "vitest";
import { cordon, type RunningServer, startServer } from "../server.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-guards-"));
const servers: RunningServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Seeded {
  readonly rule: string;
  readonly by: string;
  readonly verdict: "true-positive" | "false-positive";
  readonly count: number;
  /** How long ago the last of them was given. */
  readonly agoMs: number;
  readonly values?: Readonly<Record<string, number>>;
}

let made = 0;
const outcomesOf = ({ rule, by, verdict, count, agoMs, values = {} }: Seeded): readonly Outcome[] =>
  Array.from({ length: count }, (_, at) => {
    made += 1;
    return {
      incident: incidentId(`INC-${made}`),
      at: instant(Date.now() - agoMs - (count - at) * HOUR),
      ...{ by, verdict, note: "", rules: [rule] },
      features: { severity: "medium", row: { rule, values: { priority: 30, hour: at % 24, ...values } } },
    };
  });

async function serving(name: string, seeded: readonly Seeded[]): Promise<RunningServer> {
  const data = join(folder, name);
  const config = join(folder, "cordon.yml");
  writeFileSync(config, "rules: { shipped: false, watch: false }\nbehaviour: { enabled: false }\n");
  const args = ["--config", config];
  const first = await startServer({ data, args });
  await first.stop();
  const state = openState({ dir: data });
  for (const outcome of seeded.flatMap(outcomesOf)) await state.outcomes.add(outcome);
  await state.close();
  const server = await startServer({ data, args });
  servers.push(server);
  return server;
}

const LONG = 40 * DAY;
const truth = (rule: string, by: string, count: number): Seeded => ({
  ...{ rule, by, verdict: "true-positive", count, agoMs: LONG },
});
const noise = (rule: string, by: string, count: number): Seeded => ({
  ...truth(rule, by, count),
  verdict: "false-positive",
});

describe("guards of learning", () => {
  it("rest, second person, cap; a training says what it leaves out", { timeout: 180_000 }, async () => {
    const server = await serving("poisoned", [
      ...[truth("bad", "ann", 60), truth("bad", "bob", 60), noise("dull", "ann", 60), noise("dull", "bob", 60)],
      // One account turns what two others agree on, and gives more verdicts than all of them.
      { ...noise("bad", "mallory", 30), agoMs: 10 * DAY },
      { ...noise("own", "mallory", 400), agoMs: 5 * DAY },
      // Too young to be learnt from.
      { ...truth("dull", "ann", 7), agoMs: 0 },
    ]);
    const { json } = await server.call("GET", "/models");
    expect(json.verdicts).toMatchObject({
      usable: 640,
      heldBack: { "in quarantine": 7, "turn a rule, and wait for a second person": 30 },
    });
    const { status, json: model } = await server.call("POST", "/models/train");
    expect(status).toBe(200);
    const facts = model.facts as { readonly effective: number; readonly people: number[]; readonly influence: object };
    // The 400 of one person count as 40 % of all, .4 each: (240 + 160)^2 / (240 + 64).
    expect(facts.effective).toBeCloseTo(526.3, 1);
    expect(facts.influence).toHaveProperty("meanShiftWithoutOne");
    const card = String((await server.call("GET", `/models/${String(model.id)}/card`)).json.markdown);
    expect(card).toContain("turn a rule, and wait for a second person 30");
    const refused = await server.call("POST", `/models/${String(model.id)}/promote`, {});
    expect([refused.status, refused.json.code]).toEqual([409, "gates-not-passed"]);
    expect(JSON.stringify(refused.json)).toContain("0 of 7 days");
  });

  it("canaries: a model that talks down what is known bad serves for no reason whatever", {
    timeout: 180_000,
  }, async () => {
    // As if an intruder's own doings had been waved through for months: everything grave is called false.
    const grave = { severity: 3, stages: 4, tactics: 4, heat10: 25, confidence: 17, priority: 75, asset: 10 };
    const light = { severity: 1, stages: 0, tactics: 1, heat10: 2, confidence: 5, priority: 20, asset: 2 };
    const turned = ["ann", "bob", "cem"].flatMap((by): Seeded[] => [
      { ...noise(`grave-${by}`, by, 60), values: grave },
      { ...truth(`light-${by}`, by, 60), values: light },
    ]);
    const server = await serving("canaries", turned);
    const { json: model } = await server.call("POST", "/models/train");
    const refused = await server.call("POST", `/models/${String(model.id)}/promote`, { despite: "I know better" });
    expect([refused.status, refused.json.code]).toEqual([409, "gates-not-passed"]);
    expect(JSON.stringify(refused.json)).toContain("would lose");
    expect((await server.call("GET", "/models")).json.serving).toBeUndefined();
  });

  it("cordon eval mine: figures on enough own verdicts; below, exit 3 with the counts", {
    timeout: 180_000,
  }, async () => {
    const mine = (name: string) => cordon(["eval", "mine", "--json", "--data", join(folder, name)]);
    const enough = await mine("poisoned");
    const told = JSON.parse(enough.out.trim().split("\n").at(-1) ?? "{}");
    expect([enough.code, told.suite, told.train, told.test]).toEqual([3, "mine", ["older 70 %"], ["newer 30 %"]]);
    expect(told.notes.join()).toContain("0 of 10 true positives among the newer ones");
    const full = await mine("canaries");
    const figures = JSON.parse(full.out.trim().split("\n").at(-1) ?? "{}");
    expect([full.code, figures.metrics.n]).toEqual([0, 109]);
    expect(figures.metrics).toHaveProperty("ap");
    const words = await cordon(["eval", "mine", "--data", join(folder, "poisoned")]);
    expect([words.code, words.out + words.err]).toEqual([3, expect.stringContaining("refused: 640 of 170 verdicts")]);
  });
});
