/**
 * Sigma's Windows fields under the names that shippers give them when they rename instead of wrap. Asked last: a field
 * that kept its own name is never overridden.
 *
 * `winlogbeat`: Elastic Common Schema, as Winlogbeat's and the Elastic Agent's pipelines write it. `open`: the flat keys of
 * Splunk's classic rendering and of shippers that write labels with underscores.
 */
import type { WindowsLayout } from "./windows.ts";

type Path = readonly string[];

const ECS: Readonly<Record<string, string>> = {
  ComputerName: "winlog.computer_name",
  Image: "process.executable",
  CommandLine: "process.command_line",
  CurrentDirectory: "process.working_directory",
  ProcessId: "process.pid",
  ProcessGuid: "process.entity_id",
  ParentImage: "process.parent.executable",
  ParentCommandLine: "process.parent.command_line",
  ParentProcessId: "process.parent.pid",
  ParentProcessGuid: "process.parent.entity_id",
  OriginalFileName: "process.pe.original_file_name",
  Company: "process.pe.company",
  Description: "process.pe.description",
  Product: "process.pe.product",
  FileVersion: "process.pe.file_version",
  Imphash: "process.pe.imphash",
  md5: "process.hash.md5",
  sha1: "process.hash.sha1",
  sha256: "process.hash.sha256",
  TargetFilename: "file.path",
  ImageLoaded: "dll.path",
  Signed: "dll.code_signature.signed",
  SignatureStatus: "dll.code_signature.status",
  TargetObject: "registry.path",
  Details: "registry.data.strings",
  SourceIp: "source.ip",
  SourcePort: "source.port",
  IpAddress: "source.ip",
  IpPort: "source.port",
  WorkstationName: "source.domain",
  DestinationIp: "destination.ip",
  DestinationPort: "destination.port",
  DestinationHostname: "destination.domain",
  QueryName: "dns.question.name",
  ScriptBlockText: "powershell.file.script_block_text",
  ServiceName: "service.name",
};

const LABELS: Readonly<Record<string, string>> = {
  CommandLine: "Process_Command_Line",
  Image: "New_Process_Name",
  NewProcessName: "New_Process_Name",
  NewProcessId: "New_Process_ID",
  ParentImage: "Creator_Process_Name",
  ParentProcessName: "Creator_Process_Name",
  IpAddress: "Source_Network_Address",
  IpPort: "Source_Port",
  WorkstationName: "Workstation_Name",
  LogonType: "Logon_Type",
  LogonProcessName: "Logon_Process",
  AuthenticationPackageName: "Authentication_Package",
  ServiceName: "Service_Name",
  ServiceFileName: "Service_File_Name",
  ImagePath: "Service_File_Name",
  ObjectName: "Object_Name",
  ObjectType: "Object_Type",
  AccessMask: "Access_Mask",
  ShareName: "Share_Name",
  RelativeTargetName: "Relative_Target_Name",
  TaskName: "Task_Name",
  FailureCode: "Failure_Code",
  TicketEncryptionType: "Ticket_Encryption_Type",
  TicketOptions: "Ticket_Options",
};

/** Beats write paths, flattened exports of them write the dotted name as one key. */
const pathsOf = (name: string): readonly Path[] => (name.includes(".") ? [name.split("."), [name]] : [[name]]);

const table = (names: Readonly<Record<string, string>>): Readonly<Record<string, readonly Path[]>> =>
  Object.fromEntries(Object.entries(names).map(([field, name]) => [field, pathsOf(name)]));

const COMPUTER = "ComputerName";

/** Labels are how classic logs are rendered; Sysmon and its like keep their names. Each alias costs a look per event. */
const LABELLED: ReadonlySet<string> = new Set(["windows.security", "windows.system"]);

/** Foreign names for a source in a layout. */
export function foreignAlias(source: string, layout: WindowsLayout): Readonly<Record<string, readonly Path[]>> {
  switch (layout) {
    case "winlogbeat":
      return table(ECS);
    case "open":
      return {
        ...(LABELLED.has(source) ? table(LABELS) : {}),
        [COMPUTER]: [["System", "Computer"], ["Computer"], ["Hostname"], ["computer_name"]],
      };
    case "nested":
      return { [COMPUTER]: [["Event", "System", "Computer"]] };
    case "wazuh":
      return { [COMPUTER]: [["data", "win", "system", "computer"]] };
  }
}
