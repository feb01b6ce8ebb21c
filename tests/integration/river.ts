/**
 * Both rivers on memory stores and a virtual clock: lines in, incidents out, with the shipped content and policy.
 * In: log lines as the simulator writes them. Out: incidents as they stand. Nothing here waits for real time.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeActuator } from "@cordon/adapters/actions/index";
import { loadCedar } from "@cordon/adapters/policy/cedar";
import { makeCase } from "@cordon/engine/cases/case";
import { makeContain } from "@cordon/engine/cases/contain/contain";
import { makeInvestigate } from "@cordon/engine/cases/investigate/investigate";
import { makeTriage } from "@cordon/engine/cases/triage/triage";
import type { StoryLine } from "@cordon/engine/simulate/story";
import { makeDetector } from "@cordon/engine/stream/detect/detect";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { compileMappings } from "@cordon/engine/stream/normalise/mapping";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { runBatch } from "@cordon/engine/stream/stream";
import { actionConfigSchema } from "@cordon/model/action-config";
import type { Asset } from "@cordon/model/asset";
import type { Event } from "@cordon/model/event";
import { nonEmpty, recordId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { SpoolSeq } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";
import { levelRank } from "@cordon/model/rule";
import { Untrusted } from "@cordon/model/untrusted";
import { contentPlaybooks, inventoryOf } from "@cordon/testkit/contain-case";
import { makeMemoryEventStore } from "@cordon/testkit/memory-event-store";
import { makeMemoryState } from "@cordon/testkit/memory-state";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { makeMeters } from "../../packages/app/src/meters.ts";
import { makeCaseRole } from "../../packages/app/src/roles/case-role.ts";

const CONTENT = join(import.meta.dirname, "../../content");
/** As the application does by default: what informational rules say opens no incident. */
const SEVERITY_MIN = levelRank("low");
const MOMENTS_MAX = 2_000;

function texts(folder: string, wanted: (path: string) => boolean) {
  const root = join(CONTENT, folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((path) => join(root, path))
    .filter(wanted)
    .sort()
    .map((path) => ({ path, text: readFileSync(path, "utf8"), source: "cordon" }));
}

export const mappings = compileMappings(texts("sources", (path) => path.endsWith("mapping.yml")));
const rules = loadRules(texts("rules", (path) => path.endsWith(".yml") && !path.endsWith(".test.yml")));
const policy = loadCedar({
  policies: readFileSync(join(CONTENT, "policies/default.cedar"), "utf8"),
  schema: readFileSync(join(CONTENT, "policies/schema.cedarschema"), "utf8"),
});

/** Without state that counts: made once, since making them costs more than a story. */
const { sha256 } = makeVirtualRuntime();
const playbooks = contentPlaybooks({ sha256 });
const stages = {
  normalise: makeNormaliser({ mappings: mappings.mappings, sha256 }),
  detect: makeDetector({ rules: rules.rules, options: { informational: true } }, mappings.views, sha256).detect,
};

export interface RiverOptions {
  readonly startMs: number;
  readonly assets?: readonly Partial<Asset>[];
  readonly mode?: "assisted" | "auto" | "simulation";
  readonly ownHosts?: readonly string[];
  /** Changes an event after normalising, before anything else sees it. */
  readonly tamper?: (event: Event) => Event;
}

export function makeRiver(options: RiverOptions) {
  const runtime = makeVirtualRuntime({ startMs: options.startMs });
  const state = makeMemoryState();
  const events = makeMemoryEventStore(mappings.views);
  const inventory = inventoryOf(options.assets ?? []);
  const notice = async (incident: string) => ({
    ...{ incident, title: "", severity: "high", priority: 0, summary: [] },
  });
  const contain = makeContain({
    ...{ journal: state.journal, ledger: state.ledger, policy, runtime, inventory },
    actions: [
      makeActuator(actionConfigSchema.parse({ kind: "simulate", name: "simulate" }), {
        ...{ runtime, evidenceDir: "/nonexistent", hostname: "here", notice, events: (ids) => events.get(ids) },
      }),
    ],
    playbooks,
    settings: { mode: options.mode ?? "assisted", ownHosts: options.ownHosts ?? [] },
  });
  const triage = makeTriage({ ...state, runtime, inventory, history: () => state.outcomes.byRule() });
  const { step } = makeCase({
    ...{ journal: state.journal, runtime },
    stages: {
      score: (incident) => triage.score(incident),
      investigate: makeInvestigate({ events, views: mappings.views, runtime }),
      planResponse: (incident, stop) => contain.planResponse(incident, stop),
      contain: (incident, stop) => contain.step(incident, stop),
      relate: (id) => triage.relate(id),
    },
  });
  const faults: unknown[] = [];
  const cases = makeCaseRole({
    ...{ triage, step, journal: state.journal, runtime, meters: makeMeters(runtime.now()) },
    sweep: (now, stop) => contain.sweep(now, stop),
    fault: (error) => faults.push(error),
  });
  let position = 0;
  let problems = 0;
  /** One batch through the fast river. */
  const feed = async (lines: readonly StoryLine[]): Promise<void> => {
    const first = position + 1;
    position += lines.length;
    const records = lines.map((line, at) => recordOf(line, first + at, runtime.now()));
    const normalise = (record: RawRecord) => {
      const made = stages.normalise(record);
      return options.tamper === undefined ? made : { ...made, events: made.events.map(options.tamper) };
    };
    const seq = position as SpoolSeq;
    const result = runBatch({ ...stages, normalise }, { seq, records }, true);
    problems += result.problems.length;
    await events.append(seq, result.events);
    const found = nonEmpty(result.detections.filter((one) => levelRank(one.severity) >= SEVERITY_MIN));
    if (found !== undefined) await state.worklist.offer(found);
  };
  const settle = () => unlessAsleep(runtime, cases.drain(NEVER_STOP));
  return {
    ...{ runtime, state, events, contain, feed, settle, faults },
    problems: () => problems,
    /** Moves the clock in steps, with the case worker at work in between. */
    async pass(ms: number, stepMs: number): Promise<void> {
      for (let left = ms; left > 0; left -= stepMs) {
        await runtime.advance(Math.min(stepMs, left));
        await settle();
      }
    },
    async incidents(): Promise<readonly Incident[]> {
      const all = await state.journal.list({ order: "priority", limit: 1_000 });
      return all.filter((incident) => incident.mergedInto === undefined);
    },
    all: () => state.journal.list({ order: "opened", limit: 1_000 }),
  };
}

export type River = ReturnType<typeof makeRiver>;

/** Waits for work that sleeps on the virtual clock: whenever it sleeps, time jumps to when it wakes. */
async function unlessAsleep(runtime: ReturnType<typeof makeVirtualRuntime>, work: Promise<void>): Promise<void> {
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  for (let moment = 0; moment < MOMENTS_MAX; moment += 1) {
    if (over) break;
    await runtime.step();
  }
  await ended;
}

const FORMATS = { windows: "json", linux: "auto", cloudtrail: "json" } as const;

function recordOf(line: StoryLine, position: number, receivedAt: number): RawRecord {
  return {
    id: recordId(position.toString(16).padStart(32, "0")),
    ...{ source: "story", input: `${line.feed}.log`, format: FORMATS[line.feed], position },
    receivedAt: receivedAt as RawRecord["receivedAt"],
    body: new Untrusted(new TextEncoder().encode(line.text)),
  };
}
