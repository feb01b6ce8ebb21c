/**
 * The envelope of Windows events, in the layouts in which they travel. Enters: a decoded object. Leaves: which layout,
 * channel, provider, event id, computer; or undefined when it is no Windows event.
 *
 * Layouts: nested (EVTX, `Event.System`), open (flat keys, or `System`/`EventData`/`ExtraEventData` at the top),
 * winlogbeat (`winlog.event_data`), wazuh (`data.win.eventdata`). W1. a layout only says where names are looked up; names stay.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { scalarText } from "./field-path.ts";
import { tidyWindows } from "./windows-tidy.ts";

export type WindowsLayout = "nested" | "open" | "winlogbeat" | "wazuh";

export interface WindowsEvent {
  readonly layout: WindowsLayout;
  /** As decoded, with XML text nodes opened (see windows-tidy.ts). */
  readonly raw: JsonObject;
  readonly roots: readonly JsonObject[];
  readonly channel: string;
  readonly provider: string;
  /** Read when asked: what only says who or when must not be read to know what an event is. */
  readonly computer: () => string | undefined;
}

/** The names under which mappings read the envelope, whatever the layout; the last root of every Windows event. */
interface Envelope {
  readonly EventID: Json;
  readonly Channel: string;
  readonly Provider_Name: string;
  readonly TimeCreated_SystemTime: Json;
}

interface Told {
  readonly channel: string;
  readonly provider: string;
  readonly id: Json | undefined;
  readonly time: () => Json | undefined;
}

/** Makes the envelope of an event. */
export type EnvelopeOf = (told: Told) => JsonObject;

const envelopeOf: EnvelopeOf = ({ channel, provider, id, time }) => {
  const made: Envelope = {
    EventID: id ?? null,
    Channel: channel,
    Provider_Name: provider,
    TimeCreated_SystemTime: time() ?? null,
  };
  return { ...made };
};

type Path = readonly string[];

/** Roots of each layout, in the order in which names are looked up. */
export const WINDOWS_ROOTS: Readonly<Record<WindowsLayout, readonly Path[]>> = {
  nested: [["Event", "EventData"], ["Event", "UserData"], ["Event", "UserData", "*"], ["Event", "System"], []],
  open: [["EventData"], ["ExtraEventData"], ["UserData"], ["UserData", "*"], ["System"], []],
  winlogbeat: [["winlog", "event_data"], ["winlog", "user_data"], ["winlog", "user_data", "*"], ["winlog"], []],
  wazuh: [["data", "win", "eventdata"], ["data", "win", "system"], []],
};

const attribute = (...path: string[]): Path[] => {
  const name = path.at(-1) ?? "";
  const parent = path.slice(0, -1);
  return [path, [...parent, "#attributes", name], [...parent, `@${name}`], [...parent, "@attributes", name]];
};

/** Names under which rules know the attributes of `System` (detection.md 2.2), per layout. */
export const WINDOWS_ALIAS: Readonly<Record<WindowsLayout, Readonly<Record<string, readonly Path[]>>>> = {
  nested: systemAlias(["Event", "System"]),
  open: systemAlias(["System"]),
  winlogbeat: {
    EventID: [
      ["winlog", "event_id"],
      ["event", "code"],
    ],
    Provider_Name: [
      ["winlog", "provider_name"],
      ["winlog", "source_name"],
    ],
    Channel: [
      ["winlog", "channel"],
      ["winlog", "log_name"],
    ],
    Computer: [["winlog", "computer_name"]],
    EventRecordID: [["winlog", "record_id"]],
    Execution_ProcessID: [["winlog", "process", "pid"]],
    Execution_ThreadID: [["winlog", "process", "thread", "id"]],
    Security_UserID: [["winlog", "user", "identifier"]],
    Message: [["message"]],
  },
  wazuh: {
    EventID: [["data", "win", "system", "eventID"]],
    Provider_Name: [["data", "win", "system", "providerName"]],
    EventRecordID: [["data", "win", "system", "eventRecordID"]],
    Execution_ProcessID: [["data", "win", "system", "processID"]],
  },
};

function systemAlias(system: readonly string[]): Readonly<Record<string, readonly Path[]>> {
  const flat = (...names: string[]): Path[] => (system.length === 1 ? names.map((name) => [name]) : []);
  return {
    Provider_Name: [...attribute(...system, "Provider", "Name"), ...flat("ProviderName", "SourceName", "Source")],
    Provider_Guid: [...attribute(...system, "Provider", "Guid"), ...flat("ProviderGuid")],
    TimeCreated_SystemTime: [...attribute(...system, "TimeCreated", "SystemTime"), ...flat("TimeCreated")],
    Execution_ProcessID: [...attribute(...system, "Execution", "ProcessID"), ...flat("ExecutionProcessID")],
    Execution_ThreadID: [...attribute(...system, "Execution", "ThreadID"), ...flat("ExecutionThreadID")],
    Security_UserID: [...attribute(...system, "Security", "UserID"), ...flat("UserID", "UserId")],
    Correlation_ActivityID: [...attribute(...system, "Correlation", "ActivityID"), ...flat("ActivityID")],
    ...(system.length === 1 && {
      EventID: [["EventCode"], ["EventId"], ["event_id"]],
      Channel: [["LogName"], ["EventLog"], ["log_name"]],
      Computer: [["ComputerName"], ["Hostname"], ["computer_name"]],
    }),
  };
}

export function windowsEvent(decoded: JsonObject, head: EnvelopeOf = envelopeOf): WindowsEvent | undefined {
  const event = own(decoded, "Event");
  if (isJsonObject(event) && isJsonObject(own(event, "System"))) return nested(tidyWindows(decoded, "nested"), head);
  const winlog = own(decoded, "winlog");
  if (isJsonObject(winlog)) return beats(decoded, winlog, head);
  const win = own(own(decoded, "data"), "win");
  if (isJsonObject(own(win, "system"))) return wazuh(decoded, win, head);
  return looksFlat(decoded) ? open(tidyWindows(decoded, "open"), head) : undefined;
}

function nested(raw: JsonObject, head: EnvelopeOf): WindowsEvent {
  const event = own(raw, "Event");
  const system = own(event, "System");
  const channel = text(own(system, "Channel")) ?? "";
  const provider = attributeOf(own(system, "Provider"), "Name") ?? "";
  const time = (): Json | undefined => attributeOf(own(system, "TimeCreated"), "SystemTime");
  const told = head({ channel, provider, id: own(system, "EventID"), time });
  return {
    layout: "nested",
    raw,
    roots: objects(own(event, "EventData"), own(event, "UserData"), system, raw, told),
    channel,
    provider,
    computer: () => text(own(system, "Computer")),
  };
}

function open(raw: JsonObject, head: EnvelopeOf): WindowsEvent {
  const system = own(raw, "System");
  const first = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = text(own(system, name)) ?? text(own(raw, name));
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const channel = first("Channel", "LogName", "EventLog", "log_name", "channel") ?? "";
  const provider =
    attributeOf(own(system, "Provider"), "Name") ??
    attributeOf(own(raw, "Provider"), "Name") ??
    first("Provider_Name", "ProviderName", "SourceName", "Provider", "Source", "source_name") ??
    (!has(raw, "UtcTime") ? "" : "Microsoft-Windows-Sysmon");
  const time = (): Json | undefined => {
    const created = own(system, "TimeCreated") ?? own(raw, "TimeCreated");
    return isJsonObject(created) ? attributeOf(created, "SystemTime") : created;
  };
  const told = head({ channel, provider, id: first("EventID", "EventId", "EventCode", "event_id"), time });
  const data = own(raw, "EventData") ?? own(raw, "ExtraEventData");
  return {
    layout: "open",
    raw,
    roots: objects(data, own(raw, "UserData"), system, raw, told),
    channel,
    provider,
    computer: () => first("Computer", "ComputerName", "Hostname", "computer_name", "MachineName", "host"),
  };
}

function beats(raw: JsonObject, winlog: JsonObject, head: EnvelopeOf): WindowsEvent | undefined {
  const channel = text(own(winlog, "channel")) ?? text(own(winlog, "log_name")) ?? "";
  const provider = text(own(winlog, "provider_name")) ?? text(own(winlog, "source_name")) ?? "";
  if (channel === "" && provider === "" && !isJsonObject(own(winlog, "event_data"))) return undefined;
  const host = own(raw, "host");
  const id = own(winlog, "event_id") ?? own(own(raw, "event"), "code");
  const told = head({ channel, provider, id, time: () => own(raw, "@timestamp") });
  return {
    layout: "winlogbeat",
    raw,
    roots: objects(own(winlog, "event_data"), own(winlog, "user_data"), winlog, raw, told),
    channel,
    provider,
    computer: () => text(own(winlog, "computer_name")) ?? text(own(host, "name")) ?? text(own(host, "hostname")),
  };
}

function wazuh(raw: JsonObject, win: Json | undefined, head: EnvelopeOf): WindowsEvent {
  const system = own(win, "system");
  const channel = text(own(system, "channel")) ?? "";
  const provider = text(own(system, "providerName")) ?? "";
  const time = (): Json | undefined => own(system, "systemTime") ?? own(raw, "timestamp");
  const told = head({ channel, provider, id: own(system, "eventID"), time });
  return {
    layout: "wazuh",
    raw,
    roots: objects(own(win, "eventdata"), undefined, system, raw, told),
    channel,
    provider,
    computer: () => text(own(system, "computer")),
  };
}

const ID_KEYS = ["EventID", "EventId", "EventCode", "event_id"];
const LOG_KEYS = ["Channel", "LogName", "EventLog", "log_name"];
/** `channel` alone is a word of chat systems too: it counts beside one of these. */
const HOST_KEYS = ["computer_name", "provider_name", "source_name"];
const SOURCE_KEYS = ["Provider_Name", "ProviderName", "SourceName", "Provider"];

/** Flat events: an event id beside a channel, a Windows provider, or the times and images only Sysmon writes. */
function looksFlat(raw: JsonObject): boolean {
  const system = own(raw, "System");
  if (isJsonObject(system)) {
    return own(system, "EventID") !== undefined && (own(system, "Channel") ?? own(system, "Provider")) !== undefined;
  }
  if (!ID_KEYS.some((key) => has(raw, key))) return false;
  if (LOG_KEYS.some((key) => typeof own(raw, key) === "string")) return true;
  if (typeof own(raw, "channel") === "string" && HOST_KEYS.some((key) => has(raw, key))) return true;
  if (SOURCE_KEYS.some((key) => (text(own(raw, key)) ?? "").startsWith("Microsoft-Windows-"))) return true;
  return has(raw, "UtcTime") && (has(raw, "Image") || has(raw, "SourceImage"));
}

type Part = Json | undefined;

/** Roots in order: event data, user data and the objects in it, system, the record, the envelope. */
function objects(data: Part, user: Part, ...rest: readonly Part[]): readonly JsonObject[] {
  const roots: JsonObject[] = [];
  if (isJsonObject(data)) roots.push(data);
  if (isJsonObject(user)) {
    roots.push(user);
    for (const key of Object.keys(user)) {
      const inner = user[key];
      if (isJsonObject(inner)) roots.push(inner);
    }
  }
  for (const part of rest) if (isJsonObject(part)) roots.push(part);
  return roots;
}

const has = (object: JsonObject, key: string): boolean => Object.hasOwn(object, key);

function own(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function text(value: Json | undefined): string | undefined {
  const found = scalarText(value);
  return found === "" ? undefined : found;
}

function attributeOf(value: Json | undefined, name: string): string | undefined {
  const attributes = own(value, "#attributes") ?? own(value, "@attributes") ?? value;
  return text(own(attributes, name)) ?? text(own(value, `@${name}`));
}
