/** Fields of an event (or of an inner alert) as the texts by which correlations group and count. */
import type { Json } from "@cordon/model/json";
import { type FieldView, readField } from "@cordon/model/view";
import type { Subject } from "../sigma/naive.ts";
import { elementsOf, textOf } from "../sigma/scalar.ts";

/** Texts of a field; undefined when the event has none (absent, null, an object). */
export type FieldTexts = (field: string) => readonly string[] | undefined;

/** A list opens a group (or counts a value) for each element, up to here. */
export const ELEMENTS_MAX = 16;
/** Longer values are cut: they are keys of maps, and nobody groups by a page of text. */
const TEXT_LENGTH_MAX = 1_024;

export function eventFields({ view, raw }: Subject): FieldTexts {
  return (field) => {
    const value = plainValue(view, raw, field) ?? readField(view, raw, field)?.value;
    return value === undefined ? undefined : textsOf(value);
  };
}

/** The usual case without a pointer: the field is a key of the record, and the record is the first root. */
function plainValue(view: FieldView, raw: Subject["raw"], field: string): Json | undefined {
  return view.roots[0]?.length === 0 && Object.hasOwn(raw, field) ? raw[field] : undefined;
}

function textsOf(value: Json): readonly string[] | undefined {
  if (typeof value === "string") return [cut(value)];
  if (!Array.isArray(value)) {
    const text = textOf(value);
    return text === undefined ? undefined : [text];
  }
  const texts: string[] = [];
  for (const element of elementsOf(value)) {
    const text = textOf(element);
    if (text !== undefined && !texts.includes(text)) texts.push(cut(text));
    if (texts.length >= ELEMENTS_MAX) break;
  }
  return texts.length === 0 ? undefined : texts;
}

const cut = (text: string): string => (text.length > TEXT_LENGTH_MAX ? text.slice(0, TEXT_LENGTH_MAX) : text);

/** Every combination of one text per field, up to the bound; undefined when a field is missing. */
export function tuples(read: FieldTexts, fields: readonly string[]): readonly (readonly string[])[] | undefined {
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) return read(only)?.map((text) => [text]);
  let found: readonly (readonly string[])[] = [[]];
  for (const field of fields) {
    const texts = read(field);
    if (texts === undefined) return undefined;
    found = found.flatMap((start) => texts.map((text) => [...start, text])).slice(0, ELEMENTS_MAX);
  }
  return found;
}
