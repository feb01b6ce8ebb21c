/**
 * One Windows event as XML (exports, subscriptions, Sysmon for Linux) -> the same object that the EVTX decoder gives.
 * A small reader: elements, attributes, text, CDATA, the five named and numeric entities. No DTD, no external anything.
 */
import type { Json, JsonObject } from "@cordon/model/json";
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

const TAG =
  /<(?:!\[CDATA\[([\s\S]*?)\]\]>|!--[\s\S]*?-->|\?[\s\S]*?\?>|(\/?)([A-Za-z_][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>)/g;
const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

function parseElements(text: string): Element | undefined {
  const stack: Element[] = [];
  let root: Element | undefined;
  let end = 0;
  let count = 0;
  for (const found of text.matchAll(TAG)) {
    const [whole, cdata, slash, name, attributes = "", empty] = found;
    const open = stack.at(-1);
    if (open !== undefined) open.text += unescapeXml(text.slice(end, found.index)) + (cdata ?? "");
    end = found.index + whole.length;
    if (name === undefined) continue;
    if (slash === "/") {
      if (stack.pop()?.name !== name) return undefined;
      continue;
    }
    count += 1;
    if (count > FIELDS_MAX || stack.length >= DEPTH_MAX || (root !== undefined && open === undefined)) return undefined;
    const element: Element = { name, attributes: readAttributes(attributes), children: [], text: "" };
    root ??= element;
    open?.children.push(element);
    if (empty !== "/") stack.push(element);
  }
  return stack.length === 0 ? root : undefined;
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
