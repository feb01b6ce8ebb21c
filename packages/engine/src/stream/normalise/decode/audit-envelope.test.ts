import type { JsonObject } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import { auditEventOf } from "./audit-envelope.ts";

const call = { eventSource: "iam.amazonaws.com", eventName: "CreateUser" };
const change = {
  Operation: "New-InboxRule",
  Workload: "Exchange",
  Parameters: [{ Name: "DeleteMessage", Value: "True" }],
};

describe("an audit event in its envelope", () => {
  it.each<readonly [string, JsonObject, JsonObject]>([
    [
      "a call that EventBridge delivers",
      { "detail-type": "AWS API Call via CloudTrail", account: "1", detail: call },
      { ...call, envelope: { "detail-type": "AWS API Call via CloudTrail", account: "1" } },
    ],
    [
      "a row of a search in the unified audit log",
      { UserIds: "a@example.org", AuditData: JSON.stringify(change) },
      { ...change, envelope: { UserIds: "a@example.org" } },
    ],
    [
      "a row of an export of Splunk",
      { preview: false, offset: 7, result: { EventCode: "1", host: "ws1" } },
      { EventCode: "1", host: "ws1", envelope: { preview: false, offset: 7 } },
    ],
    [
      "names of Azure's management interface",
      {
        operationName: { value: "a/b/write", localizedValue: "Write b" },
        status: { value: "Failed", localizedValue: "x" },
        id: "1",
      },
      { operationName: "a/b/write", status: "Failed", id: "1" },
    ],
  ])("%s is opened", (_name, raw, expected) => {
    expect(auditEventOf(raw, ["kept"])).toEqual({ raw: expected, remarks: ["kept"] });
  });

  it("says what is odd about the text within", () => {
    const text = '{"Operation":"a","Operation":"b"}';
    expect(auditEventOf({ AuditData: text }, [])?.remarks).toEqual([expect.stringContaining("duplicate key")]);
  });

  it.each<readonly [string, JsonObject]>([
    [
      "a finding, which its own mapping reads in the envelope",
      { "detail-type": "GuardDuty Finding", detail: { severity: 8 } },
    ],
    ["an envelope without anything", { "detail-type": "x", detail: null }],
    ["a text that is no JSON", { AuditData: "{" }],
    ["a text of something else", { AuditData: '{"a":1}' }],
    ["an event without envelope", call],
  ])("%s stays as it is", (_name, raw) => {
    expect(auditEventOf(raw, [])).toBeUndefined();
  });
});
