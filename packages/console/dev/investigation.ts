/** What the investigator would say of the canned attack. */
import type { WireIncident, WireInvestigation } from "@cordon/model/api/incidents";
import { at, CLAIMS, EVENTS, entity, hex, id } from "./attack.ts";
import { HOSTILE } from "./hostile.ts";
import { STORY } from "./story.ts";

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
