import type { WireIncidentSummary } from "@cordon/model/api/incidents";
import { describe, expect, it } from "vitest";
import { parseSearchText, searchTextOf } from "../../api/search-text.ts";
import { mergeRows } from "./merge-rows.ts";
import { queueQueryOf, readQueueSearch, toggleStatus } from "./queue-search.ts";

const row = (id: string, priority = 50): WireIncidentSummary => ({
  id,
  title: id,
  status: "open",
  priority,
  severity: "high",
  terms: [],
  openedAt: 0,
  updatedAt: 0,
  firstSeen: 0,
  lastSeen: 0,
  detections: 1,
  repeats: 0,
  hosts: [],
  users: [],
  techniques: [],
  tactics: [],
  approvalsWaiting: 0,
});

describe("readQueueSearch", () => {
  it.each([
    ["", {}],
    ["?min=250&order=sideways&status=open,nonsense", { min: 100, status: "open" }],
    ["?q=WS-12&severity=high&peek=INC-1", { q: "WS-12", severity: "high", peek: "INC-1" }],
    ["?min=abc&status=all", { status: "all" }],
  ])("%s", (text, expected) => {
    expect(readQueueSearch(parseSearchText(text))).toEqual(expected);
  });
  it("survives the address bar", () => {
    const search = readQueueSearch({ status: "open,waiting", min: 40, q: "a&b=c #x", order: "updated" });
    expect(readQueueSearch(parseSearchText(searchTextOf({ ...search })))).toEqual(search);
  });
});

describe("queueQueryOf", () => {
  it("hides closed incidents unless asked", () => {
    expect(queueQueryOf({}).status).toBe("new,open,waiting,contained");
    expect(queueQueryOf({ status: "all" }).status).toBeUndefined();
  });
});

describe("toggleStatus", () => {
  it.each([
    [{}, "waiting", "waiting"],
    [{ status: "open,waiting" }, "waiting", "open"],
    [{ status: "open" }, "open", undefined],
  ] as const)("%o %s", (search, status, expected) => {
    expect(toggleStatus(search, status)).toBe(expected);
  });
});

describe("mergeRows", () => {
  it("keeps order, changes contents, counts what is new above (M1)", () => {
    const first = mergeRows(undefined, [row("a", 90), row("b", 80)]);
    const next = mergeRows(first.rows, [row("n", 99), row("b", 85), row("a", 70)]);
    expect(next.rows.map((shown) => [shown.incident.id, shown.incident.priority])).toEqual([
      ["a", 70],
      ["b", 85],
    ]);
    expect(next.waiting.map((incident) => incident.id)).toEqual(["n"]);
  });
  it("puts the next page below", () => {
    const first = mergeRows(undefined, [row("a"), row("b")]);
    const next = mergeRows(first.rows, [row("a"), row("b"), row("c")]);
    expect(next.rows.map((shown) => shown.incident.id)).toEqual(["a", "b", "c"]);
    expect(next.waiting).toEqual([]);
  });
  it("marks what left the view", () => {
    const first = mergeRows(undefined, [row("a"), row("b")]);
    expect(mergeRows(first.rows, [row("b")]).rows.map((shown) => shown.gone)).toEqual([true, false]);
  });
  it("fills an empty queue at once", () => {
    expect(mergeRows([], [row("a")]).rows).toHaveLength(1);
  });
});
