/**
 * Audit events as a service wraps them on their way out -> the event itself, so that one mapping and one set of rules serves
 * all ways. Enters: a JSON object or a row of CSV. Leaves: the event itself, or nothing
 * where it came bare.
 *
 * A1. EventBridge: a CloudTrail event lies in `detail`.
 * A2. Searches and exports of the unified audit log of Microsoft 365: the event is a JSON text in `AuditData`.
 * A3. Management interface of Azure: names are objects of a value and its translation; the value takes the object's place.
 * A4. Exports of Splunk: the event's fields lie in `result`, beside numbers of the export.
 * A5. Rows of a workspace of Azure Monitor, exported: objects and lists are JSON text within their columns.
 * A6. What stood around the event stays beside it, under `envelope`.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { decodeJson } from "./json.ts";

interface AuditEvent {
  readonly raw: JsonObject;
  readonly remarks: readonly string[];
}

export function auditEventOf(raw: JsonObject, remarks: readonly string[]): AuditEvent | undefined {
  if (typeof raw.AuditData === "string") return fromAuditData(raw, raw.AuditData, remarks);
  if (raw.preview !== undefined && isJsonObject(raw.result)) {
    const { result, ...envelope } = raw;
    return { raw: { ...result, envelope }, remarks };
  }
  if (
    raw.TenantId !== undefined &&
    typeof raw.TimeGenerated === "string" &&
    TABLES.some((key) => typeof raw[key] === "string")
  )
    return { raw: withObjects(raw), remarks };
  if (isTranslated(raw.operationName)) return { raw: withValues(raw), remarks };
  if (raw["detail-type"] === undefined || !isJsonObject(raw.detail)) return undefined;
  const { detail, ...envelope } = raw;
  if (detail.eventSource === undefined || detail.eventName === undefined) return undefined;
  return { raw: { ...detail, envelope }, remarks };
}

function fromAuditData(raw: JsonObject, text: string, remarks: readonly string[]): AuditEvent | undefined {
  const result = decodeJson(text);
  if (result.kind !== "value" || !isJsonObject(result.value) || result.value.Operation === undefined) return undefined;
  const { AuditData: _text, ...envelope } = raw;
  return { raw: { ...result.value, envelope }, remarks: [...remarks, ...result.remarks] };
}

/** Columns that hold objects in tables of sign-ins, of the directory, of activities and of Office. */
const TABLES = ["DeviceDetail", "TargetResources", "Authorization_d", "OfficeWorkload"];

function withObjects(raw: JsonObject): JsonObject {
  const members = Object.entries(raw).map(([name, value]): readonly [string, Json] => {
    if (typeof value !== "string" || !/^[{[]/.test(value)) return [name, value];
    const result = decodeJson(value);
    return [name, result.kind === "value" ? result.value : value];
  });
  return Object.fromEntries(members);
}

function isTranslated(value: Json | undefined): value is JsonObject {
  return isJsonObject(value) && value.value !== undefined && value.localizedValue !== undefined;
}

function withValues(raw: JsonObject): JsonObject {
  const members = Object.entries(raw).map(([name, value]): readonly [string, Json] => {
    return isTranslated(value) && value.value !== undefined ? [name, value.value] : [name, value];
  });
  return Object.fromEntries(members);
}
