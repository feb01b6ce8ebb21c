/**
 * The evidence read so far, as a graph over entities. Enters: events. Leaves: who started what, who wrote which file,
 * which logon made which session, which call handed out which key. Grows while the investigation asks; forgets nothing.
 *
 * G1. An event is taken in once, whatever the number of answers that held it.
 * G2. Bounded by what the questions may return (limits.ts), never by chance: order of events is time, then id.
 */
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { EventId } from "@cordon/model/ids";
import type { Instant } from "@cordon/model/time";
import { type Aliases, accountOf, makeAliases, noteAliases } from "./aliases.ts";
import { baseName, deviceOf, type Fact, factsOf, find, textOf, type Views } from "./facts.ts";

export interface Program {
  readonly image: string;
  readonly name: string;
  readonly command?: string;
}

export interface Graph {
  readonly views: Views;
  readonly events: Map<EventId, Event>;
  readonly facts: Fact[];
  /** Facts by subject and by object. */
  readonly bySubject: Map<EntityKey, Fact[]>;
  readonly byObject: Map<EntityKey, Fact[]>;
  /** Events by any entity they name. */
  readonly byEntity: Map<EntityKey, Event[]>;
  readonly programs: Map<EntityKey, Program>;
  readonly sessions: Map<EntityKey, Entity>;
  readonly users: Map<EntityKey, Entity>;
  /** `<host>|<lower path>` -> facts that wrote it. */
  readonly writes: Map<string, Fact[]>;
  /** Logons by session; by account on a machine (`<host>|<user>`) where sessions have no id. */
  readonly logons: Map<EntityKey, Fact>;
  readonly visits: Map<string, Fact[]>;
  /** Which machine owns an address, by its own outgoing connections. */
  readonly owners: Map<string, Entity>;
  readonly aliases: Aliases;
}

export function makeGraph(views: Views): Graph {
  return {
    views,
    events: new Map(),
    facts: [],
    bySubject: new Map(),
    byObject: new Map(),
    byEntity: new Map(),
    programs: new Map(),
    sessions: new Map(),
    users: new Map(),
    writes: new Map(),
    logons: new Map(),
    visits: new Map(),
    owners: new Map(),
    aliases: makeAliases(),
  };
}

export function takeIn(graph: Graph, events: readonly Event[]): void {
  for (const event of events) {
    if (graph.events.has(event.id)) continue;
    graph.events.set(event.id, event);
    for (const key of new Set(event.entities.map(entityKey))) push(graph.byEntity, key, event);
    for (const fact of factsOf(event, graph.views)) take(graph, fact);
    noteOwner(graph, event);
    noteAliases(graph.aliases, event, graph.views);
  }
}

function take(graph: Graph, fact: Fact): void {
  graph.facts.push(fact);
  push(graph.bySubject, entityKey(fact.subject), fact);
  if (fact.object !== undefined) push(graph.byObject, entityKey(fact.object), fact);
  switch (fact.predicate) {
    case "spawned":
    case "executed":
      notePrograms(graph, fact);
      return;
    case "accessed-process":
      noteProgram(graph, fact.subject, { fact, names: ["SourceImage", "Image"] });
      if (fact.object !== undefined) noteProgram(graph, fact.object, { fact, names: ["TargetImage"] });
      return;
    case "wrote":
      noteProgram(graph, fact.subject, { fact, names: ["Image"] });
      if (fact.object !== undefined) push(graph.writes, fileKey(fact.event, fact.object.value), fact);
      return;
    case "logged-on": {
      const session = find(fact.event, "session", "target", "actor");
      if (session !== undefined && session.wellKnown !== true) graph.logons.set(entityKey(session), fact);
      push(graph.visits, `${deviceOf(fact.event)?.value ?? ""}|${fact.subject.value}`, fact);
      return;
    }
    default:
      if (fact.subject.kind === "process") noteProgram(graph, fact.subject, { fact, names: ["Image"] });
  }
}

function notePrograms(graph: Graph, fact: Fact): void {
  const child = fact.predicate === "spawned" ? fact.object : fact.subject;
  if (child?.kind !== "process") return;
  const key = entityKey(child);
  noteProgram(graph, child, { fact, names: ["Image", "NewProcessName", "exe"], command: true });
  const session = find(fact.event, "session", "actor", "target", "object");
  if (session !== undefined && session.wellKnown !== true) graph.sessions.set(key, session);
  const user = find(fact.event, "user", "actor", "target");
  if (user !== undefined) graph.users.set(key, user);
  if (fact.predicate === "spawned") {
    noteProgram(graph, fact.subject, { fact, names: ["ParentImage", "ParentProcessName"] });
  }
}

function noteProgram(
  graph: Graph,
  process: Entity,
  from: { readonly fact: Fact; readonly names: readonly string[]; readonly command?: true },
): void {
  const key = entityKey(process);
  const known = graph.programs.get(key);
  if (known !== undefined && from.command !== true) return;
  const { event } = from.fact;
  const image = from.names.map((name) => textOf(graph.views, event, name)).find((text) => text !== undefined);
  if (image === undefined) return;
  const command = from.command === true ? textOf(graph.views, event, "CommandLine") : undefined;
  graph.programs.set(key, { image, name: baseName(image), ...(command === undefined ? {} : { command }) });
}

/** A machine that opens a connection says by its source address which address is its own. */
function noteOwner(graph: Graph, event: Event): void {
  const host = deviceOf(event);
  const own = find(event, "ip", "src");
  if (host === undefined || own === undefined || own.wellKnown === true) return;
  if (find(event, "ip", "dst") === undefined || find(event, "process", "actor") === undefined) return;
  if (textOf(graph.views, event, "Initiated")?.toLowerCase() === "false") return;
  if (!graph.owners.has(own.value)) graph.owners.set(own.value, host);
}

export const fileKey = (event: Event, path: string): string => `${deviceOf(event)?.value ?? ""}|${path.toLowerCase()}`;

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/**
 * The fact by which a process came to be. A pid is used again by later processes: of several starts the last one before
 * `at` is meant, the first of all when no moment is given.
 */
export function startOf(graph: Graph, process: EntityKey, at?: Instant): Fact | undefined {
  const starts = [
    ...(graph.byObject.get(process) ?? []).filter((fact) => fact.predicate === "spawned"),
    ...(graph.bySubject.get(process) ?? []).filter((fact) => fact.predicate === "executed"),
  ];
  const [first] = starts;
  if (first === undefined || starts.length === 1) return first;
  const before = at === undefined ? [] : starts.filter((fact) => fact.at <= at);
  const pool = before.length > 0 ? before : starts;
  return pool.reduce((best, fact) => ((before.length > 0 ? fact.at > best.at : fact.at < best.at) ? fact : best));
}

export function childrenOf(graph: Graph, process: EntityKey): readonly Entity[] {
  const facts = graph.bySubject.get(process) ?? [];
  return facts.flatMap((fact) => (fact.predicate === "spawned" && fact.object !== undefined ? [fact.object] : []));
}

/** `powershell.exe` where the image is known, else the tail of the process id. */
export function labelOf(graph: Graph, entity: Entity): string {
  if (entity.kind !== "process") return accountOf(graph.aliases, entity).value;
  const program = graph.programs.get(entityKey(entity));
  return program?.name ?? `process ${entity.value.slice(entity.value.indexOf("|") + 1)}`;
}

/** Machine part of `<host>|<id>`. */
export const hostOfId = (value: string): string => value.slice(0, Math.max(0, value.indexOf("|")));
