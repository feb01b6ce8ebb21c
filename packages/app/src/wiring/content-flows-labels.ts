/**
 * Labels that stand beside the flows: a table of when, which address and what.
 * LF1. Columns: `start`, `end` (times as logs write them, or seconds), and `source`, `destination` or `address` (either side), at
 *      least one of them; `label` names the kind. Every flow in such a period with that address is an attack, every other benign.
 * LF2. A row that is not understood stops the training: a label that is lost makes an attack a benign flow.
 */
import type { WholeFlow } from "@cordon/engine/learning/flow/flow";
import type { FlowLabel } from "@cordon/engine/learning/flow/flow-labels";
import { canonicalise } from "@cordon/model/canonical";
import { AppError } from "@cordon/model/error";
import type { Json, JsonObject } from "@cordon/model/json";
import { readEvents } from "./event-files.ts";
import type { Mappings } from "./mapping-files.ts";

export interface LabelPeriod {
  readonly from: number;
  readonly to: number;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly address: string | undefined;
  readonly kind: string;
}

export async function readPeriods(path: string, mappings: Mappings): Promise<readonly LabelPeriod[]> {
  const { events, problems, cut } = await readEvents(path, mappings);
  const [problem] = problems;
  if (problem !== undefined) throw new AppError("bad-request", problem);
  if (cut) throw new AppError("bad-request", `${path}: more than ${events.length} periods`);
  return events.map(({ raw, provenance }) => periodOf(raw, `${path}: row ${provenance.position}`));
}

const NAMES = {
  from: ["start", "from", "begin", "start_time"],
  to: ["end", "to", "stop", "end_time"],
  source: ["source", "src", "src_ip", "attacker"],
  destination: ["destination", "dst", "dst_ip", "victim", "target"],
  address: ["address", "ip", "host"],
  kind: ["label", "attack", "class", "kind"],
} as const;

function periodOf(raw: JsonObject, where: string): LabelPeriod {
  const lower = Object.fromEntries(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), value]));
  const text = (names: readonly string[]): string | undefined =>
    names.map((name) => textOf(lower[name])).find((found) => found !== "");
  const [from, to] = [timeOf(text(NAMES.from)), timeOf(text(NAMES.to))];
  if (!(from <= to)) throw new AppError("bad-request", `${where}: start and end are no period`);
  const [source, destination, address] = [text(NAMES.source), text(NAMES.destination), text(NAMES.address)].map(ipOf);
  if (source === undefined && destination === undefined && address === undefined)
    throw new AppError("bad-request", `${where}: no address (columns source, destination or address)`);
  return { from, to, source, destination, address, kind: text(NAMES.kind) ?? "attack" };
}

const textOf = (value: Json | undefined): string =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() : "";

const ipOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (canonicalise("ip", text)?.value ?? text);

/** Later than any second of this century's logs: milliseconds. */
const SECONDS_MAX = 1e11;

function timeOf(text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  const number = Number(text);
  if (!Number.isNaN(number)) return number > SECONDS_MAX ? number : number * 1_000;
  // A time without a zone is UTC, as in logs.
  return Date.parse(/(?:z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text.replace(" ", "T")}Z`);
}

export function labelFromPeriods(flow: WholeFlow, periods: readonly LabelPeriod[]): FlowLabel {
  const found = periods.find(
    ({ from, to, source, destination, address }) =>
      flow.time >= from &&
      flow.time <= to &&
      (source === undefined || source === flow.source) &&
      (destination === undefined || destination === flow.destination) &&
      (address === undefined || address === flow.source || address === flow.destination),
  );
  return found === undefined ? { sense: "benign", kind: "" } : { sense: "attack", kind: found.kind };
}
