import { canonicalise } from "@cordon/model/canonical";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { DAY, instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { TableBuilder } from "./build.ts";
import { type FeedForm, readFeed } from "./formats/read-feed.ts";
import type { IntelTable } from "./table.ts";
import { makeIntelWay } from "./way.ts";

const NOW = Date.UTC(2026, 10, 21);
const hash = (text: string) => {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sha256Of(sum.toString(16).padStart(64, "0"));
};

const digestOf = (bytes: Uint8Array) => hash(new TextDecoder("latin1").decode(bytes));

function tableOf(...feeds: readonly (readonly [string, FeedForm])[]): IntelTable {
  const builder = new TableBuilder({ key: [1, 2, 3, 4], digestOf });
  for (const [text, form] of feeds)
    for (const item of readFeed(text, form)) if (item.kind === "indicator") builder.add(item.indicator);
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const feed = (name: string, more: object = {}): FeedForm => ({
  format: "list",
  facts: { feed: name, confidence: 60, ...more },
});
const wayOf = (table: IntelTable, warning = tableOf()) =>
  makeIntelWay(() => ({ table, warning, confidenceMin: 20, beforeValid: "silent" }), hash);

function entity(kind: EntityKind, text: string, role: EntityRole = "dst"): Entity {
  const form = canonicalise(kind, text);
  if (form === undefined) throw new Error(`no ${kind}: ${text}`);
  return { kind, role, ...form, ...(form.value === text ? {} : { raw: text }) };
}

function event(entities: readonly Entity[], more: { readonly raw?: JsonObject; readonly time?: number } = {}): Event {
  return {
    ...{ id: eventId("e-0"), time: instant(more.time ?? NOW), receivedAt: instant(NOW), source: "s", shape: "s" },
    ...{ log: { categories: [] }, class: 0, activity: 0, severity: 0, raw: more.raw ?? {}, entities },
    provenance: {
      ...{ record: recordId("e"), via: "v", input: "file", position: 7, mapping: "s", version: "1" },
      sha256: sha256Of("0"),
    },
  };
}

describe("what of an event is looked up", () => {
  it.each([
    ["an address", "203.0.113.7", entity("ip", "203.0.113.7")],
    ["an address in a range", "203.0.113.0/24", entity("ip", "203.0.113.7")],
    ["a sub-domain", "evil.example", entity("domain", "a.b.evil.example")],
    ["the host of a URL", "evil.example", entity("url", "https://www.evil.example/x")],
    ["the address of a URL", "203.0.113.7", entity("url", "http://203.0.113.7:8080/x")],
    ["a path below a URL", "http://evil.example/kit/", entity("url", "https://www.evil.example/kit/a.php?x=1")],
    ["the whole name of a host", "evil.example", entity("host", "srv1.evil.example")],
    ["a sender", "bob@evil.example", entity("email", "BOB@evil.example")],
    ["the domain of a sender", "evil.example", entity("email", "bob@mail.evil.example")],
    ["an account that is a mail address", "bob@evil.example", entity("user", "bob@evil.example")],
    ["a hash", "A".repeat(64), entity("hash", "a".repeat(64))],
    ["a certificate", "b".repeat(40), entity("cert", "b".repeat(40))],
    ["a value below a key", "HKCU\\Software\\Evil", entity("regkey", "HKU\\S-1-5-21-1-2-3-1001\\SOFTWARE\\evil\\Run")],
  ])("%s", (_name, indicator, met) => {
    expect(wayOf(tableOf([indicator, feed("f")])).detect([event([met])])).toHaveLength(1);
  });
  it.each([
    ["a whole path", "C:\\Temp\\evil.exe", "c:\\temp\\Evil.exe"],
    ["a file name", "evil.exe", "C:\\Users\\bob\\EVIL.EXE"],
    ["a file name on Linux", ".x11-evil", "/tmp/.x11-evil"],
  ])("%s", (_name, indicator, path) => {
    const table = tableOf([indicator, { ...feed("f"), kind: "file" }]);
    expect(wayOf(table).detect([event([entity("file", path)])])).toHaveLength(1);
  });
  it.each([
    ["another name with the same end", "evil.example", entity("domain", "notevil.example")],
    ["a name that is asked to be exact", "https://evil.example/a", entity("url", "https://evil.example/ab")],
    ["what is well known", "127.0.0.1", entity("ip", "127.0.0.1")],
  ])("not: %s", (_name, indicator, met) => {
    expect(wayOf(tableOf([indicator, feed("f")])).detect([event([met])])).toEqual([]);
  });
});

describe("a detection by an indicator", () => {
  const table = tableOf(
    ["203.0.113.7", feed("sure", { confidence: 90, label: "Gate" })],
    ["203.0.113.7", feed("unsure")],
  );
  const hit = event([entity("host", "ws1", "device"), entity("ip", "203.0.113.7")], {
    raw: { net: { "a/b": "203.0.113.7" } },
  });
  const [found] = wayOf(table).detect([hit]);

  it("names indicator, feeds, confidence, version, place and direction", () => {
    expect(found).toMatchObject({
      rule: { id: "intel:sure", title: "Known bad address 203.0.113.7 (Gate) contacted", version: table.parts.digest },
      ...{ severity: "high", confidence: 90, evidence: ["e-0"], dedupKey: "intel:sure|ip:203.0.113.7|ws1" },
      ...{ input: "file", position: 7 },
    });
    expect(found?.matched[0]).toEqual({
      ...{ selection: "indicator", field: "ip.dst", pointer: "/net/a~1b", value: "203.0.113.7" },
    });
    expect(found?.matched.slice(1).map(({ field }) => field)).toEqual(["sure", "unsure"]);
  });
  it("is one per indicator and event, with the same id on every run and by every table", () => {
    const twice = event([entity("ip", "203.0.113.7"), entity("ip", "203.0.113.7", "src")]);
    expect(wayOf(table).detect([twice])).toHaveLength(1);
    const other = tableOf(["203.0.113.7\n198.51.100.1", feed("sure")]);
    expect(wayOf(other).detect([hit])[0]?.id).toBe(found?.id);
    expect(wayOf(other).detect([hit])[0]?.rule.version).not.toBe(found?.rule.version);
  });
  it("says when it comes from a look back", () => {
    const [back] = wayOf(table).retro([hit]);
    expect(back).toMatchObject({ id: found?.id, rule: { status: "retro" } });
    expect(back?.rule.title).toContain("found in stored events");
  });
  it("says that traffic came from it", () => {
    const [inbound] = wayOf(table).detect([event([entity("ip", "203.0.113.7", "src")])]);
    expect(inbound?.rule.title).toBe("Traffic from known bad address 203.0.113.7 (Gate)");
  });
});

describe("what does not count", () => {
  const from = Date.UTC(2026, 10, 1);
  const until = Date.UTC(2026, 11, 1);
  const csv = `indicator,valid_from,valid_until\n203.0.113.7,${from},${until}`;
  const dated = tableOf([csv, { format: "csv", facts: { feed: "f", confidence: 60 } }]);
  const hitsAt = (table: IntelTable, time: number, warning?: IntelTable) => {
    const way = wayOf(table, warning);
    const found = way.detect([event([entity("ip", "203.0.113.7")], { time })]);
    return { hits: found.length, confidence: found[0]?.confidence, counts: way.counts() };
  };
  it.each([
    ["before", from - 1, 0],
    ["at the beginning", from, 1],
    ["just before the end", until - 1, 1],
    ["at the end", until, 0],
  ])("%s of its time, by the time of the event", (_name, time, hits) => expect(hitsAt(dated, time).hits).toBe(hits));

  it("a look back counts what came before the indicator was valid", () => {
    const early = event([entity("ip", "203.0.113.7")], { time: from - DAY });
    const late = event([entity("ip", "203.0.113.7")], { time: until });
    expect(wayOf(dated).retro([early, late])).toMatchObject([{ time: from - DAY }]);
  });
  it("fades by half in a half-life, and is whole for earlier events", () => {
    const table = tableOf(["203.0.113.7", feed("f", { asOf: NOW })]);
    expect(hitsAt(table, NOW + 30 * DAY).confidence).toBe(30);
    expect(hitsAt(table, NOW - 300 * DAY).confidence).toBe(60);
    expect(hitsAt(table, NOW + 60 * DAY)).toMatchObject({ hits: 0, counts: { faded: 1, hits: 0, lookups: 1 } });
  });
  it("is revoked", () => {
    expect(hitsAt(tableOf(["203.0.113.7", feed("f", { revoked: true })]), NOW).counts).toMatchObject({
      revoked: 1,
      hits: 0,
    });
  });
  it.each([
    ["named by a list", "203.0.113.7", {}, 0],
    ["within a range of a list", "203.0.113.7", {}, 0],
    ["a range in a wider one of a list", "203.0.113.0/25", {}, 0],
    ["a range around it", "203.0.112.0/20", {}, 0],
    ["a feed that insists", "203.0.113.7", { insist: "all" }, 1],
    ["an owner who knows the own network", "203.0.113.7", { insist: "own-network" }, 0],
  ] as const)("is on a warning list: %s", (_name, indicator, more, hits) => {
    const warning = tableOf(["203.0.113.0/24", feed("resolvers")]);
    const result = hitsAt(tableOf([indicator, feed("f", more)]), NOW, warning);
    expect(result.hits).toBe(hits);
    expect(result.counts.suppressed).toEqual(hits === 0 ? { resolvers: 1 } : {});
  });
  it("lets the owner mean the own network", () => {
    const warning = tableOf(["203.0.113.0/24", feed("reserved-ranges")]);
    expect(hitsAt(tableOf(["203.0.113.7", feed("f", { insist: "own-network" })]), NOW, warning).hits).toBe(1);
  });
});
