/** Azure, Fluent Bit, OpenTelemetry, Wazuh and Splunk. */
import {
  COMMAND,
  created,
  dataXml,
  escaped,
  fetched,
  GUID,
  IMAGE,
  type Layout,
  MESSAGE_4104,
  MESSAGE_4688,
  MESSAGE_7045,
  MESSAGE_SYSMON,
  nxlogEvent,
  PARENT,
  SECURITY,
  SID,
  SYSMON,
  stored,
  sysmon,
  TIME,
  workspace,
  XML_4688,
  XML_SYSMON,
} from "./facts.ts";

export const others: readonly Layout[] = [
  stored(
    "Sentinel SecurityEvent",
    [
      {
        ...workspace,
        ...{ Account: "CORP\\mallory", AccountType: "User", Computer: "ws07.corp.example", EventSourceName: SECURITY },
        ...{
          Channel: "Security",
          Task: 13312,
          Level: "8",
          EventData: "",
          EventID: 4688,
          Activity: "4688 - A new process has been created.",
        },
        ...{
          CommandLine: COMMAND,
          NewProcessId: "0x1a2c",
          NewProcessName: IMAGE,
          ParentProcessName: PARENT,
          Process: "certutil.exe",
        },
        ...{
          SubjectAccount: "CORP\\mallory",
          SubjectDomainName: "CORP",
          SubjectUserName: "mallory",
          SubjectUserSid: SID,
        },
        ...{
          SubjectLogonId: "0x5a3f1",
          TokenElevationType: "%%1937",
          Type: "SecurityEvent",
          EventOriginId: "o",
          _ResourceId: "/x",
        },
      },
    ],
    fetched,
  ),
  stored(
    "Sentinel SecurityEvent with XML",
    [
      {
        ...workspace,
        ...{ Account: "CORP\\mallory", Computer: "ws07.corp.example", EventSourceName: SECURITY, Channel: "Security" },
        ...{ EventID: 4688, Activity: "4688 - A new process has been created.", Type: "SecurityEvent" },
        EventData: `<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${dataXml(created)}</EventData>`,
      },
    ],
    fetched,
  ),
  stored(
    "Sentinel Event",
    [
      {
        ...workspace,
        ...{
          Source: SYSMON,
          EventLog: `${SYSMON}/Operational`,
          Computer: "ws07.corp.example",
          EventLevel: 4,
          EventLevelName: "Information",
        },
        ParameterXml: Object.values(sysmon)
          .map((value) => `<Param>${escaped(value)}</Param>`)
          .join(""),
        EventData: `<DataItem type="System.XmlData" time="${TIME}" sourceHealthServiceId="x"><EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${dataXml(sysmon)}</EventData></DataItem>`,
        ...{
          EventID: 1,
          RenderedDescription: MESSAGE_SYSMON,
          EventCategory: 1,
          UserName: "NT AUTHORITY\\SYSTEM",
          Type: "Event",
        },
      },
    ],
    fetched,
  ),
  stored(
    "Sentinel WindowsEvent",
    [
      {
        ...workspace,
        ...{
          Provider: SECURITY,
          Channel: "Security",
          Computer: "ws07.corp.example",
          Task: 13312,
          EventLevel: 0,
          EventID: 4688,
        },
        ...{
          EventData: created,
          EventRecordId: "4711",
          SystemProcessId: 4,
          Keywords: "0x8020000000000000",
          Type: "WindowsEvent",
        },
      },
    ],
    fetched,
  ),
  stored(
    "Sentinel WindowsEvent, data as text",
    [
      {
        ...workspace,
        ...{
          Provider: SECURITY,
          Channel: "Security",
          Computer: "ws07.corp.example",
          Task: 13312,
          EventLevel: 0,
          EventID: 4688,
        },
        ...{ EventData: JSON.stringify(created), EventRecordId: "4711", Type: "WindowsEvent" },
      },
    ],
    fetched,
  ),
  stored(
    "Fluent Bit winlog",
    [
      {
        ...{ RecordNumber: 4711, TimeGenerated: "2026-05-04 10:20:30 +0000", TimeWritten: "2026-05-04 10:20:30 +0000" },
        ...{
          EventID: 4688,
          Qualifiers: 0,
          EventType: "SuccessAudit",
          EventCategory: 13312,
          Channel: "Security",
          Sid: "",
        },
        ...{ SourceName: SECURITY, ComputerName: "ws07.corp.example", Data: "", Message: MESSAGE_4688 },
        StringInserts: Object.values(created),
      },
    ],
    fetched,
  ),
  stored(
    "Fluent Bit winevtlog: Sysmon",
    [
      {
        ...{
          ProviderName: SYSMON,
          ProviderGuid: GUID,
          Qualifiers: "",
          EventID: 1,
          Version: 5,
          Level: 4,
          Task: 1,
          Opcode: 0,
        },
        ...{
          Keywords: "0x8000000000000000",
          TimeCreated: "2026-05-04 10:20:30 +0000",
          EventRecordID: 4711,
          ActivityID: "",
        },
        ...{
          RelatedActivityID: "",
          ProcessID: 4,
          ThreadID: 220,
          Channel: `${SYSMON}/Operational`,
          UserID: "NT AUTHORITY\\SYSTEM",
        },
        ...{ Computer: "ws07.corp.example", Message: MESSAGE_SYSMON, StringInserts: Object.values(sysmon) },
      },
    ],
    fetched,
  ),
  stored(
    "Fluent Bit winevtlog: service",
    [
      {
        ...{ ProviderName: "Service Control Manager", ProviderGuid: GUID, Qualifiers: 16384, EventID: 7045, Level: 4 },
        ...{
          TimeCreated: "2026-05-04 10:20:30 +0000",
          EventRecordID: 4711,
          Channel: "System",
          Computer: "ws07.corp.example",
        },
        Message: MESSAGE_7045,
        StringInserts: ["updsvc", "C:\\Users\\Public\\a.exe", "user mode service", "auto start", "LocalSystem"],
      },
    ],
    { rules: ["service"], host: "ws07" },
  ),
  stored(
    "OpenTelemetry, body alone",
    [
      {
        ...{
          channel: "Security",
          computer: "ws07.corp.example",
          event_id: { id: 4688, qualifiers: 0 },
          event_data: created,
        },
        ...{
          keywords: ["Audit Success"],
          level: "Information",
          message: "A new process has been created.",
          opcode: "Info",
        },
        provider: { event_source: "", guid: GUID, name: SECURITY },
        ...{ record_id: 4711, system_time: "2026-05-04T10:20:30.1230000Z", task: "Process Creation" },
      },
    ],
    fetched,
  ),
  stored(
    "OpenTelemetry, stanza entry with data as a list",
    [
      {
        ...{
          timestamp: "2026-05-04T10:20:30.123Z",
          severity: 30,
          severity_text: "Information",
          resource: {},
          attributes: {},
        },
        body: {
          ...{ channel: "Security", computer: "ws07.corp.example", event_id: { id: 4688, qualifiers: 0 } },
          event_data: { data: Object.entries(created).map(([name, value]) => ({ [name]: value })), binary: "" },
          ...{
            provider: { event_source: "", guid: GUID, name: SECURITY },
            system_time: "2026-05-04T10:20:30.1230000Z",
          },
        },
      },
    ],
    fetched,
  ),
  stored(
    "OpenTelemetry, file of OTLP JSON",
    [
      {
        resourceLogs: [
          {
            resource: { attributes: [{ key: "host.name", value: { stringValue: "ws07" } }] },
            scopeLogs: [
              {
                scope: { name: "windowseventlogreceiver" },
                logRecords: [
                  {
                    ...{
                      timeUnixNano: "1777890030123000000",
                      severityNumber: 9,
                      severityText: "Information",
                      traceId: "",
                      spanId: "",
                    },
                    body: {
                      kvlistValue: {
                        values: [
                          { key: "channel", value: { stringValue: "Security" } },
                          { key: "computer", value: { stringValue: "ws07.corp.example" } },
                          {
                            key: "event_id",
                            value: {
                              kvlistValue: {
                                values: [
                                  { key: "id", value: { intValue: "4688" } },
                                  { key: "qualifiers", value: { intValue: "0" } },
                                ],
                              },
                            },
                          },
                          {
                            key: "provider",
                            value: { kvlistValue: { values: [{ key: "name", value: { stringValue: SECURITY } }] } },
                          },
                          { key: "system_time", value: { stringValue: "2026-05-04T10:20:30.1230000Z" } },
                          {
                            key: "event_data",
                            value: {
                              kvlistValue: {
                                values: Object.entries(created).map(([key, value]) => ({
                                  key,
                                  value: { stringValue: value },
                                })),
                              },
                            },
                          },
                        ],
                      },
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    fetched,
  ),
  stored("OpenTelemetry, raw", [{ timestamp: TIME, body: XML_4688, attributes: {}, resource: {} }], fetched),
  stored(
    "Wazuh archives",
    [
      {
        ...{
          timestamp: "2026-05-04T10:20:31.000+0000",
          agent: { id: "001", name: "ws07", ip: "10.0.1.7" },
          manager: { name: "w" },
        },
        ...{ id: "1777890031.1", full_log: "{}", decoder: { name: "windows_eventchannel" }, location: "EventChannel" },
        data: {
          win: {
            system: {
              ...{
                providerName: SECURITY,
                providerGuid: GUID,
                eventID: "4688",
                version: "2",
                level: "0",
                task: "13312",
              },
              ...{ systemTime: "2026-05-04T10:20:30.1230000Z", eventRecordID: "4711", processID: "4", threadID: "220" },
              ...{
                channel: "Security",
                computer: "ws07.corp.example",
                severityValue: "AUDIT_SUCCESS",
                message: MESSAGE_4688,
              },
            },
            eventdata: Object.fromEntries(
              Object.entries(created).map(([name, value]) => [
                `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
                value,
              ]),
            ),
          },
        },
      },
    ],
    fetched,
  ),
  stored(
    "Splunk export, XML",
    [
      {
        preview: false,
        offset: 0,
        result: { _raw: XML_4688, _time: TIME, host: "ws07", sourcetype: "XmlWinEventLog" },
      },
    ],
    fetched,
  ),
  stored(
    "Splunk event, XML",
    [
      {
        _raw: XML_SYSMON,
        _time: "1777890030.123",
        host: "ws07",
        index: "win",
        source: `XmlWinEventLog:${SYSMON}/Operational`,
        sourcetype: "XmlWinEventLog",
      },
    ],
    fetched,
  ),
  stored(
    "Splunk HEC, XML",
    [
      {
        time: 1_777_890_030.123,
        host: "ws07",
        source: "XmlWinEventLog:Security",
        sourcetype: "XmlWinEventLog",
        event: XML_4688,
      },
    ],
    fetched,
  ),
  stored(
    "Splunk HEC, JSON",
    [{ time: 1_777_890_030.123, host: "ws07", sourcetype: "_json", event: nxlogEvent }],
    fetched,
  ),
  stored(
    "Splunk event, text",
    [
      {
        _raw: `05/04/2026 10:20:30 AM\nLogName=Security\nEventCode=4688\nEventType=0\nComputerName=ws07.corp.example\nSourceName=Microsoft Windows security auditing.\nType=Information\nRecordNumber=4711\nKeywords=Audit Success\nTaskCategory=Process Creation\nOpCode=Info\nMessage=${MESSAGE_4688.replaceAll("\r\n", "\n")}`,
        ...{ _time: TIME, host: "ws07", index: "win", source: "WinEventLog:Security", sourcetype: "WinEventLog" },
      },
    ],
    fetched,
  ),
  stored("XML of wevtutil", [XML_SYSMON], fetched),
  stored("XML in syslog", [`<14>May  4 10:20:30 ws07.corp.example winlog: ${XML_4688}`], fetched),
  stored(
    "PowerShell script, message alone",
    [
      {
        ...{
          ProviderName: "Microsoft-Windows-PowerShell",
          EventID: 4104,
          Channel: "Microsoft-Windows-PowerShell/Operational",
        },
        ...{ TimeCreated: "2026-05-04 10:20:30 +0000", Computer: "ws07.corp.example", Message: MESSAGE_4104 },
      },
    ],
    { rules: ["script"], host: "ws07" },
  ),
];
