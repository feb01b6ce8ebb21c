/**
 * XML written as JSON has two habits that hide values from everyone who reads by name: an element with attributes keeps
 * its text in `#text`, and `Data` elements keep their names in an attribute. Both are undone here, as XML decoding, before
 * anything reads the event; names and values stay the source's own.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { setOwn } from "./decode/decoded.ts";
import { scalarText } from "./field-path.ts";

export function tidyWindows(raw: JsonObject, layout: "nested" | "open"): JsonObject {
  if (layout === "open") return tidyEvent(raw);
  const event = raw.Event;
  if (!isJsonObject(event)) return raw;
  const tidy = tidyEvent(event);
  return tidy === event ? raw : { ...raw, Event: tidy };
}

/** The same object when there is nothing to do, which is the common case. */
function tidyEvent(event: JsonObject): JsonObject {
  const system = event.System;
  const data = event.EventData;
  const newSystem = isJsonObject(system) ? openEventId(system) : system;
  const newData = isJsonObject(data) ? nameData(data) : data;
  if (newSystem === system && newData === data) return event;
  return {
    ...event,
    ...(newSystem !== undefined && { System: newSystem }),
    ...(newData !== undefined && { EventData: newData }),
  };
}

/** `EventID: {"#text": 7045, "#attributes": {"Qualifiers": 16384}}` -> `EventID: 7045, EventID_Qualifiers: 16384`. */
function openEventId(system: JsonObject): JsonObject {
  const id = system.EventID;
  if (!isJsonObject(id)) return system;
  const value = id["#text"] ?? id.Value ?? id.value ?? id.$t;
  if (value === undefined) return system;
  const attributes = id["#attributes"] ?? id["@attributes"] ?? id;
  const qualifiers = isJsonObject(attributes) ? (attributes.Qualifiers ?? attributes["@Qualifiers"]) : undefined;
  return { ...system, EventID: value, ...(qualifiers !== undefined && { EventID_Qualifiers: qualifiers }) };
}

/** `Data: [{"@Name": "a", "#text": "b"}]` -> `a: "b"`. Unnamed items stay in `Data`. */
function nameData(data: JsonObject): JsonObject {
  const items = data.Data;
  const list: readonly Json[] = Array.isArray(items) ? items : items === undefined ? [] : [items];
  if (!list.some((item) => nameOf(item) !== undefined)) return data;
  const named: Record<string, Json> = {};
  for (const key of Object.keys(data)) if (key !== "Data") setOwn(named, key, data[key] ?? null);
  const unnamed: Json[] = [];
  for (const item of list) {
    const name = nameOf(item);
    if (name === undefined) unnamed.push(item);
    else setOwn(named, name, textOf(item));
  }
  if (unnamed.length > 0) named.Data = unnamed;
  return named;
}

function nameOf(item: Json): string | undefined {
  if (!isJsonObject(item)) return undefined;
  const attributes = item["#attributes"] ?? item["@attributes"];
  const nested = isJsonObject(attributes) ? attributes.Name : undefined;
  return scalarText(nested ?? item["@Name"] ?? item.Name ?? item.name);
}

function textOf(item: Json): Json {
  if (!isJsonObject(item)) return item;
  return item["#text"] ?? item.text ?? item.content ?? item.Value ?? item.value ?? "";
}
