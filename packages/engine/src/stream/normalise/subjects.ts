/**
 * A line -> what rules are asked about: normalisation up to the shape of each event (normalise.ts). What only incidents need
 * (entities, ids, the hash over raw) is left out. Enters: bytes and how they came. Leaves: at least one subject.
 *
 * L1. View, log source and `raw` are those that the normaliser gives the same line; nothing throws.
 * L2. Nothing is remembered between lines: scripts that came in parts are not joined here.
 */
import { messageOf } from "@cordon/model/error";
import { recordId } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { Untrusted } from "@cordon/model/untrusted";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { Framing, LineSubject, SubjectsOf } from "../line-subject.ts";
import { decodeRecord, unknownText } from "./decode/decode.ts";
import { type Decoded, EVENT_CHARS_MAX } from "./decode/decoded.ts";
import { makeTextDecoder } from "./decode/utf8.ts";
import { makeReadings, type Reading } from "./envelopes.ts";
import { type Route, routeOf } from "./map.ts";
import { type CompiledMappings, isUnmapped } from "./mapping.ts";
import { makeRecognise } from "./recognise.ts";

export type Knowing = Pick<CompiledMappings, "mappings" | "views">;

export function makeSubjects({ mappings, views }: Knowing): SubjectsOf {
  const decodeText = makeTextDecoder();
  const read = makeReadings({ recognise: makeRecognise(mappings), meaningOf: routeOf });
  const subjectsOf = (record: RawRecord, decoded: readonly Decoded[]): readonly LineSubject[] =>
    decoded.flatMap((item) => read(record, item)).map((one) => subjectOf(one, views));
  return (bytes, framing) => {
    const record = recordOf(bytes, framing);
    try {
      const { decoded, problems } = decodeRecord(record, decodeText);
      return { subjects: subjectsOf(record, decoded), problems: problems.map(({ reason }) => reason) };
    } catch (error) {
      // A bug of ours must not cost a line: it stays as text.
      const reason = `decoding failed: ${messageOf(error).slice(0, 200)}`;
      const text = decodeText(bytes.subarray(0, EVENT_CHARS_MAX)).text;
      return { subjects: subjectsOf(record, [unknownText(text, [reason])]), problems: [reason] };
    }
  };
}

/** Nobody refers to these records. */
const NO_ID = recordId("0".repeat(32));

export const recordOf = (bytes: Uint8Array, { format, position, receivedAt, meta }: Framing): RawRecord => ({
  id: NO_ID,
  source: "lines",
  input: "",
  format,
  position,
  receivedAt,
  body: new Untrusted(bytes),
  ...(meta && { meta }),
});

export function subjectOf({ decoded, found }: Reading<Route>, views: ReadonlyMap<string, FieldView>): LineSubject {
  const { meaning } = found;
  const { shape, source } = meaning ?? UNKNOWN;
  return {
    raw: meaning?.raw ?? decoded.raw,
    view: views.get(shape) ?? views.get(source) ?? PLAIN_VIEW,
    log: meaning?.log ?? NO_LOG,
    mapped: !isUnmapped(source),
    position: decoded.position,
    time: () => meaning?.time() ?? decoded.time,
  };
}

const UNKNOWN = { shape: "unknown", source: "unknown" };
const NO_LOG = { categories: [] } as const;
