/**
 * Records -> events. Enters: one raw record. Leaves: at least one event, or a problem that says where and why.
 *
 * N1. Never throws, never drops: what nobody understands is an event of source `unknown`, class 0, with its text.
 * N2. `raw` keeps the source's own names. Nothing is renamed; captures of message templates join under their own names.
 * N3. The same record gives the same events with the same ids, on every replay.
 * N4. An event without a time of its own has the time of receipt, and a remark that says so.
 * N5. The one thing remembered between records: parts of PowerShell scripts (script-join.ts). The last part's record gives
 *     the joined event too, so N3 holds for the same sequence of records.
 */
import { messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { eventId, type Sha256 } from "@cordon/model/ids";
import { canonicalJson } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import { type DecodeProblem, decodeRecord, unknownText } from "./decode/decode.ts";
import { type Decoded, EVENT_CHARS_MAX } from "./decode/decoded.ts";
import { makeTextDecoder } from "./decode/utf8.ts";
import { makeEntityReader } from "./entities.ts";
import { makeReadings, type Understood } from "./envelopes.ts";
import { applyMapping, type Meaning } from "./map.ts";
import type { CompiledMapping } from "./plan.ts";
import { makeRecognise } from "./recognise.ts";
import { makeScriptJoin, partOf } from "./script-join.ts";

export interface NormaliserParts {
  readonly mappings: readonly CompiledMapping[];
  readonly sha256: (text: string | Uint8Array) => Sha256;
}

export interface Normalised {
  readonly events: readonly Event[];
  readonly problems: readonly DecodeProblem[];
  /** Oddities of the record as a whole, with nothing lost; those of one event stand in its provenance. */
  readonly remarks?: readonly DecodeProblem[];
}

export type RecordToEvents = (record: RawRecord) => Normalised;

export function makeNormaliser({ mappings, sha256 }: NormaliserParts): RecordToEvents {
  const decodeText = makeTextDecoder();
  const recognise = makeRecognise(mappings);
  const reader = makeEntityReader(sha256);

  const read = makeReadings({ recognise, meaningOf: (found, host) => applyMapping(found, reader, host) });

  const toEvents = (record: RawRecord, decoded: readonly Decoded[]): readonly Event[] =>
    decoded
      .flatMap((item) => read(record, item))
      .map(({ decoded: inner, found }, index) => makeEvent(record, inner, { index, sha256, ...found }));

  const scripts = makeScriptJoin(sha256);
  const withScripts = (events: readonly Event[]): readonly Event[] => {
    const whole = events.flatMap((event) => {
      const part = partOf(event);
      return part === undefined ? [] : (scripts.step(event, part) ?? []);
    });
    return whole.length === 0 ? events : [...events, ...whole];
  };

  return (record) => {
    try {
      const { decoded: found, problems, remarks } = decodeRecord(record, decodeText);
      const decoded = cutBefore(found, record.meta?.cut);
      const events = toEvents(record, decoded);
      return { events: withScripts(events), problems, ...(remarks && { remarks }) };
    } catch (error) {
      // A bug of ours must not cost a record: it stays as text, and the remark names the bug.
      const reason = `decoding failed: ${messageOf(error).slice(0, 200)}`;
      const text = decodeText(record.body.open().subarray(0, EVENT_CHARS_MAX)).text;
      return { events: toEvents(record, [unknownText(text, [reason])]), problems: [{ reason }] };
    }
  };
}

/** What intake had to cut away is part of the event's story too. */
function cutBefore(decoded: readonly Decoded[], cut: string | undefined): readonly Decoded[] {
  return cut === undefined
    ? decoded
    : decoded.map((item) => ({ ...item, remarks: [...item.remarks, `cut on arrival: ${cut}`] }));
}

interface Making extends Understood<Meaning> {
  readonly index: number;
  readonly sha256: NormaliserParts["sha256"];
}

function makeEvent(record: RawRecord, decoded: Decoded, making: Making): Event {
  const { meaning } = making;
  const raw = meaning?.raw ?? decoded.raw;
  const time = meaning?.time ?? decoded.time;
  const remarks = remarksOf(decoded, making, time === undefined);
  return {
    id: eventId(`${record.id}-${making.index}`),
    time: time ?? record.receivedAt,
    receivedAt: record.receivedAt,
    source: meaning?.source ?? "unknown",
    shape: meaning?.shape ?? "unknown",
    log: meaning?.log ?? NO_LOG,
    class: meaning?.class ?? 0,
    activity: meaning?.activity ?? 0,
    severity: meaning?.severity ?? 0,
    ...(meaning?.outcome !== undefined && { outcome: meaning.outcome }),
    raw,
    entities: meaning?.entities ?? [],
    provenance: {
      record: record.id,
      via: record.source,
      input: record.input,
      position: decoded.position ?? record.position,
      mapping: meaning?.source ?? "unknown",
      version: meaning?.version ?? "0",
      sha256: making.sha256(canonicalJson(raw)),
      ...(remarks.length > 0 && { remarks }),
    },
  };
}

function remarksOf(decoded: Decoded, { meaning, failure }: Understood<Meaning>, timeless: boolean): readonly string[] {
  if (failure === undefined && !timeless && (meaning?.remarks.length ?? 0) === 0) return decoded.remarks;
  return [
    ...decoded.remarks,
    ...(failure === undefined ? [] : [failure]),
    ...(timeless ? ["no event time: time of receipt"] : []),
    ...(meaning?.remarks ?? []),
  ];
}

const NO_LOG = { categories: [] } as const;
