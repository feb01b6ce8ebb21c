import { createHash } from "node:crypto";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { DAY, instant } from "@cordon/model/time";
import { PLAIN_VIEW } from "@cordon/model/view";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trainDomains } from "../../../learning/domains/domain-model.ts";
import type { UrlJudge } from "../../../learning/url/url-model.ts";
import { urlParts } from "../../../learning/url/url-parts.ts";
import { generatedPayloads } from "../../../learning/web/generate-payloads.ts";
import { trainWeb } from "../../../learning/web/web-model.ts";
import { type SentUrl, urlsOf } from "./sent-urls.ts";
import { Urls } from "./urls.ts";
import { makeContentWay } from "./way.ts";

interface Made {
  readonly url?: string;
  readonly raw?: JsonObject;
  readonly log?: Event["log"];
  readonly src?: string;
  readonly dst?: string;
  readonly kind?: number;
  readonly time?: number;
}

let made = 0;
function event({
  url,
  raw = {},
  log = { categories: ["proxy"] },
  src = "10.0.0.5",
  dst,
  kind = 4002,
  time = 0,
}: Made): Event {
  made += 1;
  return {
    ...{ id: eventId(`e-${made}`), time: instant(time), receivedAt: instant(time), source: "squid", shape: "squid" },
    ...{ log, class: kind, activity: 3, severity: 1, raw },
    entities: [
      { kind: "ip", role: "src", value: src },
      ...(dst === undefined ? [] : [{ kind: "ip", role: "dst", value: dst } as const]),
      ...(url === undefined ? [] : [{ kind: "url", role: "object", value: url } as const]),
    ],
    provenance: {
      ...{ record: recordId("r"), via: "test", input: "access.log", position: made, mapping: "squid", version: "1" },
      sha256: sha256Of("0".repeat(64)),
    },
  };
}
const OWN = new Set(["corp.example"]);
const urls = (one: Made): readonly string[] => urlsOf(event(one), PLAIN_VIEW, OWN).map(({ url }) => url);
const A = "http://far.test/a?b=1";

describe("addresses that left", () => {
  it.each<readonly [string, Made, readonly string[]]>([
    ["by a proxy", { url: A }, [A]],
    ["HTTP of another class number but category proxy", { url: A, kind: 0 }, [A]],
    ["HTTP without a category", { url: A, log: { categories: [] } }, [A]],
    ["a user on the road, through a cloud proxy", { url: A, src: "203.0.113.9" }, [A]],
    ["host and path apart", { raw: { "cs-host": "far.test", "c-uri": "/a?b=1" } }, [A]],
    ["a whole address where the path stands", { raw: { "cs-host": "proxy.test", "c-uri": A } }, [A]],
    ["a public address in place of a name", { url: "http://203.0.113.9/x" }, ["http://203.0.113.9/x"]],
    [
      "a link of a reported mail",
      { url: A, log: { product: "cordon", service: "mail", categories: ["email"] }, kind: 4009 },
      [A],
    ],
    ["any mail's link", { url: A, log: { categories: ["email"] }, kind: 4009 }, []],
    ["a web server's log: the outside asks", { url: A, log: { categories: ["webserver"] } }, []],
    ["a web application firewall's", { url: A, log: { categories: ["waf"] } }, []],
    ["from outside to an inner address", { url: A, src: "203.0.113.9", dst: "10.0.0.1" }, []],
    ["an inner address", { url: "http://192.168.1.1/login.php" }, []],
    ["loopback of IPv6", { url: "http://[::1]/x" }, []],
    ["a name without a dot", { url: "http://intranet/x" }, []],
    ["a name of an inner network", { url: "http://wiki.corp/x" }, []],
    ["the operator's own domain", { url: "https://www.corp.example/x" }, []],
    ["another scheme", { url: "ldap://far.test/x" }, []],
    ["a path without a host", { raw: { "c-uri": "/a" } }, []],
    ["no address at all", {}, []],
  ])("SU1 to SU3. %s", (_, one, expected) => expect(urls(one)).toEqual(expected));

  it("SU4. of a mail with hundreds of links the first are looked at", () => {
    const mail = event({ log: { product: "cordon", service: "mail", categories: ["email"] }, kind: 4009 });
    const links = Array.from(
      { length: 300 },
      (_, at) => ({ kind: "url", role: "object", value: `${A}${at}` }) as const,
    );
    expect(urlsOf({ ...mail, entities: links }, PLAIN_VIEW, OWN)).toHaveLength(32);
  });
});

const sent = (url: string): SentUrl => ({ url, parts: urlParts(url), pointer: undefined, by: "request" });
const always = (p: number): UrlJudge => ({ cut: 0.8, chance: () => p, reasons: () => ["its letters"] });
const url = (at: number): SentUrl => sent(`http://d${at}.test/x`);

describe("findings", () => {
  it.each([
    [0.79, undefined],
    [0.8, "informational"],
    [0.949, "informational"],
    [0.95, "low"],
    [1, "low"],
  ] as const)("CU1. a chance of %d is %s", (p, level) => {
    expect(new Urls(always(p)).see(url(1), "a", 0)?.level).toBe(level);
  });

  it("CU2, CU3. the same host and path is not judged again, the same domain not said again, in a day", () => {
    let judged = 0;
    const seen = new Urls({
      ...always(1),
      chance: () => {
        judged += 1;
        return 1;
      },
    });
    const raised = (text: string, at: number) => seen.see(sent(text), "a", at)?.repeats;
    expect(raised("http://x.test/a?q=1", 0)).toBe(0);
    expect(raised("http://x.test/a?q=2", 1)).toBeUndefined();
    expect(judged).toBe(1);
    expect(raised("http://x.test/b", 2)).toBeUndefined();
    expect(raised("http://y.x.test/b", 3)).toBeUndefined();
    expect(judged).toBe(3);
    expect(raised("http://x.test/c", DAY)).toBe(2);
  });

  it("CU4. any judge, any traffic: a day raises at most four, or one per hundred entities", () => {
    const step = fc.record({ who: fc.nat(900), at: fc.nat(400), p: fc.constantFrom(0.1, 0.85, 1), day: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_500 }), (steps) => {
        let p = 0;
        const seen = new Urls({ ...always(1), chance: () => p });
        const raised = new Map<number, number>();
        const entities = new Map<number, Set<number>>();
        for (const one of steps) {
          ({ p } = one);
          entities.set(one.day, (entities.get(one.day) ?? new Set()).add(one.who));
          const found = seen.see(url(one.at), `${one.who}`, one.day * DAY);
          if (found !== undefined) raised.set(one.day, (raised.get(one.day) ?? 0) + 1);
        }
        for (const [day, count] of raised)
          expect(count).toBeLessThanOrEqual(Math.max(4, (entities.get(day)?.size ?? 0) / 100));
      }),
      { numRuns: 40 },
    );
  });

  it("CU4. informational ones take half of the day; what was withheld is said with the next one", () => {
    let p = 0.85;
    const seen = new Urls({ ...always(1), chance: () => p });
    const found = Array.from({ length: 10 }, (_, at) => seen.see(url(at), "a", 0));
    expect(found.filter((one) => one !== undefined)).toHaveLength(2);
    p = 1;
    expect(seen.see(url(20), "a", 1)).toMatchObject({ level: "low", withheld: 8 });
    expect(seen.see(url(21), "a", 2)).toMatchObject({ withheld: 0 });
    expect(seen.see(url(22), "a", 3)).toBeUndefined();
    expect(seen.see(url(23), "a", DAY)).toMatchObject({ withheld: 1 });
  });

  it("a hundred times as many entities raise more", () => {
    const seen = new Urls(always(1));
    const found = Array.from({ length: 1_000 }, (_, at) => seen.see(url(at), `h${at}`, 0)).filter(
      (one) => one !== undefined,
    );
    expect(found).toHaveLength(10);
  });
});

describe("in the way", () => {
  const hash = (text: string) => sha256Of(createHash("sha256").update(text).digest("hex"));
  const web = trainWeb(generatedPayloads(1, 20), { epochs: 1 });
  const domains = trainDomains([
    { name: "abc.example", generated: false },
    { name: "xqzwv.example", generated: true },
  ]);
  const judge: UrlJudge = { ...always(1), chance: (text) => (text.includes("bad") ? 0.97 : 0.1) };
  const way = (own?: UrlJudge) =>
    makeContentWay({ web, domains, urls: own, ownDomains: ["CORP.example"], views: new Map(), hash });
  const events = [
    "http://bad.test/x",
    "http://good.test/",
    "http://bad.corp.example/",
    "http://bad.test/y",
    "http://bad2.test/",
  ].map((text, at) => event({ url: text, raw: { "c-uri": text }, time: at * 1_000 }));

  it("raises with the address, its place, reasons and the chance; one rule, each domain for itself", () => {
    const found = way(judge).detect(events);
    expect(found.map(({ rule, severity }) => [rule.id, severity])).toEqual([
      ["content:bad-url", "low"],
      ["content:bad-url", "low"],
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(2);
    expect(found[0]?.matched).toEqual([
      {
        selection: "content",
        field: "because",
        value: "an address asked for at bad.test reads like known bad ones: its letters",
      },
      { selection: "content", field: "url", value: "http://bad.test/x", pointer: "/c-uri" },
      { selection: "sign", field: "address", value: "its letters" },
      { selection: "content", field: "p", value: 0.97 },
    ]);
  });

  it("says nothing without a model", () => expect(way().detect(events)).toEqual([]));

  it("two links of one mail are two detections", () => {
    const mail = event({ log: { product: "cordon", service: "mail", categories: ["email"] }, kind: 4009 });
    const links = ["http://bad.test/", "http://bad2.test/"].map(
      (value) => ({ kind: "url", role: "object", value }) as const,
    );
    const found = way(judge).detect([{ ...mail, entities: links }]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(2);
    expect(found[0]?.matched[0]?.value).toContain("a link of a reported mail at bad.test");
  });

  it("a restart changes nothing; a memory from before there was a model is taken", () => {
    const whole = way(judge).detect(events);
    const [before, after] = [way(judge), way(judge)];
    const first = before.detect(events.slice(0, 2));
    expect(after.restore(before.snapshot())).toBe(true);
    expect([...first, ...after.detect(events.slice(2))]).toEqual(whole);
    const fresh = way(judge);
    expect(fresh.restore(way().snapshot())).toBe(true);
    expect(fresh.detect(events)).toEqual(whole);
    expect(fresh.restore('{"version":1,"requests":{"said":[],"usual":[]},"questions":[],"urls":{}}')).toBe(false);
  });
});
