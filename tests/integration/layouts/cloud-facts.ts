/** What happened in clouds and services, as their makers write it: on 4 May 2026 mallory did a few things from 203.0.113.9. */
export const AT = "2026-05-04T10:20:30Z";
export const AT_MS = 1_777_890_030_000;
export const IP = "203.0.113.9";
export const MAIL = "mallory@corp.example";
export const ARN = "arn:aws:iam::111122223333:user/mallory";
export const UA = "aws-cli/2.15.0";

export const trail = {
  ...{ eventVersion: "1.09", eventTime: AT, eventSource: "cloudtrail.amazonaws.com", eventName: "StopLogging" },
  userIdentity: {
    ...{ type: "IAMUser", principalId: "AIDAEXAMPLE", arn: ARN, accountId: "111122223333" },
    ...{ accessKeyId: "AKIAEXAMPLE", userName: "mallory" },
  },
  ...{ awsRegion: "eu-west-1", sourceIPAddress: IP, userAgent: UA },
  ...{ requestParameters: { name: "main" }, responseElements: null, requestID: "r-1", eventID: "e-1" },
  ...{ readOnly: false, eventType: "AwsApiCall", managementEvent: true, recipientAccountId: "111122223333" },
  eventCategory: "Management",
};
export const denied = { ...trail, errorCode: "AccessDenied", errorMessage: "not authorized" };

export const flow = `2 111122223333 eni-1 ${IP} 10.0.0.5 40001 3389 6 3 180 1777890030 1777890090 ACCEPT OK`;

export const finding = {
  ...{ schemaVersion: "2.0", accountId: "111122223333", region: "eu-west-1", partition: "aws", id: "f1" },
  ...{
    arn: "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f1",
    severity: 8,
    title: "t",
    description: "d",
  },
  type: "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
  resource: { resourceType: "AccessKey", accessKeyDetails: { accessKeyId: "ASIAEXAMPLE", userName: "mallory" } },
  service: {
    ...{ serviceName: "guardduty", detectorId: "d", archived: false, eventLastSeen: AT, count: 1 },
    action: {
      actionType: "AWS_API_CALL",
      awsApiCallAction: { api: "GetObject", remoteIpDetails: { ipAddressV4: IP } },
    },
  },
  ...{ createdAt: AT, updatedAt: AT },
};

export const entry = {
  protoPayload: {
    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
    ...{ serviceName: "logging.googleapis.com", methodName: "google.logging.v2.ConfigServiceV2.DeleteSink" },
    authenticationInfo: { principalEmail: MAIL },
    requestMetadata: { callerIp: IP, callerSuppliedUserAgent: "gcloud" },
    ...{ resourceName: "projects/p/sinks/central", status: {}, request: { sinkName: "projects/p/sinks/central" } },
  },
  ...{
    insertId: "i1",
    resource: { type: "logging_sink", labels: { project_id: "p" } },
    timestamp: AT,
    severity: "NOTICE",
  },
  ...{ logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity", receiveTimestamp: "2026-05-04T10:20:31Z" },
};

export const activity = {
  time: AT,
  resourceId: "/SUBSCRIPTIONS/S/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/ALL",
  ...{ operationName: "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE", category: "Administrative" },
  ...{ resultType: "Success", resultSignature: "Succeeded.", durationMs: 12, callerIpAddress: IP, correlationId: "c" },
  identity: {
    authorization: { action: "Microsoft.Insights/diagnosticSettings/delete" },
    claims: { "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": MAIL, appid: "a" },
  },
  ...{ level: "Information", properties: { statusCode: "OK", entity: "/subscriptions/s" } },
};

export const signIn = {
  ...{
    time: "2026-05-04T10:20:35Z",
    resourceId: "/tenants/t/providers/Microsoft.aadiam",
    operationName: "Sign-in activity",
  },
  ...{
    operationVersion: "1.0",
    category: "SignInLogs",
    tenantId: "t",
    resultType: "0",
    callerIpAddress: IP,
    identity: "M",
  },
  properties: {
    ...{ id: "s", createdDateTime: AT, userDisplayName: "M", userPrincipalName: MAIL, userId: "u", appId: "a" },
    ...{
      appDisplayName: "Azure Portal",
      ipAddress: IP,
      clientAppUsed: "Browser",
      conditionalAccessStatus: "notApplied",
    },
    ...{ riskLevelDuringSignIn: "high", riskState: "atRisk", status: { errorCode: 0 } },
    ...{ deviceDetail: { operatingSystem: "Windows" }, location: { countryOrRegion: "DE" } },
  },
};

const policy = [
  {
    ...{ id: "p1", displayName: "Second factor for all", type: "Policy" },
    modifiedProperties: [
      { displayName: "ConditionalAccessPolicy", oldValue: '{"state":"enabled"}', newValue: '{"state":"disabled"}' },
    ],
  },
];
export const directory = {
  ...{ time: AT, resourceId: "/tenants/t/providers/Microsoft.aadiam", operationVersion: "1.0", category: "AuditLogs" },
  ...{ operationName: "Update conditional access policy", tenantId: "t", resultSignature: "None", identity: "M" },
  properties: {
    ...{ id: "d", category: "Policy", result: "success", activityDisplayName: "Update conditional access policy" },
    ...{ activityDateTime: AT, loggedByService: "Conditional Access", operationType: "Update" },
    ...{ initiatedBy: { user: { id: "u", userPrincipalName: MAIL, ipAddress: IP } }, targetResources: policy },
  },
};
export const policyChange = policy;

export const inbox = {
  ...{ CreationTime: "2026-05-04T10:20:30", Id: "1", Operation: "New-InboxRule", OrganizationId: "o", RecordType: 1 },
  ...{ ResultStatus: "True", UserKey: "k", UserType: 2, Version: 1, Workload: "Exchange", ClientIP: `${IP}:5123` },
  ...{ ObjectId: "m", UserId: MAIL, ExternalAccess: false },
  Parameters: [
    { Name: "SubjectOrBodyContainsWords", Value: "invoice;payment" },
    { Name: "DeleteMessage", Value: "True" },
  ],
};

export const report = {
  kind: "admin#reports#activity",
  id: { time: AT, uniqueQualifier: "1", applicationName: "admin", customerId: "C1" },
  ...{ etag: "e", actor: { callerType: "USER", email: MAIL, profileId: "1" }, ipAddress: IP },
  events: [
    {
      ...{ type: "SECURITY_SETTINGS", name: "ENFORCE_STRONG_AUTHENTICATION" },
      parameters: [
        { name: "NEW_VALUE", value: "false" },
        { name: "OLD_VALUE", value: "true" },
      ],
    },
  ],
};

export const factor = {
  actor: { id: "00u1", type: "User", alternateId: MAIL, displayName: "M" },
  client: { userAgent: { rawUserAgent: "x" }, ipAddress: IP, zone: "null" },
  ...{ displayMessage: "Reset all factors for user", eventType: "user.mfa.factor.reset_all", severity: "INFO" },
  ...{
    outcome: { result: "SUCCESS" },
    published: AT,
    uuid: "u-1",
    version: "0",
    legacyEventType: "core.user.factor.reset_all",
  },
  target: [{ id: "00u2", type: "User", alternateId: "bob@corp.example", displayName: "B" }],
};

export const branch = {
  ...{ "@timestamp": AT_MS, _document_id: "x1", action: "protected_branch.destroy", actor: "mallory", actor_id: 7 },
  ...{ actor_ip: IP, actor_location: { country_code: "DE" }, business: "corp", created_at: AT_MS, name: "main" },
  ...{ operation_type: "remove", org: "corp", org_id: 9, repo: "corp/app", user_agent: "x" },
};

export const listed = {
  ...{ kind: "Event", apiVersion: "audit.k8s.io/v1", level: "Metadata", auditID: "a1", stage: "ResponseComplete" },
  ...{ requestURI: "/api/v1/secrets", verb: "list", user: { username: MAIL, groups: ["dev"] }, sourceIPs: [IP] },
  ...{ userAgent: "kubectl", objectRef: { resource: "secrets", apiVersion: "v1" }, responseStatus: { code: 200 } },
  ...{ requestReceivedTimestamp: "2026-05-04T10:20:30.000000Z", stageTimestamp: "2026-05-04T10:20:30.100000Z" },
};

export interface CloudLayout {
  readonly name: string;
  readonly lines: readonly (string | object)[];
  readonly header?: string;
  /** What must be read from it: the first event's. */
  readonly source: string;
  readonly user: string | undefined;
  readonly outcome: string | undefined;
  /** Title of the shipped rule that must speak, by one word of it. */
  readonly rule: string | undefined;
  readonly ip: string | undefined;
}

type Fact = Omit<CloudLayout, "name" | "lines" | "header">;
const fact = (source: string, rule: string | undefined, rest: Partial<Fact> = {}): Fact => ({
  ...{ source, rule, user: MAIL, ip: IP, outcome: "success" },
  ...rest,
});
export const FACTS = {
  trail: fact("aws.cloudtrail", "AWS CloudTrail Stopped", { user: ARN }),
  flow: fact("aws.vpcflow", "Remote Administration Reached", { user: undefined }),
  finding: fact("aws.guardduty", "GuardDuty Reports", { user: "mallory", outcome: undefined }),
  entry: fact("gcp.audit", "Google Cloud Log Sink"),
  activity: fact("azure.activity", "Azure Logs Lose"),
  signIn: fact("entra.signin", "Entra Sign-in of High Risk"),
  directory: fact("entra.audit", "Entra Conditional Access Policy"),
  inbox: fact("m365.audit", "Inbox Rule That Hides"),
  report: fact("google.workspace", "Google Workspace No Longer", { outcome: undefined }),
  factor: fact("okta.system", "Second Factor of an Okta"),
  branch: fact("github.audit", "GitHub Branch Protection", { user: "mallory" }),
  listed: fact("kubernetes.audit", "Kubernetes Secrets of All"),
} as const satisfies Record<string, Fact>;

export const row = (name: string, found: Fact, lines: readonly (string | object)[], header?: string): CloudLayout => ({
  ...{ name, lines },
  ...found,
  ...(header !== undefined && { header }),
});
