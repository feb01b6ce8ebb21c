/**
 * What clouds put around audit events on their ways out. Enters: a decoded record that no mapping knew. Leaves: the events it
 * may hold, the likeliest first, each to be asked again; nothing where it is no such envelope.
 *
 * C1. Lists of interfaces and subscriptions (`logEvents`, `items`, `value`, ..) only where every other name is one that those
 *     put beside a list.
 * C2. Buses: `detail` of EventBridge, messages of queues and of Pub/Sub (base64), hooks.
 * C3. Names and places that a shipper or store changed (cloud-rebuilt.ts).
 * C4. What stood around an event stays beside it, under `envelope`.
 */
import { fromBase64 } from "@cordon/model/base64";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import { auditEventOf } from "./audit-envelope.ts";
import { rebuilt } from "./cloud-rebuilt.ts";
import { decodeInner } from "./decode.ts";
import { type Decoded, LIST_EVENTS_MAX, setOwn } from "./decoded.ts";
import { makeTextDecoder } from "./utf8.ts";

export function* openCloud(decoded: Decoded, record: RawRecord): Iterable<readonly Decoded[]> {
  const { raw, form } = decoded;
  const object = (inner: JsonObject): Decoded => ({ raw: inner, form: "json", remarks: decoded.remarks });
  if (form === "text") {
    const text = containerText(raw);
    if (text !== undefined) yield decodeInner(text, record).decoded;
    return;
  }
  if (form !== "json" && form !== "csv") return;
  const list = listIn(raw);
  if (list !== undefined) yield list.map(object);
  const inside = objectIn(raw);
  if (inside !== undefined) yield [object(inside)];
  const text = textIn(raw);
  if (text !== undefined) yield decodeInner(text, record).decoded.map((one) => beside(one, decoded));
  const made = rebuilt(raw);
  if (made !== undefined) yield [object(made)];
}

/** The text itself is not kept twice. */
function beside(
  one: Decoded,
  { raw: { data: _, Message: _message, Body: _body, ...envelope }, remarks }: Decoded,
): Decoded {
  const raw = Object.hasOwn(one.raw, "envelope") ? one.raw : { ...one.raw, envelope };
  return { ...one, raw, remarks: [...remarks, ...one.remarks] };
}

/** Lines of a container's log as Kubernetes keeps them: time, stream, whole or part. */
const CONTAINER = /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d) std(?:out|err) F (?=\S)/;

function containerText({ message }: JsonObject): string | undefined {
  if (typeof message !== "string") return undefined;
  const head = CONTAINER.exec(message)?.[0];
  return head && message.slice(head.length);
}

const LISTS =
  "Records records logEvents items value events Events entries Findings findings receivedMessages response results Messages".split(
    " ",
  );
const PAGE: ReadonlySet<string> = new Set(
  "@odata.context @odata.count @odata.nextLink ResponseMetadata NextToken ack_id apiVersion etag fields init_offset kind logGroup logStream messageType messages metadata nextLink nextPageToken nextToken next_token owner preview response_metadata searchedLogStreams stat subscriptionFilters totalItems".split(
    " ",
  ),
);

function listIn(raw: JsonObject): readonly JsonObject[] | undefined {
  const name = LISTS.find((key) => Array.isArray(raw[key]));
  if (name === undefined) {
    const hook = raw.eventType === "com.okta.event_hook" && isJsonObject(raw.data) ? raw.data.events : undefined;
    return objects(hook ?? nestedList(raw));
  }
  if (!Object.keys(raw).every((key) => key === name || PAGE.has(key))) return undefined;
  const items = objects(raw[name]);
  return name === "logEvents" || name === "events" ? items?.map((item) => lineOf(item, raw)) : items;
}

/** Findings on a bus; tables of a workspace's interface; the second version of Duo's interface names its list within the answer. */
function nestedList(raw: JsonObject): Json | undefined {
  const { detail, response, tables } = raw;
  if (Array.isArray(tables) && tables.length === 1) return rowsOf(tables[0]);
  if (raw["detail-type"] !== undefined && isJsonObject(detail)) return detail.findings;
  return raw.stat !== undefined && isJsonObject(response) ? (response.authlogs ?? response.items) : undefined;
}

/** Names and rows apart, as the interface of Log Analytics answers. */
function rowsOf(table: Json | undefined): Json | undefined {
  if (!isJsonObject(table) || !Array.isArray(table.columns) || !Array.isArray(table.rows)) return undefined;
  const names = table.columns.map((column) => (isJsonObject(column) ? column.name : undefined));
  return table.rows.map((row) => {
    const made: Record<string, Json> = {};
    for (const [i, name] of names.entries())
      if (typeof name === "string" && Array.isArray(row)) setOwn(made, name, row[i] ?? null);
    return auditEventOf(made, [])?.raw ?? made;
  });
}

function objects(items: Json | undefined): readonly JsonObject[] | undefined {
  if (!Array.isArray(items) || items.length === 0 || items.length > LIST_EVENTS_MAX) return undefined;
  return items.every(isJsonObject) ? items : undefined;
}

/** A line of a log group, under names that shippers use; it names its group. */
function lineOf(item: JsonObject, { logGroup, logStream }: JsonObject): JsonObject {
  if (typeof item.message !== "string") return item;
  const { id, ...line } = item;
  return {
    ...line,
    ...(id !== undefined && { eventId: id }),
    ...(logGroup !== undefined && { logGroup }),
    ...(logStream !== undefined && { logStream }),
  };
}

function objectIn(raw: JsonObject): JsonObject | undefined {
  for (const [key, within, isEnvelope] of OBJECTS) {
    const first = raw[key];
    const inner = within === undefined || !isJsonObject(first) ? first : first[within];
    if (!isJsonObject(inner) || !isEnvelope(raw)) continue;
    const { [key]: _, ...envelope } = raw;
    return Object.hasOwn(inner, "envelope") ? inner : { ...inner, envelope };
  }
  return undefined;
}

const OBJECTS: readonly (readonly [
  key: string,
  within: string | undefined,
  isEnvelope: (raw: JsonObject) => boolean,
])[] = [
  ["detail", undefined, (raw) => raw["detail-type"] !== undefined],
  ["message", undefined, (raw) => raw.subscription !== undefined || raw.ackId !== undefined],
  ["auditData", undefined, (raw) => raw.createdDateTime !== undefined],
  ["log_processed", undefined, (raw) => raw.kubernetes !== undefined || raw.log !== undefined],
  ["kubernetes", "audit", (raw) => raw["@timestamp"] !== undefined],
];

function textIn(raw: JsonObject): string | undefined {
  const { data, Message: message, Body: body, CloudTrailEvent: event } = raw;
  if (typeof data === "string" && (raw.messageId ?? raw.message_id) !== undefined) return textOfBase64(data);
  if (typeof message === "string" && raw.TopicArn !== undefined) return message;
  if (typeof body === "string" && raw.ReceiptHandle !== undefined) return body;
  return typeof event === "string" ? event : undefined;
}

const decodeText = makeTextDecoder();

/** Undefined where it is no base64. */
function textOfBase64(data: string): string | undefined {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(data) ? decodeText(fromBase64(data)).text : undefined;
}
