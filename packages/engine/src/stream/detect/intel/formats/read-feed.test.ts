import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FeedItem } from "./feed.ts";
import { FEED_FORMATS, type FeedForm, readFeed } from "./read-feed.ts";
import { simpleRows } from "./simple-pattern.ts";

const facts = { feed: "f", confidence: 60 } as const;
const said = (text: string, form: Partial<FeedForm> = {}): string[] =>
  [...readFeed(text, { facts, ...form })].map(shown);

function shown(item: FeedItem): string {
  if (item.kind === "bad") return `bad ${item.line}`;
  if (item.kind === "pattern") return `pattern ${item.pattern.pattern}`;
  const { kind, value, below } = item.indicator;
  return `${kind} ${value}${below ? " +" : ""}`;
}

describe("plain lists", () => {
  it.each([
    ["an address", "203.0.113.7", "ip 203.0.113.7"],
    ["with a port", "203.0.113.7:443", "ip 203.0.113.7"],
    ["v6", "2001:DB8::1", "ip 2001:db8::1"],
    ["a range", "203.0.113.7/24", "cidr 203.0.113.0/24"],
    ["a range of one", "203.0.113.7/32", "ip 203.0.113.7"],
    ["defanged", "evil[.]example", "domain evil.example +"],
    ["defanged with words", "evil(dot)example", "domain evil.example +"],
    ["a wild card", "*.Evil.example", "domain evil.example +"],
    ["a public suffix reaches nothing", "co.uk", "domain co.uk"],
    ["a shared host reaches nothing", "github.io", "domain github.io"],
    ["an international name", "bücher.example", "domain xn--bcher-kva.example +"],
    ["a URL", "hxxps://evil[.]example/a?b#c", "url evil.example/a?b +"],
    ["a URL with a name and a password", "http://u:p@evil.example:8080", "url evil.example:8080/ +"],
    ["a URL without scheme", "evil.example/a", "url evil.example/a +"],
    ["a hash", `SHA256=${"A".repeat(64)}`, `hash ${"a".repeat(64)}`],
    ["a mail address", "Bob[@]Evil.example", "email bob@evil.example"],
    ["a key", "HKEY_LOCAL_MACHINE\\Software\\Evil", "regkey hklm\\software\\evil"],
    ["a comment behind", "evil.example # since May", "domain evil.example +"],
    ["one label", "localhost", "bad 1"],
    ["a sentence", "what is this", "bad 1"],
  ])("%s", (_name, text, expected) => expect(said(text, { format: "list" })).toEqual([expected]));

  it("names the line of a bad row, and passes comments and empty lines over", () => {
    expect(said("# mine\n\n; too\r\n// and this\nx y z\n1.2.3.4\r\n")).toEqual(["bad 5", "ip 1.2.3.4"]);
  });
  it("takes file names where the owner says so", () => {
    expect(said("C:\\Temp\\Evil.exe\n/tmp/Evil", { kind: "file" })).toEqual([
      "file c:\\temp\\evil.exe",
      "file /tmp/Evil",
    ]);
  });
});

describe("hosts files", () => {
  it("names exactly these names", () => {
    expect(said("127.0.0.1 localhost\n0.0.0.0 ads.example evil.example # x\nnonsense")).toEqual([
      ...["domain ads.example", "domain evil.example", "bad 3"],
    ]);
  });
});

describe("CSV", () => {
  it.each([
    ["a header", "ioc_type,ioc_value,confidence_level\nip:port,1.2.3.4:80,90", {}, ["ip 1.2.3.4 90"]],
    [
      "a header in a comment",
      '# id,dateadded,url\n"1","2026-01-02 03:04:05","http://e.example/x"',
      {},
      ["url e.example/x 60 2026-01-02"],
    ],
    ["columns by name", "a;b\nx;evil.example", { columns: { value: "b" } }, ["domain evil.example 60"]],
    ["columns by number", "x|evil.example|30", { columns: { value: 1, confidence: 2 } }, ["domain evil.example 30"]],
    ["quotes in quotes", 'url,malware\n"http://e.example/"",x","Em""otet"', {}, ['url e.example/%22,x 60 Em"otet']],
  ] as const)("%s", (_name, text, form, expected) => {
    const found = [...readFeed(text, { facts, format: "csv", ...form })].flatMap((item) => {
      if (item.kind !== "indicator") return [shown(item)];
      const { kind, value, facts: own } = item.indicator;
      const day = own.asOf === undefined ? [] : [new Date(own.asOf).toISOString().slice(0, 10)];
      return [[kind, value, own.confidence, ...day, ...(own.label === undefined ? [] : [own.label])].join(" ")];
    });
    expect(found).toEqual(expected);
  });
  it("says which header it cannot use", () => expect(said("a,b\n1,2", { format: "csv" })).toEqual(["bad 1"]));
});

describe("STIX patterns that are lists", () => {
  it.each([
    ["one", "[ipv4-addr:value = '203.0.113.7']", ["ip 203.0.113.7"]],
    ["a range", "[ipv4-addr:value ISSUBSET '203.0.113.0/24']", ["cidr 203.0.113.0/24"]],
    [
      "or within",
      "[domain-name:value = 'a.example' OR url:value='http://b.example/']",
      ["domain a.example", "url http://b.example/"],
    ],
    ["or between", "[file:hashes.'SHA-256' = 'aa'] OR [file:hashes.MD5 = 'bb']", ["hash aa", "hash bb"]],
    ["in", "[domain-name:value IN ('a.example', 'b.example')]", ["domain a.example", "domain b.example"]],
    ["escapes", "[windows-registry-key:key = 'HKLM\\\\A\\'B']", ["regkey HKLM\\A'B"]],
    ["and", "[ipv4-addr:value = '1.2.3.4' AND domain-name:value = 'a.example']", undefined],
    ["followed by", "[ipv4-addr:value = '1.2.3.4'] FOLLOWEDBY [url:value = 'http://a.example/']", undefined],
    ["like", "[url:value LIKE 'http://%.example/']", undefined],
    ["a qualifier", "[ipv4-addr:value = '1.2.3.4'] REPEATS 5 TIMES", undefined],
    ["not", "[ipv4-addr:value NOT = '1.2.3.4']", undefined],
    ["an unknown path", "[process:name = 'x']", undefined],
    ["cut", "[ipv4-addr:value = '1.2.3.4'", undefined],
  ])("%s", (_name, pattern, expected) =>
    expect(simpleRows(pattern)?.map(({ kind, text }) => `${kind} ${text}`)).toEqual(expected),
  );
});

describe("STIX bundles", () => {
  const indicator = (id: string, pattern: string, more: object = {}) => ({
    ...{ type: "indicator", spec_version: "2.1", id: `indicator--${id}`, pattern, pattern_type: "stix" },
    ...{ modified: "2026-05-04T03:02:01.000Z", valid_from: "2026-01-01T00:00:00Z", ...more },
  });
  it("reads indicators with what relationships and markings say, and hands other patterns on", () => {
    const objects = [
      indicator("1", "[domain-name:value = 'evil.example']", {
        ...{ confidence: 90, valid_until: "2027-01-01T00:00:00Z" },
        kill_chain_phases: [{ kill_chain_name: "mitre-attack", phase_name: "command-and-control" }],
        object_marking_refs: ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],
      }),
      indicator("2", "[process:name = 'a' AND process:pid = 1]"),
      { type: "domain-name", id: "domain-name--1", value: "innocent.example" },
      { type: "malware", id: "malware--1", name: "Gatekeeper" },
      {
        type: "attack-pattern",
        id: "attack-pattern--1",
        name: "x",
        external_references: [{ external_id: "T1071.001" }],
      },
      ...["malware--1", "attack-pattern--1"].map((target) => ({
        ...{ type: "relationship", id: `relationship--${target}`, relationship_type: "indicates" },
        ...{ source_ref: "indicator--1", target_ref: target },
      })),
      indicator("3", "[ipv4-addr:value = '1.2.3.4']", { revoked: true }),
      indicator("3", "[ipv4-addr:value = '1.2.3.4']", { modified: "2026-05-03T00:00:00Z" }),
      indicator("4", "rule x {}", { pattern_type: "yara" }),
    ];
    const items = [...readFeed(JSON.stringify({ type: "bundle", objects }), { facts })];
    expect(items.map(shown)).toEqual([
      ...["domain evil.example", "pattern [process:name = 'a' AND process:pid = 1]", "ip 1.2.3.4", "bad 9"],
    ]);
    const [first, , revoked] = items;
    expect(first).toMatchObject({
      indicator: {
        ...{ below: false, validFrom: Date.UTC(2026, 0, 1), validUntil: Date.UTC(2027, 0, 1) },
        facts: {
          ...{ feed: "f", confidence: 90, label: "Gatekeeper", tlp: "amber", asOf: Date.UTC(2026, 4, 4) },
          ...{ techniques: ["T1071.001"], tactics: ["command-and-control"] },
        },
      },
    });
    expect(revoked).toMatchObject({ indicator: { facts: { revoked: true } } });
  });
});

describe("MISP", () => {
  it("reads attributes that are meant as indicators, of events and of their objects", () => {
    const attribute = (type: string, value: string, more: object = {}) => ({ type, value, to_ids: true, ...more });
    const event = {
      info: "Campaign",
      Tag: [{ name: "tlp:green" }, { name: 'misp-galaxy:mitre-attack-pattern="Phishing - T1566"' }],
      Attribute: [
        attribute("domain", "evil.example", { timestamp: "1764000000" }),
        attribute("hostname", "www.evil.example"),
        attribute("ip-dst|port", "1.2.3.4|443"),
        attribute("filename|md5", `a.exe|${"a".repeat(32)}`),
        attribute("comment", "read me"),
        { ...attribute("url", "http://e.example/"), to_ids: false },
        attribute("url", "http://f.example/", { deleted: true }),
      ],
      Object: [{ Attribute: [attribute("domain|ip", "c.example|5.6.7.8")] }],
    };
    const items = [...readFeed(JSON.stringify({ response: [{ Event: event }] }), { facts })];
    expect(items.map(shown)).toEqual([
      ...["domain evil.example +", "domain www.evil.example", "ip 1.2.3.4", `hash ${"a".repeat(32)}`, "bad 5"],
      ...["domain c.example +", "ip 5.6.7.8"],
    ]);
    expect(items[0]).toMatchObject({
      indicator: { facts: { label: "Campaign", tlp: "green", techniques: ["T1566"], asOf: Date.UTC(2025, 10, 24) } },
    });
  });
});

describe("hostile feeds", () => {
  it("never throw, whatever stands in them", () => {
    const json = fc.json().map((text) => text);
    const odd = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      json,
      fc.constant('\u0000,\ud800\n"a,b'),
      fc.constant("[".repeat(5_000)),
    );
    fc.assert(
      fc.property(odd, fc.constantFrom(...FEED_FORMATS, undefined), (text, format) => {
        for (const item of readFeed(text, { facts, ...(format === undefined ? {} : { format }) }))
          expect(["indicator", "pattern", "bad"]).toContain(item.kind);
      }),
    );
  });
});

describe("blocks", () => {
  const line = fc.constantFrom(
    "evil.example",
    "203.0.113.7,bad",
    "# x",
    "",
    "0.0.0.0 a.example",
    '"q.example",1',
    "value,label",
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));
  it("say what the whole text says, wherever they end", () => {
    fc.assert(
      fc.property(
        text,
        fc.boolean(),
        fc.array(fc.nat(40), { maxLength: 8 }),
        fc.constantFrom(...FEED_FORMATS),
        (lines, end, cuts, format) => {
          const whole = end ? `${lines}\n` : lines;
          const blocks: string[] = [];
          let at = 0;
          for (const length of cuts) {
            blocks.push(whole.slice(at, at + length));
            at += length;
          }
          blocks.push(whole.slice(at));
          expect([...readFeed(blocks, { facts, format })].map(shown)).toEqual(said(whole, { format }));
        },
      ),
    );
  });
  it("a line without end is cut as in a whole text", () => {
    const long = Array.from({ length: 50 }, () => "a".repeat(10_000));
    expect([...readFeed([...long, "\nevil.example"], { facts, format: "list" })].map(shown)).toEqual(
      said(`${long.join("")}\nevil.example`, { format: "list" }),
    );
  });
});
