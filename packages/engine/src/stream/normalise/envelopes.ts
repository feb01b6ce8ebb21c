/**
 * A decoded record -> what it is, or what lies inside of it. Enters: one decoded record. Leaves: at least one reading, each with
 * the meaning that its mapping gives it.
 *
 * V1. What a mapping knows is itself; only what nobody recognised is opened (decode/shipped.ts, decode/cloud-shipped.ts).
 * V2. An envelope is opened only if some mapping knows any of what it holds; else it stays as it came.
 * V3. A mapping that fails costs no record: it has no meaning then, and the failure is named.
 */
import { messageOf } from "@cordon/model/error";
import { isJsonObject } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import { openCloud } from "./decode/cloud-shipped.ts";
import type { Decoded } from "./decode/decoded.ts";
import { openShipped } from "./decode/shipped.ts";
import { isUnmapped } from "./mapping.ts";
import type { Recognised } from "./recognise.ts";

export interface Reading<M> {
  readonly decoded: Decoded;
  readonly found: Understood<M>;
}

export interface Understood<M> {
  readonly meaning: M | undefined;
  readonly failure?: string;
}

export interface ReadingParts<M> {
  readonly recognise: (decoded: Decoded) => Recognised | undefined;
  /** `host`: that of an envelope or of the input, for records that name none. */
  readonly meaningOf: (found: Recognised, host: string | undefined) => M;
}

/** Envelopes in envelopes: a hit of a search holds what Filebeat wrapped, which holds a line of an agent. */
const ENVELOPES_MAX = 3;

interface Place {
  readonly depth: number;
  /** The host that the envelope around it names. */
  readonly host: string | undefined;
}

export function makeReadings<M extends { readonly source: string }>(
  parts: ReadingParts<M>,
): (record: RawRecord, decoded: Decoded) => readonly Reading<M>[] {
  const understand = (decoded: Decoded, host: string | undefined): Understood<M> => {
    try {
      const found = parts.recognise(decoded);
      return { meaning: found && parts.meaningOf(found, host) };
    } catch (error) {
      return { meaning: undefined, failure: `mapping failed: ${messageOf(error).slice(0, 200)}` };
    }
  };

  /** What an envelope holds, if some mapping knows any of it: one event, or those of a list. */
  const inside = (record: RawRecord, decoded: Decoded, depth: number): readonly Reading<M>[] | undefined => {
    for (const { decoded: inner, host } of openShipped(decoded, record)) {
      const found = read(record, inner, { depth: depth + 1, host });
      if (found.some(isKnown)) return found;
    }
    for (const list of openCloud(decoded, record)) {
      const found = list.flatMap((inner) => read(record, inner, { depth: depth + 1, host: undefined }));
      if (found.some(isKnown)) return found;
    }
    return undefined;
  };

  const read = (record: RawRecord, decoded: Decoded, { depth, host }: Place): readonly Reading<M>[] => {
    const alone = understand(decoded, host ?? record.meta?.host);
    const known = !isUnmapped(alone.meaning?.source ?? "unknown");
    if (depth >= ENVELOPES_MAX || (known && !mayHoldMore(alone, decoded))) return [{ decoded, found: alone }];
    return inside(record, decoded, depth) ?? [{ decoded, found: alone }];
  };

  return (record, decoded) => read(record, decoded, OUTSIDE);
}

const OUTSIDE: Place = { depth: 0, host: undefined };

type Named = { readonly source: string };

const isKnown = ({ found }: Reading<Named>): boolean => !isUnmapped(found.meaning?.source ?? "unknown");

/** A sign-in of a cloud under Elastic's names says less than the cloud's own record of it. */
function mayHoldMore({ meaning }: Understood<Named>, { raw }: Decoded): boolean {
  if (meaning?.source !== "elastic.ecs" || !isJsonObject(raw.event)) return false;
  const { module } = raw.event;
  if (typeof module !== "string" || CLOUDS.has(module)) return typeof module === "string";
  const { original } = raw.event;
  return typeof original === "string" && original[0] === "{";
}

const CLOUDS: ReadonlySet<string> = new Set("aws azure gcp github google_workspace o365 okta kubernetes".split(" "));
