/**
 * The rendered text of a Windows event -> the names of its data, for shippers that hand on nothing else (Snare, Splunk's classic
 * rendering). English texts of the security log, of installed services, of scripts, and of Sysmon, whose labels are the names
 * themselves. Texts come with their lines, or with the white space of lines made blanks.
 *
 * M1. A label counts after white space, with a colon and white space behind it; its value goes to the next label or heading.
 * M2. What is not known is left out: the text itself stays in the event.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { setOwn } from "./decoded.ts";
import { SYSMON_NAMES } from "./windows-inserts.ts";

/** A message longer than this is a dump; its labels stand at the beginning all the same. */
const MESSAGE_MAX = 64 * 1024;

export interface Rendered {
  readonly provider: string;
  readonly id: string;
  readonly message: string;
}

export function dataOfMessage({ provider, id, message }: Rendered): JsonObject | undefined {
  const text = message.length > MESSAGE_MAX ? message.slice(0, MESSAGE_MAX) : message;
  if (provider.endsWith("Sysmon")) return labelled(text, SYSMON, (label) => label);
  if (id === "4104") return scriptOf(text);
  if (provider === "PowerShell") return { Data: message };
  if (id === "7045") return labelled(text, WORDS, (label) => SERVICE[label]);
  let section = "";
  return labelled(text, WORDS, (label) => {
    if (SECTIONS[label] !== undefined || HEADINGS.includes(label)) section = SECTIONS[label] ?? "";
    return fieldOf(label, section, id);
  });
}

/** Headings, and whose account stands below them. */
const SECTIONS: Readonly<Record<string, string>> = {
  Subject: "Subject",
  "Creator Subject": "Subject",
  "Target Subject": "Target",
  "New Logon": "Target",
  "Account For Which Logon Failed": "Target",
  "Account Whose Credentials Were Used": "Target",
  "Account That Was Locked Out": "Target",
  "Target Account": "Target",
  "New Account": "Target",
  "New Computer Account": "Target",
  "Computer Account That Was Changed": "Target",
  "Account Information": "Target",
  Member: "Member",
  Group: "Group",
  "New Group": "Group",
};

const HEADINGS: readonly string[] = [
  "Process Information",
  "Network Information",
  "Failure Information",
  "Logon Information",
  "Detailed Authentication Information",
  "Additional Information",
  "Service Information",
  "Task Information",
  "Object",
  "Access Request Information",
  "Share Information",
  "Directory Service",
  "Attribute",
  "Operation",
  "Application Information",
  "Filter Information",
  "Attributes",
  "Changed Attributes",
  "Target Server",
  "Change Information",
];

const ACCOUNTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Subject: {
    "Security ID": "SubjectUserSid",
    "Account Name": "SubjectUserName",
    "Account Domain": "SubjectDomainName",
    "Logon ID": "SubjectLogonId",
  },
  Target: {
    "Security ID": "TargetUserSid",
    "Account Name": "TargetUserName",
    "Account Domain": "TargetDomainName",
    "Logon ID": "TargetLogonId",
    "User ID": "TargetSid",
    "Supplied Realm Name": "TargetDomainName",
  },
  Member: { "Security ID": "MemberSid", "Account Name": "MemberName" },
  Group: {
    "Security ID": "TargetSid",
    "Group Name": "TargetUserName",
    "Account Name": "TargetUserName",
    "Group Domain": "TargetDomainName",
    "Account Domain": "TargetDomainName",
  },
};

const LABELS: Readonly<Record<string, string>> = {
  "Logon Type": "LogonType",
  "Logon GUID": "LogonGuid",
  "Failure Reason": "FailureReason",
  Status: "Status",
  "Sub Status": "SubStatus",
  "Caller Process ID": "ProcessId",
  "Caller Process Name": "ProcessName",
  "Caller Computer Name": "TargetDomainName",
  "Workstation Name": "WorkstationName",
  "Source Network Address": "IpAddress",
  "Client Address": "IpAddress",
  "Client Port": "IpPort",
  "Source Port": "IpPort",
  "Source Address": "IpAddress",
  "Logon Process": "LogonProcessName",
  "Authentication Package": "AuthenticationPackageName",
  "Transited Services": "TransmittedServices",
  "Package Name (NTLM only)": "LmPackageName",
  "Key Length": "KeyLength",
  "Impersonation Level": "ImpersonationLevel",
  "Elevated Token": "ElevatedToken",
  "Process ID": "ProcessId",
  "Process Name": "ProcessName",
  "New Process ID": "NewProcessId",
  "New Process Name": "NewProcessName",
  "Token Elevation Type": "TokenElevationType",
  "Mandatory Label": "MandatoryLabel",
  "Creator Process ID": "ProcessId",
  "Creator Process Name": "ParentProcessName",
  "Process Command Line": "CommandLine",
  "Object Server": "ObjectServer",
  "Object Type": "ObjectType",
  "Object Name": "ObjectName",
  "Object Value Name": "ObjectValueName",
  "Handle ID": "HandleId",
  "Operation Type": "OperationType",
  "Old Value": "OldValue",
  "New Value": "NewValue",
  Accesses: "AccessList",
  "Access Mask": "AccessMask",
  Properties: "Properties",
  Privileges: "PrivilegeList",
  "Service Name": "ServiceName",
  "Service ID": "ServiceSid",
  "Service File Name": "ServiceFileName",
  "Service Type": "ServiceType",
  "Service Start Type": "ServiceStartType",
  "Service Account": "ServiceAccount",
  "Task Name": "TaskName",
  "Task Content": "TaskContent",
  "Task New Content": "TaskContentNew",
  "Share Name": "ShareName",
  "Share Path": "ShareLocalPath",
  "Relative Target Name": "RelativeTargetName",
  "Ticket Options": "TicketOptions",
  "Ticket Encryption Type": "TicketEncryptionType",
  "Pre-Authentication Type": "PreAuthType",
  "Result Code": "Status",
  "Failure Code": "Status",
  "Error Code": "Status",
  "Logon Account": "TargetUserName",
  "Source Workstation": "Workstation",
  "SAM Account Name": "SamAccountName",
  "Old Account Name": "OldTargetUserName",
  "New Account Name": "NewTargetUserName",
  "Target Server Name": "TargetServerName",
  "Application Name": "Application",
  "Destination Address": "DestAddress",
  "Destination Port": "DestPort",
  Protocol: "Protocol",
  Direction: "Direction",
  DN: "ObjectDN",
  Class: "ObjectClass",
  "LDAP Display Name": "AttributeLDAPDisplayName",
  Value: "AttributeValue",
};

const SERVICE: Readonly<Record<string, string>> = {
  "Service Name": "ServiceName",
  "Service File Name": "ImagePath",
  "Service Type": "ServiceType",
  "Service Start Type": "StartType",
  "Service Account": "AccountName",
};

/** Events of the filtering platform and of accounts have names of their own for the same labels. */
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "515": { "Source Address": "SourceAddress", "Source Port": "SourcePort" },
  "472": { "Security ID": "TargetSid" },
  "473": { "Security ID": "TargetSid" },
  "474": { "Security ID": "TargetSid" },
};

function fieldOf(label: string, section: string, id: string): string | undefined {
  const own = section === "Target" || section === "" ? OWN[id.slice(0, 3)]?.[label] : undefined;
  return own ?? ACCOUNTS[section]?.[label] ?? LABELS[label];
}

const labelPattern = (labels: Iterable<string>): string =>
  [...new Set(labels)]
    .sort((a, b) => b.length - a.length)
    .map((label) => label.replace(/[()]/g, "\\$&"))
    .join("|");

interface Words {
  readonly lines: RegExp;
  readonly blanks: RegExp;
}

/** In lines a label begins its line; where lines were made blanks, it stands after one. */
function wordsOf(labels: Iterable<string>): Words {
  const pattern = labelPattern(labels);
  return {
    lines: new RegExp(`^[ \\t]*(${pattern}):(?=\\s|$)`, "gm"),
    blanks: new RegExp(`(?:^|\\s)(${pattern}):(?=\\s|$)`, "g"),
  };
}

const WORDS = wordsOf([
  ...Object.keys(LABELS),
  ...Object.keys(SECTIONS),
  ...HEADINGS,
  ...Object.values(ACCOUNTS).flatMap((names) => Object.keys(names)),
]);
const SYSMON = wordsOf(SYSMON_NAMES);

/** What Microsoft explains below the data. */
const EXPLAINED =
  /\s(?:Token Elevation Type indicates|This event is (?:generated|logged)|The (?:subject fields|logon type field|New Logon fields|Process Information fields|network fields|impersonation level|authentication information)|Type 1 is|Certificate information is only|Pre-authentication types|Ticket options, encryption)[\s\S]*$/;

function labelled(text: string, words: Words, fieldFor: (label: string) => string | undefined): JsonObject | undefined {
  const data: Record<string, Json> = {};
  const inLines = text.trimEnd().includes("\n");
  const found = [...text.matchAll(inLines ? words.lines : words.blanks)];
  for (const [i, match] of found.entries()) {
    const field = fieldFor(match[1] ?? "");
    if (field === undefined || Object.hasOwn(data, field)) continue;
    const value = text.slice(match.index + match[0].length, found[i + 1]?.index ?? text.length).replace(EXPLAINED, "");
    if (value.trim() !== "") setOwn(data, field, value.trim());
  }
  return Object.keys(data).length === 0 ? undefined : data;
}

const SCRIPT = /^Creating Scriptblock text \((\d{1,9}) of (\d{1,9})\):\s?\n?/i;

function scriptOf(text: string): JsonObject | undefined {
  const head = SCRIPT.exec(text);
  const end = text.lastIndexOf("ScriptBlock ID:");
  if (head === null || end < head[0].length) return undefined;
  const [id = "", path = ""] = text.slice(end + "ScriptBlock ID:".length).split("Path:");
  return {
    ...{ MessageNumber: head[1] ?? "1", MessageTotal: head[2] ?? "1" },
    ...{ ScriptBlockText: text.slice(head[0].length, end).trim(), ScriptBlockId: id.trim(), Path: path.trim() },
  };
}
