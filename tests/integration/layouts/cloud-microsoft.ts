/** Microsoft's logs on their ways out. */
import {
  AT,
  activity,
  type CloudLayout,
  directory,
  FACTS,
  IP,
  inbox,
  MAIL,
  policyChange,
  row,
  signIn,
} from "./cloud-facts.ts";
import { ship } from "./facts.ts";

const table = { TenantId: "t", SourceSystem: "Azure AD", TimeGenerated: AT };
const signInRow = {
  ...table,
  ...{ ResourceId: "/tenants/t", OperationName: "Sign-in activity", OperationVersion: "1.0", Category: "SignInLogs" },
  ...{ ResultType: "0", ResultDescription: "", CorrelationId: "c", Identity: "M", Level: "4", Location: "DE" },
  ...{ AppDisplayName: "Azure Portal", AppId: "a", ClientAppUsed: "Browser", ConditionalAccessStatus: "notApplied" },
  ...{ CreatedDateTime: AT, DeviceDetail: { operatingSystem: "Windows" }, IPAddress: IP, UserPrincipalName: MAIL },
  ...{ RiskLevelDuringSignIn: "high", RiskState: "atRisk", Status: { errorCode: 0 }, UserId: "u", Type: "SigninLogs" },
};
const auditRow = {
  ...table,
  ...{
    ResourceId: "/tenants/t",
    OperationName: "Update conditional access policy",
    Category: "Policy",
    Result: "success",
  },
  ...{
    ActivityDateTime: AT,
    ActivityDisplayName: "Update conditional access policy",
    LoggedByService: "Conditional Access",
  },
  ...{
    InitiatedBy: { user: { userPrincipalName: MAIL, ipAddress: IP } },
    TargetResources: policyChange,
    Type: "AuditLogs",
  },
};
const activityRow = {
  ...table,
  ...{ OperationNameValue: activity.operationName, CategoryValue: "Administrative", ActivityStatusValue: "Success" },
  ...{
    Caller: MAIL,
    CallerIpAddress: IP,
    Level: "Informational",
    _ResourceId: "/subscriptions/s",
    Type: "AzureActivity",
  },
  ...{ OperationName: "Delete diagnostic setting", Category: "Administrative", ActivityStatus: "Succeeded" },
};
/** What a workspace makes of a diagnostic setting without a table of its own. */
const custom = (kind: string, columns: object) => ({
  ...{ TenantId: "t", SourceSystem: "RestAPI", TimeGenerated: AT, Type: `${kind}_CL`, _ResourceId: "" },
  ...columns,
});
const signInColumns = custom("EntraSignIns", {
  ...{
    time_t: AT,
    operationName_s: "Sign-in activity",
    category_s: "SignInLogs",
    resultType_s: "0",
    callerIpAddress_s: IP,
  },
  ...{ properties_createdDateTime_t: AT, properties_userPrincipalName_s: MAIL, properties_ipAddress_s: IP },
  ...{ properties_riskLevelDuringSignIn_s: "high", properties_riskState_s: "atRisk", properties_status_errorCode_d: 0 },
  ...{ properties_appDisplayName_s: "Azure Portal", properties_conditionalAccessStatus_s: "notApplied" },
});
const activityColumns = custom("Activity", {
  ...{ time_t: AT, operationName_s: activity.operationName, category_s: "Administrative", resultType_s: "Success" },
  ...{
    callerIpAddress_s: IP,
    caller_s: MAIL,
    level_s: "Information",
    resourceId_s: "/subscriptions/s",
    tenantId_g: "t",
  },
});
const inboxColumns = custom("OfficeActivityRaw", {
  ...{
    CreationTime_t: AT,
    Operation_s: "New-InboxRule",
    Workload_s: "Exchange",
    ResultStatus_s: "True",
    RecordType_d: 1,
  },
  ...{ ClientIP_s: IP, UserId_s: MAIL, Parameters_s: JSON.stringify(inbox.Parameters), Id_g: "1" },
});
const asText = (record: object): object =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? JSON.stringify(value) : value,
    ]),
  );
const azure = (dataset: string, members: object) => ({
  ...{ "@timestamp": AT, ...ship, cloud: { provider: "azure" }, fileset: { name: dataset } },
  ...{ source: { ip: IP, address: IP }, azure: { tenant_id: "t", correlation_id: "c", [dataset]: members } },
});
const azureEvent = (dataset: string, action: string) => ({
  ...{ module: "azure", dataset: `azure.${dataset}`, kind: "event", action, outcome: "success" },
});
const filebeatSignIn = {
  ...azure("signinlogs", {
    ...{
      category: "SignInLogs",
      operation_name: "Sign-in activity",
      operation_version: "1.0",
      result_type: "0",
      identity: "M",
    },
    properties: {
      ...{
        id: "s",
        created_at: AT,
        user_principal_name: MAIL,
        user_display_name: "M",
        app_display_name: "Azure Portal",
      },
      ...{ risk_level_during_signin: "high", risk_state: "atRisk", status: { error_code: 0 }, app_id: "a" },
      ...{ conditional_access_status: "notApplied", client_app_used: "Browser" },
    },
  }),
  event: { ...azureEvent("signinlogs", "Sign-in activity"), category: ["authentication"], type: ["info"] },
  user: { id: "u", name: "mallory", domain: "corp.example", full_name: "M" },
};
const filebeatAudit = {
  ...azure("auditlogs", {
    ...{
      category: "AuditLogs",
      operation_name: "Update conditional access policy",
      operation_version: "1.0",
      identity: "M",
    },
    properties: {
      ...{ activity_datetime: AT, activity_display_name: "Update conditional access policy", category: "Policy" },
      ...{ result: "success", logged_by_service: "Conditional Access", operation_type: "Update" },
      initiated_by: { user: { userPrincipalName: MAIL, ipAddress: IP, id: "u" } },
      target_resources: {
        "0": {
          ...{ id: "p1", display_name: "Second factor for all", type: "Policy" },
          modified_properties: {
            "0": {
              ...{ display_name: "ConditionalAccessPolicy" },
              ...{ old_value: '{"state":"enabled"}', new_value: '{"state":"disabled"}' },
            },
          },
        },
      },
    },
  }),
  event: azureEvent("auditlogs", "Update conditional access policy"),
};
const filebeatActivity = {
  ...azure("activitylogs", {
    ...{
      category: "Administrative",
      operation_name: activity.operationName,
      result_type: "Success",
      event_category: "A",
    },
    ...{ result_signature: "Succeeded.", identity: { claims_initiated_by_user: { name: MAIL, fullname: "M" } } },
  }),
  event: azureEvent("activitylogs", activity.operationName),
};
const o365 = {
  ...{ "@timestamp": AT, ...ship, fileset: { name: "audit" }, client: { ip: IP, address: IP }, source: { ip: IP } },
  event: {
    ...{ module: "o365", dataset: "o365.audit", action: "New-InboxRule", provider: "Exchange", outcome: "success" },
    ...{ kind: "event", category: ["web"], type: ["info"], code: "ExchangeAdmin" },
  },
  ...{ user: { id: MAIL, name: "mallory", email: MAIL, domain: "corp.example" }, organization: { id: "o" } },
};
const original = (record: { readonly event: object }, inner: object) => ({
  ...record,
  event: { ...record.event, original: JSON.stringify(inner) },
});
const quoted = (cells: readonly string[]): string => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");

export const microsoft: readonly CloudLayout[] = [
  row("Activity log of an event hub", FACTS.activity, [{ records: [activity] }]),
  row("Activity log in storage", FACTS.activity, [activity]),
  row("Activity log, row of a workspace", FACTS.activity, [activityRow]),
  row("Activity log, custom table", FACTS.activity, [activityColumns]),
  row("Activity log through Filebeat, original kept", FACTS.activity, [original(filebeatActivity, activity)]),
  row("Activity log through Filebeat", FACTS.activity, [filebeatActivity]),
  row("Sign-in of an event hub", FACTS.signIn, [{ records: [signIn] }]),
  row("Sign-in in storage", FACTS.signIn, [signIn]),
  row("Sign-ins, answer of Graph", FACTS.signIn, [
    { "@odata.context": "https://graph.example/$metadata#auditLogs/signIns", value: [signIn.properties] },
  ]),
  row("Sign-in, row of a workspace", FACTS.signIn, [signInRow]),
  row("Sign-in, row of a workspace, objects as text", FACTS.signIn, [asText(signInRow)]),
  row("Sign-ins, answer of the workspace's interface", FACTS.signIn, [
    {
      tables: [
        {
          name: "PrimaryResult",
          columns: Object.keys(signInRow).map((name) => ({ name, type: "string" })),
          rows: [Object.values(asText(signInRow))],
        },
      ],
    },
  ]),
  row("Sign-in, custom table", FACTS.signIn, [signInColumns]),
  row("Sign-in through Filebeat, original kept", FACTS.signIn, [original(filebeatSignIn, signIn)]),
  row("Sign-in through Filebeat", FACTS.signIn, [filebeatSignIn]),
  row("Directory audit of an event hub", FACTS.directory, [{ records: [directory] }]),
  row("Directory audit, answer of Graph", FACTS.directory, [
    { "@odata.context": "c", "@odata.nextLink": "n", value: [directory.properties] },
  ]),
  row("Directory audit, row of a workspace", FACTS.directory, [auditRow]),
  row("Directory audit, row of a workspace, objects as text", FACTS.directory, [asText(auditRow)]),
  row("Directory audit through Filebeat, original kept", FACTS.directory, [original(filebeatAudit, directory)]),
  row("Directory audit through Filebeat", FACTS.directory, [filebeatAudit]),
  row("Unified audit log, content blob", FACTS.inbox, [[inbox]]),
  row("Unified audit log, one record", FACTS.inbox, [inbox]),
  row(
    "Unified audit log, CSV of the portal",
    FACTS.inbox,
    [quoted(["r", AT, "1", "New-InboxRule", MAIL, JSON.stringify(inbox), "", ""])],
    "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames",
  ),
  row(
    "Unified audit log, CSV of the older portal",
    FACTS.inbox,
    [quoted([AT, MAIL, "New-InboxRule", JSON.stringify(inbox)])],
    "CreationDate,UserIds,Operations,AuditData",
  ),
  row("Unified audit log, search as JSON", FACTS.inbox, [
    [
      {
        RecordType: "ExchangeAdmin",
        CreationDate: AT,
        UserIds: MAIL,
        Operations: "New-InboxRule",
        AuditData: JSON.stringify(inbox),
      },
    ],
  ]),
  row("Unified audit log, answer of Graph", FACTS.inbox, [
    {
      "@odata.context": "c",
      value: [{ id: "1", createdDateTime: AT, operation: "New-InboxRule", service: "Exchange", auditData: inbox }],
    },
  ]),
  row("Unified audit log, row of a workspace", FACTS.inbox, [
    {
      ...{ TenantId: "t", TimeGenerated: AT, Operation: "New-InboxRule", OfficeWorkload: "Exchange", UserId: MAIL },
      ...{ RecordType: "ExchangeAdmin", ResultStatus: "True", ClientIP: IP, Type: "OfficeActivity" },
      Parameters: JSON.stringify(inbox.Parameters),
    },
  ]),
  row("Unified audit log, custom table", FACTS.inbox, [inboxColumns]),
  row("Unified audit log through Filebeat, original kept", FACTS.inbox, [original(o365, inbox)]),
  row("Unified audit log through Filebeat", FACTS.inbox, [{ ...o365, o365: { audit: inbox } }]),
  row("Unified audit log in Splunk's collector", FACTS.inbox, [
    { time: 1_777_890_030, sourcetype: "o365:management:activity", host: "h", event: inbox },
  ]),
];
