/**
 * Kubernetes audit events as clouds wrap them -> the event that the cluster's API server wrote, so that one mapping and
 * one set of rules serves all clusters. Enters: a JSON record. Leaves: the record with the API server's names, or nothing
 * where it is no such record.
 *
 * K1. AKS (Azure Monitor): the event is a JSON text within the record, or a row whose columns are the event's members.
 * K2. GKE (Cloud Logging): the event was taken apart; verb, object and user are read from the method's and resource's names.
 * K3. What the cloud says stays beside it: under `aks`, or where it stood.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { decodeJson } from "./json.ts";

interface KubernetesEvent {
  readonly raw: JsonObject;
  readonly remarks: readonly string[];
}

export function kubernetesOfCloud(raw: JsonObject, remarks: readonly string[]): KubernetesEvent | undefined {
  const category = raw.category ?? raw.Category;
  if (typeof category === "string" && category.startsWith("kube-audit")) return fromAks(raw, remarks);
  if (raw.AuditId !== undefined && raw.Verb !== undefined) return { raw: { ...raw, ...membersOf(raw) }, remarks };
  if (isJsonObject(raw.protoPayload) && raw.protoPayload.serviceName === "k8s.io") {
    const event = fromGke(raw, raw.protoPayload);
    return event && { raw: { ...raw, ...event }, remarks };
  }
  return undefined;
}

function fromAks(raw: JsonObject, remarks: readonly string[]): KubernetesEvent | undefined {
  const properties = opened(raw.properties ?? raw.properties_s);
  const text = (isJsonObject(properties) ? properties.log : undefined) ?? raw.log_s ?? raw.log;
  if (typeof text !== "string") return undefined;
  const result = decodeJson(text);
  if (result.kind !== "value" || !isJsonObject(result.value) || result.value.verb === undefined) return undefined;
  const { properties: _properties, properties_s: _text, log_s: _row, log: _log, ...aks } = raw;
  return { raw: { ...result.value, aks }, remarks: [...remarks, ...result.remarks] };
}

/** Columns of the tables AKSAudit and AKSAuditAdmin. */
const COLUMNS: readonly (readonly [column: string, member: string])[] = [
  ["AuditId", "auditID"],
  ["Verb", "verb"],
  ["User", "user"],
  ["ImpersonatedUser", "impersonatedUser"],
  ["ObjectRef", "objectRef"],
  ["RequestUri", "requestURI"],
  ["RequestObject", "requestObject"],
  ["ResponseObject", "responseObject"],
  ["ResponseStatus", "responseStatus"],
  ["SourceIps", "sourceIPs"],
  ["UserAgent", "userAgent"],
  ["Annotations", "annotations"],
  ["Stage", "stage"],
  ["Level", "level"],
  ["RequestReceivedTime", "requestReceivedTimestamp"],
  ["StageReceivedTime", "stageTimestamp"],
];

function membersOf(row: JsonObject): JsonObject {
  const members = COLUMNS.flatMap(([column, member]): (readonly [string, Json])[] => {
    const value = row[column];
    return value === undefined ? [] : [[member, opened(value)]];
  });
  return Object.fromEntries(members);
}

/** Exports write objects and lists as text. */
function opened(value: Json | undefined): Json {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value ?? null;
  const result = decodeJson(value);
  return result.kind === "value" ? result.value : value;
}

/** gRPC codes as the API server's own answers. */
const ANSWERS: Readonly<Record<string, number>> = { "3": 400, "5": 404, "6": 409, "7": 403, "8": 429, "16": 401 };

function fromGke(raw: JsonObject, payload: JsonObject): JsonObject | undefined {
  const method = methodOf(payload.methodName);
  if (method === undefined) return undefined;
  const caller = objectOf(payload.requestMetadata);
  const { principalEmail } = objectOf(payload.authenticationInfo);
  const { code = 0 } = objectOf(payload.status);
  const { verb, ...object } = method;
  return {
    verb,
    objectRef: { ...object, ...placeOf(payload.resourceName, method.resource) },
    ...(typeof principalEmail === "string" ? { user: { username: principalEmail } } : {}),
    responseStatus: { code: code === 0 ? 200 : (ANSWERS[String(code)] ?? 500) },
    ...(caller.callerIp === undefined ? {} : { sourceIPs: [caller.callerIp] }),
    ...(caller.callerSuppliedUserAgent === undefined ? {} : { userAgent: caller.callerSuppliedUserAgent }),
    ...(payload.request === undefined ? {} : { requestObject: payload.request }),
    ...(payload.response === undefined ? {} : { responseObject: payload.response }),
    ...(raw.labels === undefined ? {} : { annotations: raw.labels }),
  };
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

interface Method {
  readonly verb: string;
  readonly resource: string;
  readonly [member: string]: string;
}

/** `io.k8s.core.v1.pods.exec.create`: group, version, resource, part of it, verb. */
function methodOf(name: Json | undefined): Method | undefined {
  if (typeof name !== "string") return undefined;
  const parts = name.split(".");
  const at = parts.findIndex((part) => /^v\d+(?:(?:alpha|beta)\d+)?$/.test(part));
  const [resource, ...rest] = at < 1 ? [] : parts.slice(at + 1);
  const verb = rest.pop();
  if (resource === undefined || verb === undefined) return undefined;
  const group = parts
    .slice(0, at)
    .join(".")
    .replace(/^io\.k8s\./, "");
  return {
    ...{ verb, resource, apiVersion: parts[at] ?? "" },
    ...(group === "core" ? {} : { apiGroup: group }),
    ...(rest[0] === undefined ? {} : { subresource: rest[0] }),
  };
}

/** `core/v1/namespaces/default/pods/nginx/exec`: where the object lies and what it is called. */
function placeOf(path: Json | undefined, resource: string): JsonObject {
  if (typeof path !== "string") return {};
  const parts = path.split("/");
  const within = parts.indexOf("namespaces");
  const namespace = within < 0 ? undefined : parts[within + 1];
  const at = parts.indexOf(resource, resource === "namespaces" || within < 0 ? 0 : within + 2);
  const name = at < 0 ? undefined : parts[at + 1];
  return { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
}
