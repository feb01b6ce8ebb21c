/** Logs of Google, Okta, GitHub, Kubernetes and others on their ways out. */
import {
  AT,
  AT_MS,
  branch,
  type CloudLayout,
  entry,
  FACTS,
  factor,
  IP,
  listed,
  MAIL,
  report,
  row,
} from "./cloud-facts.ts";
import { ship } from "./facts.ts";

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const { status: _status, request, ...payload } = entry.protoPayload;
/** An empty status has no row in a table; what has no fixed columns comes as JSON text. */
const bigQuery = {
  ...{ logName: entry.logName, timestamp: "2026-05-04 10:20:30 UTC", receiveTimestamp: "2026-05-04 10:20:31 UTC" },
  ...{ insertId: "i1", severity: "NOTICE", resource: entry.resource, textPayload: null },
  protopayload_auditlog: {
    ...{ serviceName: payload.serviceName, methodName: payload.methodName, resourceName: payload.resourceName },
    ...{ authenticationInfo: payload.authenticationInfo, requestMetadata: payload.requestMetadata, status: null },
    requestJson: JSON.stringify(request),
  },
};
const gcp = {
  ...{ "@timestamp": AT, ...ship, cloud: { provider: "gcp", project: { id: "p" } }, fileset: { name: "audit" } },
  event: {
    ...{ module: "gcp", dataset: "gcp.audit", action: payload.methodName, id: "i1", kind: "event", outcome: "success" },
    provider: "activity",
  },
  gcp: {
    audit: {
      ...{ type: payload["@type"], authentication_info: { principal_email: MAIL }, method_name: payload.methodName },
      ...{ service_name: payload.serviceName, resource_name: payload.resourceName, request },
      request_metadata: { caller_ip: IP, caller_supplied_user_agent: "gcloud" },
    },
  },
  ...{ log: { level: "NOTICE", logger: entry.logName }, source: { ip: IP }, user: { email: MAIL } },
  ...{ service: { name: payload.serviceName }, user_agent: { original: "gcloud" } },
};
const workspace = {
  ...{
    "@timestamp": AT,
    ...ship,
    fileset: { name: "admin" },
    source: { ip: IP, user: { email: MAIL, name: "mallory" } },
  },
  event: {
    ...{ module: "google_workspace", dataset: "google_workspace.admin", action: "ENFORCE_STRONG_AUTHENTICATION" },
    ...{ provider: "admin", id: "1", category: ["iam", "configuration"], type: ["change"] },
  },
  google_workspace: {
    ...{ kind: "admin#reports#activity", actor: { type: "USER" }, event: { type: "SECURITY_SETTINGS" } },
    admin: { new_value: "false", old_value: "true", org_unit: { name: "/" } },
  },
  ...{ organization: { id: "C1" }, user: { id: "1", name: "mallory", domain: "corp.example" } },
};
const github = {
  ...{ "@timestamp": AT, ...ship, event: { module: "github", dataset: "github.audit", action: branch.action } },
  ...{
    github: { org: "corp", repo: "corp/app", category: "protected_branch", actor_ip: IP },
    user: { name: "mallory" },
  },
};
const inner = (record: object, text: string) => ({ ...record, event: { dataset: "x", original: text } });
const eventText = JSON.stringify(entry);
const cri = `2026-05-04T10:20:30.100000000Z stdout F ${JSON.stringify(listed)}`;

export const google: readonly CloudLayout[] = [
  row("Cloud audit entry", FACTS.entry, [entry]),
  row("Cloud audit entries, array of gcloud", FACTS.entry, [[entry]]),
  row("Cloud audit entries, answer of entries.list", FACTS.entry, [{ entries: [entry], nextPageToken: "n" }]),
  row("Cloud audit by Pub/Sub push", FACTS.entry, [
    {
      message: {
        attributes: { "logging.googleapis.com/timestamp": AT },
        data: base64(eventText),
        messageId: "1",
        publishTime: AT,
      },
      subscription: "projects/p/subscriptions/s",
    },
  ]),
  row("Cloud audit by Pub/Sub pull", FACTS.entry, [
    { receivedMessages: [{ ackId: "a", message: { data: base64(eventText), messageId: "1", publishTime: AT } }] },
  ]),
  row("Cloud audit, message of Pub/Sub", FACTS.entry, [
    { data: base64(eventText), attributes: {}, messageId: "1", publishTime: AT },
  ]),
  row("Cloud audit by Splunk's template", FACTS.entry, [{ time: AT_MS / 1000, event: entry, host: "h" }]),
  row("Cloud audit row of BigQuery", FACTS.entry, [bigQuery]),
  row("Cloud audit through Filebeat, original kept", FACTS.entry, [
    { ...gcp, event: { ...gcp.event, original: eventText } },
  ]),
  row("Cloud audit through Filebeat", FACTS.entry, [gcp]),
  row("Workspace report", FACTS.report, [report]),
  row("Workspace reports, activities list", FACTS.report, [
    { kind: "admin#reports#activities", etag: "e", nextPageToken: "n", items: [report] },
  ]),
  row("Workspace report through Filebeat, original kept", FACTS.report, [
    { ...workspace, event: { ...workspace.event, original: JSON.stringify(report) } },
  ]),
  row("Workspace report through Filebeat", FACTS.report, [workspace]),
];

export const services: readonly CloudLayout[] = [
  row("Okta event", FACTS.factor, [factor]),
  row("Okta events, array", FACTS.factor, [[factor]]),
  row("Okta event hook", FACTS.factor, [
    {
      ...{ eventType: "com.okta.event_hook", eventTypeVersion: "1.0", cloudEventsVersion: "0.1", source: "https://o" },
      ...{ eventId: "h", data: { events: [factor] }, eventTime: AT, contentType: "application/json" },
    },
  ]),
  row("Okta on EventBridge", FACTS.factor, [
    {
      ...{
        version: "0",
        id: "b",
        "detail-type": "SystemLog",
        source: "aws.partner/okta.com/corp/log",
        time: AT,
        resources: [],
      },
      ...{ account: "111122223333", region: "eu-west-1", detail: factor },
    },
  ]),
  row("Okta through Filebeat, original kept", FACTS.factor, [
    inner({ "@timestamp": AT, ...ship, okta: { event_type: factor.eventType } }, JSON.stringify(factor)),
  ]),
  row("Okta through Filebeat", FACTS.factor, [
    {
      ...{ "@timestamp": AT, ...ship, event: { module: "okta", dataset: "okta.system", action: factor.eventType } },
      okta: {
        ...{ event_type: factor.eventType, display_message: "x", outcome: { result: "SUCCESS" }, uuid: "u-1" },
        actor: { id: "00u1", type: "User", alternate_id: MAIL, display_name: "M" },
        client: { ip: IP, zone: "null", user_agent: { raw_user_agent: "x" } },
        target: [{ id: "00u2", type: "User", alternate_id: "bob@corp.example", display_name: "B" }],
      },
      ...{ client: { ip: IP }, source: { ip: IP }, user: { full_name: "M" } },
    },
  ]),
  row("Okta in Splunk's collector", FACTS.factor, [{ time: AT_MS / 1000, sourcetype: "OktaIM2:log", event: factor }]),
  row("GitHub audit, array of the interface", FACTS.branch, [[branch]]),
  row("GitHub audit, streamed", FACTS.branch, [branch]),
  row("GitHub audit in Splunk's collector", FACTS.branch, [
    { time: AT_MS / 1000, sourcetype: "github:audit", source: "github", host: "github.com", event: branch },
  ]),
  row("GitHub audit, older names", FACTS.branch, [
    {
      ...{ at_sign_timestamp: AT_MS, action: branch.action, actor: "mallory", actor_ip: IP, repo: "corp/app" },
      org: "corp",
    },
  ]),
  row("GitHub audit through Elastic Agent, original kept", FACTS.branch, [
    { ...github, event: { ...github.event, original: JSON.stringify(branch) } },
  ]),
  row("GitHub audit through Elastic Agent", { ...FACTS.branch, outcome: "success" }, [github]),
  row("Kubernetes audit event", FACTS.listed, [listed]),
  row("Kubernetes audit by webhook", FACTS.listed, [
    { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: [listed] },
  ]),
  row("Kubernetes audit through Fluent Bit, as text", FACTS.listed, [
    { date: AT_MS / 1000, log: JSON.stringify(listed) },
  ]),
  row("Kubernetes audit through Fluent Bit, taken apart", FACTS.listed, [{ date: AT_MS / 1000, ...listed }]),
  row("Kubernetes audit through Fluent Bit, merged", FACTS.listed, [
    {
      date: AT_MS / 1000,
      stream: "stdout",
      log_processed: listed,
      log: JSON.stringify(listed),
      kubernetes: { pod_name: "p" },
    },
  ]),
  row("Kubernetes audit of a container's log", FACTS.listed, [cri]),
  row("Kubernetes audit through Filebeat", FACTS.listed, [
    {
      "@timestamp": AT,
      ...ship,
      message: JSON.stringify(listed),
      log: { offset: 0, file: { path: "/a" } },
      host: { name: "n" },
    },
  ]),
  row("Kubernetes audit through the integration", FACTS.listed, [
    {
      ...{
        "@timestamp": AT,
        ...ship,
        event: { kind: "event", module: "kubernetes", dataset: "kubernetes.audit_logs" },
      },
      kubernetes: { audit: listed },
    },
  ]),
  row("Kubernetes audit of EKS by subscription", FACTS.listed, [
    {
      ...{
        messageType: "DATA_MESSAGE",
        owner: "111122223333",
        logGroup: "/aws/eks/c/cluster",
        logStream: "kube-apiserver-audit",
      },
      ...{ subscriptionFilters: ["f"], logEvents: [{ id: "1", timestamp: AT_MS, message: JSON.stringify(listed) }] },
    },
  ]),
  row(
    "Slack audit, answer of the interface",
    { ...FACTS.factor, source: "slack.audit", rule: "Slack Workspace Gets", outcome: undefined },
    [
      {
        entries: [
          {
            ...{ id: "s1", date_create: AT_MS / 1000, action: "role_change_to_owner" },
            actor: { type: "user", user: { id: "W1", name: "M", email: MAIL, team: "T1" } },
            entity: { type: "user", user: { id: "W2", email: "bob@corp.example", team: "T1" } },
            context: { location: { type: "workspace", id: "T1", domain: "corp" }, ua: "x", ip_address: IP },
          },
        ],
        response_metadata: { next_cursor: "" },
      },
    ],
  ),
  row(
    "Duo administrator log, answer of the interface",
    {
      ...FACTS.factor,
      source: "cisco.duo",
      rule: "Duo Bypass Code",
      ip: undefined,
      outcome: undefined,
      user: "mallory",
    },
    [
      {
        stat: "OK",
        response: [
          {
            ...{ action: "bypass_create", description: "{}", isotimestamp: "2026-05-04T10:20:30+00:00", object: "bob" },
            ...{ timestamp: AT_MS / 1000, username: "mallory" },
          },
        ],
      },
    ],
  ),
  row(
    "Salesforce, file of a day",
    { source: "salesforce.event", rule: undefined, user: MAIL, ip: IP, outcome: "success" },
    [`"Login","20260504102030.000","r","00D","005","${AT}","${MAIL}","${IP}","LOGIN_NO_ERROR"`],
    "EVENT_TYPE,TIMESTAMP,REQUEST_ID,ORGANIZATION_ID,USER_ID,TIMESTAMP_DERIVED,USER_NAME,CLIENT_IP,LOGIN_STATUS",
  ),
];
