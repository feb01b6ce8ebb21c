/** One canned attack, told through the wire shapes: mail attachment, encoded PowerShell, credential dump, lateral movement, upload. */
import type { WireEvent } from "@cordon/model/api/events";
import type { WireInvestigation } from "@cordon/model/api/incidents";
import type { Entity } from "@cordon/model/entity";
import { HOSTILE } from "./hostile.ts";

const START = Date.UTC(2026, 10, 21, 1, 12, 0);
export const at = (minutes: number): number => START + Math.round(minutes * 60_000);
export const hex = (n: number, length: number): string => n.toString(16).padStart(8, "0").repeat(8).slice(0, length);
export const id = (n: number): string => `${hex(n * 2_654_435_761 + 97, 32)}-0`;

export const entity = (kind: Entity["kind"], value: string, role: Entity["role"] = "target"): Entity => ({
  kind,
  value,
  role,
});
const host = (name: string) => entity("host", name, "device");
const user = (name: string) => entity("user", name, "actor");

interface Told {
  readonly minute: number;
  readonly source: string;
  readonly cls: number;
  readonly raw: WireEvent["raw"];
  readonly entities: readonly Entity[];
}

const sysmon = (eventId: number, data: Record<string, unknown>) => ({
  Event: {
    System: { EventID: eventId, Computer: "WS-12.corp.example", Channel: "Microsoft-Windows-Sysmon/Operational" },
    EventData: data,
  },
});

const TOLD: readonly Told[] = [
  {
    minute: 0,
    source: "windows.sysmon/11",
    cls: 1001,
    raw: sysmon(11, {
      TargetFilename: `C:\\Users\\anna\\Downloads\\${HOSTILE.bidi}`,
      Image: "C:\\Program Files\\Outlook\\OUTLOOK.EXE",
    }),
    entities: [
      host("ws-12"),
      user("corp\\anna"),
      entity("file", `c:\\users\\anna\\downloads\\${HOSTILE.bidi}`, "object"),
    ],
  },
  {
    minute: 1.2,
    source: "windows.sysmon/1",
    cls: 1007,
    raw: sysmon(1, {
      Image: "C:\\Program Files\\Office\\WINWORD.EXE",
      CommandLine: `WINWORD.EXE /n "${HOSTILE.bidi}"`,
      ParentImage: "OUTLOOK.EXE",
      User: "CORP\\anna",
    }),
    entities: [host("ws-12"), user("corp\\anna"), entity("process", "winword.exe", "actor")],
  },
  {
    minute: 1.6,
    source: "windows.sysmon/1",
    cls: 1007,
    raw: sysmon(1, {
      Image: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
      CommandLine: `powershell.exe -nop -w hidden -enc SQBFAFgA… ${HOSTILE.script}`,
      ParentImage: "WINWORD.EXE",
      User: "CORP\\anna",
      Description: HOSTILE.prompt,
    }),
    entities: [
      host("ws-12"),
      user("corp\\anna"),
      entity("process", "powershell.exe", "actor"),
      entity("cmdline", `powershell.exe -nop -w hidden -enc SQBFAFgA ${HOSTILE.image}`, "object"),
    ],
  },
  {
    minute: 2,
    source: "windows.sysmon/3",
    cls: 4001,
    raw: sysmon(3, {
      Image: "powershell.exe",
      DestinationIp: "203.0.113.77",
      DestinationPort: "443",
      DestinationHostname: "cdn-update.example",
    }),
    entities: [host("ws-12"), entity("ip", "203.0.113.77", "dst"), entity("domain", "cdn-update.example", "dst")],
  },
  {
    minute: 9,
    source: "windows.sysmon/10",
    cls: 1007,
    raw: sysmon(10, {
      SourceImage: "powershell.exe",
      TargetImage: "C:\\Windows\\system32\\lsass.exe",
      GrantedAccess: "0x1410",
      CallTrace: HOSTILE.ansi,
    }),
    entities: [host("ws-12"), entity("process", "lsass.exe", "target")],
  },
  {
    minute: 9.5,
    source: "windows.sysmon/11",
    cls: 1001,
    raw: sysmon(11, { TargetFilename: "C:\\Users\\Public\\d.dmp", Image: "powershell.exe" }),
    entities: [host("ws-12"), entity("file", "c:\\users\\public\\d.dmp", "object")],
  },
  {
    minute: 31,
    source: "windows.security/4624",
    cls: 3002,
    raw: {
      Event: {
        System: { EventID: 4624, Computer: "SRV-DB-3.corp.example" },
        EventData: {
          TargetUserName: "svc-backup",
          LogonType: "3",
          IpAddress: "10.20.0.12",
          WorkstationName: HOSTILE.zeroWidth,
        },
      },
    },
    entities: [host("srv-db-3"), user("corp\\svc-backup"), entity("ip", "10.20.0.12", "src")],
  },
  {
    minute: 32,
    source: "windows.system/7045",
    cls: 1006,
    raw: {
      Event: {
        System: { EventID: 7045, Computer: "SRV-DB-3.corp.example" },
        EventData: { ServiceName: HOSTILE.svg, ImagePath: "%COMSPEC% /c echo x ^> \\\\.\\pipe\\x" },
      },
    },
    entities: [host("srv-db-3"), entity("service", HOSTILE.svg, "object")],
  },
  {
    minute: 44,
    source: "linux.auditd",
    cls: 1007,
    raw: {
      msg: `type=EXECVE argc=3 a0="tar" a1="czf" a2="/tmp/.x.tgz" ${HOSTILE.forged}`,
      host: "db-repl-1",
      nul: HOSTILE.nul,
      note: HOSTILE.template,
    },
    entities: [host("db-repl-1"), entity("file", "/tmp/.x.tgz", "object")],
  },
  {
    minute: 58,
    source: "windows.sysmon/3",
    cls: 4001,
    raw: sysmon(3, {
      Image: "rclone.exe",
      DestinationIp: "198.51.100.9",
      DestinationPort: "443",
      SentBytes: 734_003_200,
      Referrer: HOSTILE.link,
    }),
    entities: [host("srv-db-3"), entity("ip", "198.51.100.9", "dst")],
  },
];

export const EVENTS: readonly WireEvent[] = TOLD.map((told, i) => ({
  id: id(i),
  time: at(told.minute),
  receivedAt: at(told.minute) + 900,
  source: told.source.split("/")[0] ?? "unknown",
  shape: told.source,
  log: { product: "windows", categories: ["process_creation"] },
  class: told.cls,
  activity: 1,
  severity: 1,
  ...(told.cls === 3002 ? { outcome: "success" as const } : {}),
  raw: told.raw,
  entities: [...told.entities],
  provenance: {
    record: id(i).slice(0, 32),
    via: "winlog",
    input: `/var/log/forwarded/${i % 2 ? HOSTILE.image : "ws-12"}.evtx`,
    position: 4_100 + i,
    mapping: told.source.split("/")[0] ?? "unknown",
    version: hex(7, 64),
    sha256: hex(i + 11, 64),
    ...(i === 8 ? { remarks: ["one byte was not UTF-8 and is shown as U+FFFD"] } : {}),
  },
}));

const cite = (event: number, pointer: string, expected?: unknown) => ({
  event: id(event),
  pointer,
  op: "eq" as const,
  ...(expected === undefined ? {} : { expected }),
});

export const CLAIMS: WireInvestigation["claims"] = [
  {
    id: "c1",
    predicate: "wrote",
    subject: entity("process", "outlook.exe", "actor"),
    object: entity("file", `c:\\users\\anna\\downloads\\${HOSTILE.bidi}`, "object"),
    at: at(0),
    cites: [cite(0, "/raw/Event/EventData/TargetFilename")],
    techniques: ["T1566.001"],
  },
  {
    id: "c2",
    predicate: "spawned",
    subject: entity("process", "winword.exe", "actor"),
    object: entity("process", "powershell.exe", "target"),
    at: at(1.6),
    cites: [cite(2, "/raw/Event/EventData/ParentImage", "WINWORD.EXE"), cite(1, "/raw/Event/EventData/Image")],
    techniques: ["T1059.001"],
  },
  {
    id: "c3",
    predicate: "connected",
    subject: entity("process", "powershell.exe", "actor"),
    object: entity("ip", "203.0.113.77", "dst"),
    at: at(2),
    cites: [cite(3, "/raw/Event/EventData/DestinationIp", "203.0.113.77")],
    techniques: ["T1071.001"],
  },
  {
    id: "c4",
    predicate: "accessed-credential",
    subject: entity("process", "powershell.exe", "actor"),
    object: entity("process", "lsass.exe", "target"),
    at: at(9),
    cites: [cite(4, "/raw/Event/EventData/GrantedAccess", "0x1410")],
    techniques: ["T1003.001"],
  },
  {
    id: "c5",
    predicate: "logged-on",
    subject: entity("user", "corp\\svc-backup", "actor"),
    object: entity("host", "srv-db-3", "device"),
    at: at(31),
    cites: [cite(6, "/raw/Event/EventData/TargetUserName", "svc-backup")],
    techniques: ["T1021.002"],
  },
  {
    id: "c6",
    predicate: "created-persistence",
    subject: entity("service", HOSTILE.svg, "object"),
    object: entity("host", "srv-db-3", "device"),
    at: at(32),
    cites: [cite(7, "/raw/Event/EventData/ServiceName")],
    techniques: ["T1543.003"],
  },
  {
    id: "c7",
    predicate: "count-of",
    subject: entity("ip", "198.51.100.9", "dst"),
    count: 1,
    query: { text: "198.51.100.9", order: "oldest", limit: 100 },
    at: at(58),
    cites: [cite(9, "/raw/Event/EventData/SentBytes", 734_003_200)],
    techniques: ["T1567.002"],
  },
];
