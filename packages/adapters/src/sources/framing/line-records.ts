/**
 * Records of a log of lines: single lines, the lines of one audit event together, rows under a header of their own.
 * In: frames of a framer whose text leaves as lines. Out: frames of records. Rules: audit-groups.ts, line-header.ts, frame.ts.
 */
import { makeAuditGroups, type Place } from "./audit-groups.ts";
import type { Frame, Framer } from "./frame.ts";
import { type Meta, makeLineHeader } from "./line-header.ts";

export interface LineRecords {
  take(frames: readonly Frame[]): readonly Frame[];
  flush(): readonly Frame[];
  heldFrom(): Place | undefined;
  header(): Meta | undefined;
}

export function makeLineRecords(from?: Meta): LineRecords {
  const groups = makeAuditGroups();
  const header = makeLineHeader(from);
  return {
    take(frames) {
      const out: Frame[] = [];
      for (const frame of frames) for (const row of header.take(frame)) out.push(...groups.take(row));
      return out;
    },
    flush: groups.flush,
    heldFrom: groups.heldFrom,
    header: header.state,
  };
}

export function withLineRecords(framer: Framer): Framer {
  const records = makeLineRecords();
  return {
    push: (chunk) => records.take(framer.push(chunk)),
    end: () => [...records.take(framer.end()), ...records.flush()],
  };
}
