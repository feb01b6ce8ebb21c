/** M1: the index answers as the reference does, on rules and events nobody thought of. */
import type { Json, JsonObject } from "@cordon/model/json";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadRules } from "../load-rules.ts";
import { holds } from "../naive.ts";
import type { Expr, Item, SigmaRule } from "../rule.ts";
import { Matcher } from "./matcher.ts";
import { ObjectTape } from "./object-tape.fixture.ts";

/** A small alphabet makes values meet; it holds what is special to patterns, dashes, folds and case. */
const units = [
  "a",
  "A",
  "b",
  "B",
  "k",
  "\u212a",
  "s",
  "\u017f",
  "\u03a3",
  "\u03c3",
  "\u0130",
  "-",
  "/",
  "\u2013",
  " ",
  "\\",
  "*",
  "?",
  ".",
  "1",
  "\u{1f600}",
  "\ud800",
];
const text = fc.array(fc.constantFrom(...units), { maxLength: 6 }).map((list) => list.join(""));
const fields = ["f", "g", "F", "a.b", "a b", "ab", "h.i.j"];
const field = fc.constantFrom(...fields);

const scalar = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, true, false, 0, 1, 11, 2.5, "1.0.0.1", "2026-01-02T03:04:05Z") },
);
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("b", "B", "i", "i.j"), scalar, { maxKeys: 2 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.dictionary(fc.constantFrom("b", "i"), scalar, { maxKeys: 2 }), { maxLength: 2 }),
  },
);
const event: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom("f", "g", "F", "G", "a", "a.b", "A B", "ab", "h", "H"),
  value,
  { maxKeys: 5 },
);

const textModifiers = fc.constantFrom(
  "",
  "|contains",
  "|startswith",
  "|endswith",
  "|contains|all",
  "|contains|windash",
  "|cased",
  "|contains|cased",
  "|neq",
  "|all",
  "|base64offset|contains",
  "|fieldref",
  "|fieldref|contains",
);
const plain = text.filter((one) => !/[*?\ud800]/u.test(one) && one !== "");
const entry: fc.Arbitrary<readonly [string, Json]> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(field, textModifiers)
      .chain(([name, mods]) =>
        fc
          .array(mods.includes("base64") || mods.includes("fieldref") ? plain : text, { minLength: 1, maxLength: 3 })
          .map((list) => [name + mods, list] as const),
      ),
  },
  { weight: 1, arbitrary: fc.tuple(field, fc.constantFrom<Json>(null, true, 1, "*", "")) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      field.map((name) => `${name}|exists`),
      fc.boolean(),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      field.map((name) => `${name}|gte`),
      fc.constantFrom(1, 2),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      field.map((name) => `${name}|cidr`),
      fc.constant("1.0.0.0/8"),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      field.map((name) => `${name}|hour`),
      fc.constant(3),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      field.map((name) => `${name}|re`),
      fc.constantFrom("a.b", "aab|bba", "(?i)aks", "^a+bb?", "[ab]\\.1", "ba{2}b"),
    ),
  },
);
const selection: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: fc.array(entry, { minLength: 1, maxLength: 2 }).map((list) => Object.fromEntries(list)) },
  {
    weight: 1,
    arbitrary: fc.array(
      entry.map((one) => Object.fromEntries([one])),
      { minLength: 1, maxLength: 3 },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.array(
      text.filter((one) => one !== ""),
      { minLength: 1, maxLength: 2 },
    ),
  },
);
const condition = fc.constantFrom(
  "s1",
  "s1 and s2",
  "s1 or s2",
  "s1 and not s2",
  "not s1",
  "1 of s*",
  "all of s*",
  "2 of s*",
  "s1 or (s2 and s3)",
  "not (s1 and s2) and s3",
  "s1 and (s2 or not s3)",
);
const detection = fc
  .tuple(selection, selection, selection, condition)
  .map(([s1, s2, s3, expr]) => ({ s1, s2, s3, condition: expr }));

/** JSON is YAML; lone surrogates cannot travel in it, so they stay in events. */
const rulesOf = (detections: readonly JsonObject[]): readonly SigmaRule[] =>
  loadRules(
    detections.map((one, i) => ({
      path: `${i}.yml`,
      text: JSON.stringify({ title: `${i}`, logsource: {}, detection: one }),
      source: "test",
    })),
  ).rules;

function itemsOf(expr: Expr): readonly Item[] {
  if (expr.kind === "item") return [expr];
  return [expr.of].flat().flatMap((child) => itemsOf(child));
}

const VIEW: FieldView = {
  id: "generated",
  roots: [[], ["a"], ["h", "*"]],
  alias: { f: [["g"]], "h.i.j": [["a", "b"], ["h"]], ab: [["F"]] },
  derived: { g: { kind: "join", from: [["f"], ["F"]], with: "-" }, F: { kind: "constant", value: "a" } },
};

/** A tape vouches for no text that UTF-8 cannot hold. */
const isOnTapes = (raw: JsonObject): boolean => JSON.stringify(raw).search(/\\ud8/) < 0;

describe("index and reference", () => {
  it.each([
    ["plain view", PLAIN_VIEW],
    ["view with roots, aliases and computed fields", VIEW],
  ])("agree under a %s", (_, view) => {
    let offered = 0;
    let loaded = 0;
    let hits = 0;
    let taken = 0;
    const tape = new ObjectTape((value) => JSON.stringify(value).length % 3 === 0);
    fc.assert(
      fc.property(
        fc.array(detection, { minLength: 1, maxLength: 8 }),
        fc.array(event, { minLength: 1, maxLength: 4 }),
        (detections, events) => {
          const rules = rulesOf(detections);
          offered += detections.length;
          loaded += rules.length;
          const matcher = new Matcher(rules);
          // Twice: what was learnt the first time answers the second time.
          for (const raw of [...events, ...events]) {
            const reference = [...rules.keys()].filter((i) => {
              const rule = rules[i];
              return rule !== undefined && holds(rule.condition, { view, raw });
            });
            hits += reference.length;
            expect(matcher.match(view, raw)).toEqual(reference);
            if (isOnTapes(raw)) {
              tape.take(raw);
              taken += 1;
              expect(matcher.matchTape(view, tape)).toEqual(reference);
            }
            if (hits % 50 === 49) tape.forget();
          }
        },
      ),
      { numRuns: 400 },
    );
    // The generator must keep making rules that load and events that match, or this test shows nothing.
    expect(loaded / offered).toBeGreaterThan(0.7);
    expect(hits).toBeGreaterThan(200);
    expect(taken).toBeGreaterThan(200);
  });

  it("forget nothing and remember nothing between events", () => {
    const rules = rulesOf([
      { s: { f: "a" }, condition: "s" },
      { s: ["word"], condition: "not s" },
    ]);
    const matcher = new Matcher(rules);
    const raws: readonly JsonObject[] = [{ f: "a" }, { f: "b" }, { f: "a word" }, {}, { f: "a" }];
    expect(raws.map((raw) => matcher.match(PLAIN_VIEW, raw))).toEqual([[0, 1], [1], [], [1], [0, 1]]);
  });

  it("answer of an event on a tape what they answer of the object, for items, too", () => {
    const rules = rulesOf([{ s: { f: "a", g: ["b", "c"] }, t: ["word"], condition: "s or t" }]);
    const items = rules.flatMap(({ condition: all }) => itemsOf(all));
    const matcher = new Matcher(rules);
    const tape = new ObjectTape((value) => value === "a word");
    for (const raw of [
      { f: "a", g: "c" },
      { f: "a word", g: 1 },
      { f: "a", g: "d" },
      { g: ["b"], f: "A" },
    ]) {
      const matched = matcher.match(PLAIN_VIEW, raw);
      const held = items.map((item) => matcher.itemHolds(item));
      tape.take(raw);
      expect(matcher.matchTape(PLAIN_VIEW, tape)).toEqual(matched);
      expect(items.map((item) => matcher.itemHolds(item))).toEqual(held);
    }
  });

  it("let through only rules whose witness was met", () => {
    const rules = rulesOf(Array.from({ length: 500 }, (_, i) => ({ s: { f: `value${i}` }, condition: "s" })));
    const matcher = new Matcher(rules);
    expect(matcher.match(PLAIN_VIEW, { f: "value7" })).toEqual([7]);
    expect(matcher.stats).toMatchObject({ rules: 500, alwaysEvaluated: 0, candidates: 1, events: 1 });
  });
});
