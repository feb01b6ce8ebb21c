/**
 * PowerShell writes a long script block as several 4104 events (`MessageNumber` of `MessageTotal`, one `ScriptBlockId`). A
 * word that a rule looks for may lie across the seam, so the whole text becomes an event of its own, beside the parts.
 * Enters: events in order, one by one. Leaves: the joined event when the last missing part came, else nothing.
 *
 * SJ1. The joined event's id follows from its first part's, so it is the same on every replay; the parts stay untouched.
 * SJ2. Bounded: parts of `SCRIPTS_MAX` scripts and `CHARS_MAX` characters wait; the oldest script gives way and is counted.
 * SJ3. Nothing is written down: parts on both sides of a restart are not joined. They are events of their own, and found.
 */
import type { Event } from "@cordon/model/event";
import { eventId, type Sha256 } from "@cordon/model/ids";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { EVENT_CHARS_MAX, setOwn } from "./decode/decoded.ts";

/** PowerShell writes the parts of one script without a pause; these many hosts and sessions may do so at once. */
const SCRIPTS_MAX = 256;
const CHARS_MAX = 8 << 20;
/** One part holds some 16,000 characters: a joined text stays below what one event may hold. */
const PARTS_MAX = 100;

/** Index of the joined event of the first part with index 0: an id like any other, beyond what one record holds. */
const JOINED_FROM = 100_000_000;
const indexOf = ({ id, provenance }: Event): number => Number(id.slice(provenance.record.length + 1));

interface Script {
  readonly total: number;
  readonly parts: Map<number, Part>;
  chars: number;
}

interface Part {
  readonly event: Event;
  readonly text: string;
}

export interface ScriptJoin {
  step(event: Event, place: PartPlace): Event | undefined;
  /** Scripts that gave way before all parts came, or whose text is beyond what one event may hold. */
  evicted(): number;
}

export interface PartPlace {
  readonly id: string;
  readonly number: number;
  readonly total: number;
  readonly text: string;
}

export function makeScriptJoin(sha256: (text: string) => Sha256): ScriptJoin {
  const open = new Map<string, Script>();
  let chars = 0;
  let evicted = 0;
  const drop = (key: string): void => {
    chars -= open.get(key)?.chars ?? 0;
    open.delete(key);
  };
  const makeRoom = (): void => {
    while (open.size > SCRIPTS_MAX || chars > CHARS_MAX) {
      const [oldest] = open.keys();
      if (oldest === undefined) return;
      drop(oldest);
      evicted += 1;
    }
  };
  return {
    step(event, { id, number, total, text }) {
      const key = `${event.entities.find(({ role }) => role === "device")?.value ?? ""} ${id} ${total}`;
      const script = open.get(key) ?? { total, parts: new Map<number, Part>(), chars: 0 };
      open.set(key, script);
      if (!script.parts.has(number)) {
        script.parts.set(number, { event, text });
        script.chars += text.length;
        chars += text.length;
      }
      if (script.parts.size < total) {
        makeRoom();
        return undefined;
      }
      drop(key);
      if (script.chars <= EVENT_CHARS_MAX) return joined(script, sha256);
      evicted += 1;
      return undefined;
    },
    evicted: () => evicted,
  };
}

/** Which part of which script an event is; undefined for scripts of one part, and for everything else. */
export function partOf(event: Event): PartPlace | undefined {
  if (!event.log.categories.includes("ps_script")) return undefined;
  const holder = holderOf(event.raw);
  if (holder === undefined) return undefined;
  const { ScriptBlockId: id, ScriptBlockText: text } = holder;
  const number = Number(holder.MessageNumber);
  const total = Number(holder.MessageTotal);
  if (typeof id !== "string" || typeof text !== "string") return undefined;
  const fits = Number.isInteger(number) && number >= 1 && number <= total && total > 1 && total <= PARTS_MAX;
  return fits ? { id, number, total, text } : undefined;
}

/** The object that holds the text: `Event.EventData` and its like in the layouts of Windows events (windows.ts). */
const HOLDERS: readonly (readonly string[])[] = [
  ["Event", "EventData"],
  ["EventData"],
  ["ExtraEventData"],
  ["winlog", "event_data"],
  [],
];

function holderOf(raw: JsonObject): JsonObject | undefined {
  const path = HOLDERS.find((names) => isJsonObject(at(raw, names)) && "ScriptBlockText" in Object(at(raw, names)));
  const found = path === undefined ? undefined : at(raw, path);
  return isJsonObject(found) ? found : undefined;
}

function at(raw: JsonObject, names: readonly string[]): Json | undefined {
  let here: Json | undefined = raw;
  for (const name of names) here = isJsonObject(here) && Object.hasOwn(here, name) ? here[name] : undefined;
  return here;
}

function joined({ total, parts }: Script, sha256: (text: string) => Sha256): Event | undefined {
  const ordered = [...parts.entries()].sort(([a], [b]) => a - b).map(([, part]) => part);
  const first = ordered[0]?.event;
  if (first === undefined) return undefined;
  const text = ordered.map((part) => part.text).join("");
  const raw = withText(first.raw, { text, total });
  const others = ordered.slice(1).map(({ event }) => event.id);
  return {
    ...first,
    id: eventId(`${first.provenance.record}-${JOINED_FROM + indexOf(first)}`),
    raw,
    entities: [
      ...first.entities.filter(({ kind }) => kind !== "script"),
      { kind: "script", role: "object", value: sha256(text) },
    ],
    provenance: {
      ...first.provenance,
      sha256: sha256(canonicalJson(raw)),
      remarks: [...(first.provenance.remarks ?? []), `joined from ${total} parts: this event and ${others.join(", ")}`],
    },
  };
}

/** The first part's record with the whole text in place of its own. */
function withText(raw: JsonObject, whole: { readonly text: string; readonly total: number }): JsonObject {
  const names = HOLDERS.find((path) => isJsonObject(at(raw, path)) && "ScriptBlockText" in Object(at(raw, path))) ?? [];
  return replaced(raw, names, whole);
}

function replaced(
  object: JsonObject,
  [name, ...rest]: readonly string[],
  whole: { readonly text: string; readonly total: number },
): JsonObject {
  const copy: Record<string, Json> = { ...object };
  const inner = name === undefined ? undefined : object[name];
  if (name !== undefined && isJsonObject(inner)) setOwn(copy, name, replaced(inner, rest, whole));
  else Object.assign(copy, { ScriptBlockText: whole.text, JoinedParts: whole.total });
  return copy;
}
