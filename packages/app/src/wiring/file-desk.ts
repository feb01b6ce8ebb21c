/**
 * Files as the faces and the server's own work see them: examined in a thread, held against the indicators in use, and
 * made evidence where they were found.
 *
 * FD1. The verdict is worked out once more with what the indicators say: they change by the minute, the thread knows none.
 *      What the learnt model said of the file holds for it as well.
 * FD2. A verdict with a place (host and path) goes into the stream as a record of FILE_SOURCE, and from there the way of
 *      every event: rules, detection, incident, proposal. Without a place it goes there only when asked for.
 * FD3. The file itself is kept nowhere.
 */
import { type FileFinding, fileRecord } from "@cordon/engine/file/file-record";
import { judgeFile, type Reputation } from "@cordon/engine/file/verdict";
import { UPLOAD_BYTES_MAX, type WireFileReport } from "@cordon/model/api/files";
import { entityKey } from "@cordon/model/entity";
import { AppError } from "@cordon/model/error";
import { FILE_SOURCE } from "@cordon/model/file-source";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Journal } from "@cordon/model/ports/journal";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { instant, MINUTE } from "@cordon/model/time";
import type { FileDesk, IntelDesk, PushAnswer, Sample } from "../instance.ts";
import { type FileReport, type Hashes, verdictOfBoth } from "./file-examiner.ts";
import { factLines } from "./file-facts.ts";
import type { FilePool } from "./file-pool.ts";

/** Members of an archive that are looked up in the indicators. */
const LOOKUPS_MAX = 200;
const SEEN_MAX = 20;
const RULES_MAX = 50;
/** Clocks of sources run ahead of ours. */
const MINUTES_30 = 30 * MINUTE;

export interface FileDeskParts {
  readonly pool: FilePool;
  readonly intel: Pick<IntelDesk, "lookup">;
  readonly events: Pick<EventStore, "search">;
  readonly journal: Pick<Journal, "findByEntities">;
  readonly now: () => number;
  /** Rules that do not load, one line each; none when all do. */
  leftOut(remarks: readonly string[]): void;
  push(source: string, record: Uint8Array): Promise<PushAnswer>;
}

export function makeFileDesk(parts: FileDeskParts): FileDesk {
  return {
    async examine(sample) {
      if (sample.bytes.length > UPLOAD_BYTES_MAX)
        throw new AppError("bad-request", `${sample.bytes.length} bytes, at most ${UPLOAD_BYTES_MAX}`, {
          fix: "cordon file examine PATH examines larger files where they lie",
        });
      const { report, reason } = await parts.pool.examine(sample.name, sample.bytes);
      parts.leftOut(parts.pool.state().remarks);
      if (report === undefined)
        throw new AppError("unavailable", `${sample.name.slice(0, 200)}: ${reason}`, { retry: "later" });
      return judged(parts, sample, report);
    },
  };
}

async function judged(parts: FileDeskParts, sample: Sample, report: FileReport): Promise<WireFileReport> {
  const own = report.hashes[0] ?? { sha256: report.sha256, sha1: "", md5: "" };
  const listed = reputationOf(parts.intel, report.hashes);
  const { signs, hits, unreadable } = report;
  const points = judgeFile({ signs, hits, reputation: listed, ...(unreadable === undefined ? {} : { unreadable }) });
  const verdict = report.opinion === undefined ? points : verdictOfBoth(points, report.opinion);
  const rules = [...new Set(hits.map(({ rule }) => rule))].slice(0, RULES_MAX);
  const before = await seenBefore(parts, own);
  const placed = sample.host !== undefined && sample.path !== undefined;
  const recorded = placed || sample.record;
  if (recorded) {
    const finding: FileFinding = {
      ...{ name: sample.name, type: report.kind, size: report.size, hashes: own, verdict, rules, reputation: listed },
      from: sample.from,
      ...(placed ? { host: sample.host, path: sample.path } : {}),
      ...(sample.incident === undefined ? {} : { incident: sample.incident }),
    };
    await parts.push(FILE_SOURCE, new TextEncoder().encode(JSON.stringify(fileRecord(finding))));
  }
  return {
    ...{ name: sample.name, verdict: verdict.verdict, score: verdict.score, reasons: [...verdict.reasons] },
    ...{ type: report.kind, size: report.size, ...own, facts: [...factLines(report)], rules },
    ...{ limits: [...report.limits], listed: [...listed], ...before, recorded },
    advice: adviceFor(verdict.verdict, { placed, recorded, seen: before.seen.length }),
  };
}

function reputationOf(intel: Pick<IntelDesk, "lookup">, hashes: readonly Hashes[]): readonly Reputation[] {
  const listed = new Map<string, Reputation>();
  for (const { sha256, sha1, md5 } of hashes.slice(0, LOOKUPS_MAX))
    for (const hash of [sha256, sha1, md5])
      for (const hit of hash === "" ? [] : intel.lookup(hash).hits) {
        if (hit.standing !== "counts" || hit.warning !== undefined || listed.has(hit.feed)) continue;
        const label = hit.label === undefined ? {} : { label: hit.label };
        // One list is one witness, however many of the hashes it holds.
        listed.set(hit.feed, { feed: hit.feed, confidence: hit.confidenceNow, ...label });
      }
  return [...listed.values()];
}

async function seenBefore(
  { events, journal, now }: FileDeskParts,
  { sha256, sha1, md5 }: Hashes,
): Promise<Pick<WireFileReport, "seen" | "incidents">> {
  const named = [sha256, sha1, md5].filter((hash) => hash !== "").map((value) => ({ kind: "hash" as const, value }));
  const to = instant(now() + MINUTES_30);
  const found = await events.search(
    { from: instant(0), to, entities: named, limit: SEEN_MAX, order: "newest" },
    NEVER_STOP,
  );
  const around = await journal.findByEntities(named.map(entityKey), instant(0));
  return {
    seen: found.map(({ id, time, entities }) => {
      const host = entities.find(({ kind, role }) => kind === "host" && role === "device")?.value;
      const file = entities.find(({ kind }) => kind === "file")?.value;
      return { event: id, at: time, ...(host === undefined ? {} : { host }), ...(file === undefined ? {} : { file }) };
    }),
    incidents: [...new Set(around.map(({ id }) => id))].slice(0, SEEN_MAX),
  };
}

interface Known {
  readonly placed: boolean;
  readonly recorded: boolean;
  readonly seen: number;
}

function adviceFor(verdict: WireFileReport["verdict"], { placed, recorded, seen }: Known): string {
  const elsewhere = seen > 0 ? " It was seen before: look at the hosts below." : "";
  switch (verdict) {
    case "malicious":
      return placed
        ? `The verdict is evidence now; quarantine of the file is proposed in its incident.${elsewhere}`
        : `Say on which host and path it lies, and its quarantine can be proposed.${elsewhere}`;
    case "suspicious":
      return `A reason to look, not to act: ${recorded ? "the verdict is evidence now" : "read the reasons first"}.${elsewhere}`;
    case "unremarkable":
      return "Nothing speaks against it; that is no proof that it is harmless.";
    case "unknown":
      return "It could not be read as a whole: nothing is known about the rest.";
  }
}
