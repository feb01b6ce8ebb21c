/**
 * Indicators, wired: feeds, the table in use, its image on disk, and the way of knowing over it.
 *
 * N1. The table in use is one reference. It changes between two batches; events wait for nothing and none is lost.
 * N2. A feed that fails keeps what it said last and is a problem on the status page until it is read again.
 * N3. A damaged image is named; the one before it serves, else the feeds are read anew.
 */
import { makeImageFile } from "@cordon/adapters/intel/image-file";
import { type IntelWay, makeIntelWay } from "@cordon/engine/stream/detect/intel/way";
import type { StixIndicator } from "@cordon/engine/stream/detect/stix/read-indicators";
import { AppError, messageOf } from "@cordon/model/error";
import type { IntelPattern } from "@cordon/model/indicator";
import type { FeedStamp } from "@cordon/model/ports/intel";
import { NEVER_STOP, type Stop } from "@cordon/model/ports/runtime";
import { instant, isoTime, MINUTE, SECOND } from "@cordon/model/time";
import type { IntelDesk } from "../instance.ts";
import { raiseProblem } from "../meters.ts";
import { type Built, buildTable, type Changed } from "./intel-build.ts";
import { intelDesk } from "./intel-desk.ts";
import { type Feed, feedsOf, intelFolder } from "./intel-feeds.ts";
import { type RetroParts, retroFor } from "./intel-retro.ts";
import { ROWS_DAMAGED } from "./intel-rows.ts";
import { type FeedState, type IntelParts, type IntelSelf, saveStates, takeUp, warningTable } from "./intel-state.ts";

export interface Intel {
  readonly way: IntelWay;
  readonly desk: IntelDesk;
  /** Patterns that are more than equalities, as far as they are known now: for who can run them. */
  patterns(): readonly StixIndicator[];
  /** Told after each refresh that may have changed them. */
  onPatterns(hear: (patterns: readonly StixIndicator[]) => Promise<void>): void;
  /** Keeps feeds fresh until stopped. */
  run(stop: Stop): Promise<void>;
}

/** Feeds are looked at this often; each has its own time. */
const LOOK_MS = 15 * SECOND;

export async function openIntel(parts: IntelParts): Promise<Intel> {
  const { config, runtime } = parts;
  const image = makeImageFile(intelFolder(config));
  const { table, kept, states } = await takeUp(parts, image);
  const feeds = feedsOf(config, runtime, parts.files);
  const self: IntelSelf = { parts, image, states, feeds, table, kept, warning: warningTable(parts) };
  const way = makeIntelWay(
    () => ({
      ...{ table: self.table, warning: self.warning, confidenceMin: config.intel.minConfidence },
      beforeValid: parts.input === "live" ? "silent" : "counts",
    }),
    (text) => runtime.sha256(text),
  );
  const retro: RetroParts = { ...parts, way, minLevel: config.rules.minLevel };
  const patterns = () => [...self.states.values()].flatMap((state) => state.patterns).map(stixOf);
  let hears = async (_patterns: readonly StixIndicator[]): Promise<void> => {};
  let last: Promise<void> = Promise.resolve();
  const refresh = (which: "due" | "all"): Promise<void> => {
    last = last
      .catch(() => undefined)
      .then(() => refreshNow(self, { which, retro, exchanged: () => hears(patterns()) }));
    return last;
  };
  if (parts.input === "files-once") await refresh("all");
  return {
    way,
    desk: intelDesk(self, retro, refresh),
    patterns,
    onPatterns(hear) {
      hears = hear;
    },
    async run(stop) {
      while (!stop.stopped) {
        await refresh("due").catch((error: unknown) =>
          raiseProblem(parts.meters, "intel-refresh", `indicators were not refreshed: ${messageOf(error)}`),
        );
        await runtime.sleep(LOOK_MS, stop);
      }
    },
  };
}

function stixOf({ id, pattern, title, facts, validFrom, validUntil }: IntelPattern): StixIndicator {
  return {
    ...{ id, pattern, name: title, source: `intel:${facts.feed}`, confidence: facts.confidence, types: [] },
    phases: (facts.tactics ?? []).map((phase) => ({ chain: "mitre-attack", phase })),
    techniques: facts.techniques ?? [],
    ...(validFrom === undefined ? {} : { validFrom: isoTime(instant(validFrom)) }),
    ...(validUntil === undefined ? {} : { validUntil: isoTime(instant(validUntil)) }),
    ...(facts.revoked === undefined ? {} : { revoked: true }),
  };
}

interface Refresh {
  readonly which: "due" | "all";
  readonly retro: RetroParts;
  /** The new table is in use. */
  readonly exchanged: () => Promise<void>;
}

async function refreshNow(self: IntelSelf, { which, retro, exchanged }: Refresh): Promise<void> {
  const { config, runtime, files } = self.parts;
  self.feeds = feedsOf(config, runtime, files);
  const names = new Set(self.feeds.map(({ name }) => name));
  const gone = [...self.states.keys()].filter((name) => !names.has(name));
  const changed: (Changed & { readonly stamp: FeedStamp })[] = [];
  for (const feed of self.feeds) {
    const found = isDue(self, feed, which) ? await ask(self, feed) : undefined;
    if (found !== undefined) changed.push(found);
  }
  if (changed.length === 0 && gone.length === 0) return;
  const rereads = new Set(changed.map(({ feed }) => feed.name));
  const keep = new Set([...names].filter((name) => !rereads.has(name)));
  const built = await buildTable({ runtime, image: self.image }, self, { keep, changed }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === ROWS_DAMAGED) readAnew(self);
    throw error;
  });
  for (const name of gone) self.states.delete(name);
  note(self, changed, built);
  self.table = built.table; // N1
  self.kept = built.kept;
  await saveStates(self);
  await exchanged();
  await retroFor(retro, built.fresh, config.intel.retroDays, NEVER_STOP);
}

/** N3: what is in memory serves on, but nothing is taken over from the rows on disk. */
function readAnew(self: IntelSelf): void {
  self.kept = undefined;
  for (const state of self.states.values()) {
    delete state.stamp;
    delete state.checkedAt;
  }
}

function isDue({ states, parts }: IntelSelf, feed: Feed, which: "due" | "all"): boolean {
  const checkedAt = states.get(feed.name)?.checkedAt;
  return which === "all" || checkedAt === undefined || parts.runtime.now() - checkedAt >= feed.refreshMinutes * MINUTE;
}

const newState = (key: string): FeedState => ({ key, state: "waiting", rows: 0, bad: 0, badRows: [], patterns: [] });

/** N2 */
async function ask(self: IntelSelf, feed: Feed): Promise<(Changed & { readonly stamp: FeedStamp }) | undefined> {
  const { meters, runtime } = self.parts;
  const known = self.states.get(feed.name);
  const state = known ?? newState(feed.key);
  self.states.set(feed.name, state);
  const problem = `intel-feed-${feed.name}`;
  state.checkedAt = runtime.now();
  try {
    const answer = await feed.source.fetch(state.key === feed.key ? state.stamp : undefined, NEVER_STOP);
    state.state = "ok";
    delete state.error;
    meters.problems.delete(problem);
    return answer.kind === "unchanged" ? undefined : { feed, text: answer.text, at: answer.at, stamp: answer.stamp };
  } catch (error) {
    state.state = "failed";
    state.error = messageOf(error);
    const kept =
      state.rows === 0 ? "nothing of it is known" : `its ${state.rows} indicators of the last time stay in use`;
    raiseProblem(meters, problem, `feed ${feed.name} cannot be read (${kept}): ${state.error}`, "cordon intel feeds");
    return undefined;
  }
}

function note(self: IntelSelf, changed: readonly (Changed & { readonly stamp: FeedStamp })[], { yields }: Built): void {
  for (const { feed, stamp, at } of changed) {
    const got = yields.get(feed.name);
    const state = self.states.get(feed.name);
    if (got === undefined || state === undefined) continue;
    const { rows, bad, badRows, patterns } = got;
    Object.assign(state, { key: feed.key, stamp, changedAt: at, rows, bad, badRows, patterns });
  }
}
