/** Amazon's logs on their ways out. */
import { ARN, AT, AT_MS, type CloudLayout, FACTS, finding, flow, IP, row, trail, UA } from "./cloud-facts.ts";
import { ship } from "./facts.ts";

const subscription = (message: string, group: string) => ({
  ...{
    messageType: "DATA_MESSAGE",
    owner: "111122223333",
    logGroup: group,
    logStream: "s",
    subscriptionFilters: ["f"],
  },
  logEvents: [{ id: "371", timestamp: AT_MS, message }],
});
const bus = (source: string, type: string, detail: object) => ({
  ...{ version: "0", id: "b-1", "detail-type": type, source, account: "111122223333", time: AT, region: "eu-west-1" },
  ...{ resources: [], detail },
});
const module = {
  ...{ "@timestamp": AT, ...ship, cloud: { account: { id: "111122223333" }, provider: "aws", region: "eu-west-1" } },
  event: {
    ...{ module: "aws", dataset: "aws.cloudtrail", provider: "cloudtrail.amazonaws.com", action: "StopLogging" },
    ...{ kind: "event", type: ["info"], id: "e-1", outcome: "success" },
  },
  fileset: { name: "cloudtrail" },
  aws: {
    cloudtrail: {
      ...{ event_version: "1.09", event_type: "AwsApiCall", event_category: "Management", request_id: "r-1" },
      user_identity: { type: "IAMUser", arn: ARN, access_key_id: "AKIAEXAMPLE" },
      ...{ request_parameters: "{name=main}", flattened: { request_parameters: { name: "main" } } },
      recipient_account_id: "111122223333",
    },
  },
  ...{ source: { address: IP, ip: IP }, user: { id: "AIDAEXAMPLE", name: "mallory" }, user_agent: { original: UA } },
};
const text = JSON.stringify(trail);
const asff = {
  ...{
    SchemaVersion: "2018-10-08",
    Id: "arn:aws:guardduty:f1",
    ProductArn: "arn:aws:securityhub:::product/aws/guardduty",
  },
  ...{
    ProductName: "GuardDuty",
    CompanyName: "Amazon",
    GeneratorId: "g",
    AwsAccountId: "111122223333",
    Region: "eu-west-1",
  },
  ...{ Types: ["TTPs/Credential Access"], CreatedAt: AT, UpdatedAt: AT, Title: "t", Description: "d" },
  ...{ Severity: { Label: "HIGH", Normalized: 70 }, RecordState: "ACTIVE", Workflow: { Status: "NEW" } },
  Resources: [{ Type: "AwsIamAccessKey", Id: "k", Details: { AwsIamAccessKey: { UserName: "mallory" } } }],
  Action: { ActionType: "AWS_API_CALL", AwsApiCallAction: { Api: "GetObject", RemoteIpDetails: { IpAddressV4: IP } } },
};
const lake = {
  ...{ class_uid: 6003, class_name: "API Activity", category_uid: 6, activity_id: 99, severity_id: 1, time: AT_MS },
  ...{ status: "Success", status_id: 1, time_dt: AT, type_uid: 600399 },
  metadata: {
    ...{ version: "1.1.0", uid: "e-1", event_code: "AwsApiCall" },
    product: { name: "CloudTrail", vendor_name: "AWS", version: "1.09", feature: { name: "Management" } },
  },
  api: {
    ...{
      operation: "StopLogging",
      service: { name: "cloudtrail.amazonaws.com" },
      request: { uid: "r-1", data: '{"name":"main"}' },
    },
    response: null,
  },
  actor: {
    user: {
      type: "IAMUser",
      name: "mallory",
      uid: ARN,
      credential_uid: "AKIAEXAMPLE",
      account: { uid: "111122223333" },
    },
  },
  ...{ src_endpoint: { ip: IP }, http_request: { user_agent: UA }, cloud: { provider: "AWS", region: "eu-west-1" } },
};
/** Columns of a table over the trail's bucket: lower case, structures as JSON text. */
const athena = Object.fromEntries(
  Object.entries(trail).map(([name, value]) => [
    name.toLowerCase(),
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  ]),
);
const lower = {
  ...athena,
  useridentity: {
    ...{ type: "IAMUser", principalid: "AIDAEXAMPLE", arn: ARN, accountid: "111122223333", accesskeyid: "AKIAEXAMPLE" },
    username: "mallory",
  },
};

export const aws: readonly CloudLayout[] = [
  row("CloudTrail file", FACTS.trail, [{ Records: [trail] }]),
  row("CloudTrail event alone", FACTS.trail, [trail]),
  row("CloudTrail by subscription", FACTS.trail, [subscription(text, "trail")]),
  row("CloudTrail event of a log group", FACTS.trail, [{ timestamp: AT_MS, message: text, ingestionTime: AT_MS + 1 }]),
  row("CloudTrail, answer of filter-log-events", FACTS.trail, [
    { events: [{ logStreamName: "s", timestamp: AT_MS, message: text, ingestionTime: AT_MS, eventId: "1" }] },
  ]),
  row("CloudTrail, answer of lookup-events", FACTS.trail, [
    {
      Events: [
        {
          EventId: "e-1",
          EventName: "StopLogging",
          EventSource: "cloudtrail.amazonaws.com",
          EventTime: AT,
          Username: "mallory",
          CloudTrailEvent: text,
        },
      ],
    },
  ]),
  row("CloudTrail on EventBridge", FACTS.trail, [bus("aws.cloudtrail", "AWS API Call via CloudTrail", trail)]),
  row("CloudTrail in a queue", FACTS.trail, [
    { Type: "Notification", MessageId: "m", TopicArn: "arn:aws:sns:t", Message: text, Timestamp: AT },
  ]),
  row("CloudTrail in Athena, JSON", FACTS.trail, [lower]),
  row(
    "CloudTrail in Athena, CSV",
    FACTS.trail,
    [
      Object.values(athena)
        .map((cell) => `"${String(cell).replaceAll('"', '""')}"`)
        .join(","),
    ],
    Object.keys(athena).join(","),
  ),
  row("CloudTrail through Filebeat, original kept", FACTS.trail, [
    { ...module, event: { ...module.event, original: text } },
  ]),
  row("CloudTrail through Filebeat", FACTS.trail, [module]),
  row("CloudTrail through Filebeat, bucket input", FACTS.trail, [
    { "@timestamp": AT, ...ship, message: text, aws: { s3: { bucket: { name: "b" } } }, log: { offset: 0 }, cloud: {} },
  ]),
  row("CloudTrail exported by Splunk", FACTS.trail, [
    { preview: false, offset: 0, result: { _raw: text, _time: AT, sourcetype: "aws:cloudtrail", host: "h" } },
  ]),
  row("CloudTrail in Splunk's collector", FACTS.trail, [
    { time: AT_MS / 1000, sourcetype: "aws:cloudtrail", host: "h", source: "s", event: trail },
  ]),
  row("CloudTrail in Security Lake", FACTS.trail, [lake]),
  row("VPC flow by subscription", FACTS.flow, [subscription(flow, "flows")]),
  row("VPC flow by subscription, fields taken out", FACTS.flow, [
    {
      ...subscription(flow, "flows"),
      logEvents: [
        {
          ...{ id: "371", timestamp: AT_MS, message: flow },
          extractedFields: { srcaddr: IP, dstaddr: "10.0.0.5", dstport: "3389" },
        },
      ],
    },
  ]),
  row("VPC flow event of a log group", FACTS.flow, [{ timestamp: AT_MS, message: flow, ingestionTime: AT_MS }]),
  row("VPC flow line", FACTS.flow, [flow]),
  row("GuardDuty finding", FACTS.finding, [finding]),
  row("GuardDuty on EventBridge", FACTS.finding, [bus("aws.guardduty", "GuardDuty Finding", finding)]),
  row("GuardDuty, answer of get-findings", FACTS.finding, [{ Findings: [finding] }]),
  row("Security Hub on EventBridge", { ...FACTS.finding, source: "aws.securityhub", rule: undefined }, [
    bus("aws.securityhub", "Security Hub Findings - Imported", { findings: [asff] }),
  ]),
];
