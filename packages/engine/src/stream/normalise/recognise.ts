/**
 * Which mapping a decoded record belongs to. Windows events go by channel, then provider; everything else by a few cheap
 * probes: each alternative of a mapping is filed under its first condition, and that under the key that must be there for it,
 * so most mappings are never asked.
 */
import { isJsonObject, type JsonObject } from "@cordon/model/json";
import { type Condition, equalValues, holdsAll } from "./condition.ts";
import type { Decoded } from "./decode/decoded.ts";
import { type FieldPath, type Reads, readPath, readPresence, type Scope, scalarText } from "./field-path.ts";
import type { CompiledMapping } from "./plan.ts";
import { type EnvelopeOf, type WindowsEvent, type WindowsLayout, windowsEvent } from "./windows.ts";

export interface Recognised {
  readonly mapping: CompiledMapping;
  readonly raw: JsonObject;
  readonly scope: Scope;
  readonly layout: WindowsLayout | "plain";
  readonly windows: WindowsEvent | undefined;
}

type Recognise = (decoded: Decoded) => Recognised | undefined;

/** How records are looked at by those who note what is read. */
export interface Lens {
  readonly envelopeOf: EnvelopeOf;
  readonly reads: Reads;
}

export function makeRecognise(mappings: readonly CompiledMapping[], lens?: Lens): Recognise {
  const windows = windowsIndex(mappings);
  const tiers = probeTiers(mappings);
  const reads = lens?.reads;
  return (decoded) => {
    const { raw, form } = decoded;
    const event = STRUCTURED.has(form) ? windowsEvent(raw, lens?.envelopeOf) : undefined;
    const owner = event && windows(event);
    if (event !== undefined && owner !== undefined) {
      const scope = { roots: event.roots, anyCase: event.layout === "wazuh", reads };
      return { mapping: owner, raw: event.raw, scope, layout: event.layout, windows: event };
    }
    const keys = Object.keys(raw);
    let lower: readonly string[] | undefined;
    for (const tier of tiers) {
      const exact = { roots: [raw], anyCase: false, reads };
      const found = probe(asked(tier, tier.byKey, keys), decoded, exact);
      if (found !== undefined) return found;
      if (form !== "json") continue;
      lower ??= keys.map((key) => key.toLowerCase());
      const loosely = probe(asked(tier, tier.byLowerKey, lower), decoded, { ...exact, anyCase: true });
      if (loosely !== undefined) return loosely;
    }
    return undefined;
  };
}

const STRUCTURED: ReadonlySet<string> = new Set(["json", "evtx", "csv", "xml"]);

function windowsIndex(mappings: readonly CompiledMapping[]): (event: WindowsEvent) => CompiledMapping | undefined {
  const channels = new Map<string, CompiledMapping>();
  const prefixes: { readonly start: string; readonly mapping: CompiledMapping }[] = [];
  const providers = new Map<string, CompiledMapping>();
  for (const mapping of mappings) {
    if (mapping.detect.kind !== "windows") continue;
    for (const channel of mapping.detect.channels) {
      if (channel.endsWith("*")) prefixes.push({ start: channel.slice(0, -1), mapping });
      else channels.set(channel, mapping);
    }
    for (const provider of mapping.detect.providers) providers.set(provider, mapping);
  }
  prefixes.sort((a, b) => b.start.length - a.start.length);
  return ({ channel, provider }) => {
    const name = channel.toLowerCase();
    // Sysmon for Linux writes Windows-shaped events; they are no Windows events.
    if (name.startsWith("linux-") || provider === "Linux-Sysmon") return undefined;
    const known = channels.get(name) ?? (name === "" ? providers.get(provider.toLowerCase()) : undefined);
    return known ?? prefixes.find(({ start }) => name.startsWith(start))?.mapping;
  };
}

interface Alternative {
  readonly mapping: CompiledMapping;
  readonly conditions: readonly Condition[];
}

interface Probe {
  readonly condition: Condition | undefined;
  readonly byValue: Map<string, Alternative[]>;
  readonly others: Alternative[];
}

interface Tier {
  readonly probes: readonly Probe[];
  /** Those that may hold where nothing is. */
  readonly always: readonly Probe[];
  /** Numbers of the others, by the outermost key without which they cannot hold. */
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  readonly byLowerKey: ReadonlyMap<string, readonly number[]>;
}

function probeTiers(mappings: readonly CompiledMapping[]): readonly Tier[] {
  const byPriority = new Map<number, Map<string, Probe>>();
  for (const mapping of mappings) {
    if (mapping.detect.kind !== "plain") continue;
    const { priority, any } = mapping.detect;
    const tier = byPriority.get(priority) ?? new Map<string, Probe>();
    byPriority.set(priority, tier);
    for (const conditions of any) file(tier, { mapping, conditions });
  }
  return [...byPriority.entries()].sort(([a], [b]) => b - a).map(([, tier]) => tierOf([...tier.values()]));
}

function tierOf(probes: readonly Probe[]): Tier {
  const always: Probe[] = [];
  const byKey = new Map<string, number[]>();
  const byLowerKey = new Map<string, number[]>();
  for (const [number, one] of probes.entries()) {
    const { condition } = one;
    if (condition === undefined || !needsValue(one)) {
      always.push(one);
      continue;
    }
    for (const key of outermost(condition.path)) {
      byKey.set(key, [...(byKey.get(key) ?? []), number]);
      const lower = key.toLowerCase();
      byLowerKey.set(lower, [...(byLowerKey.get(lower) ?? []), number]);
    }
  }
  return { probes, always, byKey, byLowerKey };
}

/** A dotted name may also be one key. */
const outermost = ({ name, segments }: FieldPath): readonly string[] => [...new Set([name, segments[0] ?? name])];

/** Whether the probe finds nothing where its field is not there. */
function needsValue({ condition, others }: Probe): boolean {
  if (condition?.test.kind !== "exists") return condition !== undefined;
  return others.every(({ conditions: [first] }) => {
    const test = first?.test;
    return test !== undefined && (test.kind === "exists" ? test.wanted : test.kind !== "not");
  });
}

/** Probes that may hold in a record with these keys, in their order. */
function asked({ probes, always }: Tier, byKey: Tier["byKey"], keys: readonly string[]): readonly Probe[] {
  const some = keys.flatMap((key) => byKey.get(key) ?? NONE);
  if (some.length === 0) return always;
  const all = new Set(some);
  return probes.filter((one, number) => all.has(number) || always.includes(one));
}

const NONE: readonly number[] = [];

function file(tier: Map<string, Probe>, alternative: Alternative): void {
  const condition = alternative.conditions[0];
  const name = condition?.path.name ?? "";
  const probe = tier.get(name) ?? { condition, byValue: new Map<string, Alternative[]>(), others: [] };
  tier.set(name, probe);
  const values = equalValues(condition);
  if (values === undefined) probe.others.push(alternative);
  for (const value of values ?? []) {
    const list = probe.byValue.get(value) ?? [];
    list.push(alternative);
    probe.byValue.set(value, list);
  }
}

/** The second round, in any case, is for shippers that folded the names; only what nobody knew gets there. */
function probe(probes: readonly Probe[], decoded: Decoded, scope: Scope): Recognised | undefined {
  for (const { condition, byValue, others } of probes) {
    const readIt = byValue.size === 0 ? readPresence : readPath;
    const value = condition === undefined ? undefined : readIt(scope, condition.path);
    if (condition !== undefined && value === undefined && condition.test.kind !== "exists") continue;
    const text = byValue.size === 0 ? undefined : scalarText(value);
    const listed = text === undefined ? undefined : byValue.get(text);
    const found = firstHolding(listed, decoded, scope) ?? firstHolding(others, decoded, scope);
    if (found !== undefined) return recognised(found, decoded.raw, scope);
  }
  return undefined;
}

function firstHolding(
  alternatives: readonly Alternative[] | undefined,
  decoded: Decoded,
  scope: Scope,
): CompiledMapping | undefined {
  for (const { mapping, conditions } of alternatives ?? []) {
    const forms = mapping.detect.kind === "plain" ? mapping.detect.forms : undefined;
    if (forms !== undefined && !forms.has(decoded.form)) continue;
    if (holdsAll(scope, conditions)) return mapping;
  }
  return undefined;
}

function recognised(mapping: CompiledMapping, raw: JsonObject, within: Scope): Recognised {
  const scope = { ...within, roots: rootObjects(mapping, raw) };
  return { mapping, raw, scope, layout: "plain", windows: undefined };
}

export function rootObjects(mapping: CompiledMapping, raw: JsonObject): readonly JsonObject[] {
  if (mapping.roots.length === 1 && mapping.roots[0]?.length === 0) return [raw];
  return mapping.roots.flatMap((path) => {
    let at: JsonObject | undefined = raw;
    for (const key of path) {
      const next: unknown = at !== undefined && Object.hasOwn(at, key) ? at[key] : undefined;
      at = isJsonObject(next) ? (next as JsonObject) : undefined;
    }
    return at === undefined ? [] : [at];
  });
}
