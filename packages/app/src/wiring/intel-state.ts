/** What intelligence is made of while it runs, and how it is taken up at the start. */
import { join } from "node:path";
import { TableBuilder } from "@cordon/engine/stream/detect/intel/build";
import { readFeed } from "@cordon/engine/stream/detect/intel/formats/read-feed";
import { tableOf } from "@cordon/engine/stream/detect/intel/image";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import type { WireIntelFeed } from "@cordon/model/api/intel";
import { AppError, messageOf } from "@cordon/model/error";
import type { IntelPattern } from "@cordon/model/indicator";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { FeedStamp, ImageStore, KeptImage } from "@cordon/model/ports/intel";
import type { Worklist } from "@cordon/model/ports/journal";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Instant } from "@cordon/model/time";
import { type Config, configPath } from "../config.ts";
import { type Meters, raiseProblem } from "../meters.ts";
import { CONTENT, readTexts } from "./content.ts";
import { newKey } from "./intel-build.ts";
import type { Feed } from "./intel-feeds.ts";
import type { KeptTable } from "./intel-rows.ts";

const KV_KEY = "intel-feeds";

export interface IntelParts {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly events: Pick<EventStore, "search">;
  readonly worklist: Pick<Worklist, "offer">;
  readonly kv: { get(key: string): Promise<string | undefined>; set(key: string, value: string): Promise<void> };
  /** Feeds of this run only: `scan --intel FILE`. */
  readonly files: readonly string[];
  /** Files that are read once are old logs, searched with what is known now; feeds are read before them. */
  readonly input: "files-once" | "live";
}

/** What is known of a feed; kept over restarts. */
export interface FeedState {
  key: string;
  stamp?: FeedStamp;
  changedAt?: Instant;
  checkedAt?: Instant;
  state: WireIntelFeed["state"];
  error?: string;
  rows: number;
  bad: number;
  badRows: readonly { readonly line: number; readonly reason: string }[];
  patterns: readonly IntelPattern[];
}

export interface IntelSelf {
  readonly parts: IntelParts;
  readonly image: ImageStore;
  readonly states: Map<string, FeedState>;
  feeds: readonly Feed[];
  table: IntelTable;
  kept: KeptImage | undefined;
  readonly warning: IntelTable;
}

function finished(builder: TableBuilder): IntelTable {
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const newBuilder = (runtime: Runtime): TableBuilder =>
  new TableBuilder({ key: newKey(), digestOf: (bytes) => runtime.sha256(bytes) });

export const emptyTable = (runtime: Runtime): IntelTable => finished(newBuilder(runtime));

export interface TakenUp extends KeptTable {
  readonly states: Map<string, FeedState>;
}

/** The newest image that is whole, with what is known of its feeds. Any other image than the newest is read anew (N3). */
export async function takeUp(parts: IntelParts, image: ImageStore): Promise<TakenUp> {
  const { meters, runtime, kv } = parts;
  const text = await kv.get(KV_KEY);
  const states = new Map<string, FeedState>(text === undefined ? [] : (JSON.parse(text) as [string, FeedState][]));
  for (const [index, kept] of (await image.load()).entries()) {
    const table = await kept.image().then(
      (bytes) => tableOf(bytes, (part) => runtime.sha256(part)),
      (error: unknown) => messageOf(error),
    );
    if (typeof table !== "string") return { table, kept, states: index === 0 ? states : new Map() };
    const fix = "nothing to do: the image before it serves while the feeds are read again";
    raiseProblem(meters, "intel-image", `an image of indicators was refused: ${table}`, fix);
  }
  return { table: emptyTable(runtime), states: new Map() };
}

export const saveStates = ({ parts, states }: IntelSelf): Promise<void> =>
  parts.kv.set(KV_KEY, JSON.stringify([...states]));

/** Shipped and own warning lists; each file is a list under its name. */
export function warningTable({ config, runtime }: IntelParts): IntelTable {
  const { shipped, paths } = config.intel.warningLists;
  const builder = newBuilder(runtime);
  const folders = [
    ...(shipped ? [join(CONTENT, "intel", "warning-lists")] : []),
    ...paths.map((path) => configPath(config, path)),
  ];
  for (const { path, text } of folders.flatMap((folder) => readTexts(folder, [".txt", ".list"]))) {
    const feed = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).replace(/\.\w+$/, "");
    for (const item of readFeed(text, { format: "list", below: false, facts: { feed, confidence: 100 } })) {
      if (item.kind === "bad") throw new AppError("config-invalid", `${path}: line ${item.line}: ${item.reason}`);
      if (item.kind === "indicator") builder.add(item.indicator);
    }
  }
  return finished(builder);
}
