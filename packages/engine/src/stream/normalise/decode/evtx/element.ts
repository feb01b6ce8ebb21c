/** Name, attributes and content -> an element of the plan, with all that can be known before any value is seen. */
import { type Members, put } from "./members.ts";
import type { Attribute, Element, Part } from "./plan.ts";

/**
 * `<Data Name="x">` becomes the member `x`, as every reader of these logs expects; `Data` without a name (or with an
 * empty one) goes to the array `Data`. All other elements keep name and attributes.
 */
export function makeElement(name: string, attributes: readonly Attribute[], content: readonly Part[]): Element {
  if (name !== "Data") return finish({ key: name, keyParts: undefined, role: "element" }, attributes, content);
  const rest = attributes.filter((attribute) => attribute.name !== "Name");
  const parts = attributes.find((attribute) => attribute.name === "Name")?.parts ?? [];
  const key = literalText(parts);
  if (key === undefined) return finish({ key: name, keyParts: parts, role: "item" }, rest, content);
  if (key === "") return finish({ key: name, keyParts: undefined, role: "item" }, rest, content);
  return finish({ key, keyParts: undefined, role: "field" }, rest, content);
}

export function makeAttribute(name: string, parts: readonly Part[]): Attribute {
  return { name, parts, hole: onlyHole(parts) };
}

function finish(
  head: Pick<Element, "key" | "keyParts" | "role">,
  attributes: readonly Attribute[],
  content: readonly Part[],
): Element {
  return {
    kind: "element",
    key: head.key,
    keyParts: head.keyParts,
    role: head.role,
    attributes,
    fixedAttributes: fixedOf(attributes),
    content,
    hole: onlyHole(content),
    distinct: distinctOf(content),
    cost: head.key.length + attributes.reduce((sum, attribute) => sum + costOf(attribute), 0),
  };
}

function costOf(attribute: Attribute): number {
  return attribute.name.length + (literalText(attribute.parts)?.length ?? 0);
}

function onlyHole(parts: readonly Part[]): number {
  const only = parts.length === 1 ? parts[0] : undefined;
  return only?.kind === "hole" ? only.index : -1;
}

/** Items share a key by nature; `#attributes` and `#text` are ours; an inherited name must not be set without a look. */
function distinctOf(content: readonly Part[]): readonly Element[] | undefined {
  if (content[0]?.kind !== "element") return undefined;
  const keys = new Set<string>();
  const elements: Element[] = [];
  for (const part of content) {
    if (part.kind !== "element" || part.role === "item") return undefined;
    if (part.key.startsWith("#") || part.key in Object.prototype || keys.has(part.key)) return undefined;
    keys.add(part.key);
    elements.push(part);
  }
  return elements;
}

function fixedOf(attributes: readonly Attribute[]): Members | undefined {
  if (attributes.length === 0) return undefined;
  const fixed: Members = {};
  for (const attribute of attributes) {
    const text = literalText(attribute.parts);
    if (text === undefined) return undefined;
    put(fixed, attribute.name, text);
  }
  return fixed;
}

function literalText(parts: readonly Part[]): string | undefined {
  let text = "";
  for (const part of parts) {
    if (part.kind !== "literal") return undefined;
    text += part.text;
  }
  return text;
}
