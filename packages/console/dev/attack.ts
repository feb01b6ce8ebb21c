/** One canned attack, told through the wire shapes: mail attachment, encoded PowerShell, credential dump, lateral movement, upload. */
import type { WireEvent } from "@cordon/model/api/events";
import type { WireIncident, WireInvestigation } from "@cordon/model/api/incidents";
import type { Entity } from "@cordon/model/entity";
import { HOSTILE } from "./hostile.ts";

const START = Date.UTC(2026, 10, 21, 1, 12, 0);
export const at = (minutes: number): number => START + Math.round(minutes * 60_000);
const hex = (n: number, length: number): string => n.toString(16).padStart(8, "0").repeat(8).slice(0, length);
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

const node = (key: string, kind: string, label: string, tactic?: string, minute?: number, flagged = false) => ({
  id: key,
  kind,
  label,
  flagged,
  ...(tactic ? { tactic } : {}),
  ...(minute === undefined ? {} : { at: at(minute) }),
});
const edge = (from: string, to: string, verb: string, minute: number, event: number) => ({
  from,
  to,
  verb,
  at: at(minute),
  events: [id(event)],
});

const FILES = Array.from({ length: 9 }, (_, i) =>
  node(`doc${i}`, "file", `\\\\srv-db-3\\share\\contract-${i}.xlsx`, "collection", 40),
);

const STORY: WireInvestigation["story"] = {
  nodes: [
    node("mail", "file", HOSTILE.bidi, "initial-access", 0, true),
    node("anna", "user", "corp\\anna", "initial-access", 0),
    node("outlook", "process", "OUTLOOK.EXE", "initial-access", 0),
    node("word", "process", "WINWORD.EXE", "execution", 1.2),
    node("ps", "process", "powershell.exe -enc SQBFAFgA…", "execution", 1.6, true),
    node("ws12", "host", "ws-12", "execution", 1),
    node("c2", "ip", "203.0.113.77", "command-and-control", 2, true),
    node("dom", "domain", "cdn-update.example", "command-and-control", 2),
    node("lsass", "process", "lsass.exe", "credential-access", 9, true),
    node("dump", "file", "C:\\Users\\Public\\d.dmp", "credential-access", 9.5),
    node("svc", "user", "corp\\svc-backup", "lateral-movement", 31),
    node("sess", "session", "logon 0x3e7a1 type 3", "lateral-movement", 31),
    node("srv", "host", "srv-db-3", "lateral-movement", 31),
    node("pipe", "service", HOSTILE.svg, "lateral-movement", 32, true),
    ...FILES,
    node("tgz", "file", "/tmp/.x.tgz", "collection", 44),
    node("rclone", "process", "rclone.exe copy remote:", "exfiltration", 57, true),
    node("out", "ip", "198.51.100.9", "exfiltration", 58, true),
  ],
  edges: [
    edge("outlook", "mail", "wrote", 0, 0),
    edge("anna", "outlook", "ran", 0, 0),
    edge("outlook", "word", "spawned", 1.2, 1),
    edge("mail", "word", "opened by", 1.2, 1),
    edge("word", "ps", "spawned", 1.6, 2),
    edge("ps", "ws12", "on", 1.6, 2),
    edge("ps", "c2", "connected", 2, 3),
    edge("ps", "dom", "resolved", 2, 3),
    edge("ps", "lsass", "opened", 9, 4),
    edge("ps", "dump", "wrote", 9.5, 5),
    edge("lsass", "svc", "gave", 30, 4),
    edge("svc", "sess", "logged on", 31, 6),
    edge("sess", "srv", "to", 31, 6),
    edge("sess", "pipe", "created", 32, 7),
    ...FILES.map((file) => edge("pipe", file.id, "read", 40, 7)),
    edge("pipe", "tgz", "wrote", 44, 8),
    edge("pipe", "rclone", "spawned", 57, 9),
    edge("tgz", "rclone", "read by", 57, 9),
    edge("rclone", "out", "sent 700 MB", 58, 9),
  ],
};

const TEXTS = [
  ["initial-access", `Outlook wrote the attachment ${HOSTILE.bidi} into Downloads`],
  ["initial-access", "Word opened the attachment"],
  ["execution", `Word started PowerShell with an encoded command ${HOSTILE.script}`],
  ["command-and-control", "PowerShell connected to 203.0.113.77:443 (cdn-update.example)"],
  ["credential-access", `PowerShell opened lsass.exe with access 0x1410 ${HOSTILE.ansi}`],
  ["credential-access", "PowerShell wrote C:\\Users\\Public\\d.dmp"],
  ["lateral-movement", "svc-backup logged on to srv-db-3 over the network from ws-12"],
  ["lateral-movement", `Service ${HOSTILE.svg} was installed on srv-db-3`],
  ["collection", "tar packed /tmp/.x.tgz on db-repl-1"],
  ["exfiltration", "rclone.exe sent 700 MB to 198.51.100.9"],
] as const;

export const INVESTIGATION: WireInvestigation = {
  by: "deterministic",
  at: at(70),
  verdict: "malicious",
  confidence: 94,
  summary: [
    {
      text: "A mail attachment opened by corp\\anna on ws-12 started an encoded PowerShell, which read the memory of lsass.exe.",
      claims: ["c1", "c2", "c4"],
      events: [id(0), id(2), id(4)],
    },
    {
      text: "With the account svc-backup taken there, the intruder moved to srv-db-3 and installed a service.",
      claims: ["c5", "c6"],
      events: [id(6), id(7)],
    },
    { text: "About 700 MB left for 198.51.100.9 at the end.", claims: ["c7"], events: [id(9)] },
  ],
  rootCauses: [
    {
      entity: entity("file", `c:\\users\\anna\\downloads\\${HOSTILE.bidi}`, "object"),
      event: id(0),
      at: at(0),
      score: 0.81,
      boundary: "mail-attachment",
      chain: ["c1", "c2"],
      why: "The attachment stands before every other flagged event, and the chain from it reaches all nine.",
    },
    {
      entity: entity("user", "corp\\svc-backup", "actor"),
      event: id(6),
      at: at(31),
      score: 0.12,
      boundary: "remote-logon",
      chain: ["c5"],
      why: "The logon explains srv-db-3 but not ws-12.",
    },
  ],
  extent: [
    { entity: entity("host", "ws-12", "device"), standing: "confirmed", firstSeen: at(0), claims: ["c2", "c4"] },
    { entity: entity("host", "srv-db-3", "device"), standing: "confirmed", firstSeen: at(31), claims: ["c5", "c6"] },
    { entity: entity("user", "corp\\anna", "actor"), standing: "confirmed", firstSeen: at(0), claims: ["c1"] },
    { entity: entity("user", "corp\\svc-backup", "actor"), standing: "confirmed", firstSeen: at(31), claims: ["c5"] },
    { entity: entity("ip", "203.0.113.77", "dst"), standing: "confirmed", firstSeen: at(2), claims: ["c3"] },
    { entity: entity("ip", "198.51.100.9", "dst"), standing: "confirmed", firstSeen: at(58), claims: ["c7"] },
    { entity: entity("host", "db-repl-1", "device"), standing: "likely", firstSeen: at(44), claims: [] },
    { entity: entity("host", HOSTILE.image, "device"), standing: "exposed", firstSeen: at(44), claims: [] },
  ],
  timeline: TEXTS.map(([tactic, text], i) => ({
    at: EVENTS[i]?.time ?? 0,
    events: [id(i)],
    text,
    tactic,
    technique:
      [
        "T1566.001",
        "T1204.002",
        "T1059.001",
        "T1071.001",
        "T1003.001",
        "T1003.001",
        "T1021.002",
        "T1543.003",
        "T1560.001",
        "T1567.002",
      ][i] ?? "T1059",
    count: i === 3 ? 42 : 1,
  })),
  story: STORY,
  techniques: ["T1566.001", "T1059.001", "T1071.001", "T1003.001", "T1021.002", "T1543.003", "T1567.002"],
  claims: CLAIMS,
  claimsRefused: 1,
  questions: [
    "Did anybody else open the same attachment? The mail log has no coverage for 01:00 to 01:20.",
    `Was ${HOSTILE.zeroWidth} a real workstation name?`,
  ],
  proposals: [],
  ledger: [
    {
      id: "q1",
      question: "What did the parent of powershell.exe start before?",
      query: { order: "oldest", limit: 500 },
      rows: 14,
      truncated: false,
      digest: "a".repeat(64),
    },
    {
      id: "q2",
      question: "Where else did svc-backup log on within a day?",
      query: { order: "oldest", limit: 1_000 },
      rows: 1_000,
      truncated: true,
      digest: "b".repeat(64),
    },
  ],
  limits: ["The question of other logons was cut at 1 000 rows."],
};

const RULES = [
  "Office starts PowerShell",
  `LSASS memory read ${HOSTILE.script}`,
  "Service with a named pipe echo",
  "Large upload by rclone",
] as const;

export const DETECTIONS: WireIncident["detections"] = RULES.map((title, i) => {
  const event = [2, 4, 7, 9][i] ?? 0;
  return {
    detection: {
      id: `det-${hex(i + 40, 32)}`,
      rule: {
        id: hex(i + 60, 32),
        title,
        level: (["high", "critical", "high", "medium"] as const)[i] ?? "low",
        source: `content/rules/execution/rule-${i}.yml`,
        version: hex(i, 64),
        author: `A. Nalyst ${HOSTILE.image}`,
        status: "stable",
      },
      severity: (["high", "critical", "high", "medium"] as const)[i] ?? "low",
      confidence: 80 - i * 5,
      techniques: [["T1059.001"], ["T1003.001"], ["T1543.003"], ["T1567.002"]][i] ?? [],
      tactics: [["execution"], ["credential-access"], ["lateral-movement"], ["exfiltration"]][i] ?? [],
      time: EVENTS[event]?.time ?? 0,
      evidence: [id(event)],
      entities: EVENTS[event]?.entities ?? [],
      dedupKey: `k${i}`,
      input: "/var/log/forwarded/ws-12.evtx",
      position: 4_100 + event,
      matched: [
        {
          selection: "selection",
          field: "CommandLine",
          pointer: "/Event/EventData/CommandLine",
          value: `powershell -enc ${HOSTILE.image}`,
        },
      ],
    },
    because: [{ by: "process" as const, key: "powershell.exe 4312", weight: 1.5 }],
    times: i === 1 ? 6 : 1,
    last: at(60),
  };
});
