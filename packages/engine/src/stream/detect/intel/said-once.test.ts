import { canonicalise } from "@cordon/model/canonical";
import type { Entity, EntityKind } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import type { Way } from "../join-ways.ts";
import { makeStixPatterns } from "../stix/stix-way.ts";
import { TableBuilder } from "./build.ts";
import { readFeed } from "./formats/read-feed.ts";
import { equalitiesOf, sayOnce } from "./said-once.ts";
import { makeIntelWay } from "./way.ts";

const hash = (text: string) => {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sha256Of(sum.toString(16).padStart(64, "0"));
};

const digestOf = (bytes: Uint8Array) => hash(new TextDecoder("latin1").decode(bytes));

function tableOf(text: string) {
  const builder = new TableBuilder({ key: [1, 2, 3, 4], digestOf });
  const form = { format: "list" as const, facts: { feed: "list", confidence: 60, techniques: ["T1071"] } };
  for (const item of readFeed(text, form)) if (item.kind === "indicator") builder.add(item.indicator);
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function entity(kind: EntityKind, text: string): Entity {
  const form = canonicalise(kind, text);
  if (form === undefined) throw new Error(`no ${kind}: ${text}`);
  return { kind, role: "dst", ...form };
}

/** An event that is itself an observation, so that patterns see what lists see. */
function event(number: number, ...addresses: readonly string[]): Event {
  const objects = Object.fromEntries(addresses.map((value, i) => [String(i), { type: "ipv4-addr", value }]));
  return {
    ...{ id: eventId(`${String(number).padStart(32, "0")}-0`), source: "s", shape: "s", log: { categories: [] } },
    ...{ time: instant(1_000 * number), receivedAt: instant(1_000 * number), class: 0, activity: 0, severity: 0 },
    ...{ raw: { type: "observed-data", objects }, entities: addresses.map((one) => entity("ip", one)) },
    provenance: {
      ...{ record: recordId(String(number)), via: "v", input: "f", position: number, mapping: "s", version: "1" },
      sha256: sha256Of("0"),
    },
  };
}

function world(list: string, ...patterns: readonly string[]) {
  const table = tableOf(list);
  const intel = makeIntelWay(
    () => ({ table, warning: tableOf(""), confidenceMin: 0, beforeValid: "counts" as const }),
    hash,
  );
  const indicators = patterns.map((pattern, i) => ({
    ...{ id: `indicator--${i}`, name: `Pattern ${i}`, pattern, types: ["malicious-activity"], phases: [] },
    ...{ techniques: ["T1105"], source: "bundle.json", confidence: 90 },
  }));
  const stix = makeStixPatterns(indicators, { views: new Map(), hash }).way;
  return { intel, stix, ways: sayOnce(intel, stix, equalitiesOf(indicators)) };
}

const ask = (ways: readonly Way[], ...events: readonly Event[]) => ways.map((way) => way.detect(events));
const EQUAL = "[ipv4-addr:value = '203.0.113.7']";

describe("what a list and a pattern both say", () => {
  it("is one detection that names both (O1)", () => {
    const { intel, ways } = world("203.0.113.7", EQUAL);
    const hit = event(1, "203.0.113.7");
    const [rows, patterns] = ask(ways, hit);
    expect(patterns).toEqual([]);
    expect(rows).toMatchObject([
      { id: intel.detect([hit])[0]?.id, severity: "high", confidence: 90, techniques: ["T1071", "T1105"] },
    ]);
    expect(rows?.[0]?.matched.filter(({ selection }) => selection === "reason").map(({ field }) => field)).toEqual([
      "list",
      "bundle.json",
    ]);
    expect(rows?.[0]?.matched.at(-1)?.value).toMatchObject({
      indicator: "ip:203.0.113.7",
      pattern: "indicator--0",
      title: "Pattern 0",
    });
  });

  /** Name, list, pattern, addresses of the event, detections of lists, of patterns. */
  it.each<readonly [string, string, string, readonly string[], number, number]>([
    ["only the list", "203.0.113.7", "[ipv4-addr:value = '203.0.113.9']", ["203.0.113.7"], 1, 0],
    ["only the pattern (O3)", "203.0.113.9", EQUAL, ["203.0.113.7"], 0, 1],
    ["one of many values", "203.0.113.7", "[ipv4-addr:value IN ('203.0.113.9', '203.0.113.7')]", ["203.0.113.7"], 1, 0],
    ["a range in both", "203.0.113.0/24", "[ipv4-addr:value ISSUBSET '203.0.113.0/24']", ["203.0.113.7"], 1, 0],
    ["a range and an address in it", "203.0.113.0/24", EQUAL, ["203.0.113.7"], 1, 1],
    [
      "a pattern that says more (O2)",
      "203.0.113.7",
      "[ipv4-addr:value = '203.0.113.7' AND ipv4-addr:value LIKE '203%']",
      ["203.0.113.7"],
      1,
      1,
    ],
    ["another indicator of the same event", "203.0.113.9", EQUAL, ["203.0.113.9", "203.0.113.7"], 1, 1],
    ["neither", "203.0.113.9", EQUAL, ["203.0.113.1"], 0, 0],
  ])("%s", (_name, list, pattern, addresses, ofLists, ofPatterns) => {
    const [rows, patterns] = ask(world(list, pattern).ways, event(1, ...addresses));
    expect([rows?.length, patterns?.length]).toEqual([ofLists, ofPatterns]);
  });

  it("is told by event: the same batch may hold both and one alone", () => {
    const { ways } = world("203.0.113.7", EQUAL, "[ipv4-addr:value = '203.0.113.8']");
    const [rows, patterns] = ask(ways, event(1, "203.0.113.7"), event(2, "203.0.113.8"), event(3, "203.0.113.7"));
    expect(rows?.map(({ evidence }) => evidence[0]?.slice(31, 32))).toEqual(["1", "3"]);
    expect(patterns?.map(({ rule }) => rule.id)).toEqual(["indicator--1"]);
  });

  it("stays with who works when the other fails (O4)", () => {
    const { intel, stix } = world("203.0.113.7", EQUAL);
    const fails = () => {
      throw new Error("no");
    };
    const same = equalitiesOf([{ id: "indicator--0", pattern: EQUAL }]);
    const hit = event(1, "203.0.113.7");
    const [first, second] = sayOnce(intel, { ...stix, detect: fails }, same);
    expect(first.detect([hit])).toHaveLength(1);
    expect(() => second.detect([hit])).toThrow("no");
    const events = [hit];
    const [third, fourth] = sayOnce({ ...intel, detect: fails }, stix, same);
    expect(() => third.detect(events)).toThrow("no");
    expect(fourth.detect(events)).toHaveLength(1);
  });
});
