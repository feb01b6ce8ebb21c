/** What every state store must do: journal, worklist, ledger, outcomes. SQLite and memory run the same suite. */
import type { LedgerRow, LedgerState } from "@cordon/model/action";
import type { Detection } from "@cordon/model/detection";
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import { actionKey, detectionId, eventId, incidentId, type NonEmpty, nonEmpty, sha256Of } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { IncidentQuery } from "@cordon/model/ports/journal";
import { instant } from "@cordon/model/time";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MemoryState, makeMemoryState } from "./memory-state.ts";

export type StateSubject = MemoryState & { close?(): Promise<void> };

export interface StateContractOptions {
  readonly name: string;
  make(): Promise<StateSubject>;
  readonly runs: number;
}

type WithState = (work: (state: StateSubject) => Promise<void>) => Promise<void>;

export function stateContract({ name, make, runs }: StateContractOptions): void {
  const withState: WithState = async (work) => {
    const state = await make();
    try {
      await work(state);
    } finally {
      await state.close?.();
    }
  };
  describe(`${name}: journal contract`, () => journalCases(withState, runs));
  describe(`${name}: worklist contract`, () => worklistCases(withState));
  describe(`${name}: ledger contract`, () => ledgerCases(withState));
  describe(`${name}: outcome contract`, () => outcomeCases(withState));
}

const A = incidentId("INC-AAAAAAAA");
const note = (at: number, text = "n"): IncidentEntry => ({ kind: "note-added", at: instant(at), by: "ann", text });

function journalCases(withState: WithState, runs: number): void {
  it("appends at the expected version only; a conflict changes nothing", () =>
    withState(async ({ journal, ledger }) => {
      expect(await journal.append(A, 0, [note(1), note(2)], summary(A, { version: 2 }))).toBe("appended");
      const row = ledgerRow("k1", "proposed");
      expect(await journal.append(A, 1, [note(3)], summary(A, { version: 9 }), [row])).toBe("conflict");
      expect(await journal.append(A, 3, [note(3)], summary(A, { version: 9 }), [row])).toBe("conflict");
      expect(await journal.read(A)).toEqual({ version: 2, entries: [note(1), note(2)] });
      expect((await journal.get(A))?.version).toBe(2);
      expect(await ledger.get(row.key)).toBeUndefined();
    }));

  it("knows nothing of an incident that was never appended", () =>
    withState(async ({ journal }) => {
      expect(await journal.read(A)).toEqual({ version: 0, entries: [] });
      expect(await journal.get(A)).toBeUndefined();
      expect(await journal.list({ order: "updated", limit: 5, after: A })).toEqual([]);
    }));

  it("numbers entries over all incidents, oldest first", () =>
    withState(async ({ journal }) => {
      const b = incidentId("INC-BBBBBBBB");
      await journal.append(A, 0, [note(1)], summary(A, {}));
      await journal.append(b, 0, [note(2), note(3)], summary(b, {}));
      await journal.append(A, 1, [note(4)], summary(A, {}));
      expect(await journal.position()).toBe(4);
      const rest = await journal.entriesAfter(1, 2);
      expect(rest).toEqual([
        { position: 2, incident: b, entry: note(2) },
        { position: 3, incident: b, entry: note(3) },
      ]);
    }));

  it("writes the ledger rows with the entries", () =>
    withState(async ({ journal, ledger }) => {
      const row = ledgerRow("k1", "proposed");
      await journal.append(A, 0, [note(1)], summary(A, {}), [row]);
      expect(await ledger.get(row.key)).toEqual(row);
    }));

  it("finds open incidents by entity: not closed, not merged, not by well-known ones, not stale", () =>
    withState(async ({ journal }) => {
      const host: Entity = { kind: "host", role: "device", value: "h1" };
      const system: Entity = { kind: "user", role: "actor", value: "system", wellKnown: true };
      const put = (id: string, extra: Partial<Incident>) =>
        journal.append(incidentId(id), 0, [note(1)], summary(incidentId(id), { entities: [host, system], ...extra }));
      await put("INC-1", { lastSeen: instant(10) });
      await put("INC-2", { lastSeen: instant(30) });
      await put("INC-3", { status: "closed" });
      await put("INC-4", { mergedInto: A });
      await put("INC-5", { lastSeen: instant(4) });
      await put("INC-6", { entities: [] });
      const found = await journal.findByEntities(["host:h1", "host:h2"], instant(5));
      expect(found.map((incident) => incident.id)).toEqual(["INC-2", "INC-1"]);
      expect(await journal.findByEntities(["user:system"], instant(0))).toEqual([]);
    }));

  it("forgets entities that left the summary", () =>
    withState(async ({ journal }) => {
      const host: Entity = { kind: "host", role: "device", value: "h1" };
      await journal.append(A, 0, [note(1)], summary(A, { entities: [host] }));
      await journal.append(A, 1, [note(2)], summary(A, { entities: [] }));
      expect(await journal.findByEntities(["host:h1"], instant(0))).toEqual([]);
    }));

  it("lists, counts and finds as the twin does", async () => {
    await fc.assert(
      fc.asyncProperty(stateHistory, (steps) => withState((state) => compareWithTwin(state, steps))),
      {
        numRuns: runs,
      },
    );
  });
}

function worklistCases(withState: WithState): void {
  it("takes a detection once, and does not wake a done one", () =>
    withState(async ({ worklist }) => {
      const [one, two] = [detection("det-1", 5), detection("det-2", 3)];
      expect(await worklist.offer([one, two])).toBe(2);
      expect(await worklist.offer([two, one])).toBe(0);
      expect(await worklist.pending(10)).toEqual([two, one]);
      expect(await worklist.pending(1)).toEqual([two]);
      await worklist.done([two.id]);
      expect(await worklist.offer([two])).toBe(0);
      expect(await worklist.pending(10)).toEqual([one]);
      expect(await worklist.count()).toEqual({ total: 2, pending: 1 });
    }));

  it("lists newest first, before a moment, of a rule", () =>
    withState(async ({ worklist }) => {
      const [one, two, three] = [detection("det-1", 1), detection("det-2", 2, "other"), detection("det-3", 3)];
      await worklist.offer([one, two, three]);
      expect(await worklist.list({ limit: 2 })).toEqual([three, two]);
      expect(await worklist.list({ limit: 9, before: instant(3) })).toEqual([two, one]);
      expect(await worklist.list({ limit: 9, rule: "other" })).toEqual([two]);
    }));
}

function ledgerCases(withState: WithState): void {
  const put = ({ journal }: StateSubject, version: number, rows: readonly LedgerRow[]) =>
    journal.append(A, version, [note(1)], summary(A, {}), rows);

  it("finds rows by state, what is due, and lists newest first", () =>
    withState(async (state) => {
      const waiting = ledgerRow("k1", "proposed", { proposedAt: instant(2), updatedAt: instant(9) });
      const early = ledgerRow("k2", "proposed", { proposedAt: instant(1), updatedAt: instant(3) });
      const due = ledgerRow("k3", "verified", { revertAt: instant(50), updatedAt: instant(5) });
      const later = ledgerRow("k4", "verified", { revertAt: instant(51), updatedAt: instant(6) });
      const lasting = ledgerRow("k5", "verified", { updatedAt: instant(7) });
      const half = ledgerRow("k6", "reverting", { revertAt: instant(99), updatedAt: instant(8) });
      await put(state, 0, [waiting, early, due, later, lasting, half]);
      const keys = (rows: readonly LedgerRow[]) => rows.map((row) => row.key);
      expect(keys(await state.ledger.byState(["proposed"], 9))).toEqual(["k2", "k1"]);
      expect(keys(await state.ledger.byState(["proposed", "reverting"], 1))).toEqual(["k2"]);
      expect(keys(await state.ledger.byState([], 9))).toEqual([]);
      expect(keys(await state.ledger.due(instant(50)))).toEqual(["k3", "k6"]);
      expect(keys(await state.ledger.list(3))).toEqual(["k1", "k6", "k5"]);
    }));

  it("counts a row from the moment of its first intent, whatever became of it", () =>
    withState(async (state) => {
      await put(state, 0, [ledgerRow("k1", "proposed", { updatedAt: instant(10) })]);
      expect(await state.ledger.countSince("block-address", instant(0))).toBe(0);
      await put(state, 1, [ledgerRow("k1", "intent", { updatedAt: instant(20) })]);
      await put(state, 2, [ledgerRow("k1", "failed", { updatedAt: instant(90) })]);
      await put(state, 3, [ledgerRow("k2", "denied", { updatedAt: instant(90) })]);
      expect(await state.ledger.countSince("block-address", instant(20))).toBe(1);
      expect(await state.ledger.countSince("block-address", instant(21))).toBe(0);
      expect(await state.ledger.countSince("notify", instant(0))).toBe(0);
    }));
}

function outcomeCases(withState: WithState): void {
  it("lists newest first and counts each incident by its latest verdict", () =>
    withState(async ({ outcomes }) => {
      const outcome = (incident: string, at: number, verdict: string, rules: readonly string[]) => ({
        incident: incidentId(incident),
        at: instant(at),
        by: "ann",
        verdict,
        note: "",
        rules,
        features: { priority: 50 },
      });
      const first = outcome("INC-1", 1, "true-positive", ["r1", "r1"]);
      const corrected = outcome("INC-1", 5, "false-positive", ["r1", "__proto__"]);
      const other = outcome("INC-2", 3, "false-positive", ["r1"]);
      for (const one of [first, corrected, other, other]) await outcomes.add(one);
      expect(await outcomes.list(2)).toEqual([corrected, other]);
      const byRule = await outcomes.byRule();
      expect(byRule.r1).toEqual({ "false-positive": 2 });
    }));
}

/** A summary with plain values: the store keeps what it is given. */
function summary(id: Incident["id"], extra: Partial<Incident>): Incident {
  return {
    id,
    version: 1,
    title: "Odd logon",
    status: "open",
    openedAt: instant(1),
    updatedAt: instant(1),
    firstSeen: instant(1),
    lastSeen: instant(10),
    priority: 50,
    severity: "high",
    terms: [],
    detections: [],
    entities: [],
    techniques: [],
    tactics: [],
    runs: [],
    actions: [],
    tasks: [],
    notes: [],
    scoredAt: 0,
    investigatedAt: 0,
    ...extra,
  };
}

function detection(id: string, time: number, rule = "r1"): Detection {
  return {
    id: detectionId(id),
    rule: { id: rule, title: "t", level: "high", source: "content/x.yml", version: sha256Of("0".repeat(64)) },
    severity: "high",
    confidence: 60,
    techniques: ["T1003.001"],
    tactics: ["credential-access"],
    time: instant(time),
    evidence: [eventId(`${"0".repeat(32)}-0`)],
    entities: [],
    dedupKey: "d",
    input: "f",
    position: 1,
    matched: [],
  };
}

function ledgerRow(key: string, state: LedgerState, extra: Partial<LedgerRow> = {}): LedgerRow {
  const evidence: NonEmpty<ReturnType<typeof eventId>> = [eventId(`${"0".repeat(32)}-0`)];
  return {
    key: actionKey(key),
    incident: A,
    action: {
      kind: "block-address",
      address: { kind: "ip", value: "192.0.2.1", incident: A, control: "attacker", evidence },
    },
    plan: { hash: sha256Of("1".repeat(64)), actuator: "simulate", effects: [], affected: [], undo: "yes", before: {} },
    policy: { outcome: "needs-approval", approvalsNeeded: 1, policies: [], reasons: [] },
    state,
    grants: [],
    origin: { playbook: "p", run: "r", step: "s" },
    proposedAt: instant(1),
    updatedAt: instant(1),
    attempts: 0,
    detail: {},
    ...extra,
  };
}

/** Search text is compared after `toLowerCase`; the pieces hold LIKE's own signs. */
const words = fc
  .array(fc.constantFrom("a", "B", "%", "_", "\\", "'", "\u00c4", "\u0130", "INC-1", "\0", " "), { maxLength: 3 })
  .map((pieces) => pieces.join(""));

const small = fc.integer({ min: 0, max: 5 });

const anyEntity: fc.Arbitrary<Entity> = fc
  .record({ value: words, wellKnown: fc.boolean() })
  .map(({ value, wellKnown }) => ({ kind: "host", role: "device", value, ...(wellKnown ? { wellKnown: true } : {}) }));

interface StateStep {
  readonly incident: number;
  readonly expected: number;
  readonly entries: number;
  readonly change: Partial<Incident>;
}

const stateStep: fc.Arbitrary<StateStep> = fc.record({
  incident: small,
  expected: fc.integer({ min: -1, max: 1 }),
  entries: fc.integer({ min: 1, max: 2 }),
  change: fc.record({
    title: words,
    status: fc.constantFrom("new", "open", "waiting", "contained", "closed"),
    priority: small,
    openedAt: small.map(instant),
    updatedAt: small.map(instant),
    lastSeen: small.map(instant),
    entities: fc.array(anyEntity, { maxLength: 3 }),
  }),
});

const incidentQuery: fc.Arbitrary<IncidentQuery> = fc.record(
  {
    status: fc.uniqueArray(fc.constantFrom("new", "open", "closed"), { maxLength: 2 }),
    minPriority: small,
    text: words,
    order: fc.constantFrom("priority", "updated", "opened"),
    limit: fc.constantFrom(1, 3, 100),
    after: small.map((n) => incidentId(`INC-${n}`)),
  },
  { requiredKeys: ["order", "limit"] },
);

interface StateHistory {
  readonly steps: readonly StateStep[];
  readonly queries: readonly IncidentQuery[];
  readonly keys: readonly EntityKey[];
  readonly since: number;
}

const stateHistory: fc.Arbitrary<StateHistory> = fc.record({
  steps: fc.array(stateStep, { maxLength: 12 }),
  queries: fc.array(incidentQuery, { minLength: 1, maxLength: 6 }),
  keys: fc.array(anyEntity.map(entityKey), { maxLength: 4 }),
  since: small,
});

async function compareWithTwin(state: StateSubject, { steps, queries, keys, since }: StateHistory): Promise<void> {
  const twin = makeMemoryState();
  for (const { incident, expected, entries, change } of steps) {
    const id = incidentId(`INC-${incident}`);
    const { version } = await twin.journal.read(id);
    const added = nonEmpty(Array.from({ length: entries }, (_, n) => note(n))) ?? [note(0)];
    const next = summary(id, change);
    const results = [state, twin].map((one) => one.journal.append(id, Math.max(0, version + expected), added, next));
    const [real, naive] = await Promise.all(results);
    expect(real).toBe(naive);
    expect(await state.journal.read(id)).toEqual(await twin.journal.read(id));
  }
  for (const query of queries) {
    expect(await state.journal.list(query)).toEqual(await twin.journal.list(query));
    expect(await state.journal.count(query)).toBe(await twin.journal.count(query));
  }
  const at = instant(since);
  expect(await state.journal.findByEntities(keys, at)).toEqual(await twin.journal.findByEntities(keys, at));
  expect(await state.journal.entriesAfter(since, 4)).toEqual(await twin.journal.entriesAfter(since, 4));
  expect(await state.journal.position()).toBe(await twin.journal.position());
}
