/**
 * Files of labelled flows -> rows: read, mapped and understood as the stream does it, in the order in which they were logged.
 *
 * FR1. Each file begins with nothing before it; a file whose rows jump in time is put in order first, and the card says so.
 * FR2. Equal rows of one label once. At most ROWS_MAX benign flows, and as many attacks, evenly over the files' order.
 * FR3. What is no flow, or has no label, is counted; a file without any is named with its reason.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { makeRuntime, makeStop } from "@cordon/adapters/runtime";
import { makeFilesSource } from "@cordon/adapters/sources/files/files";
import { readFlow, type WholeFlow } from "@cordon/engine/learning/flow/flow";
import { type FlowLabel, labelOf } from "@cordon/engine/learning/flow/flow-labels";
import type { SplitWay } from "@cordon/engine/learning/flow/flow-split";
import { tableTime } from "@cordon/engine/learning/flow/table-time";
import { isUnmapped } from "@cordon/engine/stream/normalise/mapping";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import type { Config } from "../config.ts";
import { listFiles } from "./content.ts";
import { labelFromPeriods, readPeriods } from "./content-flows-labels.ts";
import { type FlowRowsRead, makeFlowRows } from "./content-flows-rows.ts";
import { readMappings } from "./mapping-files.ts";
import { realOf } from "./training-sources.ts";

export interface FlowRequest {
  readonly config: Config;
  readonly paths: readonly string[];
  /** Name of the column that holds labels. */
  readonly column: string | undefined;
  /** Files that say when which address attacked or was attacked. */
  readonly labels: readonly string[];
  readonly split: SplitWay | undefined;
  readonly budget: number | undefined;
  readonly progress: (what: string) => void;
}

export interface FlowReading extends FlowRowsRead {
  readonly unlabelled: number;
  readonly formats: readonly string[];
  readonly lineage: readonly JsonObject[];
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

const UNREAD_NAMED = 50;
const NETWORK_ACTIVITY = 4001;
const WIDE_NOTE =
  "some tables are read by their columns alone, which no mapping knows: to judge such records in the stream, give them a mapping (docs/flows.md)";

interface FileCount {
  events: number;
  flows: number;
  unlabelled: number;
}

export async function readFlows(request: FlowRequest): Promise<FlowReading> {
  for (const path of request.paths) listFiles(path);
  const mappings = readMappings(request.config);
  const periods = await Promise.all(request.labels.map((path) => readPeriods(path, mappings)));
  const places = request.paths.map(realOf);
  const twice = places.find((place, at) => places.indexOf(place) !== at);
  if (twice !== undefined) throw new AppError("bad-request", `${twice} is named twice`);
  const labelled = (event: Event, flow: WholeFlow): FlowLabel | undefined =>
    request.labels.length > 0 ? labelFromPeriods(flow, periods.flat()) : labelOf(event.raw, request.column);
  const rows = makeFlowRows();
  const counts = new Map<string, FileCount>();
  const formats = new Set<string>();
  const unread: { where: string; reason: string }[] = [];
  const see = (event: Event, file: string): void => {
    const count = countOf(counts, file);
    count.events += 1;
    const read = event.class === NETWORK_ACTIVITY || isUnmapped(event.source) ? readFlow(event) : undefined;
    if (read === undefined) return;
    // A time that the source's mapping did not understand is that of the reading.
    const time = event.time === event.receivedAt ? tableTime(event.raw) : event.time;
    const flow = time === undefined ? read : { ...read, time };
    count.flows += 1;
    const label = labelled(event, flow);
    if (label === undefined || label.sense === "unlabelled") count.unlabelled += 1;
    formats.add(event.shape);
    // Those without a label count for what comes after them, too.
    const known = label ?? { sense: "unlabelled", kind: "" };
    rows.add(file, { flow, label: known, timed: time !== undefined, position: event.provenance.position });
  };
  for (const path of request.paths) await readPath(path, { request, mappings, see, unread });
  unread.push(...emptyFiles(counts));
  const read = rows.finish();
  const unlabelled = [...counts.values()].reduce((sum, count) => sum + count.unlabelled, 0);
  const wide = [...formats].some((shape) => isUnmapped(shape));
  return {
    ...{ ...read, unlabelled, unread, formats: [...formats].toSorted() },
    notes: [...read.notes, ...(wide ? [WIDE_NOTE] : [])],
    lineage: await Promise.all([...request.paths, ...request.labels].map(lineageOf)),
  };
}

function countOf(counts: Map<string, FileCount>, file: string): FileCount {
  const count = counts.get(file) ?? { events: 0, flows: 0, unlabelled: 0 };
  counts.set(file, count);
  return count;
}

interface Reading {
  readonly request: FlowRequest;
  readonly mappings: ReturnType<typeof readMappings>;
  readonly see: (event: Event, file: string) => void;
  readonly unread: { where: string; reason: string }[];
}

async function readPath(path: string, { request, mappings, see, unread }: Reading): Promise<void> {
  const runtime = makeRuntime();
  const normalise = makeNormaliser({ mappings: mappings.mappings, sha256: (text) => runtime.sha256(text) });
  const top = realOf(path);
  // Two files of one name are two files.
  const alike = request.paths.filter((other) => basename(realOf(other)) === basename(top));
  const name = alike.length === 1 ? basename(top) : `${alike.indexOf(path) + 1}-${basename(top)}`;
  const shown = (input: string): string => name + (input.startsWith(path) ? input.slice(path.length) : "");
  const note = (where: string, reason: string): void =>
    void (unread.length < UNREAD_NAMED && unread.push({ where, reason }));
  let events = 0;
  await makeFilesSource({ name: "files", paths: [path] }, { runtime }).run(
    async (batch) => {
      for (const record of batch) {
        const found = normalise(record);
        for (const { reason } of found.problems) note(`${shown(record.input)}: record ${record.position}`, reason);
        for (const event of found.events) see(event, shown(record.input));
      }
      events += batch.length;
      request.progress(`${events} records of ${basename(top)}`);
    },
    ({ input, position, reason }) =>
      note(`${shown(input)}${position === undefined ? "" : `: record ${position}`}`, reason),
    makeStop(),
  );
  if (events === 0 && !unread.some(({ where }) => where.startsWith(name))) note(name, "no record in it");
}

/** TW4 */
const emptyFiles = (counts: ReadonlyMap<string, FileCount>) =>
  [...counts].flatMap(([where, { events, flows, unlabelled }]) => {
    if (flows === 0) return [{ where, reason: `${events} records, and no connection with counts of bytes or packets` }];
    if (unlabelled < flows) return [];
    return [
      { where, reason: `${flows} connections, none with a label that is understood (--label COLUMN, --labels FILE)` },
    ];
  });

async function lineageOf(path: string): Promise<JsonObject> {
  const all = createHash("sha256");
  const files = listFiles(path);
  for (const file of files) {
    const digest = createHash("sha256");
    await pipeline(createReadStream(file), digest);
    all.update(`${digest.digest("hex")}\n`);
  }
  return { name: basename(realOf(path)), files: files.length, sha256: all.digest("hex") };
}
