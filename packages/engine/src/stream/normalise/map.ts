/** Applies a compiled mapping to a recognised record: shape, class, time, outcome, entities. */
import type { Entity } from "@cordon/model/entity";
import type { LogSource, OcsfSeverity } from "@cordon/model/event";
import type { Json, JsonObject } from "@cordon/model/json";
import type { Instant } from "@cordon/model/time";
import { holdsAny } from "./condition.ts";
import { setOwn } from "./decode/decoded.ts";
import { discoverEntities } from "./discover.ts";
import type { EntityReader } from "./entities.ts";
import { readPath, type Scope, scalarText } from "./field-path.ts";
import { parseTime } from "./parse-time.ts";
import type { Choice, Outcome, OutcomePlan, ShapePlan } from "./plan.ts";
import { type Recognised, rootObjects } from "./recognise.ts";
import { matchTemplate } from "./template.ts";

export interface Meaning {
  readonly source: string;
  readonly shape: string;
  readonly version: string;
  readonly log: LogSource;
  readonly class: number;
  readonly activity: number;
  readonly severity: OcsfSeverity;
  readonly outcome: Outcome | undefined;
  readonly time: Instant | undefined;
  readonly raw: JsonObject;
  readonly entities: readonly Entity[];
  readonly remarks: readonly string[];
}

/** True when the mapping knows records that name their host, and this one does not. */
function lacksDevice(plan: ShapePlan, scope: Scope): boolean {
  const hosts = plan.entities.filter(({ role, kinds }) => role === "device" && kinds.includes("host"));
  return hosts.length > 0 && hosts.every(({ path }) => path === undefined || readPath(scope, path) === undefined);
}

type Captures = readonly (readonly [string, string])[];
const NONE: Captures = [];

/** `inputHost`: the host whose log the input is, where the source knows it; used only if the record names none. */
export function applyMapping(found: Recognised, reader: EntityReader, inputHost: string | undefined): Meaning {
  const { mapping, layout, windows } = found;
  const { plan, raw, scope } = choose(found);
  const bag = reader.start();
  const computer = windows?.computer();
  if (computer !== undefined) reader.add(bag, { kind: "host", role: "device", text: computer });
  else if (windows === undefined && inputHost !== undefined && lacksDevice(plan, scope)) {
    reader.add(bag, { kind: "host", role: "device", text: inputHost });
  }
  reader.read(bag, scope, plan.entities);
  if (mapping.discover) discoverEntities(reader, bag, raw);
  return {
    source: mapping.id,
    shape: plan.keys[layout],
    version: mapping.version,
    log: plan.log,
    class: plan.class,
    activity: oneOf(plan.activity, scope),
    severity: oneOf(plan.severity, scope),
    outcome: outcomeOf(plan.outcome, scope),
    time: timeOf(plan, scope),
    raw,
    entities: bag.entities,
    remarks: bag.overflow === 0 ? [] : [`${bag.overflow} entities beyond ${bag.entities.length} were left out`],
  };
}

/** What a record is, for those who only route it: nothing that it says of itself is read until asked. */
export interface Route {
  readonly source: string;
  readonly shape: string;
  readonly log: LogSource;
  readonly raw: JsonObject;
  readonly time: () => Instant | undefined;
}

export function routeOf(found: Recognised): Route {
  const { mapping, layout } = found;
  const { plan, raw, scope } = choose(found);
  return { source: mapping.id, shape: plan.keys[layout], log: plan.log, raw, time: () => timeOf(plan, scope) };
}

function choose(found: Recognised): { readonly plan: ShapePlan; readonly raw: JsonObject; readonly scope: Scope } {
  const { plan, captures } = chooseShape(found);
  const raw = withCaptures(found.raw, captures);
  const scope = raw === found.raw ? found.scope : { ...found.scope, roots: rootObjects(found.mapping, raw) };
  return { plan, raw, scope };
}

function chooseShape({ mapping, scope, windows }: Recognised): { plan: ShapePlan; captures: Captures } {
  const { by, values, rest, all } = mapping.shapes;
  const dispatch = by === undefined ? undefined : readPath(scope, by);
  const value = scalarText(dispatch);
  const listed = value === undefined ? undefined : firstShape(values.get(value), scope);
  if (listed !== undefined) return listed;
  const found = firstShape(Array.isArray(dispatch) ? all : rest, scope);
  if (found !== undefined) return found;
  const service = windows === undefined ? undefined : mapping.byChannel.get(windows.channel.toLowerCase());
  return { plan: service ?? mapping.base, captures: NONE };
}

function firstShape(
  shapes: readonly ShapePlan[] | undefined,
  scope: Scope,
): { plan: ShapePlan; captures: Captures } | undefined {
  for (const plan of shapes ?? []) {
    if (plan.when.length > 0 && !holdsAny(scope, plan.when)) continue;
    const captures = plan.match === undefined ? NONE : capture(plan.match, scope);
    if (captures !== undefined) return { plan, captures };
  }
  return undefined;
}

function capture(match: NonNullable<ShapePlan["match"]>, scope: Scope): Captures | undefined {
  const text = scalarText(readPath(scope, match.path));
  if (text === undefined) return undefined;
  const once = withoutRepetition(text.trim());
  for (const template of match.templates) {
    const found = matchTemplate(template, once.text);
    if (found !== undefined) return once.count === undefined ? found : [...found, ["repeated", once.count]];
  }
  return undefined;
}

/** `message repeated 5 times: [ Failed password ... ]`: the text inside, and how often. */
function withoutRepetition(text: string): { text: string; count?: string } {
  if (!text.startsWith("message repeated ")) return { text };
  const found = /^message repeated (\d{1,9}) times: \[ ?(.*?) ?\]$/s.exec(text);
  return found === null ? { text } : { text: found[2] ?? "", count: found[1] ?? "" };
}

/** Captures join `raw` under their own names and never replace what the source wrote. */
function withCaptures(raw: JsonObject, captures: Captures): JsonObject {
  if (captures.length === 0) return raw;
  const joined: Record<string, Json> = { ...raw };
  for (const [name, value] of captures) if (!Object.hasOwn(raw, name)) setOwn(joined, name, value);
  return joined;
}

function oneOf<T>(choice: Choice<T>, scope: Scope): T {
  if (choice.kind === "fixed") return choice.value;
  const text = scalarText(readPath(scope, choice.path));
  return (text === undefined ? undefined : choice.values.get(text)) ?? choice.otherwise;
}

function outcomeOf(plan: OutcomePlan, scope: Scope): Outcome | undefined {
  if (holdsAny(scope, plan.failure)) return "failure";
  return holdsAny(scope, plan.success) ? "success" : plan.otherwise;
}

function timeOf(plan: ShapePlan, scope: Scope): Instant | undefined {
  for (const path of plan.time) {
    const time = parseTime(readPath(scope, path));
    if (time !== undefined) return time;
  }
  return undefined;
}
