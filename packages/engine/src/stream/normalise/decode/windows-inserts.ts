/**
 * Names of what an event holds, in the order in which its publisher declares them: shippers that read the old interface of the
 * event log (`StringInserts`) hand on values alone. Events of one number have grown at their end only; where they have not, each
 * count of values has its own row.
 */
const SUBJECT = "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId";
const TARGET = "TargetUserName TargetDomainName TargetSid";
const TARGET_LOGON = "TargetUserSid TargetUserName TargetDomainName TargetLogonId";
const PACKET = "SourceAddress SourcePort DestAddress DestPort Protocol FilterRTID LayerName LayerRTID";
const SHARE = `${SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath`;
const TASK = `${SUBJECT} TaskName TaskContent`;
const MEMBER = `MemberName MemberSid ${TARGET} ${SUBJECT} PrivilegeList`;
const GROUP = `${TARGET} ${SUBJECT} PrivilegeList SamAccountName SidHistory`;
const ACCOUNT = `${TARGET} ${SUBJECT} PrivilegeList`;
const DETAILS =
  "SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours";
const SESSION = "AccountName AccountDomain LogonID SessionName ClientName ClientAddress";

const SECURITY: Readonly<Record<string, string>> = {
  "4624": `${SUBJECT} ${TARGET_LOGON} LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId ElevatedToken`,
  "4625": `${SUBJECT} TargetUserSid TargetUserName TargetDomainName Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort`,
  "4634": `${TARGET_LOGON} LogonType`,
  "4647": TARGET_LOGON,
  "4648": `${SUBJECT} LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo ProcessId ProcessName IpAddress IpPort`,
  "4656": `${SUBJECT} ObjectServer ObjectType ObjectName HandleId TransactionId AccessList AccessReason AccessMask PrivilegeList RestrictedSidCount ProcessId ProcessName ResourceAttributes`,
  "4657": `${SUBJECT} ObjectName ObjectValueName HandleId OperationType OldValueType OldValue NewValueType NewValue ProcessId ProcessName`,
  "4661": `${SUBJECT} ObjectServer ObjectType ObjectName HandleId TransactionId AccessList AccessMask PrivilegeList Properties RestrictedSidCount ProcessId ProcessName`,
  "4662": `${SUBJECT} ObjectServer ObjectType ObjectName OperationType HandleId AccessList AccessMask Properties AdditionalInfo AdditionalInfo2`,
  "4663": `${SUBJECT} ObjectServer ObjectType ObjectName HandleId AccessList AccessMask ProcessId ProcessName ResourceAttributes`,
  "4672": `${SUBJECT} PrivilegeList`,
  "4673": `${SUBJECT} ObjectServer Service PrivilegeList ProcessId ProcessName`,
  "4688": `${SUBJECT} NewProcessId NewProcessName TokenElevationType ProcessId CommandLine ${TARGET_LOGON} ParentProcessName MandatoryLabel`,
  "4697": `${SUBJECT} ServiceName ServiceFileName ServiceType ServiceStartType ServiceAccount`,
  "4698": TASK,
  "4699": TASK,
  "4700": TASK,
  "4701": TASK,
  "4702": `${SUBJECT} TaskName TaskContentNew`,
  "4719": `${SUBJECT} CategoryId SubcategoryId SubcategoryGuid AuditPolicyChanges`,
  "4720": `${ACCOUNT} ${DETAILS}`,
  "4722": `${TARGET} ${SUBJECT}`,
  "4723": ACCOUNT,
  "4724": `${TARGET} ${SUBJECT}`,
  "4725": `${TARGET} ${SUBJECT}`,
  "4726": ACCOUNT,
  "4727": GROUP,
  "4728": MEMBER,
  "4729": MEMBER,
  "4731": GROUP,
  "4732": MEMBER,
  "4733": MEMBER,
  "4738": `Dummy ${ACCOUNT} ${DETAILS}`,
  "4740": `${TARGET} ${SUBJECT}`,
  "4741": `${ACCOUNT} ${DETAILS} DnsHostName ServicePrincipalNames`,
  "4742": `ComputerAccountChange ${ACCOUNT} ${DETAILS} DnsHostName ServicePrincipalNames`,
  "4756": MEMBER,
  "4757": MEMBER,
  "4767": `${TARGET} ${SUBJECT}`,
  "4768": `${TARGET} ServiceName ServiceSid TicketOptions Status TicketEncryptionType PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint`,
  "4769":
    "TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress IpPort Status LogonGuid TransmittedServices",
  "4771":
    "TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint",
  "4776": "PackageName TargetUserName Workstation Status",
  "4778": SESSION,
  "4779": SESSION,
  "4781": `OldTargetUserName NewTargetUserName TargetDomainName TargetSid ${SUBJECT} PrivilegeList`,
  "4794": `${SUBJECT} Workstation Status`,
  "4798": `${TARGET} ${SUBJECT} CallerProcessId CallerProcessName`,
  "4799": `${TARGET} ${SUBJECT} CallerProcessId CallerProcessName`,
  "5136": `OpCorrelationID AppCorrelationID ${SUBJECT} DSName DSType ObjectDN ObjectGUID ObjectClass AttributeLDAPDisplayName AttributeSyntaxOID AttributeValue OperationType`,
  "5137": `OpCorrelationID AppCorrelationID ${SUBJECT} DSName DSType ObjectDN ObjectGUID ObjectClass`,
  "5140": `${SHARE} AccessMask AccessList`,
  "5142": `${SUBJECT} ShareName ShareLocalPath`,
  "5145": `${SHARE} RelativeTargetName AccessMask AccessList AccessReason`,
  "5152": `ProcessId Application Direction ${PACKET}`,
  "5156": `ProcessID Application Direction ${PACKET} RemoteUserID RemoteMachineID`,
  "5157": `ProcessID Application Direction ${PACKET} RemoteUserID RemoteMachineID`,
};

const SERVICES: Readonly<Record<string, string>> = {
  "7036": "param1 param2",
  "7040": "param1 param2 param3 param4",
  "7045": "ServiceName ImagePath ServiceType StartType AccountName",
};

const POWERSHELL: Readonly<Record<string, string>> = {
  "4103": "ContextInfo UserData Payload",
  "4104": "MessageNumber MessageTotal ScriptBlockText ScriptBlockId Path",
};

const PROCESS = "UtcTime ProcessGuid ProcessId Image";
const FILE = "FileVersion Description Product Company";
const PARENT = "ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser";
const LOGON = "User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes";
const CONNECTION =
  "User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName";

const SYSMON: Readonly<Record<string, string>> = {
  "1": `RuleName ${PROCESS} ${FILE} OriginalFileName CommandLine CurrentDirectory ${LOGON} ${PARENT}`,
  "3": `RuleName ${PROCESS} ${CONNECTION}`,
  "7": `RuleName ${PROCESS} ImageLoaded ${FILE} OriginalFileName Hashes Signed Signature SignatureStatus User`,
  "8": "RuleName UtcTime SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress StartModule StartFunction SourceUser TargetUser",
  "10": "RuleName UtcTime SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace SourceUser TargetUser",
  "11": `RuleName ${PROCESS} TargetFilename CreationUtcTime User`,
  "12": `RuleName EventType ${PROCESS} TargetObject User`,
  "13": `RuleName EventType ${PROCESS} TargetObject Details User`,
  "15": `RuleName ${PROCESS} TargetFilename CreationUtcTime Hash Contents User`,
  "17": "RuleName EventType UtcTime ProcessGuid ProcessId PipeName Image User",
  "18": "RuleName EventType UtcTime ProcessGuid ProcessId PipeName Image User",
  "22": "RuleName UtcTime ProcessGuid ProcessId QueryName QueryStatus QueryResults Image User",
};

const PROVIDERS: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ["microsoft-windows-security-auditing", SECURITY],
  ["service control manager", SERVICES],
  ["microsoft-windows-powershell", POWERSHELL],
  ["microsoft-windows-sysmon", SYSMON],
]);

/** Names for `count` values; undefined when the event is not known, or came with more values than it has names. */
export function insertNames(provider: string, id: string, count: number): readonly string[] | undefined {
  const names = PROVIDERS.get(provider.toLowerCase())?.[id]?.split(" ");
  return names === undefined || count > names.length ? undefined : names;
}

/** All names that Sysmon's events hold: in its messages they are the labels. */
export const SYSMON_NAMES: ReadonlySet<string> = new Set(
  [
    ...Object.values(SYSMON),
    "Archived IsExecutable State SchemaVersion Configuration ConfigurationFileHash ID Description",
  ]
    .concat(
      "Operation EventNamespace Name Query Type Destination Consumer Filter PreviousCreationUtcTime NewName Device Session ClientInfo",
    )
    .flatMap((names) => names.split(" ")),
);
