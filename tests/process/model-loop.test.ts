/**
 * The learning loop on a real process and its real API: verdicts on 50 incidents change where the 51st ranks, the card says why;
 * kill -9 during training and after promotion leaves the champion serving; a damaged file is refused; rollback gives the very bytes.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, sleep, startServer } from "../server.ts";
import { hostOf, line, named, opened, type Seen } from "./model-loop-world.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-model-"));
const data = join(folder, "data");
const config = join(folder, "cordon.yml");
const NOISE = "11111111-1111-4111-8111-111111111111";
const TRUE = "22222222-2222-4222-8222-222222222222";

let server: RunningServer;
const start = async (): Promise<void> => {
  server = await startServer({ data, args: ["--config", config] });
};

beforeAll(async () => {
  mkdirSync(join(data, "rules"), { recursive: true });
  // Thresholds are lowered by configuration only: the code under test is what an operator runs.
  writeFileSync(
    config,
    "rules: { shipped: false, watch: false }\nlearning: { verdicts: 40, quarantineHours: 0, shadowDays: 0, shadowVerdicts: 0 }\n",
  );
  for (const [id, program] of [
    [NOISE, "updater.exe"],
    [TRUE, "dumper.exe"],
  ])
    writeFileSync(
      join(data, "rules", `${program}.yml`),
      `title: Program ${program}\nid: ${id}\nstatus: test\nlevel: medium\nlogsource: { product: windows, category: process_creation }\n` +
        `detection: { s: { Image|endswith: ${program} }, condition: s }\n`,
    );
  await start();
}, 90_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const open = (numbers: readonly number[], program: (number: number) => string): Promise<readonly Seen[]> =>
  opened(
    server,
    numbers.map((each) => line(each, program(each))),
    numbers.map(hostOf),
  );

const programOf = (number: number): string => (number % 2 === 0 ? "dumper.exe" : "updater.exe");
const serving = async (): Promise<unknown> => (await server.call("GET", "/models")).json.serving;
const modelFiles = (): readonly string[] => readdirSync(join(data, "models")).filter((name) => name.endsWith(".model"));

describe("learning loop", () => {
  const numbers = Array.from({ length: 50 }, (_, at) => at + 1);
  let first = "";
  let second = "";

  it("closing 50 incidents changes the rank of the 51st, and says why", { timeout: 180_000 }, async () => {
    const all = await open(numbers, programOf);
    const refused = await server.call("POST", "/models/train");
    expect([refused.status, refused.json.code]).toEqual([409, "too-few"]);
    for (const number of numbers) {
      const { id } = named(all, number);
      const verdict = number % 2 === 0 ? "true-positive" : number % 4 === 1 ? "false-positive" : "benign-positive";
      const closed = await server.call("POST", `/incidents/${id}/close`, { verdict, note: "looked at" });
      expect(closed.status).toBe(200);
    }
    const before = await open([101, 102], programOf);
    expect(named(before, 101).terms.some(({ term }) => term === "model")).toBe(false);
    const trained = await server.call("POST", "/models/train");
    expect(trained.status).toBe(200);
    expect(trained.json).toMatchObject({ status: "shadow", verdicts: 50 });
    first = String(trained.json.id);
    expect(await serving()).toBeUndefined();
    const promoted = await server.call("POST", `/models/${first}/promote`, {});
    expect([promoted.status, JSON.stringify(promoted.json)]).toEqual([200, expect.stringContaining(first)]);
    const after = await open([103, 104], programOf);
    const gap = (seen: readonly Seen[], bad: number, good: number): number =>
      named(seen, bad).priority - named(seen, good).priority;
    expect(gap(after, 104, 103)).toBeGreaterThanOrEqual(gap(before, 102, 101) + 5);
    const term = named(after, 104).terms.find(({ term: name }) => name === "model");
    expect(term?.points).toBeGreaterThan(0);
    expect(term?.why).toContain("because");
    const incident = (await server.call("GET", `/incidents/${named(after, 104).id}`)).json;
    const decision = incident.decision as {
      model: string;
      score: number;
      expected: number;
      rest: number;
      because: { effect: number; feature: string }[];
      similar: { verdict: string }[];
    };
    const sum = decision.because.reduce((total, { effect }) => total + effect, decision.expected + decision.rest);
    expect(Math.abs(sum - decision.score)).toBeLessThan(1e-6);
    expect(decision.model).toBe(first);
    expect(decision.similar[0]?.verdict).toBe("true-positive");
    expect(JSON.stringify(decision).length).toBeLessThanOrEqual(2_048);
    const card = String((await server.call("GET", `/models/${first}/card`)).json.markdown);
    const feedback = (await server.call("GET", "/rules/feedback")).json.items as { rule: string; kind: string }[];
    expect(feedback.map(({ rule, kind }) => [rule, kind])).toEqual([
      [NOISE, "tune"],
      [TRUE, "raise"],
    ]);
    expect((await server.call("GET", "/models/mine")).json.refusal).toContain("refused: 50 of 170 verdicts");
    for (const part of ["50 verdicts", "true-positive 25", "Not for", "Known failures", "Approved by"])
      expect(card).toContain(part);
  });

  it("kill -9 during training: no half a model, the champion serves", { timeout: 120_000 }, async () => {
    const training = server.call("POST", "/models/train").catch(() => undefined);
    await sleep(30);
    await server.kill();
    await training;
    await start();
    expect(await serving()).toBe(first);
    const { json } = await server.call("GET", "/models");
    const known = (json.items as { id: string }[]).map(({ id }) => id);
    expect(modelFiles().filter((name) => !known.includes(name.slice(0, 64)))).toEqual([]);
  });

  it("rollback restores bytes; kill -9 right after promotion keeps what was promoted", {
    timeout: 120_000,
  }, async () => {
    const bytes = readFileSync(join(data, "models", `${first}.model`));
    const one = await open([105], programOf);
    await server.call("POST", `/incidents/${named(one, 105).id}/close`, { verdict: "false-positive", note: "again" });
    second = String((await server.call("POST", "/models/train")).json.id);
    expect(second).not.toBe(first);
    const despite = { despite: "exercise" };
    expect((await server.call("POST", `/models/${second}/promote`, despite)).status).toBe(200);
    await server.kill();
    await start();
    expect(await serving()).toBe(second);
    expect((await server.call("POST", "/models/rollback")).status).toBe(200);
    expect(await serving()).toBe(first);
    expect(readFileSync(join(data, "models", `${first}.model`)).equals(bytes)).toBe(true);
  });

  it("a damaged challenger is refused with its reason; a damaged champion leaves the rules", {
    timeout: 120_000,
  }, async () => {
    const path = join(data, "models", `${second}.model`);
    copyFileSync(path, `${path}.kept`);
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const refused = await server.call("POST", `/models/${second}/promote`, { despite: "exercise" });
    expect([refused.status, refused.json.code]).toEqual([409, "model-damaged"]);
    expect(await serving()).toBe(first);
    copyFileSync(join(data, "models", `${second}.model`), join(data, "models", `${first}.model`));
    await server.kill();
    await start();
    expect(await serving()).toBeUndefined();
    const { json } = await server.call("GET", "/status");
    expect(JSON.stringify(json.problems)).toContain("model-damaged");
    const [seen] = await open([106], programOf);
    expect(seen?.terms.some(({ term }) => term === "model")).toBe(false);
  });
});
