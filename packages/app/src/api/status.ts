/** The status page as one value: sources, spool, stores, rules, and what is wrong with its fix. */
import type { WireStatus } from "@cordon/model/api/system";
import type { Instance } from "../instance.ts";

export async function statusOf(instance: Instance): Promise<WireStatus> {
  const { meters } = instance;
  const [spool, events, detections, open, waiting, closed, stored] = await Promise.all([
    instance.spool.stats(),
    instance.events.stats(),
    instance.worklist.count(),
    instance.journal.count({ order: "updated", status: ["new", "open", "contained"] }),
    instance.journal.count({ order: "updated", status: ["waiting"] }),
    instance.journal.count({ order: "updated", status: ["closed"] }),
    instance.spool.cursor("store"),
  ]);
  const unmapped = Object.entries(events.bySource).reduce(
    (sum, [source, count]) => sum + (source === "unknown" || source.startsWith("generic.") ? count : 0),
    0,
  );
  return {
    version: instance.version,
    startedAt: meters.startedAt,
    sources: [...meters.sources.values()].map((source) => ({
      name: source.name,
      kind: source.kind,
      state: source.state,
      detail: source.detail,
      accepted: source.accepted,
      duplicates: source.duplicates,
      failures: source.failures.map((failure) => ({ ...failure })),
      ...(source.lastRecordAt === undefined ? {} : { lastRecordAt: source.lastRecordAt }),
    })),
    spool: {
      ...{ bytes: spool.bytes, bytesMax: spool.bytesMax, records: spool.records, duplicates: spool.duplicates },
      ...{ lastSeq: spool.lastSeq, detected: meters.detectedSeq, stored },
    },
    events: {
      total: events.events,
      tail: events.tail,
      segments: events.segments,
      bytes: events.bytes,
      unmapped,
      bySource: { ...events.bySource },
    },
    rules: { loaded: instance.rules.loaded, rejected: instance.rules.rejected().length, digest: instance.rules.digest },
    detections,
    incidents: { open, waiting, closed },
    killSwitch: instance.killSwitch.on(),
    problems: [...meters.problems].map(([code, { message, fix }]) => ({
      code,
      message,
      ...(fix === undefined ? {} : { fix }),
    })),
  };
}
