/**
 * Makes the next table of indicators beside the one in use: rows of feeds that stayed are taken over from disk, changed
 * feeds are read, whole rows go to disk as they come, and after each slice everything else has its turn.
 */
import { randomBytes } from "node:crypto";
import { TableBuilder } from "@cordon/engine/stream/detect/intel/build";
import type { FeedItem } from "@cordon/engine/stream/detect/intel/formats/feed";
import { readFeed } from "@cordon/engine/stream/detect/intel/formats/read-feed";
import { imageOf } from "@cordon/engine/stream/detect/intel/image";
import type { DigestKey } from "@cordon/engine/stream/detect/intel/keyed-digest";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import type { Indicator, IntelPattern } from "@cordon/model/indicator";
import type { FeedText, ImageDraft, ImageStore, KeptImage } from "@cordon/model/ports/intel";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import type { Instant } from "@cordon/model/time";
import type { Feed } from "./intel-feeds.ts";
import { type KeptTable, rowPieces } from "./intel-rows.ts";

/** Rows between two pauses: about ten milliseconds. */
const SLICE = 4_096;
/** Bad rows that are shown; all are counted. */
export const BAD_SHOWN_MAX = 20;
export const PATTERNS_MAX = 20_000;
/** New indicators that are looked for in stored events after a refresh. */
export const NEW_MAX = 1_000;

export interface Changed {
  readonly feed: Feed;
  readonly text: FeedText;
  /** As of when the feed says what it says. */
  readonly at: Instant;
}

export interface FeedYield {
  rows: number;
  bad: number;
  readonly badRows: { readonly line: number; readonly reason: string }[];
  readonly patterns: IntelPattern[];
}

export interface Built {
  readonly table: IntelTable;
  readonly kept: KeptImage;
  readonly yields: ReadonlyMap<string, FeedYield>;
  /** Indicators that their feed did not have before, NEW_MAX at most. */
  readonly fresh: readonly Indicator[];
}

interface Wanted {
  readonly keep: ReadonlySet<string>;
  readonly changed: readonly Changed[];
}

export async function buildTable(
  parts: { readonly runtime: Runtime; readonly image: ImageStore },
  old: KeptTable,
  want: Wanted,
): Promise<Built> {
  const draft = await parts.image.begin();
  try {
    const { table, ...rest } = await build(parts.runtime, { old, want, draft });
    const pieces = imageOf(table, (bytes) => parts.runtime.sha256(bytes));
    return { table, kept: await draft.commit(pieces), ...rest };
  } catch (error) {
    await draft.abandon();
    throw error;
  }
}

interface Work {
  readonly old: KeptTable;
  readonly want: Wanted;
  readonly draft: ImageDraft;
}

async function build(runtime: Runtime, { old, want, draft }: Work): Promise<Omit<Built, "kept">> {
  const rows: Uint8Array[] = [];
  const digestOf = (bytes: Uint8Array): string => runtime.sha256(bytes);
  const builder = new TableBuilder({ key: newKey(), digestOf, onRows: (piece) => void rows.push(piece) });
  const pause = async (): Promise<void> => {
    for (const piece of rows.splice(0)) await draft.append(piece);
    await runtime.sleep(0, NEVER_STOP);
  };
  let n = 0;
  for await (const piece of rowPieces(old, runtime, 0)) {
    for (const { indicator } of piece) if (want.keep.has(indicator.facts.feed)) builder.add(indicator);
    await pause();
  }
  const yields = new Map<string, FeedYield>();
  const fresh: Indicator[] = [];
  for (const { feed, text, at } of want.changed) {
    const got: FeedYield = { rows: 0, bad: 0, badRows: [], patterns: [] };
    yields.set(feed.name, got);
    const take = takerOf(builder, got, (indicator) => {
      if (fresh.length < NEW_MAX && isNew(old.table, indicator)) fresh.push(indicator);
    });
    for (const item of readFeed(text, { ...feed.form, facts: { ...feed.form.facts, asOf: at } })) {
      n += 1;
      if (n % SLICE === 0) await pause();
      take(item);
    }
  }
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    await pause();
    if (step.done === true) return { table: step.value, yields, fresh };
  }
}

/** Nobody outside may know it: whoever does can choose two values that the table takes for one. */
export function newKey(): DigestKey {
  const bytes = randomBytes(16);
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
}

/** Takes one item of a feed; what has no room or no meaning is counted and named. */
function takerOf(
  builder: TableBuilder,
  got: FeedYield,
  onRow: (indicator: Indicator) => void,
): (item: FeedItem) => void {
  const refuse = (line: number, reason: string): void => {
    got.bad += 1;
    if (got.badRows.length < BAD_SHOWN_MAX) got.badRows.push({ line, reason });
  };
  return (item) => {
    if (item.kind === "bad") return refuse(item.line, item.reason);
    if (item.kind === "pattern") {
      if (got.patterns.length >= PATTERNS_MAX) return refuse(0, `more than ${PATTERNS_MAX} patterns`);
      got.patterns.push(item.pattern);
      return;
    }
    const refusal = builder.add(item.indicator);
    if (refusal !== undefined) return refuse(0, `no room for ${item.indicator.value}: ${refusal}`);
    got.rows += 1;
    onRow(item.indicator);
  };
}

const isNew = (old: IntelTable, { kind, value, facts }: Indicator): boolean =>
  !old.exact(kind, value).some((known) => known.facts.feed === facts.feed);
