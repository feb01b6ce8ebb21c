import { describe, expect, it } from "vitest";
import { parseSearchText, searchTextOf } from "../../api/search-text.ts";
import { eventQueryOf, fieldText, histogram, parseEntity, parseField, readEventSearch } from "./event-search.ts";

describe("parseField", () => {
  it.each([
    ["CommandLine:contains:-enc", { field: "CommandLine", op: "contains", value: "-enc" }],
    ["a:b:eq:c:d", { field: "a:b", op: "eq", value: "c:d" }],
    ["Image:exists", { field: "Image", op: "exists", value: "" }],
    ["Image:eq:", undefined],
    [":eq:x", undefined],
    ["Image", undefined],
  ] as const)("%s", (text, expected) => {
    expect(parseField(text)).toEqual(expected);
    if (expected !== undefined) expect(fieldText(expected)).toBe(text);
  });
});

describe("parseEntity", () => {
  it.each([
    ["ip:2001:db8::1", { kind: "ip", value: "2001:db8::1" }],
    ["planet:mars", undefined],
    ["host:", undefined],
  ])("%s", (text, expected) => {
    expect(parseEntity(text)).toEqual(expected);
  });
});

describe("readEventSearch", () => {
  it("survives the address bar with hostile values", () => {
    const search = readEventSearch({
      entity: ["user:<img src=x>", "ip:10.0.0.1"],
      field: "CommandLine:contains:a&b=c#d",
      from: "1700000000000",
      order: "oldest",
      q: "\u202e%00",
    });
    expect(search.entity).toHaveLength(2);
    expect(readEventSearch(parseSearchText(searchTextOf({ ...search })))).toEqual(search);
  });
  it("drops what it does not know", () => {
    expect(readEventSearch({ span: "1y", entity: "x", class: "abc", evil: "1" })).toEqual({});
  });
});

describe("eventQueryOf", () => {
  it("turns a span into a start", () => {
    expect(eventQueryOf({ span: "1h", from: 5 }, 10_000_000)).toEqual({ from: 6_400_000, order: "newest" });
  });
});

describe("histogram", () => {
  it("counts every time once", () => {
    expect(histogram([0, 1, 9, 10, 10], 2)).toEqual([2, 3]);
    expect(histogram([5, 5], 3)).toEqual([2, 0, 0]);
    expect(histogram([], 3)).toEqual([]);
  });
});
