import { createHash } from "node:crypto";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { trainDomains } from "../../../learning/domains/domain-model.ts";
import { generatedNames, USUAL, usualNames } from "../../../learning/domains/generate-names.ts";
import { generatedPayloads } from "../../../learning/web/generate-payloads.ts";
import { trainWeb } from "../../../learning/web/web-model.ts";
import { makeContentWay } from "./way.ts";

const hash = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));
const names = [...usualNames(1, 3_000), ...generatedNames(1, 200)];
const domains = trainDomains(names.map(({ name, family }) => ({ name, generated: family !== USUAL })));
const web = trainWeb(generatedPayloads(1, 300), { epochs: 4 });
const way = () => makeContentWay({ web, domains, views: new Map(), hash });

let made = 0;
function event(raw: JsonObject, { at = 0, from = "203.0.113.9", dns = false } = {}): Event {
  made += 1;
  return {
    ...{
      id: eventId(`e-${made}`),
      time: instant(at * 1_000),
      receivedAt: instant(at * 1_000),
      source: "web",
      shape: "web",
    },
    ...{ log: { categories: [dns ? "dns" : "webserver"] }, class: dns ? 4003 : 4002, activity: 1, severity: 1, raw },
    entities: [{ kind: "ip", role: "src", value: from }],
    provenance: {
      ...{ record: recordId("r"), via: "test", input: "access.log", position: made, mapping: "web", version: "1" },
      sha256: sha256Of("0".repeat(64)),
    },
  };
}
const request = (uri: string, more: JsonObject = {}, where = {}): Event =>
  event({ "c-uri": uri, "sc-status": 200, ...more }, where);

describe("requests", () => {
  it.each([
    ["/item?id=1%27%20UNION%20SELECT%20name,pass%20FROM%20users--", "content:sqli"],
    ["/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "content:xss"],
    ["/download?file=..%2f..%2f..%2fetc%2fpasswd", "content:path-traversal"],
    ["/ping?host=127.0.0.1;cat+/etc/passwd", "content:cmdi"],
    ["/x?u=http://169.254.169.254/latest/meta-data/", "content:ssrf"],
  ])("%s is %s", (uri, rule) => {
    const [found, ...rest] = way().detect([request(uri)]);
    expect([found?.rule.id, rest.length]).toEqual([rule, 0]);
    expect(found?.matched[0]?.value).toContain("reads as");
    expect(found?.matched[1]?.pointer).toBe("/c-uri");
    expect(found?.entities).toEqual([{ kind: "ip", role: "src", value: "203.0.113.9" }]);
  });

  it.each([
    "/a?q=O%27Brien",
    "/find?q=select+a+gift+from+our+union+shop",
    "/x?next=https://example.org/a?b=c",
    "/a/b/c.html",
    "/s?q=how+to+drop+a+table+in+sql",
  ])("%s is nothing", (uri) => expect(way().detect([request(uri)])).toEqual([]));

  it("reads the agent too", () => {
    const found = way().detect([request("/", { "cs-user-agent": "\u0024{jndi:ldap://x.test/a}" })]);
    expect(found.map(({ rule }) => rule.id)).toEqual(["content:lookup"]);
  });

  it("CR2, CR3. says it once an hour, graver by the answer", () => {
    const one = way();
    const attack = "/item?id=1%27%20or%201=1--";
    for (let at = 0; at < 10; at += 1)
      expect(one.detect([request("/item?id=3", { "sc-bytes": 500 }, { at })])).toEqual([]);
    const levels = [
      [{ "sc-status": 403 }, 10, "10.0.0.1"],
      [{ "sc-status": 200 }, 20, "10.0.0.2"],
      [{ "sc-status": 200, "sc-bytes": 50_000 }, 30, "10.0.0.3"],
      [{ "sc-status": 500 }, 40, "10.0.0.4"],
      [{ "sc-status": 500 }, 50, "10.0.0.4"],
    ] as const;
    const found = levels.map(([more, at, from]) => one.detect([request(attack, more, { at, from })])[0]?.severity);
    expect(found).toEqual(["low", "medium", "high", "high", undefined]);
    expect(one.detect([request(attack, {}, { at: 4_000, from: "10.0.0.4" })])[0]?.matched).toContainEqual({
      selection: "content",
      field: "before",
      value: 1,
    });
  });
});

const question = (query: string, at: number, missing: boolean): Event =>
  event({ query, rcode_name: missing ? "NXDOMAIN" : "NOERROR" }, { at, from: "10.1.1.1", dns: true });
const generated = generatedNames(9, 40).filter(({ family }) => family === "arithmetic-middle");
const usual = usualNames(9, 300);

describe("questions", () => {
  it("says nothing of names where another way judges them", () => {
    const silent = makeContentWay({ web, domains: undefined, views: new Map(), hash });
    expect(silent.detect(generated.map(({ name }, at) => question(name, at, true)))).toEqual([]);
  });
  it("CQ1. raises a burst of generated names, with the names behind it, and once", () => {
    const found = way().detect(generated.map(({ name }, at) => question(name, at, true)));
    expect(found.map(({ rule, severity }) => [rule.id, severity])).toEqual([["content:generated-names", "medium"]]);
    expect(found[0]?.evidence.length).toBe(8);
  });

  it("is graver when one of them exists", () => {
    const [, ...rest] = generated;
    const found = way().detect([
      question(generated[0]?.name ?? "", 0, false),
      ...rest.map(({ name }, at) => question(name, at + 1, true)),
    ]);
    expect(found[0]?.severity).toBe("high");
  });

  it("stays silent at usual names, also where they fail, and at few odd ones", () => {
    const calm = way();
    expect(calm.detect(usual.map(({ name }, at) => question(name, 3 * at, at % 3 === 0)))).toEqual([]);
    expect(calm.detect(generated.slice(0, 5).map(({ name }, at) => question(name, 5_000 + at, true)))).toEqual([]);
  });
});

describe("restart", () => {
  it("CW1, CW2. a snapshot in the middle changes nothing", () => {
    const events = [
      ...generated.map(({ name }, at) => question(name, at, true)),
      request("/i?id=1%27%20or%201=1--", {}, { at: 60 }),
    ];
    const whole = way().detect(events);
    expect(whole.length).toBe(2);
    const [before, after] = [way(), way()];
    const first = before.detect(events.slice(0, 5));
    expect(after.restore(before.snapshot())).toBe(true);
    expect([...first, ...after.detect(events.slice(5))]).toEqual(whole);
  });

  it.each(["", "{}", "[]", '{"version":2}'])("refuses %j", (snapshot) => expect(way().restore(snapshot)).toBe(false));
});
