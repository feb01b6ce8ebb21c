/** NXLog, GELF, Snare, Fluentd and exports of single programs. */
import {
  created,
  dataXml,
  fetched,
  flatMessage,
  GUID,
  type Layout,
  MESSAGE_4625,
  MESSAGE_4688,
  MESSAGE_SYSMON,
  nxlog,
  nxlogEvent,
  SECURITY,
  SYSMON,
  snare,
  stored,
  structured,
  sysmon,
  TIME,
  tail,
  XML_4688,
} from "./facts.ts";

export const nx: readonly Layout[] = [
  stored("NXLog JSON", [nxlogEvent], fetched),
  stored(
    "NXLog JSON in BSD syslog",
    [`<14>May  4 10:20:30 ws07.corp.example ${SECURITY}[4]: ${JSON.stringify(nxlogEvent)}`],
    fetched,
  ),
  stored(
    "NXLog JSON in IETF syslog",
    [`<14>1 2026-05-04T10:20:30.123000+00:00 ws07.corp.example ${SECURITY} 4 - - ${JSON.stringify(nxlogEvent)}`],
    fetched,
  ),
  stored(
    "NXLog IETF syslog with structured data",
    [
      `<14>1 2026-05-04T10:20:30.123000+00:00 ws07.corp.example ${SECURITY} 4 - [NXLOG@14506 ${structured}] ${flatMessage(MESSAGE_4688)}`,
    ],
    fetched,
  ),
  stored(
    "NXLog key=value in BSD syslog",
    [
      `<14>May  4 10:20:30 ws07.corp.example ${SECURITY}[4]: ${Object.entries({ ...nxlog, ...created, ...tail })
        .map(([name, value]) => `${name}="${value}"`)
        .join(" ")}`,
    ],
    fetched,
  ),
  stored(
    "GELF of NXLog",
    [
      {
        ...{ version: "1.1", host: "ws07.corp.example", short_message: "A new process has been created.", level: 6 },
        ...{ full_message: MESSAGE_4688, timestamp: 1_777_890_030.123 },
        ...Object.fromEntries(
          Object.entries({ ...nxlog, ...created, ...tail }).map(([name, value]) => [`_${name}`, value]),
        ),
      },
    ],
    fetched,
  ),
  stored(
    "Snare: process",
    [
      snare([
        ...["Security", 99, "Mon May 04 10:20:30 2026", 4688, SECURITY, "CORP\\mallory", "N/A", "Success Audit"],
        ...["ws07.corp.example", "Process Creation", "", flatMessage(MESSAGE_4688)],
      ]),
    ],
    fetched,
  ),
  stored(
    "Snare: Sysmon",
    [
      snare([
        ...[`${SYSMON}/Operational`, 99, "Mon May 04 10:20:30 2026", 1, SYSMON, "NT AUTHORITY\\SYSTEM", "User"],
        ...[
          "Information",
          "ws07.corp.example",
          "Process Create (rule: ProcessCreate)",
          "",
          flatMessage(MESSAGE_SYSMON),
        ],
      ]),
    ],
    fetched,
  ),
  stored(
    "Snare: sign-in failed",
    [
      snare([
        ...["Security", 99, "Mon May 04 10:20:30 2026", 4625, SECURITY, "N/A", "N/A", "Failure Audit"],
        ...["ws07.corp.example", "Logon", "", flatMessage(MESSAGE_4625)],
      ]),
    ],
    { rules: ["sign-in-failed"], host: "ws07", user: "admin" },
  ),
];

const winEvent = { LevelDisplayName: "Information", Version: 2, Level: 0, RecordId: 4711, ProcessId: 4, ThreadId: 220 };
export const further: readonly Layout[] = [
  stored(
    "Fluentd windows_eventlog2",
    [
      {
        ...{ ProviderName: SECURITY, ProviderGUID: GUID, EventID: "4688", Qualifiers: "", Level: "0", Task: "13312" },
        ...{
          TimeCreated: "2026/05/04 10:20:30.123000000",
          EventRecordID: "4711",
          Channel: "Security",
          Computer: "ws07.corp.example",
        },
        ...{ UserID: "", Version: "2", Description: MESSAGE_4688, EventData: Object.values(created) },
      },
    ],
    fetched,
  ),
  stored(
    "Fluentd windows_eventlog",
    [
      {
        ...{
          channel: "security",
          record_number: "4711",
          time_generated: "2026-05-04 10:20:30 +0000",
          event_id: "4688",
        },
        ...{
          event_type: "audit_success",
          event_category: "13312",
          source_name: SECURITY,
          computer_name: "ws07.corp.example",
        },
        ...{ description: MESSAGE_4688, string_inserts: Object.values(created) },
      },
    ],
    fetched,
  ),
  stored(
    "Get-WinEvent as JSON",
    [
      {
        ...{ Id: 4688, ...winEvent, ProviderName: SECURITY, ProviderId: GUID.slice(1, -1), LogName: "Security" },
        ...{ MachineName: "ws07.corp.example", TimeCreated: "/Date(1777890030123)/", Message: MESSAGE_4688 },
        Properties: Object.values(created).map((Value) => ({ Value })),
      },
    ],
    fetched,
  ),
  stored(
    "Snare behind a relay that writes tabs as #011",
    [
      snare([
        ...["Security", 99, "Mon May 04 10:20:30 2026", 4688, SECURITY, "CORP\\mallory", "N/A", "Success Audit"],
        ...["ws07.corp.example", "Process Creation", "", flatMessage(MESSAGE_4688)],
      ]).replaceAll("\t", "#011"),
    ],
    fetched,
  ),
  stored("Splunk export, row of CSV", [`"${XML_4688.replaceAll('"', '""')}","2026-05-04T10:20:30.123Z",ws07`], {
    ...fetched,
    header: "_raw,_time,host",
  }),
  stored(
    "Sentinel Event, row of CSV",
    [
      `2026-05-04T10:20:30.123Z,ws07.corp.example,${SYSMON},${SYSMON}/Operational,1,"<DataItem type=""System.XmlData""><EventData>${dataXml(sysmon).replaceAll('"', '""')}</EventData></DataItem>"`,
    ],
    { ...fetched, header: "TimeGenerated,Computer,Source,EventLog,EventID,EventData" },
  ),
  stored(
    "Filebeat around NXLog's JSON",
    [
      {
        "@timestamp": TIME,
        agent: { type: "filebeat" },
        host: { name: "relay" },
        log: { offset: 1 },
        message: JSON.stringify(nxlogEvent),
      },
    ],
    fetched,
  ),
  stored(
    "hit of a search around Filebeat around a line",
    [
      {
        _index: "i",
        _id: "a",
        _source: { "@timestamp": TIME, agent: { type: "filebeat" }, host: { name: "relay" }, message: XML_4688 },
      },
    ],
    fetched,
  ),
];
