/**
 * What an event says, as typed edges between entities.
 * Enters: an event and the view of its shape. Leaves: facts (who did what to whom, when), ready to be cited.
 *
 * F1. A fact is made of entities the normaliser minted and of fields read through the view; free text decides nothing.
 * F2. An event that says nothing an investigation can use gives no fact; it never throws.
 */
import { type Entity, type EntityKind, type EntityRole, entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { Predicate } from "@cordon/model/investigation";
import { isJsonObject } from "@cordon/model/json";
import type { Instant } from "@cordon/model/time";
import { type FieldView, PLAIN_VIEW, readField } from "@cordon/model/view";

export interface Views {
  get(shape: string): FieldView | undefined;
}

export interface Fact {
  readonly predicate: Predicate;
  readonly event: Event;
  readonly at: Instant;
  readonly subject: Entity;
  readonly object?: Entity;
  /** Names of fields that show it to a reader, as a rule would write them. */
  readonly fields: readonly string[];
}

/** OCSF classes an investigation reads (sources.md section 3). */
export const CLASS = {
  file: 1001,
  kernel: 1003,
  module: 1005,
  job: 1006,
  process: 1007,
  script: 1009,
  account: 3001,
  logon: 3002,
  authorise: 3003,
  entityManagement: 3004,
  access: 3005,
  group: 3006,
  network: 4001,
  http: 4002,
  dns: 4003,
  mail: 4009,
  api: 6003,
  registryKey: 201_001,
  registryValue: 201_002,
} as const;

export const viewOf = (views: Views, event: Event): FieldView => views.get(event.shape) ?? PLAIN_VIEW;

/** A field as text; undefined when absent, null or not a scalar. */
export function textOf(views: Views, event: Event, name: string): string | undefined {
  const value = readField(viewOf(views, event), event.raw, name)?.value;
  if (value === undefined || value === null || isJsonObject(value) || Array.isArray(value)) return undefined;
  return String(value);
}

export function find(event: Event, kind: EntityKind, ...roles: readonly EntityRole[]): Entity | undefined {
  for (const role of roles) {
    const found = event.entities.find((entity) => entity.kind === kind && entity.role === role);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const deviceOf = (event: Event): Entity | undefined => find(event, "host", "device", "observer");
/** Who did it: the process, else the account, else the machine. */
const actorOf = (event: Event): Entity | undefined =>
  find(event, "process", "actor") ?? find(event, "user", "actor") ?? find(event, "ip", "src") ?? deviceOf(event);

export function factsOf(event: Event, views: Views): readonly Fact[] {
  const make = (
    predicate: Predicate,
    [subject, object]: readonly [Entity | undefined, Entity | undefined],
    fields: readonly string[],
  ): readonly Fact[] => {
    if (subject === undefined) return [];
    const fact = { predicate, event, at: event.time, subject, fields };
    return [object === undefined ? fact : { ...fact, object }];
  };
  switch (event.class) {
    case CLASS.process:
      return processFacts(event, views, make);
    case CLASS.logon:
      return logonFacts(event, views, make);
    case CLASS.network:
    case CLASS.http: {
      const to =
        find(event, "ip", "dst") ??
        find(event, "domain", "dst", "target", "object") ??
        find(event, "url", "target", "dst", "object");
      return to === undefined
        ? []
        : make("connected", [actorOf(event), to], ["DestinationIp", "DestinationPort", "Image"]);
    }
    case CLASS.dns: {
      const name = find(event, "domain", "target", "object", "dst");
      return name === undefined ? [] : make("resolved", [actorOf(event), name], ["QueryName", "QueryResults", "Image"]);
    }
    case CLASS.file: {
      const file = find(event, "file", "target", "object");
      return file === undefined ? [] : make("wrote", [actorOf(event), file], ["TargetFilename", "Image"]);
    }
    case CLASS.module: {
      const file = find(event, "file", "target", "object");
      return file === undefined ? [] : make("loaded", [actorOf(event), file], ["ImageLoaded", "Image", "Signed"]);
    }
    case CLASS.registryKey:
    case CLASS.registryValue: {
      const key = find(event, "regkey", "target", "object");
      return key === undefined ? [] : make("modified", [actorOf(event), key], ["TargetObject", "Details", "Image"]);
    }
    default:
      return otherFacts(event, views, make);
  }
}

type Make = (
  predicate: Predicate,
  ends: readonly [Entity | undefined, Entity | undefined],
  fields: readonly string[],
) => readonly Fact[];

function processFacts(event: Event, views: Views, make: Make): readonly Fact[] {
  const actor = find(event, "process", "actor");
  const parent = find(event, "process", "parent");
  const target = find(event, "process", "target", "object");
  if (parent !== undefined) {
    return make("spawned", [parent, actor ?? target], ["Image", "CommandLine", "ParentImage", "User"]);
  }
  if (actor !== undefined && target !== undefined && entityKey(actor) !== entityKey(target)) {
    return make("accessed-process", [actor, target], ["SourceImage", "TargetImage", "GrantedAccess", "StartModule"]);
  }
  const isStart = event.activity === 1 || textOf(views, event, "CommandLine") !== undefined;
  if (!isStart) return [];
  const command = find(event, "cmdline", "object", "actor", "target");
  const fields = ["Image", "CommandLine", "command", "COMMAND", "exe", "User", "user"];
  return make("executed", [actor ?? target ?? find(event, "user", "actor") ?? deviceOf(event), command], fields);
}

const TAKES_ROLE = /^(?:AssumeRole|GetFederationToken|GetSessionToken|SwitchRole)/;

function logonFacts(event: Event, views: Views, make: Make): readonly Fact[] {
  if (TAKES_ROLE.test(textOf(views, event, "eventName") ?? "")) {
    const made = find(event, "credential", "object", "target") ?? find(event, "resource", "object", "target");
    const principal = find(event, "user", "actor") ?? find(event, "credential", "actor");
    return make("assumed-role", [principal, made], ["eventName", "sourceIPAddress", "errorCode"]);
  }
  // Logoffs end a session, tickets and token checks accompany one: how it began is said by activity 1 alone.
  const failed = event.outcome === "failure";
  if (event.activity === 2 || (event.activity !== 1 && !failed)) return [];
  const user = find(event, "user", "target", "actor");
  const where = deviceOf(event) ?? find(event, "resource", "target", "object");
  const fields = [
    ...["TargetUserName", "LogonType", "IpAddress", "TargetLogonId", "WorkstationName", "user", "src_ip", "message"],
    ...["eventName", "sourceIPAddress", "Status", "SubStatus"],
  ];
  return make(failed ? "failed-logon" : "logged-on", [user ?? find(event, "ip", "src"), where], fields);
}

function otherFacts(event: Event, views: Views, make: Make): readonly Fact[] {
  const actor = actorOf(event);
  switch (event.class) {
    case CLASS.api: {
      const name = textOf(views, event, "eventName") ?? "";
      const object =
        find(event, "credential", "object", "target") ??
        find(event, "user", "target", "object") ??
        find(event, "resource", "object", "target", "dst");
      const principal = find(event, "user", "actor") ?? find(event, "credential", "actor") ?? actor;
      const predicate = TAKES_ROLE.test(name) ? "assumed-role" : "called-api";
      return make(predicate, [principal, object], ["eventName", "eventSource", "sourceIPAddress", "errorCode"]);
    }
    case CLASS.account:
    case CLASS.authorise:
    case CLASS.entityManagement:
    case CLASS.access:
    case CLASS.group:
      return make(
        "changed-account",
        [
          find(event, "process", "actor") ?? find(event, "user", "actor") ?? actor,
          find(event, "credential", "object", "target") ?? find(event, "user", "target", "object"),
        ],
        ["EventID", "TargetUserName", "MemberName", "SubjectUserName"],
      );
    case CLASS.job:
      return make(
        "created-persistence",
        [
          actor,
          find(event, "service", "target", "object", "actor") ?? find(event, "file", "target", "object", "actor"),
        ],
        ["TaskName", "ServiceName", "ImagePath"],
      );
    case CLASS.script:
      return make(
        "executed",
        [actor, find(event, "script", "object", "target", "actor")],
        ["ScriptBlockText", "ScriptBlockId", "Path"],
      );
    default: {
      const service = find(event, "service", "target", "object", "actor");
      const path = textOf(views, event, "ImagePath");
      if (service === undefined || path === undefined) return [];
      return make(
        "created-persistence",
        [actor ?? deviceOf(event), service],
        ["ServiceName", "ImagePath", "AccountName"],
      );
    }
  }
}

/** Last part of a path, lower case: what a program is called. */
export function baseName(path: string): string {
  const cut = Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/"));
  return path.slice(cut + 1).toLowerCase();
}

/** An event that says nothing the facts know still shows that a rule saw it. */
export function bareFact(event: Event): Fact | undefined {
  const subject =
    find(event, "process", "actor") ??
    event.entities.find(({ kind, role, wellKnown }) => kind === "user" && role === "actor" && wellKnown !== true) ??
    event.entities.find(({ kind, role, wellKnown }) => kind === "user" && role === "target" && wellKnown !== true) ??
    deviceOf(event) ??
    event.entities[0];
  return subject === undefined ? undefined : { predicate: "detected-by", event, at: event.time, subject, fields: [] };
}
