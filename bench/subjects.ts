/**
 * JSON bytes -> what a rule is asked about: the object, its field view and its log source. This is normalisation up to the
 * shape of the event. What only incidents need (entities, the hash over raw, ids) is left out.
 */
import { decodeRecord } from "@cordon/engine/stream/normalise/decode/decode";
import type { Decoded } from "@cordon/engine/stream/normalise/decode/decoded";
import { makeTextDecoder } from "@cordon/engine/stream/normalise/decode/utf8";
import type { EntityReader } from "@cordon/engine/stream/normalise/entities";
import { applyMapping } from "@cordon/engine/stream/normalise/map";
import type { CompiledMappings } from "@cordon/engine/stream/normalise/mapping";
import { makeRecognise } from "@cordon/engine/stream/normalise/recognise";
import type { LogSource } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import { jsonRecord } from "./material.ts";

export interface Subject {
  readonly raw: JsonObject;
  readonly view: FieldView;
  readonly log: LogSource;
}

const NO_LOG: LogSource = { categories: [] };
const NO_ENTITIES: EntityReader = {
  start: () => ({ entities: [], host: undefined, overflow: 0 }),
  add: () => true,
  read: () => undefined,
};

export function makeSubjects({ mappings, views }: CompiledMappings): (bytes: Uint8Array) => readonly Subject[] {
  const decodeText = makeTextDecoder();
  const recognise = makeRecognise(mappings.map((mapping) => ({ ...mapping, discover: false })));
  const subjectOf = (decoded: Decoded): Subject => {
    const found = recognise(decoded);
    if (found === undefined) return { raw: decoded.raw, view: PLAIN_VIEW, log: NO_LOG };
    const { raw, shape, source, log } = applyMapping(found, NO_ENTITIES, undefined);
    return { raw, view: views.get(shape) ?? views.get(source) ?? PLAIN_VIEW, log };
  };
  return (bytes) => decodeRecord(jsonRecord(bytes, 0), decodeText).decoded.map(subjectOf);
}
