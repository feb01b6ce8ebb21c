/** Records of OpenTelemetry's file exporter (OTLP as JSON) -> plain objects: body, attributes and resource without their types. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { DEPTH_MAX, setOwn } from "./decoded.ts";

/** Log records of one export request, in order. */
export function otlpRecords(resources: Json): readonly JsonObject[] | undefined {
  const records = objects(resources).flatMap((one) => {
    const { resource } = one;
    const attributes = isJsonObject(resource) ? mapOf(resource.attributes, 0) : {};
    return objects(one.scopeLogs ?? one.instrumentationLibraryLogs)
      .flatMap((scope) => objects(scope.logRecords))
      .map((record) => plain(record, attributes));
  });
  return records.length === 0 ? undefined : records;
}

function plain(record: JsonObject, resource: JsonObject): JsonObject {
  const { body, attributes, timeUnixNano, observedTimeUnixNano, ...rest } = record;
  const time = timeUnixNano === undefined || timeUnixNano === "0" ? observedTimeUnixNano : timeUnixNano;
  return {
    ...rest,
    ...(time !== undefined && { timestamp: time }),
    ...(body !== undefined && { body: untyped(body, 0) }),
    ...{ attributes: mapOf(attributes, 0), resource },
  };
}

const objects = (list: Json | undefined): readonly JsonObject[] =>
  Array.isArray(list) ? list.filter(isJsonObject) : [];

function mapOf(entries: Json | undefined, depth: number): JsonObject {
  const map: Record<string, Json> = {};
  for (const { key, value } of objects(entries)) if (typeof key === "string") setOwn(map, key, untyped(value, depth));
  return map;
}

/** A typed value; 64-bit integers come as text. */
function untyped(value: Json | undefined, depth: number): Json {
  if (!isJsonObject(value) || depth > DEPTH_MAX) return value ?? null;
  if (isJsonObject(value.kvlistValue)) return mapOf(value.kvlistValue.values, depth + 1);
  if (isJsonObject(value.arrayValue)) {
    const { values } = value.arrayValue;
    return Array.isArray(values) ? values.map((one) => untyped(one, depth + 1)) : [];
  }
  const { stringValue, boolValue, doubleValue, bytesValue, intValue } = value;
  if (intValue !== undefined) return Number.isSafeInteger(Number(intValue)) ? Number(intValue) : intValue;
  return stringValue ?? boolValue ?? doubleValue ?? bytesValue ?? null;
}
