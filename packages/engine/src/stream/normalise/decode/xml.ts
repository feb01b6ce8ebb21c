/**
 * One Windows event as XML (exports, subscriptions, Sysmon for Linux) -> the same object that the EVTX decoder gives.
 * A small reader: elements, attributes, text, CDATA, the five named and numeric entities. No DTD, no external anything.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { DEPTH_MAX, FIELDS_MAX, setOwn } from "./decoded.ts";

interface Element {
  readonly name: string;
  readonly attributes: Record<string, Json>;
  readonly children: Element[];
  text: string;
}

export function parseXmlEvent(text: string): JsonObject | undefined {
  const root = parseElements(text);
  return root?.name === "Event" ? { Event: elementValue(root, false) } : undefined;
}

/** The data of an event alone (`EventData`, or a data item of Azure around it) -> its fields. */
export function parseXmlData(text: string): JsonObject | undefined {
  const root = parseElements(text);
  const data = root?.name === "DataItem" ? root.children.find(({ name }) => name.endsWith("Data")) : root;
  if (data === undefined || !data.name.endsWith("Data")) return undefined;
  const value = elementValue(data, false);
  return isJsonObject(value) ? value : undefined;
}

const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** What stands at a `<`: markup to skip, literal text, or a tag. `next` is the first character behind it. */
type Markup =
  | { readonly kind: "skip"; readonly next: number }
  | { readonly kind: "text"; readonly text: string; readonly next: number }
  | { readonly kind: "tag"; readonly inner: string; readonly next: number };

/** One pass; the first thing that does not fit ends it, so hostile text costs no more than its length. */
function parseElements(text: string): Element | undefined {
  const stack: Element[] = [];
  let root: Element | undefined;
  let count = 0;
  for (let at = text.indexOf("<"), end = 0; at >= 0; at = text.indexOf("<", end)) {
    const open = stack.at(-1);
    if (open !== undefined) open.text += unescapeXml(text.slice(end, at));
    const markup = markupAt(text, at);
    if (markup === undefined) return undefined;
    end = markup.next;
    if (markup.kind === "text" && open !== undefined) open.text += markup.text;
    if (markup.kind !== "tag") continue;
    const { inner } = markup;
    if (inner.startsWith("/")) {
      if (stack.pop()?.name !== inner.slice(1).trim()) return undefined;
      continue;
    }
    const element = makeElement(inner);
    count += 1;
    if (element === undefined || count > FIELDS_MAX || stack.length >= DEPTH_MAX) return undefined;
    if (root !== undefined && open === undefined) return undefined;
    root ??= element;
    open?.children.push(element);
    if (!inner.endsWith("/")) stack.push(element);
  }
  return stack.length === 0 ? root : undefined;
}

const SKIPPED = [
  ["<!--", "-->"],
  ["<?", "?>"],
] as const;

function markupAt(text: string, at: number): Markup | undefined {
  if (text.startsWith("<![CDATA[", at)) {
    const end = text.indexOf("]]>", at);
    return end < 0 ? undefined : { kind: "text", text: text.slice(at + 9, end), next: end + 3 };
  }
  for (const [start, stop] of SKIPPED) {
    if (!text.startsWith(start, at)) continue;
    const end = text.indexOf(stop, at + start.length);
    return end < 0 ? undefined : { kind: "skip", next: end + stop.length };
  }
  const end = tagEnd(text, at + 1);
  return end < 0 ? undefined : { kind: "tag", inner: text.slice(at + 1, end), next: end + 1 };
}

/** The `>` that closes a tag; inside quotes it is text. */
function tagEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (char === ">") return i;
    if (char === '"' || char === "'") {
      i = text.indexOf(char, i + 1);
      if (i < 0) return -1;
    }
  }
  return -1;
}

function makeElement(inner: string): Element | undefined {
  const name = /^[A-Za-z_][\w:.-]{0,200}/.exec(inner)?.[0];
  if (name === undefined) return undefined;
  return { name, attributes: readAttributes(inner.slice(name.length)), children: [], text: "" };
}

function readAttributes(text: string): Record<string, Json> {
  const attributes: Record<string, Json> = {};
  for (const [, name = "", double, single] of text.matchAll(ATTRIBUTE)) {
    if (name !== "xmlns") setOwn(attributes, name, unescapeXml(double ?? single ?? ""));
  }
  return attributes;
}

/** `Data Name="x"` becomes the field x; text beside attributes goes to `#text`. */
function elementValue(element: Element, named: boolean): Json {
  const value: Record<string, Json> = {};
  const attributes = Object.entries(element.attributes).filter(([name]) => !(named && name === "Name"));
  if (attributes.length > 0) value["#attributes"] = Object.fromEntries(attributes);
  for (const child of element.children) {
    const name = child.name === "Data" ? child.attributes.Name : undefined;
    put(value, typeof name === "string" ? name : child.name, elementValue(child, name !== undefined));
  }
  if (element.children.length > 0) return value;
  if (attributes.length === 0) return element.text;
  if (element.text.trim() !== "") value["#text"] = element.text;
  return value;
}

function put(target: Record<string, Json>, key: string, value: Json): void {
  const known = Object.hasOwn(target, key) ? target[key] : undefined;
  if (known === undefined) setOwn(target, key, value);
  else setOwn(target, key, Array.isArray(known) ? [...known, value] : [known, value]);
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (typeof name === "string") return NAMED[name] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
