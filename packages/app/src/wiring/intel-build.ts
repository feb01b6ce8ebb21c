/**
 * Makes the next table of indicators beside the one in use: rows of feeds that stayed are taken over, changed feeds are
 * read, and after each slice everything else has its turn.
 */
import { TableBuilder } from "@cordon/engine/stream/detect/intel/build";
import { readFeed } from "@cordon/engine/stream/detect/intel/formats/read-feed";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import type { Indicator, IntelPattern } from "@cordon/model/indicator";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import type { Instant } from "@cordon/model/time";
import type { Feed } from "./intel-feeds.ts";

/** Rows between two pauses: about ten milliseconds. */
const SLICE = 4_096;
/** Bad rows that are shown; all are counted. */
export const BAD_SHOWN_MAX = 20;
export const PATTERNS_MAX = 20_000;
/** New indicators that are looked for in stored events after a refresh. */
export const NEW_MAX = 1_000;

export interface Changed {
  readonly feed: Feed;
  readonly text: string;
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
  readonly yields: ReadonlyMap<string, FeedYield>;
  /** Indicators that their feed did not have before, NEW_MAX at most. */
  readonly fresh: readonly Indicator[];
}

export async function buildTable(
  runtime: Runtime,
  old: IntelTable,
  want: { readonly keep: ReadonlySet<string>; readonly changed: readonly Changed[] },
): Promise<Built> {
  const builder = new TableBuilder(Math.floor(runtime.random() * 2 ** 32), Math.max(65_536, old.parts.arena.length));
  const pause = (): Promise<void> => runtime.sleep(0, NEVER_STOP);
  let n = 0;
  for (let place = 0, row = old.at(place); row !== undefined; row = old.at(place)) {
    if (want.keep.has(row.indicator.facts.feed)) builder.add(row.indicator);
    place = row.next;
    n += 1;
    if (n % SLICE === 0) await pause();
  }
  const yields = new Map<string, FeedYield>();
  const fresh: Indicator[] = [];
  for (const { feed, text, at } of want.changed) {
    const got: FeedYield = { rows: 0, bad: 0, badRows: [], patterns: [] };
    yields.set(feed.name, got);
    const refuse = (line: number, reason: string): void => {
      got.bad += 1;
      if (got.badRows.length < BAD_SHOWN_MAX) got.badRows.push({ line, reason });
    };
    for (const item of readFeed(text, { ...feed.form, facts: { ...feed.form.facts, asOf: at } })) {
      n += 1;
      if (n % SLICE === 0) await pause();
      if (item.kind === "bad") refuse(item.line, item.reason);
      else if (item.kind === "pattern") {
        if (got.patterns.length < PATTERNS_MAX) got.patterns.push(item.pattern);
        else refuse(0, `more than ${PATTERNS_MAX} patterns`);
      } else {
        const refusal = builder.add(item.indicator);
        if (refusal !== undefined) refuse(0, `no room for ${item.indicator.value}: ${refusal}`);
        else {
          got.rows += 1;
          if (fresh.length < NEW_MAX && isNew(old, item.indicator)) fresh.push(item.indicator);
        }
      }
    }
  }
  const steps = builder.finish((bytes) => runtime.sha256(bytes));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { table: step.value, yields, fresh };
    await pause();
  }
}

const isNew = (old: IntelTable, { kind, value, facts }: Indicator): boolean =>
  !old.exact(kind, value).some((known) => known.facts.feed === facts.feed);
