/**
 * Tokens of binary XML -> tree of elements with holes.
 *
 * B1. the token stream may end without its end marker, and an element without its closing token: what was read counts.
 * B2. open-element tokens carry a dependency id (u16) or not, and nothing in the stream says which: the caller says what
 *     is usual where these bytes stand, and a stream that makes no sense that way is read once the other way.
 */
import { makeAttribute, makeElement } from "./element.ts";
import { inlineNameBytes, nameAt } from "./names.ts";
import type { Attribute, Element, Instance, Literal, Part } from "./plan.ts";
import { charge, Damage, enter, leave, type Slot, step, u8, u16, u32 } from "./slot.ts";
import { utf16Text } from "./texts.ts";

export type ReadInstance = (slot: Slot, at: number, end: number) => Instance;

/** A stretch of tokens: `at` moves. `readInstance` comes from the caller, because templates are made of tokens again. */
interface Reader {
  readonly slot: Slot;
  at: number;
  readonly end: number;
  readonly dependencyIds: boolean;
  readonly readInstance: ReadInstance;
}

export interface Region {
  readonly at: number;
  readonly end: number;
  readonly dependencyIdsUsual: boolean;
}

const TOKEN = {
  end: 0x00,
  element: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  closeElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  character: 0x08,
  entity: 0x09,
  instructionTarget: 0x0a,
  instructionData: 0x0b,
  instance: 0x0c,
  hole: 0x0d,
  optionalHole: 0x0e,
  fragment: 0x0f,
} as const;
/** Set on tokens that have attributes or are followed by more of their kind; the stream itself shows it anyway. */
const MORE = 0x40;
const FRAGMENT_BYTES = 4;
const TYPE_STRING = 0x01;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The parts of a region and where its tokens end. Throws `Damage` when it makes no sense either way (B2). */
export function parseRegion(slot: Slot, region: Region, readInstance: ReadInstance): { parts: Part[]; next: number } {
  const read = (dependencyIds: boolean) => {
    const reader: Reader = { slot, at: region.at, end: region.end, dependencyIds, readInstance };
    const parts = readContent(reader);
    return { parts, next: reader.at };
  };
  const { depth } = slot;
  try {
    return read(region.dependencyIdsUsual);
  } catch (first) {
    if (!(first instanceof Damage)) throw first;
    slot.depth = depth;
    try {
      return read(!region.dependencyIdsUsual);
    } catch {
      throw first;
    }
  }
}

function readContent(reader: Reader): Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.end) {
    const at = reader.at;
    step(reader.slot, at);
    const token = u8(reader.slot, at, reader.end) & ~MORE;
    if (token === TOKEN.closeElement || token === TOKEN.end) {
      reader.at += 1;
      return parts;
    }
    if (token === TOKEN.fragment) reader.at += FRAGMENT_BYTES;
    else if (token === TOKEN.element) parts.push(readElement(reader));
    else if (token === TOKEN.instructionTarget) parts.push(readInstruction(reader));
    else addPart(parts, readValue(reader, token));
  }
  return parts;
}

function addPart(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  if (part.kind !== "literal" || last?.kind !== "literal") parts.push(part);
  else parts[parts.length - 1] = { kind: "literal", text: last.text + part.text };
}

function readValue(reader: Reader, token: number): Part {
  const { slot, at, end } = reader;
  switch (token) {
    case TOKEN.value:
      return readText(reader);
    case TOKEN.cdata:
      return readCounted(reader, at + 1);
    case TOKEN.character:
      reader.at = at + 3;
      return { kind: "literal", text: String.fromCharCode(u16(slot, at + 1, end)).toWellFormed() };
    case TOKEN.entity: {
      reader.at = at + 1;
      const name = readName(reader);
      return { kind: "literal", text: Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? "") : `&${name};` };
    }
    case TOKEN.hole:
    case TOKEN.optionalHole:
      reader.at = at + 4;
      u8(slot, at + 3, end);
      return { kind: "hole", index: u16(slot, at + 1, end) };
    case TOKEN.instance: {
      const instance = reader.readInstance(slot, at, end);
      reader.at = instance.next;
      return { kind: "embedded", instance };
    }
    default:
      throw new Damage(at, `token 0x${token.toString(16)} is not expected here`);
  }
}

function readText(reader: Reader): Literal {
  const type = u8(reader.slot, reader.at + 1, reader.end);
  if (type !== TYPE_STRING) throw new Damage(reader.at, `literal of value type 0x${type.toString(16)}`);
  return readCounted(reader, reader.at + 2);
}

/** Number of characters (u16), then the characters. */
function readCounted(reader: Reader, at: number): Literal {
  const { slot, end } = reader;
  const size = 2 * u16(slot, at, end);
  if (at + 2 + size > end) throw new Damage(at, `text of ${size} bytes, region ends at ${end}`);
  charge(slot, at, size);
  reader.at = at + 2 + size;
  return { kind: "literal", text: utf16Text(slot.bytes, at + 2, size) };
}

function readName(reader: Reader): string {
  const { slot, at, end } = reader;
  const offset = u32(slot, at, end);
  reader.at = at + 4;
  const name = nameAt(slot, offset);
  if (offset === reader.at) {
    reader.at += inlineNameBytes(slot, offset);
    if (reader.at > end) throw new Damage(at, `inline name runs past ${end}`);
  }
  return name;
}

/** `<?target data?>` becomes a member `?target`: it carries no events, but what a log holds is not dropped. */
function readInstruction(reader: Reader): Element {
  reader.at += 1;
  const key = `?${readName(reader)}`;
  const token = reader.at < reader.end ? u8(reader.slot, reader.at, reader.end) : TOKEN.end;
  const content = token === TOKEN.instructionData ? [readCounted(reader, reader.at + 1)] : [];
  return makeElement(key, [], content);
}

function readElement(reader: Reader): Element {
  const { slot, at, end } = reader;
  enter(slot, at);
  const hasAttributes = (u8(slot, at, end) & MORE) !== 0;
  reader.at = at + 1 + (reader.dependencyIds ? 2 : 0);
  checkDataSize(reader);
  const name = readName(reader);
  if (hasAttributes) {
    u32(slot, reader.at, end);
    reader.at += 4;
  }
  const attributes = readAttributes(reader);
  const close = reader.at < end ? u8(slot, reader.at, end) : TOKEN.closeEmpty;
  if (close !== TOKEN.closeStart && close !== TOKEN.closeEmpty) {
    throw new Damage(reader.at, `token 0x${close.toString(16)} where a start tag ends`);
  }
  reader.at += 1;
  const content = close === TOKEN.closeStart ? readContent(reader) : [];
  leave(slot);
  return makeElement(name, attributes, content);
}

/** The size is not used to move, only to notice that the dependency id was misjudged. */
function checkDataSize(reader: Reader): void {
  const size = u32(reader.slot, reader.at, reader.end);
  if (size > reader.slot.bytes.length) throw new Damage(reader.at, `element of ${size} bytes`);
  reader.at += 4;
}

function readAttributes(reader: Reader): Attribute[] {
  const attributes: Attribute[] = [];
  while (reader.at < reader.end) {
    const token = u8(reader.slot, reader.at, reader.end) & ~MORE;
    if (token !== TOKEN.attribute) break;
    step(reader.slot, reader.at);
    reader.at += 1;
    attributes.push(makeAttribute(readName(reader), readAttributeValue(reader)));
  }
  return attributes;
}

function readAttributeValue(reader: Reader): Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.end) {
    const token = u8(reader.slot, reader.at, reader.end) & ~MORE;
    if (token === TOKEN.attribute || token === TOKEN.closeStart || token === TOKEN.closeEmpty) break;
    if (token === TOKEN.instance) throw new Damage(reader.at, "template instance in an attribute");
    step(reader.slot, reader.at);
    addPart(parts, readValue(reader, token));
  }
  return parts;
}
