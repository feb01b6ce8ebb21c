/**
 * Audit events whose shipper or store gave their members other names and places -> the event as its maker wrote it, so that one
 * mapping and one set of rules serves all ways. Enters: an object that no mapping knew. Leaves: the event with its maker's
 * names, or nothing.
 *
 * R1. Filebeat and Elastic Agent (`aws.cloudtrail`, `azure.*`, `gcp.audit`, `github`, `google_workspace`, `o365.audit`).
 * R2. Security Lake (OCSF) for CloudTrail, BigQuery for audit entries of Google Cloud, Athena for CloudTrail, tables of a
 *     workspace of Azure Monitor whose columns end in their type.
 * R3. What was renamed stays beside it, under `envelope`.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { setOwn } from "./decoded.ts";
import { decodeJson } from "./json.ts";
import { objectOfStruct } from "./struct-text.ts";

export function rebuilt(raw: JsonObject): JsonObject | undefined {
  for (const make of MAKERS) {
    const made = make(raw);
    if (made !== undefined) return { ...withoutAbsent(made), envelope: raw };
  }
  return undefined;
}

type Loose = Readonly<Record<string, Json | undefined>>;

const at = (from: Json | undefined, ...path: readonly string[]): Json | undefined => {
  let value = from;
  for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
};

const objectAt = (from: Json | undefined, ...path: readonly string[]): JsonObject | undefined => {
  const value = at(from, ...path);
  return isJsonObject(value) ? value : undefined;
};

function withoutAbsent(object: Loose): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(object)) {
    if (value !== undefined && value !== null && value !== "") setOwn(kept, name, value);
  }
  return kept;
}

/** `user_principal_name` -> `userPrincipalName`; `{"0": .., "1": ..}` -> a list. Requests keep the names that callers chose. */
function camel(value: Json): Json {
  if (Array.isArray(value)) return value.map(camel);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value);
  if (names.length > 0 && names.every((name, i) => name === String(i)))
    return names.map((name) => camel(value[name] ?? null));
  const made: Record<string, Json> = {};
  for (const name of names) {
    const inner = value[name] ?? null;
    const renamed = MISNAMED.get(name) ?? name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    setOwn(made, renamed, OPAQUE.has(name) ? inner : camel(inner));
  }
  return made;
}

const OPAQUE: ReadonlySet<string> = new Set(["request", "response", "labels", "claims"]);
const MISNAMED: ReadonlyMap<string, string> = new Map([
  ["risk_level_during_signin", "riskLevelDuringSignIn"],
  ["created_at", "createdDateTime"],
  ["activity_datetime", "activityDateTime"],
]);

const camelObject = (value: JsonObject | undefined): JsonObject => {
  const made = camel(value ?? {});
  return isJsonObject(made) ? made : {};
};

/** Objects and lists that a store wrote as text. */
function opened(value: Json | undefined): Json | undefined {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  const result = decodeJson(value);
  return result.kind === "value" ? result.value : (objectOfStruct(value) ?? value);
}

function beatsTrail(raw: JsonObject): Loose | undefined {
  const trail = objectAt(raw, "aws", "cloudtrail");
  const name = at(raw, "event", "action");
  if (trail === undefined || typeof name !== "string") return undefined;
  const identity = camelObject(objectAt(trail, "user_identity"));
  const flat = objectAt(trail, "flattened") ?? {};
  return {
    ...{ eventVersion: trail.event_version, eventTime: raw["@timestamp"], eventName: name },
    ...{
      eventSource: at(raw, "event", "provider"),
      eventID: at(raw, "event", "id"),
      awsRegion: at(raw, "cloud", "region"),
    },
    userIdentity: withoutAbsent({ userName: at(raw, "user", "name"), ...identity }),
    ...{ sourceIPAddress: at(raw, "source", "address") ?? at(raw, "source", "ip") },
    ...{ userAgent: at(raw, "user_agent", "original"), readOnly: trail.read_only },
    ...{ errorCode: trail.error_code, errorMessage: trail.error_message },
    requestParameters: flat.request_parameters ?? opened(trail.request_parameters),
    responseElements: flat.response_elements ?? opened(trail.response_elements),
    additionalEventData: flat.additional_eventdata ?? opened(trail.additional_eventdata),
    ...{ requestID: trail.request_id, eventType: trail.event_type, eventCategory: trail.event_category },
    ...{ recipientAccountId: trail.recipient_account_id, resources: trail.resources },
  };
}

function lakeTrail(raw: JsonObject): Loose | undefined {
  if (at(raw, "metadata", "product", "name") !== "CloudTrail") return undefined;
  const name = at(raw, "api", "operation");
  if (typeof name !== "string") return undefined;
  const user = objectAt(raw, "actor", "user") ?? {};
  const session = objectAt(raw, "actor", "session");
  return {
    ...{ eventTime: raw.time_dt ?? raw.time, eventName: name, eventSource: at(raw, "api", "service", "name") },
    ...{ eventVersion: at(raw, "metadata", "product", "version"), eventID: at(raw, "metadata", "uid") },
    userIdentity: withoutAbsent({
      ...{ type: user.type, arn: user.uid_alt ?? user.uid, userName: user.name, accessKeyId: user.credential_uid },
      ...{ accountId: at(user, "account", "uid"), invokedBy: at(raw, "actor", "invoked_by") },
      sessionContext: session && {
        sessionIssuer: { arn: session.issuer ?? null },
        attributes: { mfaAuthenticated: session.is_mfa ?? session.mfa ?? null },
      },
    }),
    ...{ awsRegion: at(raw, "cloud", "region"), userAgent: at(raw, "http_request", "user_agent") },
    sourceIPAddress: at(raw, "src_endpoint", "ip") ?? at(raw, "src_endpoint", "domain"),
    ...{ errorCode: at(raw, "api", "response", "error"), errorMessage: at(raw, "api", "response", "message") },
    requestParameters: opened(at(raw, "api", "request", "data") ?? at(raw, "unmapped", "requestParameters")),
    responseElements: opened(at(raw, "api", "response", "data") ?? at(raw, "unmapped", "responseElements")),
    ...{ eventType: at(raw, "metadata", "event_code"), recipientAccountId: at(raw, "unmapped", "recipientAccountId") },
  };
}

/** A table over the trail's bucket: names in lower case, objects as text. */
function athenaTrail(raw: JsonObject): Loose | undefined {
  if (typeof raw.useridentity !== "string" || raw.eventsource === undefined) return undefined;
  const cells = Object.entries(raw).map(([name, value]) => [TRAIL.get(name) ?? name, opened(value)] as const);
  return Object.fromEntries(cells);
}

const TRAIL: ReadonlyMap<string, string> = new Map(
  "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly eventType apiVersion recipientAccountId serviceEventDetails sharedEventID"
    .split(" ")
    .map((name) => [name.toLowerCase(), name] as const),
);

function azureLog(raw: JsonObject): Loose | undefined {
  for (const kind of ["signinlogs", "auditlogs", "activitylogs"]) {
    const log = objectAt(raw, "azure", kind);
    if (log === undefined || typeof log.operation_name !== "string") continue;
    const { identity, properties, ...rest } = log;
    return {
      ...{
        time: raw["@timestamp"],
        tenantId: at(raw, "azure", "tenant_id"),
        resourceId: at(raw, "azure", "resource", "id"),
      },
      callerIpAddress: at(raw, "source", "ip"),
      ...camelObject(rest),
      caller: at(identity, "claims_initiated_by_user", "name"),
      identity: identity === undefined ? undefined : camel(identity),
      properties: isJsonObject(properties) ? camel(properties) : undefined,
    };
  }
  return undefined;
}

function googleEntry(raw: JsonObject): Loose | undefined {
  const audit = objectAt(raw, "gcp", "audit");
  if (audit === undefined || typeof audit.method_name !== "string") return undefined;
  const { type, ...payload } = camelObject(audit);
  return {
    protoPayload: withoutAbsent({ "@type": type, ...payload }),
    ...{ logName: at(raw, "log", "logger"), timestamp: raw["@timestamp"], insertId: at(raw, "event", "id") },
    ...{ severity: at(raw, "log", "level") },
    resource: withoutAbsent({ labels: withoutAbsent({ project_id: at(raw, "cloud", "project", "id") }) }),
  };
}

/** A row of BigQuery: what has no fixed columns is JSON text (`requestJson`). */
function bigQueryEntry(raw: JsonObject): Loose | undefined {
  const audit = objectAt(raw, "protopayload_auditlog");
  if (audit === undefined) return undefined;
  const members = Object.entries(audit).map(([name, value]) =>
    name.endsWith("Json") ? ([name.slice(0, -4), opened(value)] as const) : ([name, value] as const),
  );
  const { protopayload_auditlog: _, ...rest } = raw;
  return { ...rest, protoPayload: withoutAbsent(Object.fromEntries(members)) };
}

function workspaceReport(raw: JsonObject): Loose | undefined {
  const found = objectAt(raw, "google_workspace");
  const app = at(raw, "event", "provider");
  const name = at(raw, "event", "action");
  if (found === undefined || typeof app !== "string" || typeof name !== "string") return undefined;
  const parameters = Object.entries(objectAt(found, app) ?? {}).map(([key, value]) => ({
    name: key.toUpperCase(),
    value,
  }));
  return {
    ...{ kind: "admin#reports#activity", ipAddress: at(raw, "source", "ip") },
    id: withoutAbsent({ time: raw["@timestamp"], applicationName: app, uniqueQualifier: at(raw, "event", "id") }),
    actor: withoutAbsent({ email: at(raw, "source", "user", "email") ?? at(raw, "user", "email") }),
    events: [withoutAbsent({ type: at(found, "event", "type"), name, parameters })],
  };
}

function githubEvent(raw: JsonObject): Loose | undefined {
  const found = objectAt(raw, "github");
  const action = at(raw, "event", "action");
  if (found === undefined || typeof action !== "string" || at(raw, "event", "dataset") !== "github.audit")
    return undefined;
  return {
    ...{ "@timestamp": raw["@timestamp"], action, actor: at(raw, "user", "name") },
    ...{ actor_ip: at(raw, "source", "ip") ?? at(raw, "client", "ip"), user_agent: at(raw, "user_agent", "original") },
    ...found,
  };
}

function officeEvent(raw: JsonObject): Loose | undefined {
  const audit = objectAt(raw, "o365", "audit");
  if (audit === undefined) return undefined;
  return {
    ...{
      CreationTime: raw["@timestamp"],
      Operation: at(raw, "event", "action"),
      Workload: at(raw, "event", "provider"),
    },
    ...{ UserId: at(raw, "user", "id"), ClientIP: at(raw, "client", "address") ?? at(raw, "source", "ip") },
    ...audit,
  };
}

/** Columns come from outside: a name of ten thousand parts is none of Azure's. */
const PATH_MAX = 32;
const TYPED = /_(?:s|d|b|t|g)$/;

/** `properties_status_errorCode_d`: the column's type, and objects of Azure's records taken apart. */
function typedColumns(raw: JsonObject): Loose | undefined {
  if (typeof raw.Type !== "string" || !raw.Type.endsWith("_CL")) return undefined;
  const made: Record<string, Json> = {};
  const properties: Record<string, Json> = {};
  for (const [name, value] of Object.entries(raw)) {
    const bare = name.replace(TYPED, "");
    const content = opened(value) ?? null;
    const path = bare.split("_");
    if (bare === name || path[0] !== "properties" || path.length < 2 || path.length > PATH_MAX)
      setOwn(made, bare, content);
    else putAt(properties, path.slice(1), content);
  }
  return Object.keys(properties).length === 0 ? made : { ...made, properties };
}

function putAt(target: Record<string, Json>, path: readonly string[], value: Json): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) {
    setOwn(target, first, value);
    return;
  }
  const inner: Record<string, Json> = { ...(objectAt(target, first) ?? {}) };
  putAt(inner, rest, value);
  setOwn(target, first, inner);
}

const MAKERS: readonly ((raw: JsonObject) => Loose | undefined)[] = [
  ...[beatsTrail, lakeTrail, athenaTrail, azureLog, googleEntry, bigQueryEntry],
  ...[workspaceReport, githubEvent, officeEvent, typedColumns],
];
