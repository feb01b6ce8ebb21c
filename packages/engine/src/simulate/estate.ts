/** The made-up company of the simulator, and builders for the log lines its machines write. */
import type { Json, JsonObject } from "@cordon/model/json";
import { type Instant, instant, isoTime } from "@cordon/model/time";
import type { Chance } from "./chance.ts";
import type { ScenarioName, StoryLine } from "./story.ts";

export const DOMAIN = "corp.example";
export const NETBIOS = "CORP";

export interface Machine {
  readonly name: string;
  readonly ip: string;
}
export interface Person {
  readonly name: string;
  readonly machine: Machine;
}

const machine = (name: string, last: number): Machine => ({ name, ip: `10.20.0.${last}` });
export const DC = machine("dc01", 5);
export const FILES = machine("srv-files", 12);
export const BASTION = machine("bastion", 30);
export const WEB = machine("web-01", 31);

const NAMES = [
  "alice.meyer",
  "bela.kovacs",
  "chidi.okafor",
  "dana.petrov",
  "elif.demir",
  "farah.haddad",
  "goran.ilic",
  "hana.sato",
] as const;
export const PEOPLE: readonly [Person, ...Person[]] = [
  { name: NAMES[0], machine: machine("ws-017", 117) },
  ...NAMES.slice(1).map((name, at) => ({ name, machine: machine(`ws-0${18 + at}`, 118 + at) })),
];

/** One running process of the story: what Sysmon would say of it. */
export interface Process {
  readonly guid: string;
  readonly pid: number;
  readonly image: string;
  readonly commandLine: string;
  readonly host: Machine;
  readonly user: string;
  readonly logonId: string;
  readonly parent?: Process;
}

/** Writes lines; knows whether they belong to a staged attack. */
export interface Pen {
  readonly chance: Chance;
  readonly lines: StoryLine[];
  /** Newest EventRecordID by host and channel. */
  readonly recordIds: Map<string, number>;
  readonly scenario?: ScenarioName;
}

export function makeGuid(chance: Chance): string {
  const part = (digits: number): string => chance.hex(digits).toUpperCase();
  return `${part(8)}-${part(4)}-${part(4)}-${part(4)}-${part(12)}`;
}

export function makeProcess(chance: Chance, facts: Omit<Process, "guid" | "pid">): Process {
  return { guid: makeGuid(chance), pid: chance.between(1_200, 18_000), ...facts };
}

interface WindowsLine {
  readonly at: Instant;
  readonly host: Machine;
  readonly channel: string;
  readonly provider: string;
  readonly id: number;
  readonly data: JsonObject;
}

export function windowsLine(pen: Pen, line: WindowsLine): void {
  const ids = pen.recordIds;
  const counter = `${line.host.name}|${line.channel}`;
  const recordId = (ids.get(counter) ?? 40_000) + 1;
  ids.set(counter, recordId);
  const event: JsonObject = {
    Event: {
      System: {
        Provider: { "#attributes": { Name: line.provider } },
        EventID: line.id,
        Level: 4,
        TimeCreated: { "#attributes": { SystemTime: isoTime(line.at) } },
        EventRecordID: recordId,
        Channel: line.channel,
        Computer: `${line.host.name}.${DOMAIN}`,
      },
      EventData: line.data,
    },
  };
  push(pen, line.at, "windows", JSON.stringify(event));
}

export function push(pen: Pen, at: Instant, feed: StoryLine["feed"], text: string): void {
  pen.lines.push({ at, feed, text, ...(pen.scenario === undefined ? {} : { scenario: pen.scenario }) });
}

const SYSMON = { channel: "Microsoft-Windows-Sysmon/Operational", provider: "Microsoft-Windows-Sysmon" } as const;
const SECURITY = { channel: "Security", provider: "Microsoft-Windows-Security-Auditing" } as const;

const utc = (at: Instant): string => isoTime(at).replace("T", " ").replace("Z", "");

export function sysmon(
  pen: Pen,
  at: Instant,
  process: Process,
  event: { readonly id: number; readonly data: JsonObject },
): void {
  const data = {
    UtcTime: utc(at),
    ProcessGuid: `{${process.guid}}`,
    ProcessId: process.pid,
    Image: process.image,
    User: process.user,
    ...event.data,
  };
  windowsLine(pen, { at, host: process.host, ...SYSMON, id: event.id, data });
}

export function processCreated(pen: Pen, at: Instant, process: Process): void {
  const parent = process.parent;
  const data: Record<string, Json> = {
    CommandLine: process.commandLine,
    CurrentDirectory: "C:\\Windows\\system32\\",
    LogonId: process.logonId,
    IntegrityLevel: process.user.startsWith("NT ") ? "System" : "Medium",
    Hashes: `SHA256=${pen.chance.hex(64).toUpperCase()}`,
    OriginalFileName: process.image.split("\\").at(-1) ?? "",
    ...(parent === undefined
      ? {}
      : {
          ParentProcessGuid: `{${parent.guid}}`,
          ParentProcessId: parent.pid,
          ParentImage: parent.image,
          ParentCommandLine: parent.commandLine,
          ParentUser: parent.user,
        }),
  };
  sysmon(pen, at, process, { id: 1, data });
}

export function connected(
  pen: Pen,
  at: Instant,
  process: Process,
  to: { readonly ip: string; readonly port: number; readonly name?: string },
): void {
  const data = {
    Protocol: "tcp",
    Initiated: "true",
    SourceIp: process.host.ip,
    SourcePort: pen.chance.between(49_152, 65_000),
    DestinationIp: to.ip,
    DestinationHostname: to.name ?? "-",
    DestinationPort: to.port,
  };
  sysmon(pen, at, process, { id: 3, data });
}

export function resolved(
  pen: Pen,
  at: Instant,
  process: Process,
  answer: { readonly name: string; readonly ip: string },
): void {
  sysmon(pen, at, process, {
    id: 22,
    data: { QueryName: answer.name, QueryStatus: "0", QueryResults: `::ffff:${answer.ip};` },
  });
}

export function fileCreated(pen: Pen, at: Instant, process: Process, path: string): void {
  sysmon(pen, at, process, { id: 11, data: { TargetFilename: path, CreationUtcTime: utc(at) } });
}

export interface Logon {
  readonly host: Machine;
  readonly user: string;
  readonly type: number;
  readonly logonId: string;
  readonly fromIp?: string;
  readonly fromHost?: string;
}

export function loggedOn(pen: Pen, at: Instant, logon: Logon): void {
  windowsLine(pen, {
    at,
    host: logon.host,
    ...SECURITY,
    id: 4624,
    data: {
      SubjectUserSid: "S-1-0-0",
      SubjectUserName: "-",
      SubjectDomainName: "-",
      SubjectLogonId: "0x0",
      TargetUserName: logon.user,
      TargetDomainName: NETBIOS,
      TargetLogonId: logon.logonId,
      LogonType: logon.type,
      LogonProcessName: logon.type === 3 ? "NtLmSsp" : "User32",
      AuthenticationPackageName: logon.type === 3 ? "NTLM" : "Negotiate",
      WorkstationName: logon.fromHost ?? "-",
      IpAddress: logon.fromIp ?? "-",
      IpPort: logon.fromIp === undefined ? "-" : String(pen.chance.between(49_152, 65_000)),
    },
  });
}

export function serviceInstalled(
  pen: Pen,
  at: Instant,
  host: Machine,
  service: { readonly name: string; readonly path: string; readonly account: string },
): void {
  const data = {
    ServiceName: service.name,
    ImagePath: service.path,
    ServiceType: "user mode service",
    StartType: "demand start",
    AccountName: service.account,
  };
  windowsLine(pen, { at, host, channel: "System", provider: "Service Control Manager", id: 7045, data });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** A line of auth.log (RFC 3164 shape, no priority, UTC). */
export function syslogLine(pen: Pen, at: Instant, host: Machine, program: string, message: string): void {
  const iso = isoTime(at);
  const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? "Jan";
  const day = String(Number(iso.slice(8, 10))).padStart(2, " ");
  push(
    pen,
    at,
    "linux",
    `${month} ${day} ${iso.slice(11, 19)} ${host.name} ${program}[${pen.chance.between(800, 32_000)}]: ${message}`,
  );
}

export interface CloudCall {
  readonly name: string;
  readonly source: string;
  readonly user: string;
  readonly ip: string;
  readonly agent: string;
  readonly keyId?: string;
  readonly request?: JsonObject;
  readonly response?: JsonObject;
  readonly error?: string;
  readonly extra?: JsonObject;
}

export const ACCOUNT = "210987654321";

export function cloudCall(pen: Pen, at: Instant, call: CloudCall): void {
  const arn = `arn:aws:iam::${ACCOUNT}:user/${call.user}`;
  const record: JsonObject = {
    eventVersion: "1.09",
    userIdentity: {
      type: "IAMUser",
      principalId: `AIDA${call.user
        .toUpperCase()
        .replace(/[^A-Z]/g, "")
        .slice(0, 12)}`,
      arn,
      accountId: ACCOUNT,
      userName: call.user,
      ...(call.keyId === undefined ? {} : { accessKeyId: call.keyId }),
    },
    eventTime: `${isoTime(at).slice(0, 19)}Z`,
    eventSource: call.source,
    eventName: call.name,
    awsRegion: "eu-central-1",
    sourceIPAddress: call.ip,
    userAgent: call.agent,
    requestParameters: call.request ?? null,
    responseElements: call.response ?? null,
    ...(call.error === undefined ? {} : { errorCode: call.error }),
    requestID: makeGuid(pen.chance).toLowerCase(),
    eventID: makeGuid(pen.chance).toLowerCase(),
    readOnly: /^(Get|List|Describe)/.test(call.name),
    eventType: call.name === "ConsoleLogin" ? "AwsConsoleSignIn" : "AwsApiCall",
    recipientAccountId: ACCOUNT,
    ...call.extra,
  };
  push(pen, at, "cloudtrail", JSON.stringify(record));
}

export const later = (at: Instant, ms: number): Instant => instant(at + ms);
