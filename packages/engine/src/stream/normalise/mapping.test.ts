import { readField } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { compileMappings } from "./mapping.ts";

const good = "id: a.b\nversion: '1'\ndetect: { any: [{ kind: x }] }\n";
const errorsOf = (...texts: readonly string[]) =>
  compileMappings(texts.map((text, i) => ({ path: `f${i}.yml`, text }))).errors.map(
    ({ path, key, message }) => `${path} ${key}: ${message}`,
  );

describe("compileMappings", () => {
  it("accepts the smallest mapping", () => expect(errorsOf(good)).toEqual([]));

  const bad: readonly [string, string, RegExp][] = [
    ["no YAML", "a: [", /^f0\.yml : /],
    ["duplicate key", `${good}version: '2'\n`, /unique/i],
    ["unknown key", `${good}colour: red\n`, /colour/],
    ["unknown kind", `${good}entities: [[f, person, actor]]\n`, /entities\.0/],
    ["unknown role", `${good}entities: [[f, ip, hero]]\n`, /entities\.0/],
    ["severity out of range", `${good}severity: 9\n`, /severity/],
    ["bad id", "id: A B\nversion: '1'\ndetect: {}\n", /^f0\.yml id: /],
    [
      "touching captures",
      `${good}shapes: [{ name: s, match: { field: m, templates: ['{a}{b}'] } }]\n`,
      /two captures touch/,
    ],
  ];
  for (const [name, text, expected] of bad) {
    it(name, () => expect(errorsOf(text).join("\n")).toMatch(expected));
  }

  it("an id used twice names both files, the first stays", () => {
    const result = compileMappings([
      { path: "one.yml", text: good },
      { path: "two.yml", text: good },
    ]);
    expect(result.mappings.length).toBe(1);
    expect(result.errors).toEqual([{ path: "two.yml", key: "id", message: "id a.b is already used by one.yml" }]);
  });

  it("one unsound file does not take the others with it", () => {
    expect(
      compileMappings([
        { path: "x", text: "a: [" },
        { path: "y", text: good },
      ]).mappings.length,
    ).toBe(1);
  });

  it("views: aliases of the shape come before those of the file, literal names before paths", () => {
    const { views } = compileMappings([
      {
        path: "x",
        text: `${good}view: { alias: { A: one, B: p.q } }\nshapes: [{ name: s, when: { k: 1 }, view: { alias: { A: two } } }]\n`,
      },
    ]);
    const base = views.get("a.b");
    const shape = views.get("a.b/s");
    if (base === undefined || shape === undefined) throw new Error("a view is missing");
    expect(readField(base, { one: 1, two: 2 }, "A")?.value).toBe(1);
    expect(readField(shape, { one: 1, two: 2 }, "A")?.value).toBe(2);
    expect(readField(base, { "p.q": 3, p: { q: 4 } }, "B")?.value).toBe(3);
    expect(readField(base, { p: { q: 4 } }, "B")).toEqual({ value: 4, pointer: "/p/q" });
  });
});
