/**
 * Plants a text wherever an attacker may write: the lines of a generated story, changed in ten free-text places.
 * Enters: story lines and a text. Leaves: lines with the same shape whatever the text is.
 */
import type { StoryLine } from "@cordon/engine/simulate/story";
import type { JsonObject } from "@cordon/model/json";

export const PLACES = [
  ...(["command line", "file path", "registry path", "registry value", "user agent", "error message"] as const),
  ...(["DNS label", "service name", "file description", "syslog message"] as const),
] as const;
export type Place = (typeof PLACES)[number];

type Writable = { [key: string]: unknown };

export function plant(lines: readonly StoryLine[], text: string, places: readonly Place[] = PLACES): StoryLine[] {
  const here = new Set<Place>(places);
  return lines.flatMap((line) => {
    if (line.feed === "linux") return here.has("syslog message") ? linux(line, text) : [line];
    const event: unknown = JSON.parse(line.text);
    if (!isObject(event)) return [line];
    const more = line.feed === "windows" ? windows(event, text, here) : cloud(event, text, here);
    return [line, ...more.map(() => line)].map((same, at) => ({
      ...same,
      text: JSON.stringify(at === 0 ? event : more[at - 1]),
    }));
  });
}

const isObject = (value: unknown): value is Writable =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The attacker's own program: what it is called with, what it looks up and what it writes is its choice. */
const IMPLANT = /OneDriveUpd\.exe$/;

function windows(event: Writable, text: string, here: ReadonlySet<Place>): JsonObject[] {
  const inner = event.Event;
  if (!isObject(inner) || !isObject(inner.System) || !isObject(inner.EventData)) return [];
  const data = inner.EventData;
  const id = inner.System.EventID;
  if (id === 1 && here.has("file description")) data.Description = text;
  if (id === 1 && here.has("command line") && /notepad|OneDriveUpd/.test(String(data.Image))) {
    data.CommandLine = `${String(data.CommandLine)} ${text}`;
  }
  if (id === 11 && here.has("file path") && String(data.TargetFilename).endsWith(".tmp")) {
    data.TargetFilename = `C:\\Users\\Public\\Documents\\${text}.tmp`;
  }
  if (id === 7045 && here.has("service name")) data.ServiceName = text;
  return id === 1 && IMPLANT.test(String(data.Image)) ? implant(inner, text, here) : [];
}

/** Two more events of the implant: a value it wrote and a name it looked up. */
function implant(inner: Writable, text: string, here: ReadonlySet<Place>): JsonObject[] {
  if (!isObject(inner.System) || !isObject(inner.EventData)) return [];
  const { UtcTime, ProcessGuid, ProcessId, Image, User } = inner.EventData;
  const made = (id: number, data: Writable): JsonObject =>
    JSON.parse(
      JSON.stringify({
        Event: {
          System: { ...(inner.System as Writable), EventID: id, EventRecordID: 90_000 + id },
          EventData: { UtcTime, ProcessGuid, ProcessId, Image, User, ...data },
        },
      }),
    );
  const key = here.has("registry path") ? text : "Notes";
  const label = here.has("DNS label") ? labelOf(text) : "notes";
  return [
    made(13, {
      EventType: "SetValue",
      TargetObject: `HKU\\S-1-5-21-1-2-3-1001\\Software\\Vendor\\${key}`,
      Details: here.has("registry value") ? text : "1",
    }),
    made(22, { QueryName: `${label}.example.net`, QueryStatus: "0", QueryResults: "192.0.2.7" }),
  ];
}

/** What fits into one label of a name. */
const labelOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "") || "empty";

function cloud(event: Writable, text: string, here: ReadonlySet<Place>): JsonObject[] {
  if (here.has("user agent")) event.userAgent = `${String(event.userAgent)} ${text}`;
  const failed = isObject(event.responseElements) && event.responseElements.ConsoleLogin === "Failure";
  if (failed && here.has("error message")) event.errorMessage = text;
  return [];
}

function linux(line: StoryLine, text: string): StoryLine[] {
  if (!line.text.includes("session opened for user backup")) return [line];
  const head = line.text.slice(0, line.text.indexOf("pam_unix"));
  const more = `${head}Received disconnect from 192.0.2.9 port 4711:11: ${text.replace(/\s+/g, " ")}`;
  return [line, { ...line, text: more }];
}
