/** The event search as it stands in the address bar, and as the server is asked. */
import { ENTITY_KINDS, type EntityKind } from "@cordon/model/entity";
import { defined, readChoice, readList, readNumber, readText, type SearchRecord } from "../../api/search-text.ts";

export const FIELD_OPS = ["eq", "contains", "startswith", "endswith", "exists"] as const;
export type FieldOp = (typeof FIELD_OPS)[number];
export const SPANS = ["15m", "1h", "24h", "7d", "30d"] as const;
export type Span = (typeof SPANS)[number];

const SPAN_MS: Readonly<Record<Span, number>> = {
  "15m": 900_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
  "30d": 2_592_000_000,
};

export interface EventSearch {
  /** A span that ends now; wins over `from` and `to`. */
  readonly span?: Span;
  readonly from?: number;
  readonly to?: number;
  readonly entity?: readonly string[];
  readonly source?: readonly string[];
  readonly class?: readonly string[];
  readonly field?: readonly string[];
  readonly q?: string;
  readonly order?: "oldest" | "newest";
}

export function readEventSearch(search: SearchRecord): EventSearch {
  const from = readNumber(search, "from");
  const to = readNumber(search, "to");
  return defined<EventSearch>({
    span: readChoice(search, "span", SPANS),
    from: from === undefined ? undefined : Math.round(from),
    to: to === undefined ? undefined : Math.round(to),
    entity: keep(readList(search, "entity"), (text) => parseEntity(text) !== undefined),
    source: readList(search, "source"),
    class: keep(readList(search, "class"), (text) => /^\d{1,9}$/.test(text)),
    field: keep(readList(search, "field"), (text) => parseField(text) !== undefined),
    q: readText(search, "q")?.slice(0, 500),
    order: readChoice(search, "order", ["oldest", "newest"]),
  });
}

function keep(list: readonly string[] | undefined, holds: (text: string) => boolean): readonly string[] | undefined {
  const kept = list?.filter(holds);
  return kept === undefined || kept.length === 0 ? undefined : kept;
}

export function eventQueryOf(search: EventSearch, now: number) {
  const from = search.span === undefined ? search.from : now - SPAN_MS[search.span];
  const to = search.span === undefined ? search.to : undefined;
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(search.entity === undefined ? {} : { entity: [...search.entity] }),
    ...(search.source === undefined ? {} : { source: [...search.source] }),
    ...(search.class === undefined ? {} : { class: [...search.class] }),
    ...(search.field === undefined ? {} : { field: [...search.field] }),
    ...(search.q === undefined ? {} : { q: search.q }),
    order: search.order ?? "newest",
  } as const;
}

export interface FieldTest {
  readonly field: string;
  readonly op: FieldOp;
  readonly value: string;
}

/** `name:op:value`. The op is the first known one between colons, since both name and value may hold colons. */
export function parseField(text: string): FieldTest | undefined {
  const parts = text.split(":");
  for (let i = 1; i < parts.length; i += 1) {
    const op = FIELD_OPS.find((known) => known === parts[i]);
    const field = parts.slice(0, i).join(":");
    if (op === undefined || field === "") continue;
    const value = parts.slice(i + 1).join(":");
    return value === "" && op !== "exists" ? undefined : { field, op, value };
  }
  return undefined;
}

export const fieldText = (test: FieldTest): string =>
  test.op === "exists" ? `${test.field}:exists` : `${test.field}:${test.op}:${test.value}`;

export function parseEntity(text: string): { readonly kind: EntityKind; readonly value: string } | undefined {
  const colon = text.indexOf(":");
  const kind = ENTITY_KINDS.find((known) => known === text.slice(0, colon));
  const value = text.slice(colon + 1);
  return kind === undefined || value === "" ? undefined : { kind, value };
}

export function histogram(times: readonly number[], bins: number): readonly number[] {
  if (times.length === 0) return [];
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  const width = Math.max(1, (last - first) / bins);
  const out = new Array<number>(bins).fill(0);
  for (const at of times) {
    const bin = Math.min(bins - 1, Math.floor((at - first) / width));
    out[bin] = (out[bin] ?? 0) + 1;
  }
  return out;
}
