/** Intelligence as faces see it: feeds with their state, look-ups, lists, reload and the look back. */
import { type Formed, formOf, guessForm } from "@cordon/engine/stream/detect/intel/forms";
import { type Wanted, wantedOf } from "@cordon/engine/stream/detect/intel/lookups";
import { severityOf, standingAt } from "@cordon/engine/stream/detect/intel/standing";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import { silencedBy } from "@cordon/engine/stream/detect/intel/way";
import type { WireIndicator, WireIntelFeed } from "@cordon/model/api/intel";
import type { Indicator } from "@cordon/model/indicator";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import type { IntelDesk } from "../instance.ts";
import type { Feed } from "./intel-feeds.ts";
import { type RetroParts, retroAll } from "./intel-retro.ts";
import { rowPieces } from "./intel-rows.ts";
import type { IntelSelf } from "./intel-state.ts";

/** Rows passed over in search of wanted ones, per question. */
const PASSED_MAX = 2_000_000;

export function intelDesk(self: IntelSelf, retro: RetroParts, refresh: (which: "all") => Promise<void>): IntelDesk {
  const { runtime, config } = self.parts;
  const status: IntelDesk["status"] = () => ({
    version: self.table.parts.digest,
    indicators: self.table.rows,
    bytes: self.table.bytes,
    patterns: [...self.states.values()].reduce((sum, state) => sum + state.patterns.length, 0),
    feeds: self.feeds.map((feed) => feedOf(self, feed)),
    counts: retro.way.counts(),
    warningValues: self.warning.rows,
  });
  return {
    status,
    lookup(text) {
      const formed = understood(text);
      if (typeof formed === "string") return { reason: formed, hits: [] };
      const now = runtime.now();
      return {
        asked: { kind: formed.kind, value: formed.value },
        hits: metBy(self.table, formed).map(({ indicator, wanted }) => {
          const standing = standingAt(indicator, now, { confidenceMin: config.intel.minConfidence });
          const warning = silencedBy(self.warning, indicator, wanted);
          return {
            ...wireOf(indicator),
            standing: standing.kind,
            confidenceNow: standing.kind === "counts" ? standing.confidence : 0,
            ...(warning === undefined ? {} : { warning }),
          };
        }),
      };
    },
    async list({ feed, kind, limit, after }) {
      const items: WireIndicator[] = [];
      let place = after;
      let passed = 0;
      for await (const piece of rowPieces(self, runtime, after))
        for (const { indicator, next } of piece) {
          if (items.length === limit || passed === PASSED_MAX) return { items, next: place };
          place = next;
          passed += 1;
          if (feed !== undefined && indicator.facts.feed !== feed) continue;
          if (kind === undefined || indicator.kind === kind) items.push(wireOf(indicator));
        }
      return { items };
    },
    async reload() {
      await refresh("all");
      return status();
    },
    retro: (days) => retroAll(retro, days, NEVER_STOP),
  };
}

interface Met {
  readonly indicator: Indicator;
  readonly wanted: Pick<Wanted, "kind" | "value">;
}

/** As an event with this value would meet them: a URL is also known by its host, a sender by the domain. */
function metBy(table: IntelTable, { kind, value }: Formed): readonly Met[] {
  if (kind === "cidr") return table.exact(kind, value).map((indicator) => ({ indicator, wanted: { kind, value } }));
  const wanted: Wanted[] = [];
  wantedOf({ kind, role: "object", value: kind === "url" ? `http://${value}` : value }, wanted);
  return wanted.flatMap((one) => table.meets(one.kind, one.value).map((indicator) => ({ indicator, wanted: one })));
}

/** A look-up may also name a path, a key or a file, which a list without kinds may not. */
function understood(text: string): Formed | string {
  const guess = guessForm(text);
  if (typeof guess !== "string") return guess;
  const file = /[\\/]|\.\w{1,8}$/.test(text) ? formOf("file", text) : guess;
  return typeof file === "string" ? guess : file;
}

function feedOf({ states }: IntelSelf, feed: Feed): WireIntelFeed {
  const state = states.get(feed.name);
  return {
    ...{ name: feed.name, place: feed.source.place, state: state?.state ?? "waiting" },
    ...{ rows: state?.rows ?? 0, patterns: state?.patterns.length ?? 0, bad: state?.bad ?? 0 },
    badRows: (state?.badRows ?? []).map((row) => ({ ...row })),
    ...{ confidence: feed.form.facts.confidence, refreshMinutes: feed.refreshMinutes },
    ...(state?.changedAt === undefined ? {} : { changedAt: state.changedAt }),
    ...(state?.checkedAt === undefined ? {} : { checkedAt: state.checkedAt }),
    ...(state?.error === undefined ? {} : { error: state.error }),
  };
}

function wireOf(indicator: Indicator): WireIndicator {
  const { kind, value, below, facts, validFrom, validUntil } = indicator;
  return {
    ...{ kind, value, below, feed: facts.feed, confidence: facts.confidence, severity: severityOf(indicator) },
    ...(facts.asOf === undefined ? {} : { asOf: facts.asOf }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(facts.label === undefined ? {} : { label: facts.label }),
    ...(facts.tlp === undefined ? {} : { tlp: facts.tlp }),
    ...(facts.techniques === undefined ? {} : { techniques: [...facts.techniques] }),
    ...(facts.revoked === undefined ? {} : { revoked: facts.revoked }),
  };
}
