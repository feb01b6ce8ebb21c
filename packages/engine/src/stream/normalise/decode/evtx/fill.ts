/**
 * Tree with holes + values -> JSON members.
 *
 * F1. an element without content is null (an item of `Data: []` is ""); with text only, the text (a single value keeps its
 *     JSON type); with attributes, an object with `#attributes` and `#text`; with child elements, an object of them.
 * F2. an attribute whose value is null is left out; an element stays, as null: the writer named the field.
 * F3. an array value repeats its element, one per item; without items the element is there once, empty.
 * F4. embedded fragments put their elements where the hole stands.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { itemsAt } from "./arrays.ts";
import { parseRegion } from "./binxml.ts";
import { type Members, put, putItem } from "./members.ts";
import type { Attribute, Element, Instance, Part } from "./plan.ts";
import { charge, enter, leave, remark, type Slot, step } from "./slot.ts";
import { readInstance, sizeOf, typeOf } from "./template.ts";
import { ARRAY, TYPE, valueAt } from "./values.ts";

const TOKEN_END = 0x00;
const TOKEN_INSTANCE = 0x0c;
const TOKEN_FRAGMENT = 0x0f;
const FRAGMENT_BYTES = 4;
/** Token, version 1.1, no flags; a fragment shorter than its header and one open element cannot hold anything. */
const FRAGMENT_HEAD = 0x0001_010f;
const FRAGMENT_BYTES_MIN = 12;

/** What collects the content of one element: child elements go to `members`, everything else to `text`. */
interface Content {
  members: Members | undefined;
  text: Json;
}

interface Region {
  readonly at: number;
  readonly end: number;
  /** Whether open-element tokens outside templates usually carry a dependency id here. */
  readonly dependencyIdsUsual: boolean;
}

/** Where holes find their values; no instance outside templates. */
interface Source {
  readonly slot: Slot;
  readonly instance: Instance | undefined;
}

/** The elements of all fragments of one record: `{ Event: ... }`. */
export function fillRecord(slot: Slot, at: number, end: number): Members {
  const content: Content = { members: undefined, text: null };
  fillFragments(slot, content, { at, end, dependencyIdsUsual: true });
  return content.members ?? {};
}

function fillFragments(slot: Slot, content: Content, region: Region): void {
  enter(slot, region.at);
  let { at } = region;
  while (at < region.end) {
    step(slot, at);
    const token = slot.bytes[at] ?? TOKEN_END;
    if (token === TOKEN_FRAGMENT) at += FRAGMENT_BYTES;
    else if (token === TOKEN_INSTANCE) at = fillInstance(slot, content, { ...region, at });
    else if (token !== TOKEN_END) at = fillPlain(slot, content, { ...region, at });
    // After an end marker only a further fragment counts: records are padded with zeros and old bytes.
    else if (isFragment(slot, at + 1, region.end)) at += 1;
    else break;
  }
  leave(slot);
}

function isFragment(slot: Slot, at: number, end: number): boolean {
  return at + FRAGMENT_BYTES_MIN <= end && slot.view.getUint32(at, true) === FRAGMENT_HEAD;
}

function fillInstance(slot: Slot, content: Content, region: Region): number {
  const instance = readInstance(slot, region.at, region.end);
  const source: Source = { slot, instance };
  for (const part of instance.roots) fillPart(source, content, part);
  return instance.next;
}

/** Elements that stand in the record itself, outside any template. */
function fillPlain(slot: Slot, content: Content, region: Region): number {
  const { parts, next } = parseRegion(slot, region, readInstance);
  const source: Source = { slot, instance: undefined };
  for (const part of parts) fillPart(source, content, part);
  return next;
}

function fillPart(source: Source, content: Content, part: Part): void {
  switch (part.kind) {
    case "element":
      content.members ??= {};
      fillElement(source, content.members, part);
      return;
    case "literal":
      charge(source.slot, source.instance?.descriptors ?? 0, part.text.length);
      addText(source.slot, content, part.text);
      return;
    case "hole":
      fillHole(source, content, part.index);
      return;
    case "embedded": {
      enter(source.slot, part.instance.descriptors);
      const inner: Source = { slot: source.slot, instance: part.instance };
      for (const root of part.instance.roots) fillPart(inner, content, root);
      leave(source.slot);
    }
  }
}

function fillHole(source: Source, content: Content, index: number): void {
  const { slot, instance } = source;
  const at = instance?.starts[index];
  if (instance === undefined || at === undefined) {
    remark(slot, `value ${index} is not in the record`);
    return;
  }
  const type = typeOf(slot, instance, index);
  const size = sizeOf(slot, instance, index);
  if (type === TYPE.binxml) fillFragments(slot, content, { at, end: at + size, dependencyIdsUsual: false });
  else if (type & ARRAY) addText(slot, content, itemsAt(slot, type, at, size).join(", "));
  else addText(slot, content, valueAt(slot, type, at, size));
}

/** A lone value keeps its type; more than one piece is text. */
function addText(slot: Slot, content: Content, value: Json): void {
  if (content.text === null) content.text = value;
  else if (value !== null) {
    const text = `${content.text}${value}`;
    charge(slot, 0, text.length);
    content.text = text;
  }
}

function fillElement(source: Source, members: Members, element: Element): void {
  const name = element.keyParts === undefined ? "" : String(partsValue(source, element.keyParts) ?? "");
  const key = name === "" ? element.key : name;
  const role = name === "" ? element.role : "field";
  const value = elementValue(source, element);
  const add = role === "item" ? putItem : put;
  if (Array.isArray(value)) for (const item of value) add(members, key, emptyAs(role, item));
  else add(members, key, emptyAs(role, value));
}

/** The common case of `fillElement`: keys known, none twice. Only an array value may repeat one. */
function fillDistinct(source: Source, members: Members, element: Element): void {
  const value = elementValue(source, element);
  if (Array.isArray(value)) for (const item of value) put(members, element.key, emptyAs(element.role, item));
  else members[element.key] = emptyAs(element.role, value);
}

/** `<x></x>` is null, an empty text in a named field stays text, and items are texts throughout (F1). */
function emptyAs(role: Element["role"], value: Json): Json {
  if (role === "item") return value ?? "";
  return role === "element" && value === "" ? null : value;
}

/** The value of an element; an array stands for several elements of the same name (F3). */
function elementValue(source: Source, element: Element): Json {
  const { slot, instance } = source;
  step(slot, instance?.descriptors ?? 0);
  charge(slot, instance?.descriptors ?? 0, element.cost);
  const attributes = element.fixedAttributes ?? attributesOf(source, element.attributes);
  const at = element.hole < 0 ? undefined : instance?.starts[element.hole];
  if (instance !== undefined && at !== undefined) {
    const type = typeOf(slot, instance, element.hole);
    const size = sizeOf(slot, instance, element.hole);
    if (type & ARRAY) return itemsOf(source, attributes, { type, at, size });
    if (type !== TYPE.binxml) return withAttributes(attributes, valueAt(slot, type, at, size));
  }
  return contentOf(source, attributes, element);
}

function itemsOf(
  source: Source,
  attributes: JsonObject | undefined,
  value: { type: number; at: number; size: number },
): Json {
  const items = itemsAt(source.slot, value.type, value.at, value.size);
  if (items.length === 0) return withAttributes(attributes, null);
  return items.map((item) => withAttributes(attributes, item));
}

function withAttributes(attributes: JsonObject | undefined, value: Json): Json {
  if (attributes === undefined) return value;
  return value === null ? { "#attributes": attributes } : { "#attributes": attributes, "#text": value };
}

function contentOf(source: Source, attributes: JsonObject | undefined, element: Element): Json {
  if (element.content.length === 0) return withAttributes(attributes, null);
  const content: Content = { members: attributes && { "#attributes": attributes }, text: null };
  enter(source.slot, source.instance?.descriptors ?? 0);
  if (element.distinct === undefined) for (const part of element.content) fillPart(source, content, part);
  else {
    content.members ??= {};
    for (const child of element.distinct) fillDistinct(source, content.members, child);
  }
  leave(source.slot);
  const { members, text } = content;
  if (members === undefined) return text;
  if (text === null) return members;
  const children = Object.keys(members).length - (attributes === undefined ? 0 : 1);
  // White space between child elements is layout, not content.
  const layout = children > 0 && typeof text === "string" && text.trim() === "";
  if (!layout) put(members, "#text", text);
  return members;
}

function attributesOf(source: Source, attributes: readonly Attribute[]): JsonObject | undefined {
  if (attributes.length === 0) return undefined;
  let members: Members | undefined;
  for (const attribute of attributes) {
    const value = attributeValue(source, attribute);
    if (value === null) continue;
    members ??= {};
    put(members, attribute.name, value);
  }
  return members;
}

function attributeValue(source: Source, attribute: Attribute): Json {
  const { slot, instance } = source;
  const at = attribute.hole < 0 ? undefined : instance?.starts[attribute.hole];
  if (instance === undefined || at === undefined) return partsValue(source, attribute.parts);
  const type = typeOf(slot, instance, attribute.hole);
  if (type & ARRAY || type === TYPE.binxml) return partsValue(source, attribute.parts);
  return valueAt(slot, type, at, sizeOf(slot, instance, attribute.hole));
}

/** Holes and literals without an element around them: an attribute, or the name of a field. */
function partsValue(source: Source, parts: readonly Part[]): Json {
  const content: Content = { members: undefined, text: null };
  for (const part of parts) fillPart(source, content, part);
  return content.text;
}
