/**
 * Windows events whose data lies where their shipper put it -> the layouts that the mappings read. Enters: a decoded object.
 * Leaves: the event with its data under the names that its publisher gave them, or undefined where there is nothing to do.
 *
 * W1. Values without names (`StringInserts`, a list as `EventData`) get the names of the publisher's declaration.
 * W2. Data as text (XML or JSON in `EventData`, the XML of a whole data item) is decoded in its place.
 * W3. Where there is nothing but the rendered text, its labels name the values (windows-message.ts).
 * W4. Envelopes of OpenTelemetry, of Winlogbeat 6 and of Graylog's Beats input become the layout that they came from.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { scalarText } from "../field-path.ts";
import { setOwn } from "./decoded.ts";
import { decodeJson } from "./json.ts";
import { insertNames } from "./windows-inserts.ts";
import { dataOfMessage } from "./windows-message.ts";
import { parseXmlData } from "./xml.ts";

/** Flat events, told by their number: the only question that every flat Windows event is asked. */
export function withWindowsData(raw: JsonObject): JsonObject | undefined {
  const { EventData: data } = raw;
  if (isJsonObject(data)) return undefined;
  const old = raw.event_data === undefined ? undefined : oldBeats(raw);
  if (old !== undefined) return old;
  const found =
    namedData(raw, raw.StringInserts ?? raw.string_inserts ?? (Array.isArray(data) ? data : undefined)) ??
    textData(data) ??
    renderedData(raw);
  return found && { ...raw, EventData: found };
}

const first = (raw: JsonObject, names: readonly string[]): string => {
  for (const name of names) {
    const text = scalarText(raw[name]);
    if (text !== undefined && text !== "") return text;
  }
  return "";
};
const PROVIDER_KEYS = [
  "ProviderName",
  "SourceName",
  "Provider_Name",
  "Provider",
  "Source",
  "source_name",
  "EventSourceName",
];
const providerOf = (raw: JsonObject): string => {
  const name = first(raw, PROVIDER_KEYS);
  return name.startsWith("Microsoft Windows security auditing") ? "Microsoft-Windows-Security-Auditing" : name;
};
const idOf = (raw: JsonObject): string => first(raw, ["EventID", "EventCode", "event_id", "EventId"]);

function namedData(raw: JsonObject, values: Json | undefined): JsonObject | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const names = insertNames(providerOf(raw), idOf(raw), values.length);
  if (names === undefined) return renderedData(raw) ?? { Data: values };
  // Sysmon's events have grown in their middle, too: its messages name each value.
  const rendered = values.length === names.length ? undefined : renderedData(raw);
  if (rendered !== undefined) return rendered;
  const data: Record<string, Json> = {};
  for (const [i, value] of values.entries()) setOwn(data, names[i] ?? `param${i + 1}`, value);
  return data;
}

function textData(text: Json | undefined): JsonObject | undefined {
  if (typeof text !== "string" || text.length < 2) return undefined;
  if (text.startsWith("<")) return parseXmlData(text);
  if (!text.startsWith("{")) return undefined;
  const result = decodeJson(text);
  return result.kind === "value" && isJsonObject(result.value) ? result.value : undefined;
}

/** One of these is there when an event with a message came with its data, too. */
const DATA_KEYS = "SubjectUserName TargetUserName UtcTime Image ServiceName ScriptBlockText param1 ParameterXml".split(
  " ",
);

function renderedData(raw: JsonObject): JsonObject | undefined {
  if (DATA_KEYS.some((key) => Object.hasOwn(raw, key))) return undefined;
  const message = raw.Message ?? raw.Description ?? raw.RenderedDescription;
  if (typeof message !== "string") return undefined;
  return dataOfMessage({ provider: providerOf(raw), id: idOf(raw), message });
}

/** Envelopes that no layout knows. */
export function openWindowsEnvelope(raw: JsonObject): JsonObject | undefined {
  return openTelemetry(raw) ?? flatBeats(raw) ?? powershellObject(raw);
}

/** Body of OpenTelemetry's receiver: the number and the provider are objects, data a map or a list of single entries. */
function openTelemetry(raw: JsonObject): JsonObject | undefined {
  // Asked of all that nobody knew: nothing is copied before it is one.
  if (!isJsonObject(raw.event_id) || raw.event_id.id === undefined || typeof raw.channel !== "string") return undefined;
  const { event_id: id, provider, channel, event_data: data, ...rest } = raw;
  const name = isJsonObject(provider) ? provider.name : undefined;
  return {
    ...rest,
    ...{ EventID: raw.event_id.id, Channel: channel, Provider_Name: name ?? "", provider: provider ?? null },
    ...(raw.computer !== undefined && { Computer: raw.computer }),
    ...(raw.system_time !== undefined && { TimeCreated: raw.system_time }),
    ...(Array.isArray(raw.keywords) && { Keywords: raw.keywords[0] ?? "" }),
    EventData: entriesOf(data) ?? dataOf({ id: raw.event_id.id, provider: name, message: raw.message }) ?? {},
  };
}

function entriesOf(data: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(data)) return undefined;
  const { data: list } = data;
  if (!Array.isArray(list)) return Object.keys(data).length === 0 ? undefined : data;
  const named: Record<string, Json> = {};
  for (const item of list) {
    if (isJsonObject(item)) for (const key of Object.keys(item)) setOwn(named, key, item[key] ?? null);
  }
  return named;
}

function dataOf(parts: { id: Json; provider: Json | undefined; message: Json | undefined }): JsonObject | undefined {
  const { provider, message } = parts;
  if (typeof message !== "string") return undefined;
  return dataOfMessage({ provider: scalarText(provider) ?? "", id: scalarText(parts.id) ?? "", message });
}

/** Winlogbeat before 7: the event at the top, its data in `event_data`. */
function oldBeats(raw: JsonObject): JsonObject | undefined {
  const { event_data: data, ...rest } = raw;
  if (!isJsonObject(data) || raw.event_id === undefined || (raw.log_name ?? raw.source_name) === undefined)
    return undefined;
  return { ...rest, EventData: data };
}

const BEATS = ["winlogbeat_winlog_", "winlog_", "winlogbeat_"];
const BEATS_PARTS = ["event_data", "user_data"];

/** Graylog joins the names of a Beats event with `_`. */
function flatBeats(raw: JsonObject): JsonObject | undefined {
  const prefix = BEATS.find((start) => raw[`${start}event_id`] !== undefined);
  if (prefix === undefined) return undefined;
  const rest: Record<string, Json> = {};
  const winlog: Record<string, Json> = {};
  const parts = new Map<string, Record<string, Json>>();
  for (const key of Object.keys(raw)) {
    const value = raw[key] ?? null;
    const name = key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
    const part = BEATS_PARTS.find((one) => name?.startsWith(`${one}_`));
    if (name === undefined) setOwn(rest, key, value);
    else if (part === undefined) setOwn(winlog, name, value);
    else {
      const data = parts.get(part) ?? {};
      parts.set(part, data);
      setOwn(data, name.slice(part.length + 1), value);
    }
  }
  return { ...rest, winlog: { ...winlog, ...Object.fromEntries(parts) } };
}

/** `Get-WinEvent | ConvertTo-Json`: values without names, the number as `Id`. */
function powershellObject(raw: JsonObject): JsonObject | undefined {
  if (raw.Id === undefined || typeof raw.LogName !== "string" || typeof raw.ProviderName !== "string") return undefined;
  const values = Array.isArray(raw.Properties)
    ? raw.Properties.map((one): Json => (isJsonObject(one) ? (one.Value ?? null) : one))
    : undefined;
  const named = {
    ...raw,
    EventID: raw.Id,
    Channel: raw.LogName,
    ...(raw.MachineName !== undefined && { Computer: raw.MachineName }),
  };
  const data = namedData(named, values) ?? renderedData(named);
  return { ...named, ...(data && { EventData: data }) };
}
