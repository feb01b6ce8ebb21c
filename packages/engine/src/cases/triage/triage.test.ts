import type { Asset } from "@cordon/model/asset";
import type { Detection } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import { fold } from "@cordon/model/fold";
import { detectionId, eventId, nonEmpty, sha256Of } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { Level } from "@cordon/model/rule";
import { DAY, HOUR, instant, MINUTE, SECOND } from "@cordon/model/time";
import { makeMemoryState } from "@cordon/testkit/memory-state";
import { sshBruteForce } from "@cordon/testkit/scenarios/ssh-brute-force";
import { windowsPhishing } from "@cordon/testkit/scenarios/windows-phishing";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INCIDENT_DETECTIONS_MAX } from "./bonds.ts";
import { makeRarity, trustIn } from "./rarity.ts";
import { chainOf, scoreOf } from "./score.ts";
import { makeTriage } from "./triage.ts";

const START = Date.UTC(2026, 0, 10);
let serial = 0;

interface Sketch {
  readonly at?: number;
  readonly rule?: string;
  readonly level?: Level;
  readonly confidence?: number;
  readonly tactics?: readonly string[];
  readonly entities: readonly string[];
  readonly dedup?: string;
}

/** `device host:a` or `host:a`. */
function entityOf(text: string): Entity {
  const [first = "", second] = text.split(" ");
  const role = second === undefined ? "actor" : first;
  const key = second ?? first;
  const cut = key.indexOf(":");
  return { kind: key.slice(0, cut) as Entity["kind"], role: role as Entity["role"], value: key.slice(cut + 1) };
}

function detectionOf(sketch: Sketch): Detection {
  serial += 1;
  const hex = serial.toString(16).padStart(32, "0");
  const rule = sketch.rule ?? `rule-${serial}`;
  return {
    id: detectionId(`det-${hex}`),
    rule: { id: rule, title: `Title of ${rule}`, level: sketch.level ?? "medium", source: "x", version: sha256Of("0") },
    severity: sketch.level ?? "medium",
    confidence: sketch.confidence ?? 50,
    techniques: [],
    tactics: sketch.tactics ?? [],
    time: instant(START + (sketch.at ?? 0)),
    evidence: [eventId(`${hex}-0`)],
    entities: sketch.entities.map(entityOf),
    dedupKey: sketch.dedup ?? `dedup-${serial}`,
    input: "test",
    position: serial,
    matched: [],
  };
}

const noAssets = { find: () => undefined };

async function triageAll(detections: readonly Detection[], options: { size?: number; find?: () => Asset } = {}) {
  const state = makeMemoryState();
  const runtime = makeVirtualRuntime();
  const triage = makeTriage({ ...state, runtime, inventory: options.find ? { find: options.find } : noAssets });
  const some = nonEmpty(detections);
  if (some !== undefined) await state.worklist.offer(some);
  let merged = 0;
  for (;;) {
    const batch = await triage.takeBatch(options.size ?? 500, NEVER_STOP);
    merged += batch.merged;
    if (batch.taken === 0) break;
  }
  const incidents = await state.journal.list({ order: "opened", limit: 100_000 });
  return { state, triage, incidents, live: incidents.filter((incident) => incident.status !== "closed"), merged };
}

describe("triage joins what belongs together and nothing else", () => {
  const rows: readonly (readonly [string, readonly Sketch[], number])[] = [
    ["same process", [{ entities: ["process:a|1"] }, { at: HOUR, entities: ["process:a|1"] }], 1],
    [
      "child of a flagged process",
      [{ entities: ["process:a|1"] }, { entities: ["parent process:a|1", "process:a|2"] }],
      1,
    ],
    [
      "only the same explorer above",
      [{ entities: ["parent process:a|e", "process:a|1"] }, { entities: ["parent process:a|e", "process:a|2"] }],
      2,
    ],
    ["same session", [{ entities: ["session:a|luid:0x51"] }, { at: HOUR, entities: ["session:a|luid:0x51"] }], 1],
    [
      "SYSTEM's session is nobody's",
      [{ entities: ["session:a|luid:0x3e7"] }, { entities: ["session:a|luid:0x3e7"] }],
      2,
    ],
    ["same host within the hour", [{ entities: ["host:a"] }, { at: HOUR, entities: ["host:a"] }], 1],
    ["same host a day later", [{ entities: ["host:a"] }, { at: DAY, entities: ["host:a"] }], 2],
    [
      "same host and account a year later",
      [{ entities: ["host:a", "user:u"] }, { at: 365 * DAY, entities: ["host:a", "user:u"] }],
      2,
    ],
    [
      "same public address",
      [{ entities: ["ip:203.0.113.9", "host:a"] }, { at: HOUR, entities: ["ip:203.0.113.9", "host:b"] }],
      1,
    ],
    [
      "same private address only",
      [{ entities: ["ip:10.0.0.9", "host:a"] }, { at: HOUR, entities: ["ip:10.0.0.9", "host:b"] }],
      2,
    ],
    ["same hash on two hosts", [{ entities: ["hash:ab", "host:a"] }, { at: HOUR, entities: ["hash:ab", "host:b"] }], 1],
    [
      "names only",
      [
        { entities: ["file:C:\\x.exe", "cmdline:x", "regkey:HKLM\\a"] },
        { entities: ["file:C:\\x.exe", "cmdline:x", "regkey:HKLM\\a"] },
      ],
      2,
    ],
    ["nothing at all", [{ entities: [] }, { entities: [] }], 2],
  ];
  for (const [name, sketches, expected] of rows) {
    it(name, async () => {
      const { live } = await triageAll(sketches.map(detectionOf));
      expect(live.length).toBe(expected);
    });
  }

  it("gives its reasons", async () => {
    const { live } = await triageAll([{ entities: ["host:a"] }, { at: MINUTE, entities: ["host:a"] }].map(detectionOf));
    expect(live[0]?.detections[1]?.because[0]).toMatchObject({ by: "entity", key: "host:a" });
  });

  it("well-known entities never join", async () => {
    const known = [detectionOf({ entities: [] }), detectionOf({ entities: [] })].map((detection) => ({
      ...detection,
      entities: [{ kind: "user", role: "actor", value: "nt authority\\system", wellKnown: true } as const],
    }));
    expect((await triageAll(known)).live.length).toBe(2);
  });

  it("a host that meets many accounts stops gluing them together", async () => {
    const sketches = Array.from({ length: 120 }, (_, i) => ({
      at: i * MINUTE,
      entities: ["device host:dc-1", `user:u${i}`],
    }));
    const { live } = await triageAll(sketches.map(detectionOf));
    expect(live.length).toBeGreaterThan(60);
    expect(Math.max(...live.map((incident) => incident.detections.length))).toBeLessThan(40);
  });

  it("a host tagged as hub by its owner ties nothing alone, but counts as a second tie", async () => {
    const find = (): Asset => ({ key: "host:dc-1", criticality: 4, protected: true, tags: ["domain-controller"] });
    const alone = [{ entities: ["host:dc-1"] }, { entities: ["host:dc-1"] }].map(detectionOf);
    expect((await triageAll(alone, { find })).live.length).toBe(2);
    const state = makeMemoryState();
    const inventory = { find: (key: string) => (key === "host:dc-1" ? find() : undefined) };
    const triage = makeTriage({ ...state, runtime: makeVirtualRuntime(), inventory });
    const tied = [{ entities: ["host:dc-1", "user:u"] }, { at: 6 * HOUR, entities: ["host:dc-1", "user:u"] }];
    const some = nonEmpty(tied.map(detectionOf));
    if (some !== undefined) await state.worklist.offer(some);
    await triage.takeBatch(10, NEVER_STOP);
    expect(await state.journal.count({ order: "opened" })).toBe(1);
  });

  it("300 samples from five laboratory hosts over years stay apart", async () => {
    const sketches = Array.from({ length: 300 }, (_, i) => ({
      at: i * 5 * DAY,
      entities: [`device host:lab-${i % 5}`, `user:lab-${i % 5}\\user`, `process:lab-${i % 5}|g${i}`],
    }));
    expect((await triageAll(sketches.map(detectionOf))).live.length).toBe(300);
  });

  it("mixed scenarios come apart again; a jump over a plain logon waits for the investigation", async () => {
    const at = Date.UTC(2026, 4, 12, 8, 0);
    const [phish, ssh] = [windowsPhishing(at), sshBruteForce(at + HOUR)];
    const mixed = [...phish.detections, ...ssh.detections].sort((a, b) => a.time - b.time);
    const { live, triage, state } = await triageAll(mixed);
    expect(live.map((incident) => incident.title).sort()).toEqual([
      "Credential dumping from LSASS on ws-042 by alice",
      "Execution through WMI on srv-db by dbadmin, then exfiltration",
      "Password guessing on web-1 (account deploy)",
    ]);
    const first = live.find((incident) => incident.title.includes("ws-042"));
    if (first === undefined) throw new Error("no incident");
    const member = (kind: Entity["kind"], value: string) =>
      ({ entity: { kind, role: "target", value }, standing: "likely", firstSeen: mixed[1]?.time, claims: [] }) as const;
    const { entries, version } = await state.journal.read(first.id);
    const found = {
      ...{ at: instant(at), by: "t", kind: "investigated" },
      investigation: {
        ...{ extent: [member("session", "srv-db|luid:0xabc01")], techniques: [], proposals: [] },
        ...{ rootCauses: [], claims: [] },
      },
    } as unknown as (typeof entries)[number];
    await state.journal.append(first.id, version, [found], fold([...entries, found]));
    expect(await triage.relate(first.id)).toBe(1);
    expect((await triage.takeBatch(10, NEVER_STOP)).incidents).toContain(first.id);
    const after = await state.journal.list({ order: "priority", limit: 10, status: ["new", "open"] });
    expect(after.map((incident) => incident.title)[0]).toBe(
      "Credential dumping from LSASS on ws-042 by alice, then exfiltration on srv-db",
    );
    expect(after.length).toBe(2);
  });
});

describe("triage under load and failure", () => {
  it("100,000 identical alerts are one incident", async () => {
    const first = detectionOf({ entities: ["host:a"], dedup: "same" });
    const state = makeMemoryState();
    const runtime = makeVirtualRuntime();
    let next = 0;
    const worklist = {
      pending: async (limit: number) =>
        Array.from({ length: Math.min(limit, 100_000 - next) }, (_, i) => ({
          ...first,
          id: detectionId(`det-${next + i}`),
          time: instant(START + (next + i) * 10),
        })),
      done: async (ids: readonly unknown[]) => {
        next += ids.length;
      },
    };
    const triage = makeTriage({ journal: state.journal, worklist, runtime, inventory: noAssets });
    while ((await triage.takeBatch(2_000, NEVER_STOP)).taken > 0);
    const [incident, ...others] = await state.journal.list({ order: "opened", limit: 10 });
    expect(others).toEqual([]);
    expect(incident?.detections[0]?.times).toBe(100_000);
    expect(incident?.detections[0]?.recent?.length).toBeLessThanOrEqual(5);
    expect(incident?.version).toBeLessThan(60);
  });

  it("overflow goes to a child that names its parent", async () => {
    const many = INCIDENT_DETECTIONS_MAX + 20;
    const sketches = Array.from({ length: many }, (_, i) => ({ at: i * SECOND, entities: ["process:a|1"] }));
    const { live } = await triageAll(sketches.map(detectionOf));
    expect(live.map((incident) => incident.detections.length).sort((a, b) => b - a)).toEqual([
      INCIDENT_DETECTIONS_MAX,
      20,
    ]);
    const child = live.find((incident) => incident.detections.length === 20);
    expect(child?.detections[0]?.because[0]?.by).toBe("chain");
  });

  it("a strong bridge makes one of two; the loser says where it went", async () => {
    const sketches = [
      { entities: ["process:a|1"] },
      { entities: ["process:b|1"] },
      { at: MINUTE, entities: ["process:a|1", "process:b|1"] },
    ];
    const { incidents, live, merged } = await triageAll(sketches.map(detectionOf), { size: 1 });
    expect([live.length, merged]).toEqual([1, 1]);
    expect(live[0]?.detections.length).toBe(3);
    expect(incidents.find((incident) => incident.status === "closed")?.mergedInto).toBe(live[0]?.id);
  });

  it("an incident that the response works on does not end: the other one comes to it", async () => {
    const two = [{ entities: ["process:a|1"] }, { entities: ["process:b|1"] }].map(detectionOf);
    const { state, triage, live } = await triageAll(two);
    const worked = live.find((incident) => incident.entities[0]?.value === "b|1");
    if (worked === undefined) throw new Error("no incident");
    const { entries, version } = await state.journal.read(worked.id);
    const run = { kind: "run-started", run: "r", playbook: "p", digest: "d", reason: "", variables: {} } as const;
    const started = { at: instant(START), by: "contain", ...run };
    await state.journal.append(worked.id, version, [started], fold([...entries, started]));
    await state.worklist.offer([detectionOf({ at: MINUTE, entities: ["process:a|1", "process:b|1"] })]);
    expect((await triage.takeBatch(10, NEVER_STOP)).merged).toBe(1);
    const open = await state.journal.list({ order: "opened", limit: 10, status: ["new", "open"] });
    expect(open.map((incident) => [incident.id, incident.detections.length])).toEqual([[worked.id, 3]]);
  });

  it("taking the same detections twice changes nothing (crash before done)", async () => {
    const detections = [{ entities: ["host:a"] }, { entities: [] }, { entities: ["host:a"], at: MINUTE }].map(
      detectionOf,
    );
    const { state } = await triageAll(detections);
    const before = await state.journal.position();
    const worklist = { pending: async () => detections, done: async () => {} };
    const again = makeTriage({ journal: state.journal, worklist, runtime: makeVirtualRuntime(), inventory: noAssets });
    await again.takeBatch(10, NEVER_STOP);
    expect(await state.journal.position()).toBe(before);
  });

  it("a detection after the incident was closed opens a new one", async () => {
    const { state, triage, incidents } = await triageAll([detectionOf({ entities: ["host:a"], dedup: "k" })]);
    const [old] = incidents;
    if (old === undefined) throw new Error("no incident");
    const { entries, version } = await state.journal.read(old.id);
    const closing = {
      at: instant(START),
      by: "ann",
      kind: "closed",
      verdict: "false-positive",
      note: "",
      features: {},
    } as const;
    await state.journal.append(old.id, version, [closing], fold([...entries, closing]));
    await state.worklist.offer([detectionOf({ at: MINUTE, entities: ["host:a"], dedup: "k" })]);
    await triage.takeBatch(10, NEVER_STOP);
    expect(await state.journal.count({ order: "opened", status: ["new"] })).toBe(1);
  });

  it("joins on top of what others wrote meanwhile", async () => {
    const { state, triage, incidents } = await triageAll([detectionOf({ entities: ["host:a"] })]);
    const [old] = incidents;
    if (old === undefined) throw new Error("no incident");
    const { entries, version } = await state.journal.read(old.id);
    const note = { at: instant(START), by: "ann", kind: "note-added", text: "looking" } as const;
    await state.journal.append(old.id, version, [note], fold([...entries, note]));
    await state.worklist.offer([detectionOf({ at: MINUTE, entities: ["host:a"] })]);
    await triage.takeBatch(10, NEVER_STOP);
    const after = await state.journal.get(old.id);
    expect([after?.detections.length, after?.notes.length]).toEqual([2, 1]);
  });

  it("how rare a rule is survives a restart: it is counted again from the journal", async () => {
    const sketches = Array.from({ length: 25 }, (_, i) => ({ at: i * DAY, entities: [`host:h-${i}`], rule: "often" }));
    const { state } = await triageAll(sketches.map(detectionOf));
    const again = makeTriage({ ...state, runtime: makeVirtualRuntime(), inventory: noAssets });
    const seldom = detectionOf({ at: 26 * DAY, entities: ["host:new"], rule: "seldom" });
    const often = detectionOf({ at: 27 * DAY, entities: ["host:newer"], rule: "often" });
    await state.worklist.offer([seldom, often]);
    await again.takeBatch(10, NEVER_STOP);
    const all = await state.journal.list({ order: "opened", limit: 100 });
    const why = (rule: string) =>
      all
        .filter((incident) => incident.detections[0]?.detection.rule.id === rule)
        .flatMap(({ terms }) => terms.filter(({ term }) => term === "rarity").map(({ why }) => why));
    expect(why("seldom")).toEqual(["Rarest rule in 0 of 25 incidents"]);
    expect(why("often")).toContain("Rarest rule in 25 of 26 incidents");
    expect(why("often")).toContain("Too little history (0 incidents) to call it rare");
  });

  it("the stored summary is the fold of the journal", async () => {
    const { state, incidents } = await triageAll([...windowsPhishing().detections]);
    for (const incident of incidents) {
      expect(incident).toEqual(fold((await state.journal.read(incident.id)).entries));
    }
  });
});

describe("score", () => {
  const context = { inventory: noAssets, rarity: makeRarity(), history: {} };
  const incidentOf = (detections: readonly Detection[]) =>
    fold(
      detections.map((detection) => ({
        at: detection.time,
        by: "t",
        kind: "detection-joined",
        detection,
        because: [],
      })),
    );
  const sketch: fc.Arbitrary<Sketch> = fc.record({
    at: fc.integer({ min: 0, max: 10 * DAY }),
    rule: fc.constantFrom("r1", "r2", "r3", "r4"),
    level: fc.constantFrom("informational", "low", "medium", "high", "critical"),
    confidence: fc.integer({ min: 0, max: 100 }),
    tactics: fc.uniqueArray(fc.constantFrom("execution", "persistence", "credential-access", "exfiltration"), {
      maxLength: 2,
    }),
    entities: fc.uniqueArray(fc.constantFrom("host:a", "host:b", "user:u", "user:v", "ip:203.0.113.9"), {
      maxLength: 4,
    }),
  });

  it("one more detection never lowers the priority", () => {
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 1, maxLength: 8 }), sketch, (some, more) => {
        const detections = some.map(detectionOf);
        const before = scoreOf(incidentOf(detections), context).priority;
        const after = scoreOf(incidentOf([...detections, detectionOf(more)]), context).priority;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 2_000 },
    );
  });

  it("a higher severity never lowers the priority", () => {
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 1, maxLength: 6 }), (some) => {
        const detections = some.map(detectionOf);
        const raised = detections.map((detection, i) =>
          i === 0 ? { ...detection, severity: "critical" as const } : detection,
        );
        const before = scoreOf(incidentOf(detections), context).priority;
        expect(scoreOf(incidentOf(raised), context).priority).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it("the terms add up to the priority", () => {
    const { priority, terms } = scoreOf(incidentOf(windowsPhishing().detections), context);
    expect(priority).toBe(Math.min(100, Math.round(terms.reduce((sum, term) => sum + term.points, 0))));
    expect(priority).toBeGreaterThanOrEqual(70);
  });

  it("verdicts lower a rule gently and never to nothing", () => {
    expect(trustIn({}, "r").factor).toBe(1);
    expect(trustIn({ r: { "true-positive": 5 } }, "r").factor).toBe(1);
    expect(trustIn({ r: { "false-positive": 1 } }, "r").factor).toBeCloseTo(2 / 3);
    expect(trustIn({ r: { "false-positive": 1_000 } }, "r").factor).toBe(0.4);
  });

  it("the chain follows time", () => {
    const of = (...tactics: string[]) =>
      chainOf(tactics.map((tactic, i) => detectionOf({ at: i, entities: [], tactics: [tactic] })));
    expect(of("execution", "credential-access", "exfiltration").length).toBe(3);
    expect(of("exfiltration", "credential-access", "execution").length).toBe(1);
  });
});
