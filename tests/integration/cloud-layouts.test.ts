/**
 * What clouds, their buses, stores and shippers make of one and the same audit event: a shipped rule must meet it in every one
 * of their layouts, and the event must say when it was, who acted, from where and how it ended.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeDetector } from "@cordon/engine/stream/detect/detect";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { makeNormaliser } from "@cordon/engine/stream/normalise/normalise";
import type { Event } from "@cordon/model/event";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { describe, expect, it } from "vitest";
import { aws } from "./layouts/cloud-aws.ts";
import {
  AT,
  AT_MS,
  type CloudLayout,
  denied,
  entry,
  factor,
  finding,
  flow,
  IP,
  inbox,
  listed,
  trail,
} from "./layouts/cloud-facts.ts";
import { microsoft } from "./layouts/cloud-microsoft.ts";
import { google, services } from "./layouts/cloud-services.ts";
import { mappings } from "./river.ts";

const LAYOUTS: readonly CloudLayout[] = [...aws, ...microsoft, ...google, ...services];
const NOW = Date.UTC(2026, 4, 4, 12);
const RULES = join(import.meta.dirname, "../../content/rules");
const WANTED = new Set(LAYOUTS.flatMap(({ rule }) => rule ?? []));

const texts = readdirSync(RULES, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".yml") && !path.endsWith(".test.yml"))
  .map((path) => ({ path, text: readFileSync(join(RULES, path), "utf8"), source: "cordon" }));
const ruleset = loadRules(texts.filter(({ text }) => [...WANTED].some((title) => text.includes(`title: ${title}`))));
const sha256 = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));

function eventsOf({ lines, header }: Pick<CloudLayout, "lines" | "header">): readonly Event[] {
  const normalise = makeNormaliser({ mappings: mappings.mappings, sha256 });
  return lines.flatMap((line, i) => {
    const text = typeof line === "string" ? line : JSON.stringify(line);
    const record: RawRecord = {
      ...{ id: recordId(String(i + 1).padStart(32, "0")), source: "files", input: "input", position: i + 1 },
      ...{ receivedAt: instant(NOW), body: new Untrusted(new TextEncoder().encode(text)) },
      ...(header === undefined ? { format: "auto" } : { format: "csv", meta: { header } }),
    };
    const { events, problems } = normalise(record);
    expect(problems).toEqual([]);
    return events;
  });
}

const firedBy = (events: readonly Event[]): readonly string[] =>
  makeDetector(ruleset, mappings.views, sha256)
    .detect(events)
    .map(({ rule }) => rule.title);

const named = (event: Event | undefined, kind: string): readonly string[] =>
  (event?.entities ?? []).filter((one) => one.kind === kind).map(({ value }) => String(value));

const line = (id: number) => ({ id: String(id), timestamp: AT_MS, message: JSON.stringify(trail) });
const base64 = (record: object): string => Buffer.from(JSON.stringify(record), "utf8").toString("base64");

const SEVERAL: readonly (readonly [name: string, record: object, sources: readonly string[]])[] = [
  [
    "A subscription",
    { messageType: "DATA_MESSAGE", logEvents: [line(1), line(2)] },
    ["aws.cloudtrail", "aws.cloudtrail"],
  ],
  [
    "A notification with a trail's file",
    { Type: "Notification", TopicArn: "t", Message: JSON.stringify({ Records: [trail, denied] }) },
    ["aws.cloudtrail", "aws.cloudtrail"],
  ],
  ["A list with a stranger", { kind: "EventList", items: [listed, { a: 1 }] }, ["kubernetes.audit", "generic.json"]],
  ["A pull", { receivedMessages: [pulled(entry), pulled(entry)] }, ["gcp.audit", "gcp.audit"]],
];

function pulled(record: object): object {
  return { ackId: "a", message: { messageId: "1", data: base64(record) } };
}

/** Records that speak of such events, hold lists or have columns of such names, and are none. */
const STRANGERS: readonly (readonly [name: string, record: object])[] = [
  ["a ticket with a trail's events", { id: 7, title: "look", assignee: "bob", events: [trail] }],
  ["a ticket with a finding in its answer", { ticket: "T-1", response: [finding], status: "open" }],
  ["an order with items", { kind: "order", items: [{ sku: "a" }, { sku: "b" }] }],
  ["a measurement with a value", { value: [{ at: AT, celsius: 4 }] }],
  ["a picture in base64", { messageId: "1", data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB" }],
  ["a mail about a flow", { messageId: "1", data: `see ${flow}` }],
  ["a cluster's pods", { kind: "PodList", apiVersion: "v1", items: [{ kind: "Pod", metadata: { name: "p" } }] }],
  ["a program that speaks of a trail", { time: AT, level: "info", user: "bob", message: JSON.stringify(trail) }],
  ["a mail's rules beside a time", { time: AT, o365: { rules: [inbox] } }],
  ["a factory's detail", { detail: { eventType: factor.eventType, part: 7 }, line: 3 }],
];

const FAILED: readonly (readonly [name: string, record: object])[] = [
  [
    "A denied call on a bus",
    { "detail-type": "AWS API Call via CloudTrail", source: "aws.cloudtrail", detail: denied },
  ],
  ["A denied call in Security Lake", lakeOf({ response: { error: "AccessDenied", message: "no" } })],
  [
    "A denied call through Filebeat",
    {
      ...{ "@timestamp": AT, event: { module: "aws", action: "StopLogging", provider: "cloudtrail.amazonaws.com" } },
      aws: { cloudtrail: { error_code: "AccessDenied", user_identity: { type: "IAMUser" } } },
    },
  ],
];

function lakeOf(answer: object): object {
  return {
    ...{
      class_uid: 6003,
      time: AT_MS,
      metadata: { product: { name: "CloudTrail" } },
      actor: { user: { name: "mallory" } },
    },
    api: { operation: "StopLogging", service: { name: "cloudtrail.amazonaws.com" }, ...answer },
  };
}

describe("layouts of clouds and services", () => {
  it("every rule of the test loads", () => expect(ruleset.rules.length).toBe(WANTED.size));

  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))("%s", (_, layout) => {
    const events = eventsOf(layout);
    const [event] = events;
    const users = named(event, "user");
    const found = {
      events: events.length,
      source: event?.source,
      time: new Date(event?.time ?? 0).toISOString().slice(0, 19),
      rule: firedBy(events).map((title) => title.startsWith(layout.rule ?? "-")),
      user: layout.user === undefined || users.includes(layout.user) ? layout.user : users,
      ip: layout.ip === undefined || named(event, "ip").includes(layout.ip) ? layout.ip : named(event, "ip"),
      outcome: event?.outcome,
    };
    expect(found).toEqual({
      ...{
        events: 1,
        source: layout.source,
        time: "2026-05-04T10:20:30",
        rule: layout.rule === undefined ? [] : [true],
      },
      ...{ user: layout.user, ip: layout.ip, outcome: layout.outcome },
    });
  });

  it.each(SEVERAL)("%s: each event is one", (_, record, sources) => {
    expect(eventsOf({ lines: [record] }).map(({ source }) => source)).toEqual(sources);
  });

  it.each(STRANGERS)("%s is no such event", (_, record) => {
    const events = eventsOf({ lines: [record] });
    expect(events.map(({ source }) => source)).toEqual(["generic.json"]);
    expect(firedBy(events)).toEqual([]);
  });

  it.each(FAILED)("%s failed", (_, record) => {
    const [event, ...more] = eventsOf({ lines: [record] });
    expect([event?.outcome, more.length]).toEqual(["failure", 0]);
  });

  it("objects one behind the other, as delivery streams write them", () => {
    const one = JSON.stringify({ messageType: "DATA_MESSAGE", logGroup: "g", logEvents: [line(1), line(2)] });
    const events = eventsOf({ lines: [`${one}${one} ${JSON.stringify(finding)}`] });
    expect(events.map(({ source }) => source)).toEqual([...Array(4).fill("aws.cloudtrail"), "aws.guardduty"]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
  });

  it("structures as Athena prints them", () => {
    const identity =
      "{type=AssumedRole, arn=arn:aws:sts::1:assumed-role/r/s, sessioncontext={attributes=null, sessionissuer={arn=arn:r}}}";
    const header = "eventtime,eventsource,eventname,useridentity,requestparameters,errorcode,sourceipaddress";
    const line = `${AT},cloudtrail.amazonaws.com,StopLogging,"${identity}","{""name"":""main""}",,${IP}`;
    const events = eventsOf({ lines: [line], header });
    expect(named(events[0], "user")).toEqual(["arn:aws:sts::1:assumed-role/r/s"]);
    expect([events[0]?.outcome, firedBy(events).length]).toEqual(["success", 1]);
  });

  it.each<[string, object, string]>([
    [
      "names of every object in a trail of Athena",
      {
        ...{ eventtime: AT, useridentity: "{type=IAMUser}", eventsource: "s3.amazonaws.com", eventname: "GetObject" },
        ...{ constructor: "a", tostring: "b" },
      },
      "constructor",
    ],
    [
      "names of every object in what Filebeat renamed",
      { "@timestamp": AT, azure: { auditlogs: { operation_name: "Add user", constructor: "a" } } },
      "constructor",
    ],
    [
      "a column of a hundred thousand parts",
      {
        TimeGenerated: AT,
        Type: "AzureDiagnostics_CL",
        [`properties_${"a_".repeat(100_000)}s`]: "x",
        Category: "SignInLogs",
      },
      `properties_${"a_".repeat(99_999)}a`,
    ],
  ])("%s: kept as they stand, without a fault", (_, record, name) => {
    const [event] = eventsOf({ lines: [record] });
    expect([event?.provenance.remarks ?? [], JSON.stringify(event?.raw).includes(`"${name}`)]).toEqual([[], true]);
    expect(JSON.stringify(event?.raw)).not.toMatch(/native code|object Object/);
  });

  it("what stood around a line of a log group stays beside it", () => {
    const subscription = { messageType: "DATA_MESSAGE", logGroup: "g", logStream: "s", logEvents: [line(1), line(2)] };
    const events = eventsOf({ lines: [subscription] });
    expect(events.map(({ raw }) => raw.envelope)).toMatchObject([{ logGroup: "g", eventId: "1" }, { eventId: "2" }]);
  });
});
