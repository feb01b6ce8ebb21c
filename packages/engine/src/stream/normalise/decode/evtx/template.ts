/**
 * Templates: a definition is parsed once per slot, an instance is a definition plus an array of values.
 *
 * T1. a definition that reaches itself is refused, and so is every later instance of it: no offset is followed twice.
 * T2. values are accepted only inside the region that the instance stands in.
 */
import { parseRegion } from "./binxml.ts";
import type { Instance, Part } from "./plan.ts";
import { Damage, enter, type Slot, step, type Template, u8, u16, u32 } from "./slot.ts";

/** Token, one unknown byte, template id, offset of the definition. */
const INSTANCE_BYTES = 10;
/** Offset of the next definition, GUID (its first four bytes are the template id), size of the tokens. */
const DEFINITION_BYTES = 24;
const DESCRIPTOR_BYTES = 4;

export function readInstance(slot: Slot, at: number, end: number): Instance {
  const id = u32(slot, at + 2, end);
  const definition = u32(slot, at + 6, end);
  const inline = definition === at + INSTANCE_BYTES;
  const roots = definitionAt(slot, { id, at: definition });
  const values = inline ? definition + DEFINITION_BYTES + u32(slot, definition + 20, end) : at + INSTANCE_BYTES;
  return readValues(slot, roots, values, end);
}

function readValues(slot: Slot, roots: readonly Part[], at: number, end: number): Instance {
  const count = u32(slot, at, end);
  const descriptors = at + 4;
  let next = descriptors + DESCRIPTOR_BYTES * count;
  if (next > end) throw new Damage(at, `${count} values announced, region ends at ${end}`);
  const starts: number[] = [];
  for (let i = 0; i < count; i += 1) {
    starts.push(next);
    next += slot.view.getUint16(descriptors + DESCRIPTOR_BYTES * i, true);
  }
  if (next > end) throw new Damage(at, `values end at ${next}, region at ${end}`);
  slot.steps -= count;
  step(slot, at);
  return { roots, descriptors, starts, next };
}

interface Wanted {
  readonly id: number;
  readonly at: number;
}

function definitionAt(slot: Slot, wanted: Wanted): readonly Part[] {
  const all = slot.bytes.length;
  if (wanted.at + DEFINITION_BYTES > all) throw new Damage(wanted.at, `template offset ${wanted.at} outside the slot`);
  if (u32(slot, wanted.at + 4, all) !== wanted.id) throw new Damage(wanted.at, "template id and GUID disagree");
  const known = slot.templates.get(wanted.at) ?? define(slot, wanted.at);
  if (known.kind === "open") throw new Damage(wanted.at, "template contains itself");
  if (known.kind === "broken") throw known.damage;
  return known.roots;
}

function define(slot: Slot, at: number): Template {
  slot.templates.set(at, { kind: "open" });
  const { depth } = slot;
  let made: Template;
  try {
    enter(slot, at);
    made = { kind: "ready", roots: parseDefinition(slot, at) };
  } catch (damage) {
    if (!(damage instanceof Damage)) throw damage;
    made = { kind: "broken", damage };
  }
  slot.depth = depth;
  slot.templates.set(at, made);
  return made;
}

function parseDefinition(slot: Slot, definition: number): readonly Part[] {
  const all = slot.bytes.length;
  const at = definition + DEFINITION_BYTES;
  const end = at + u32(slot, definition + 20, all);
  if (end > all) throw new Damage(definition, `template ends at ${end}, outside the slot`);
  const region = { at, end, dependencyIdsUsual: true };
  return parseRegion(slot, region, readInstance).parts;
}

export function typeOf(slot: Slot, instance: Instance, index: number): number {
  return u8(slot, instance.descriptors + DESCRIPTOR_BYTES * index + 2, instance.next);
}

export function sizeOf(slot: Slot, instance: Instance, index: number): number {
  return u16(slot, instance.descriptors + DESCRIPTOR_BYTES * index, instance.next);
}
