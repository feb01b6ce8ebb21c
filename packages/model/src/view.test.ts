import { describe, expect, it } from "vitest";
import type { JsonObject } from "./json.ts";
import { type FieldView, PLAIN_VIEW, readField, readPointer } from "./view.ts";

const view: FieldView = {
  id: "test",
  roots: [["Event", "EventData"], ["Event", "UserData", "*"], ["Event", "System"], []],
  alias: {
    Image: [["Event", "EventData", "NewProcessName"]],
    Provider_Name: [["Event", "System", "Provider", "Name"]],
  },
  derived: {
    md5: { kind: "hash-part", from: ["Hashes"], label: "MD5" },
    Imphash: { kind: "hash-part", from: ["Hashes"], label: "IMPHASH" },
    User: { kind: "join", from: [["Dom"], ["Name"]], with: "\\" },
    Arguments: { kind: "join", from: [["list"]], with: " " },
    Level2: { kind: "lookup", from: ["Label"], values: { a: "High" } },
    Fixed: { kind: "constant", value: 7 },
  },
};

const raw: JsonObject = {
  Event: {
    System: { EventID: 1, Provider: { Name: "P" } },
    EventData: {
      NewProcessName: "C:\\a.exe",
      Hashes: "SHA1=AA,MD5=BB,IMPHASH=CC",
      "New Value": "x",
      Dom: "D",
      Name: "u",
      Label: "a",
      Empty: null,
      "a.b": "literal",
      a: { b: "path" },
    },
    UserData: { LogFileCleared: { SubjectUserName: "bob" } },
  },
  list: ["a", 2, "c d"],
  items: [{ id: 1 }, { id: 2 }, { other: { x: "deep" } }],
  annotations: { "k8s.io/decision": "allow", "authorization.k8s.io/reason": "r" },
  "we/ird~": 1,
};

describe("readField", () => {
  const rows: readonly [string, string, unknown, string][] = [
    ["exact key in a root", "EventID", 1, "/Event/System/EventID"],
    ["wildcard root", "SubjectUserName", "bob", "/Event/UserData/LogFileCleared/SubjectUserName"],
    ["literal key wins over path", "a.b", "literal", "/Event/EventData/a.b"],
    ["dotted path from raw", "Event.System.EventID", 1, "/Event/System/EventID"],
    ["dotted path from a root", "Provider.Name", "P", "/Event/System/Provider/Name"],
    ["alias", "Image", "C:\\a.exe", "/Event/EventData/NewProcessName"],
    ["alias to an attribute", "Provider_Name", "P", "/Event/System/Provider/Name"],
    ["derived hash", "md5", "BB", "/Event/EventData/Hashes"],
    ["derived imphash", "Imphash", "CC", "/Event/EventData/Hashes"],
    ["derived join", "User", "D\\u", "/Event/EventData/Dom"],
    ["derived join of a list", "Arguments", "a 2 c d", "/list"],
    ["derived lookup", "Level2", "High", "/Event/EventData/Label"],
    ["derived constant", "Fixed", 7, ""],
    ["spaces removed", "NewValue", "x", "/Event/EventData/New Value"],
    ["case-insensitive", "eventid", 1, "/Event/System/EventID"],
    ["case-insensitive without spaces", "newvalue", "x", "/Event/EventData/New Value"],
    ["null is a hit", "Empty", null, "/Event/EventData/Empty"],
    ["list of values over an array", "items.id", [1, 2], "/items"],
    ["one hit in an array keeps its pointer", "items.other.x", "deep", "/items/2/other/x"],
    ["index into an array", "items.1.id", 2, "/items/1/id"],
    [
      "key with dots inside a path",
      "annotations.authorization.k8s.io/reason",
      "r",
      "/annotations/authorization.k8s.io~1reason",
    ],
    ["dotted path in any case", "event.system.provider.name", "P", "/Event/System/Provider/Name"],
    ["escaped pointer", "we/ird~", 1, "/we~1ird~0"],
  ];
  for (const [name, field, value, pointer] of rows) {
    it(name, () => {
      expect(readField(view, raw, field)).toEqual({ value, pointer });
    });
  }

  for (const field of [
    "__proto__",
    "constructor",
    "toString",
    "Event.__proto__.x",
    "hasOwnProperty",
    "",
    ".",
    "items.9",
    "nothing",
  ]) {
    it(`absent: ${JSON.stringify(field)}`, () => {
      expect(readField(view, raw, field)).toBeUndefined();
    });
  }

  it("reads an own __proto__ key that a parser made", () => {
    const odd = JSON.parse('{"__proto__": {"a": 1}}') as JsonObject;
    expect(readField(PLAIN_VIEW, odd, "__proto__.a")).toEqual({ value: 1, pointer: "/__proto__/a" });
  });

  it("every pointer of a single value resolves to the value", () => {
    for (const field of ["EventID", "Image", "items.other.x", "we/ird~", "newvalue"]) {
      const hit = readField(view, raw, field);
      expect(hit && readPointer(raw, hit.pointer)).toEqual(hit?.value);
    }
  });

  it("a bare digest is told by its length", () => {
    const hit = readField({ ...view, roots: [[]] }, { Hashes: "f".repeat(32) }, "md5");
    expect(hit?.value).toBe("f".repeat(32));
  });
});
