/**
 * Entities of an event, from the fields its mapping names. Enters: scope and plans. Leaves: canonical entities, each
 * (kind, role, value) once. Values that do not have their kind's form are left out: they stay in `raw`.
 */
import { type Canonical, canonicalise } from "@cordon/model/canonical";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import type { Sha256 } from "@cordon/model/ids";
import type { Json } from "@cordon/model/json";
import { holdsAll } from "./condition.ts";
import { readPath, type Scope, scalarText } from "./field-path.ts";
import type { EntityPlan } from "./plan.ts";

/** Entities kept per event: a graph hub with more is a list, not a relation. */
const ENTITIES_MAX = 64;
/** Canonical forms remembered. Hosts, users and programs repeat in nearly every event of a batch. */
const MEMO_MAX = 8_192;
const MEMO_TEXT_MAX = 256;
const REPEATING: ReadonlySet<EntityKind> = new Set<EntityKind>([
  "host",
  "user",
  "file",
  "ip",
  "domain",
  "session",
  "service",
]);

export interface EntityBag {
  readonly entities: Entity[];
  host: string | undefined;
  overflow: number;
}

export interface EntityReader {
  start(): EntityBag;
  /** False when the text has not the kind's form. */
  add(bag: EntityBag, seen: Seen): boolean;
  read(bag: EntityBag, scope: Scope, plans: readonly EntityPlan[]): void;
}

export function makeEntityReader(sha256: (text: string) => Sha256): EntityReader {
  const canonical = makeMemo();

  const add: EntityReader["add"] = (bag, seen) => {
    const form = canonical(seen.kind, seen.text);
    if (form === undefined) return false;
    keep(bag, seen, form);
    return true;
  };

  const addScalar = (value: Json, place: Place): void => {
    const text = scalarText(value);
    if (text === undefined || isNothing(text)) return;
    const { bag, plan } = place;
    if (text.includes("@") && /[;,]/.test(text) && plan.kinds.includes("email")) {
      const parts = text.split(LIST_OF_ADDRESSES).slice(0, ENTITIES_MAX);
      if (parts.filter((part) => add(bag, { kind: "email", role: plan.role, text: part })).length > 0) return;
    }
    for (const kind of plan.kinds) {
      if (kind === "hash" && text.includes("=")) {
        for (const part of hashParts(text)) add(bag, { kind, role: plan.role, text: part });
        return;
      }
      const written = kind === "script" ? sha256(text) : writtenForm(kind, text, place);
      if (written !== undefined && add(bag, { kind, role: plan.role, text: written })) return;
    }
  };

  return {
    start: () => ({ entities: [], host: undefined, overflow: 0 }),
    add,
    read: (bag, scope, plans) => {
      for (const plan of plans) {
        if (plan.when.length > 0 && !holdsAll(scope, plan.when)) continue;
        if (plan.kinds[0] === "process") {
          const text = processText(bag, scope, plan);
          if (text !== undefined) add(bag, { kind: "process", role: plan.role, text });
          continue;
        }
        const value = plan.path === undefined ? undefined : readPath(scope, plan.path);
        if (value === undefined || value === null) continue;
        const values = Array.isArray(value) ? value.slice(0, ENTITIES_MAX) : [value];
        for (const item of values) addScalar(item, { bag, plan, scope });
      }
    },
  };
}

/** `a@x;b@x`, and the trace reports' `a@x##Receive, Deliver;b@x##Fail`. */
const LIST_OF_ADDRESSES = /##[^;]*;?|[;,]/;

type Seen = { readonly kind: EntityKind; readonly role: EntityRole; readonly text: string };

/** Each (kind, role, value) once; the first device host is the host of everything named after it. */
function keep(bag: EntityBag, { kind, role, text }: Seen, form: Canonical): void {
  if (kind === "host" && role === "device") bag.host ??= form.value;
  for (const known of bag.entities) {
    if (known.value === form.value && known.kind === kind && known.role === role) return;
  }
  if (bag.entities.length >= ENTITIES_MAX) {
    bag.overflow += 1;
    return;
  }
  const written = text !== form.value && kind !== "script" && kind !== "process" && kind !== "session";
  bag.entities.push({
    kind,
    role,
    value: form.value,
    ...(written && { raw: text }),
    ...(form.wellKnown === true && { wellKnown: true }),
  });
}

/** `-`, `?`, `(null)`, `N/A`: how logs write nothing. */
function isNothing(text: string): boolean {
  return (
    text === "" ||
    text === "-" ||
    text === "?" ||
    text === "(null)" ||
    text === "N/A" ||
    text === "null" ||
    text === "(empty)"
  );
}

interface Place {
  readonly bag: EntityBag;
  readonly plan: EntityPlan;
  readonly scope: Scope;
}

function writtenForm(kind: EntityKind, text: string, { bag, plan, scope }: Place): string | undefined {
  // Logon id zero means that nobody was logged on.
  if (kind === "session")
    return bag.host === undefined || /^0x0*$|^0$/.test(text) ? undefined : `${bag.host}|luid:${text}`;
  if (kind !== "user" || plan.domain === undefined || text.includes("\\") || text.includes("@")) return text;
  const domain = scalarText(readPath(scope, plan.domain));
  return domain === undefined || isNothing(domain) ? text : `${domain}\\${text}`;
}

/** `<host>|<guid>`, else `<host>|pid:<pid>`. Zero GUIDs and pids mean "unknown"; a pid without a host names nothing. */
function processText(bag: EntityBag, scope: Scope, plan: EntityPlan): string | undefined {
  const guid = plan.guid === undefined ? undefined : scalarText(readPath(scope, plan.guid));
  if (guid !== undefined && !isNothing(guid) && !guid.includes("00000000-0000-0000-0000-000000000000")) {
    return bag.host === undefined ? guid : `${bag.host}|${guid}`;
  }
  const pid = plan.pid === undefined ? undefined : scalarText(readPath(scope, plan.pid));
  if (pid === undefined || bag.host === undefined) return undefined;
  return /^(0x[0-9a-f]{1,12}|\d{1,15})$/i.test(pid) && Number(pid) !== 0 ? `${bag.host}|pid:${pid}` : undefined;
}

/** `SHA1=..,MD5=..,IMPHASH=..`: the import hash names a family of programs, not a file, so it is no entity. */
function hashParts(text: string): readonly string[] {
  return text.split(",").filter((part) => !/^\s*imphash=/i.test(part));
}

function makeMemo(): (kind: EntityKind, text: string) => Canonical | undefined {
  const byKind = new Map<EntityKind, Map<string, Canonical | undefined>>();
  return (kind, text) => {
    if (!REPEATING.has(kind) || text.length > MEMO_TEXT_MAX) return canonicalise(kind, text);
    let memo = byKind.get(kind);
    if (memo === undefined) {
      memo = new Map();
      byKind.set(kind, memo);
    }
    const known = memo.get(text);
    if (known !== undefined || memo.has(text)) return known;
    // Starting over is simpler than ageing, and a full table means that values do not repeat anyway.
    if (memo.size >= MEMO_MAX) memo.clear();
    const form = canonicalise(kind, text);
    memo.set(text, form);
    return form;
  };
}
