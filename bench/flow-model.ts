/**
 * `node bench/flow-model.ts [--train 51,52,53] [--test 61,62,63,64,65] [--sensor zeek] [--judge zeek]`: a model of connections learnt
 * from made offices and asked, as the stream asks it, about others: of each kind of attack how many runs are said (low or more) and after how many
 * of their connections, and false alerts in offices without attacks. The offices are ours (testkit/content/flows.ts).
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { readFlow } from "@cordon/engine/learning/flow/flow";
import { makeFlowJudge } from "@cordon/engine/learning/flow/flow-model";
import { type LabelledFlow, trainFlows } from "@cordon/engine/learning/flow/flow-training";
import { flowVector } from "@cordon/engine/learning/flow/flow-vector";
import { makeFlowWindow } from "@cordon/engine/learning/flow/flow-window";
import { makeContentWay } from "@cordon/engine/stream/detect/content/way";
import type { Event } from "@cordon/model/event";
import { eventId, sha256Of } from "@cordon/model/ids";
import { DAY, instant } from "@cordon/model/time";
import { WRITERS } from "@cordon/testkit/content/flow-writers";
import { ATTACKS, type MadeFlow, madeFlows } from "@cordon/testkit/content/flows";

const { values } = parseArgs({
  options: {
    train: { type: "string", default: "51,52,53" },
    test: { type: "string", default: "61,62,63,64,65" },
    sensor: { type: "string", default: "zeek" },
    judge: { type: "string", default: "zeek" },
  },
});
const HOSTS = 25;
const HOURS = 6;
const sensorOf = (text: string): keyof typeof WRITERS =>
  (["zeek", "suricata", "vpc", "ocsf"] as const).find((name) => name === text) ?? "zeek";
const hash = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const office = (seed: number, times: number): readonly MadeFlow[] =>
  madeFlows({
    ...{ seed, net: seed, hours: HOURS, hosts: HOSTS, start: Date.UTC(2026, 4, 4, 8) + seed * DAY },
    attacks: Array.from({ length: times }, () => ATTACKS).flat(),
  });

function eventOf(flow: MadeFlow, at: number, sensor: keyof typeof WRITERS): Event {
  const time = instant(flow.time);
  return {
    ...{ id: eventId(`${flow.time}-${at}`), time, receivedAt: time, source: sensor, shape: sensor, class: 4001 },
    ...{ log: { categories: ["firewall"] }, activity: 6, severity: 1, raw: WRITERS[sensor](flow, false) },
    entities: [
      { kind: "ip", role: "src", value: flow.source },
      { kind: "ip", role: "dst", value: flow.destination },
    ],
    provenance: { input: sensor, position: at },
  } as unknown as Event;
}

function rowsOf(seed: number): readonly LabelledFlow[] {
  const window = makeFlowWindow();
  return office(seed, 3).flatMap((flow, at) => {
    const read = readFlow(eventOf(flow, at, sensorOf(values.sensor)));
    const { kind, source, destination } = flow;
    if (read === undefined) return [];
    const row = { values: flowVector(read, window), bad: kind !== "", kind, file: `${seed}` };
    return [{ ...row, source, destination, where: `${seed}:${at}` }];
  });
}

const numbers = (text: string): readonly number[] => text.split(",").map(Number);
const rows = numbers(values.train).flatMap(rowsOf);
const { model, outcome } = trainFlows(rows, { seed: 1, budget: 0.001, split: undefined, progress: () => undefined });
say(`${rows.length} connections learnt; ${outcome.protocol}`);
say(JSON.stringify({ metrics: outcome.metrics, intervals: outcome.intervals, by: outcome.by }));

const judge = makeFlowJudge("bench", model);
const runOf = ({ kind, source, destination }: MadeFlow): string => `${kind} ${kind === "dos" ? destination : source}`;

function judged(flows: readonly MadeFlow[]) {
  const way = makeContentWay({ flows: judge, views: new Map(), hash });
  const passed = new Map<string, number>();
  const said = new Map<string, number>();
  let [wrong, hints] = [0, 0];
  flows.forEach((flow, at) => {
    const run = runOf(flow);
    passed.set(run, (passed.get(run) ?? 0) + 1);
    const found = way.detect([eventOf(flow, at, sensorOf(values.judge))]).map(({ severity }) => severity);
    if (flow.kind === "") hints += found.filter((level) => level === "informational").length;
    if (!found.some((level) => level !== "informational")) return;
    if (flow.kind === "") wrong += 1;
    else if (!said.has(run)) said.set(run, passed.get(run) ?? 0);
  });
  return { passed, said, wrong, hints };
}

const counts = new Map(ATTACKS.map((kind) => [kind as string, { runs: 0, found: 0, after: [] as number[] }]));
let [wrong, quiet, hints] = [0, 0, 0];
for (const seed of numbers(values.test)) {
  const { passed, said, wrong: falsely } = judged(office(seed, 1));
  wrong += falsely;
  const ordinary = judged(office(seed + 100, 0));
  quiet += ordinary.wrong;
  hints += ordinary.hints;
  for (const run of passed.keys()) {
    const count = counts.get(run.split(" ")[0] ?? "");
    if (count === undefined) continue;
    count.runs += 1;
    const after = said.get(run);
    if (after === undefined) continue;
    count.found += 1;
    count.after.push(after);
  }
}
for (const [kind, { runs, found, after }] of counts)
  say(
    `${kind}: ${found} of ${runs} runs said, after ${after.toSorted((a, b) => a - b)[after.length >> 1]} connections (median)`,
  );
const days = (numbers(values.test).length * (HOSTS + 1) * HOURS) / 24;
say(`false, low or more: ${wrong} beside attacks, ${quiet} in offices without (${days.toFixed(1)} host-days each)`);
say(`informational in offices without: ${hints}`);
