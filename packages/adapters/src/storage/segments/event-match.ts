/**
 * The exact meaning of an `EventQuery` on one event. The segments' SQL only narrows; this decides.
 *
 * E1. Text compares without regard to case (`toLowerCase` on both sides).
 * E2. `text` is found as it stands in the JSON text, or as a person would write it, without JSON's escapes.
 * E3. A field that holds a list passes when one member does; null and objects have no text, but they exist.
 */
import { type EntityKey, entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { Json } from "@cordon/model/json";
import type { EventQuery, FieldTest } from "@cordon/model/query";
import { type FieldView, PLAIN_VIEW, readField } from "@cordon/model/view";
import type { StoredEvent } from "./event-row.ts";

export interface Matcher {
  matches(stored: StoredEvent): boolean;
}

export function makeMatcher(query: EventQuery, views: ReadonlyMap<string, FieldView>): Matcher {
  const ids = setOf(query.ids);
  const sources = setOf(query.sources);
  const classes = setOf(query.classes);
  const keys: ReadonlySet<EntityKey> | undefined = setOf(query.entities?.map(entityKey));
  const texts = query.text === undefined ? undefined : spellings(query.text).map((text) => text.toLowerCase());
  const tests = (query.fields ?? []).map((test) => ({ ...test, value: (test.value ?? "").toLowerCase() }));

  const hot = (event: Event): boolean =>
    (query.from === undefined || event.time >= query.from) &&
    (query.to === undefined || event.time < query.to) &&
    (ids === undefined || ids.has(event.id)) &&
    (sources === undefined || sources.has(event.source)) &&
    (classes === undefined || classes.has(event.class)) &&
    (keys === undefined || event.entities.some((entity) => keys.has(entityKey(entity)))) &&
    (query.after === undefined || compareIn(query.order)(event, query.after) > 0);

  const hasText = (rawText: string): boolean => {
    if (texts === undefined) return true;
    const lower = rawText.toLowerCase();
    return texts.some((text) => lower.includes(text));
  };

  return {
    matches({ event, rawText }) {
      if (!hot(event) || !hasText(rawText)) return false;
      if (tests.length === 0) return true;
      const view = views.get(event.shape) ?? PLAIN_VIEW;
      return tests.every((test) => fieldHolds(event, test, view));
    },
  };
}

const setOf = <T>(items: readonly T[] | undefined): ReadonlySet<T> | undefined =>
  items === undefined ? undefined : new Set(items);

/** A text as written and as JSON would spell it, each once. */
function spellings(text: string): readonly string[] {
  const escaped = JSON.stringify(text).slice(1, -1);
  return escaped === text ? [text] : [text, escaped];
}

function fieldHolds(event: Event, test: Required<FieldTest>, view: FieldView): boolean {
  const hit = readField(view, event.raw, test.field);
  if (hit === undefined) return false;
  return test.op === "exists" || holdsAny(hit.value, test);
}

function holdsAny(value: Json, test: Required<FieldTest>): boolean {
  if (Array.isArray(value)) return value.some((member: Json) => holdsAny(member, test));
  if (value === null || typeof value === "object") return false;
  const text = String(value).toLowerCase();
  switch (test.op) {
    case "eq":
      return text === test.value;
    case "contains":
      return text.includes(test.value);
    case "startswith":
      return text.startsWith(test.value);
    case "endswith":
      return text.endsWith(test.value);
    case "exists":
      return true;
  }
}

export interface Place {
  readonly time: number;
  readonly id: string;
}

/** By time, then id, in the order of the query. */
export function compareIn(order: EventQuery["order"]): (a: Place, b: Place) => number {
  const sign = order === "oldest" ? 1 : -1;
  return (a, b) => sign * (a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
