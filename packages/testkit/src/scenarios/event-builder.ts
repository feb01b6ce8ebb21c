/**
 * Builds events as the normaliser would leave them, with flat raw records that the plain view can read.
 * Enters: what happened, in the words of the source. Leaves: events with ids in order of building.
 */
import { createHash } from "node:crypto";
import type { Detection } from "@cordon/model/detection";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { detectionId, type EventId, eventId, type NonEmpty, nonEmpty, recordId, sha256Of } from "@cordon/model/ids";
import { canonicalJson, type JsonObject } from "@cordon/model/json";
import type { Level } from "@cordon/model/rule";
import { type Instant, instant, isoTime } from "@cordon/model/time";

const sha256 = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));

export interface EventParts {
  readonly at: number;
  readonly source: string;
  readonly class: number;
  readonly activity?: number;
  readonly outcome?: "success" | "failure";
  readonly raw: JsonObject;
  readonly entities: readonly Entity[];
}

export const entity = (kind: EntityKind, role: EntityRole, value: string): Entity => ({ kind, role, value });
export const wellKnown = (kind: EntityKind, role: EntityRole, value: string): Entity => ({
  ...{ kind, role, value },
  wellKnown: true,
});

export interface Story {
  readonly events: Event[];
  add(parts: EventParts): Event;
}

export function makeStory(name: string): Story {
  const events: Event[] = [];
  return {
    events,
    add(parts) {
      const record = recordId(sha256(`${name} ${events.length}`).slice(0, 32));
      const event: Event = {
        id: eventId(`${record}-0`),
        time: instant(parts.at),
        receivedAt: instant(parts.at + 1_000),
        source: parts.source,
        shape: parts.source,
        log: { categories: [] },
        class: parts.class,
        activity: parts.activity ?? 1,
        severity: 1,
        ...(parts.outcome === undefined ? {} : { outcome: parts.outcome }),
        raw: parts.raw,
        entities: parts.entities,
        provenance: {
          record,
          via: "scenario",
          input: name,
          position: events.length + 1,
          mapping: parts.source,
          version: "1",
          sha256: sha256(canonicalJson(parts.raw)),
        },
      };
      events.push(event);
      return event;
    },
  };
}

export interface Start {
  readonly at: number;
  readonly host: string;
  readonly guid: string;
  readonly image: string;
  readonly command: string;
  readonly user: string;
  readonly luid: string;
  readonly parent: { readonly guid: string; readonly image: string };
}

/** Sysmon 1. */
export function processStarted(story: Story, start: Start): Event {
  const { at, host, guid, image, command, user, luid, parent } = start;
  return story.add({
    ...{ at, source: "windows.sysmon", class: 1007, activity: 1 },
    raw: {
      ...{ EventID: 1, UtcTime: isoTime(instant(at)), Computer: host, ProcessGuid: guid, Image: image },
      ...{ CommandLine: command, User: user, LogonId: luid, ParentProcessGuid: parent.guid, ParentImage: parent.image },
    },
    entities: [
      entity("host", "device", host),
      entity("process", "actor", `${host}|${guid}`),
      entity("process", "parent", `${host}|${parent.guid}`),
      entity("file", "actor", image),
      entity("file", "parent", parent.image),
      entity("cmdline", "actor", command),
      entity("user", "actor", user),
      entity("session", "actor", `${host}|luid:${luid}`),
    ],
  });
}

export interface Acting {
  readonly at: number;
  readonly host: string;
  readonly guid: string;
  readonly image: string;
  readonly user: string;
}

/** Sysmon 3. */
export function connected(story: Story, by: Acting, to: { from: string; address: string; port: number }): Event {
  return story.add({
    ...{ at: by.at, source: "windows.sysmon", class: 4001, activity: 1 },
    raw: {
      ...{ EventID: 3, UtcTime: isoTime(instant(by.at)), Computer: by.host, ProcessGuid: by.guid, Image: by.image },
      ...{ User: by.user, SourceIp: to.from, DestinationIp: to.address, DestinationPort: to.port, Initiated: "true" },
    },
    entities: [
      entity("host", "device", by.host),
      entity("process", "actor", `${by.host}|${by.guid}`),
      entity("user", "actor", by.user),
      entity("ip", "src", to.from),
      entity("ip", "dst", to.address),
    ],
  });
}

/** Sysmon 11. */
export function fileWritten(story: Story, by: Acting, path: string): Event {
  return story.add({
    ...{ at: by.at, source: "windows.sysmon", class: 1001, activity: 1 },
    raw: {
      ...{ EventID: 11, UtcTime: isoTime(instant(by.at)), Computer: by.host, ProcessGuid: by.guid, Image: by.image },
      ...{ User: by.user, TargetFilename: path },
    },
    entities: [
      entity("host", "device", by.host),
      entity("process", "actor", `${by.host}|${by.guid}`),
      entity("user", "actor", by.user),
      entity("file", "target", path),
    ],
  });
}

/** Sysmon 10. */
export function processAccessed(story: Story, by: Acting, target: { guid: string; image: string }): Event {
  return story.add({
    ...{ at: by.at, source: "windows.sysmon", class: 1007, activity: 3 },
    raw: {
      ...{ EventID: 10, UtcTime: isoTime(instant(by.at)), Computer: by.host, SourceProcessGUID: by.guid },
      ...{ SourceImage: by.image, TargetProcessGUID: target.guid, TargetImage: target.image, GrantedAccess: "0x1010" },
    },
    entities: [
      entity("host", "device", by.host),
      entity("process", "actor", `${by.host}|${by.guid}`),
      entity("process", "target", `${by.host}|${target.guid}`),
      entity("file", "actor", by.image),
      entity("file", "target", target.image),
      entity("user", "actor", by.user),
    ],
  });
}

export interface Logon {
  readonly at: number;
  readonly host: string;
  readonly user: string;
  readonly luid: string;
  readonly type: number;
  readonly address: string;
}

/** Security 4624. */
export function loggedOn(story: Story, logon: Logon): Event {
  const { at, host, user, luid, type, address } = logon;
  return story.add({
    ...{ at, source: "windows.security", class: 3002, activity: 1, outcome: "success" },
    raw: {
      ...{ EventID: 4624, TimeCreated: isoTime(instant(at)), Computer: host, TargetUserName: user },
      ...{ TargetLogonId: luid, LogonType: type, IpAddress: address },
    },
    entities: [
      entity("host", "device", host),
      entity("user", "target", user),
      entity("session", "target", `${host}|luid:${luid}`),
      entity("ip", "src", address),
    ],
  });
}

/** One line of sshd. */
export function sshd(
  story: Story,
  line: { at: number; host: string; user: string; address: string; outcome: "success" | "failure" },
): Event {
  const word = line.outcome === "success" ? "Accepted" : "Failed";
  const message = `${word} password for ${line.user} from ${line.address} port 52144 ssh2`;
  return story.add({
    ...{ at: line.at, source: "linux.sshd", class: 3002, activity: 1, outcome: line.outcome },
    raw: { program: "sshd", host: line.host, message, user: line.user, src_ip: line.address },
    entities: [
      entity("host", "device", line.host),
      entity("user", "target", line.user),
      entity("ip", "src", line.address),
    ],
  });
}

/** One line of sudo. */
export function sudo(story: Story, line: { at: number; host: string; user: string; command: string }): Event {
  return story.add({
    ...{ at: line.at, source: "linux.sudo", class: 1007, activity: 1, outcome: "success" },
    raw: { program: "sudo", host: line.host, user: line.user, runas: "root", command: line.command },
    entities: [
      entity("host", "device", line.host),
      entity("user", "actor", line.user),
      wellKnown("user", "target", "root"),
      entity("cmdline", "object", line.command),
    ],
  });
}

export interface Call {
  readonly at: number;
  readonly name: string;
  readonly service: string;
  readonly principal: string;
  readonly key: string;
  readonly address: string;
  readonly failed?: boolean;
  readonly resource?: string;
  /** Key that the answer handed out: CreateAccessKey, AssumeRole. */
  readonly newKey?: string;
  readonly subject?: string;
}

/** One CloudTrail record. */
export function cloudCall(story: Story, call: Call): Event {
  const optional = (parts: readonly (Entity | undefined)[]) => parts.flatMap((part) => part ?? []);
  return story.add({
    at: call.at,
    source: "aws.cloudtrail",
    class: call.name === "ConsoleLogin" ? 3002 : 6003,
    outcome: call.failed === true ? "failure" : "success",
    raw: {
      ...{ eventTime: isoTime(instant(call.at)), eventName: call.name, eventSource: `${call.service}.amazonaws.com` },
      ...{ userIdentity: { arn: call.principal, accessKeyId: call.key }, sourceIPAddress: call.address },
      ...(call.newKey === undefined ? {} : { responseElements: { credentials: { accessKeyId: call.newKey } } }),
      ...(call.failed === true ? { errorCode: "AccessDenied" } : {}),
    },
    entities: optional([
      entity("user", "actor", call.principal),
      entity("credential", "actor", call.key),
      entity("ip", "src", call.address),
      call.resource === undefined ? undefined : entity("resource", "object", call.resource),
      call.newKey === undefined ? undefined : entity("credential", "object", call.newKey),
      call.subject === undefined ? undefined : entity("user", "target", call.subject),
    ]),
  });
}

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly confidence?: number;
}

/** The detection that a rule would make of these events. */
export function detected(rule: Rule, events: readonly Event[]): Detection {
  const last = events.at(-1);
  const evidence: NonEmpty<EventId> | undefined = nonEmpty(events.map((event) => event.id));
  if (last === undefined || evidence === undefined) throw new Error("a detection needs an event");
  const entities = new Map(
    events.flatMap((event) => event.entities).map((one) => [`${one.role} ${one.kind}:${one.value}`, one]),
  );
  return {
    id: detectionId(`det-${sha256(`${rule.id} ${evidence.join(" ")}`).slice(0, 32)}`),
    rule: { id: rule.id, title: rule.title, level: rule.level, source: "scenario", version: sha256(rule.id) },
    severity: rule.level,
    confidence: rule.confidence ?? 70,
    techniques: rule.techniques,
    tactics: rule.tactics,
    time: last.time,
    evidence,
    entities: [...entities.values()],
    dedupKey: `${rule.id}|${evidence.join(",")}`,
    input: last.provenance.input,
    position: last.provenance.position,
    matched: [],
  };
}

/** What really happened: a scenario's key to judge an investigation by. */
export interface Truth {
  /** Any of these entities (kind:value) as top root cause is right. */
  readonly roots: readonly string[];
  readonly boundary: string;
  readonly hosts: readonly string[];
  readonly accounts: readonly string[];
  readonly addresses: readonly string[];
}

export interface Scenario {
  readonly events: readonly Event[];
  readonly detections: readonly Detection[];
  readonly truth: Truth;
  readonly end: Instant;
}
