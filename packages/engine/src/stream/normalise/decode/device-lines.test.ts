import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDeviceLine, type Standing } from "./device-lines.ts";
import { parseW3cRow, parseZeekRow } from "./headed-row.ts";
import { parseLeef } from "./leef.ts";
import { parsePaloAlto } from "./palo-alto.ts";

/** CSV opens quotes. */
const bare = (text: string) => text.replaceAll('"', "");

describe("lines of devices", () => {
  const rows: readonly [string, Standing, string, string | undefined, object][] = [
    [
      "ASA",
      "line",
      "%ASA-6-302013: Built x",
      "cisco",
      { cisco_facility: "ASA", level: "6", message_id: "302013", message: "Built x" },
    ],
    [
      "IOS behind its sequence number",
      "message",
      "47: %SYS-5-CONFIG_I: Configured",
      "cisco",
      { cisco_facility: "SYS", message_id: "CONFIG_I" },
    ],
    [
      "NX-OS facility with a hyphen",
      "message",
      ": 2026 May 4 10:20:30 UTC: %ETHPORT-5-IF_UP: x",
      "cisco",
      { cisco_facility: "ETHPORT" },
    ],
    ["a percent sign is no Cisco", "message", "disk 95% full: clean up", undefined, {}],
    ["pairs", "line", 'date=2026-05-04 devname="a b" type=x level=y', "key-value", { devname: "a b", level: "y" }],
    ["too few pairs", "line", "a=1 b=2 c=3", undefined, {}],
    ["pairs of a program stay its message", "program", "a=1 b=2 c=3 d=4", undefined, {}],
    ["a pair called message is not replaced", "line", "a=1 b=2 c=3 message=m", "key-value", { message: "m" }],
    [
      "squid",
      "line",
      "1777890030.125 123 192.0.2.20 TCP_MISS/200 1234 GET http://h.example:81/a - DIRECT/192.0.2.1 text/html",
      "squid",
      { "cs-host": "h.example", "sc-status": 200 },
    ],
    ["a number alone is no squid", "line", "1777890030.125 hello", undefined, {}],
    [
      "nginx: IPv6 client, no request",
      "line",
      "2026/05/04 10:20:30 [error] 1#2: *3 x failed, client: 2001:db8::7, server: _",
      "nginx-error",
      { client: "2001:db8::7", server: "_" },
    ],
    [
      "Apache 2.2",
      "line",
      "[Mon May 04 10:20:30 2026] [error] [client 192.0.2.1] File does not exist: /x",
      "apache-error",
      { level: "error", client: "192.0.2.1" },
    ],
  ];
  for (const [name, standing, text, form, expected] of rows) {
    it(name, () => {
      const found = parseDeviceLine(text, standing);
      expect(found?.form).toBe(form);
      if (form !== undefined) expect(found?.raw).toMatchObject(expected);
    });
  }

  it("any text ends, and what was read is said by it (property)", () => {
    const piece = fc.constantFrom(
      "%ASA-6-1",
      ": ",
      "a=",
      '"',
      "1,2026/05/04 10:20:30,,TRAFFIC,",
      "[",
      "]",
      " ",
      "1777890030.125",
      "/",
      ",",
      "LEEF:2.0|",
      "^|",
      "x09|",
      "\t",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.constantFrom<Standing>("line", "message", "program"),
        (pieces, standing) => {
          const text = pieces.join("");
          for (const raw of [parseDeviceLine(text, standing)?.raw, parseLeef(text), parsePaloAlto(text)]) {
            for (const value of Object.values(raw ?? {}))
              if (typeof value === "string") expect(bare(text)).toContain(bare(value.trim()));
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe("parseLeef", () => {
  const rows: readonly [string, string, object | undefined][] = [
    ["version 1, tabs", "LEEF:1.0|V|P|1|E|a=1\tb=x y\t", { eventId: "E", a: "1", b: "x y" }],
    ["version 2, a character", "LEEF:2.0|V|P|1|E|^|a=1^b=c=d", { a: "1", b: "c=d" }],
    ["version 2, hex", "LEEF:2.0|V|P|1|E|0x7C|a=1|b=2", { a: "1", b: "2" }],
    ["version 2 without the field", "LEEF:2.0|V|P|1|E|a=1\tb=2", { a: "1", b: "2" }],
    ["an attribute does not replace the header", "LEEF:1.0|V|P|1|E|eventId=9", { eventId: "E" }],
    ["not LEEF", "LEEF:1.0|V|P", undefined],
  ];
  for (const [name, text, expected] of rows) {
    it(name, () =>
      expected ? expect(parseLeef(text)).toMatchObject(expected) : expect(parseLeef(text)).toBeUndefined(),
    );
  }
});

describe("rows under a header", () => {
  const meta = { delimiter: "\t", set_separator: ",", empty_field: "(empty)", unset_field: "-", path: "conn" };
  const zeek = (types: string, row: string) =>
    parseZeekRow(
      row,
      types
        .split("\t")
        .map((_, i) => `f${i}`)
        .join("\t"),
      { ...meta, types },
    );
  const rows: readonly [string, string, string, object][] = [
    [
      "types",
      "time\tcount\tbool\taddr\tport",
      "1777890030.125\t12\tT\t192.0.2.1\t53",
      { _path: "conn", f0: 1_777_890_030.125, f1: 12, f2: true, f3: "192.0.2.1", f4: 53 },
    ],
    ["unset is absent, empty is empty", "string\tstring\tset[string]", "-\t(empty)\t(empty)", { f1: "", f2: [] }],
    [
      "sets and vectors",
      "set[addr]\tvector[interval]",
      "192.0.2.1,192.0.2.2\t0.5,-",
      { f0: ["192.0.2.1", "192.0.2.2"], f1: [0.5, "-"] },
    ],
    ["escaped bytes", "string", "a\\x09b \\xc3\\xa4", { f0: "a\tb \u00e4" }],
    ["a count beyond 2^53 stays text", "count", "18446744073709551615", { f0: "18446744073709551615" }],
  ];
  for (const [name, types, row, expected] of rows)
    it(`Zeek: ${name}`, () => expect(zeek(types, row).raw).toMatchObject(expected));
  it("Zeek: a row of another length says so", () => {
    expect(zeek("string\tstring", "a").remarks).toEqual(["row has 1 cells, header 2"]);
    expect(Object.keys(zeek("string", "-").raw)).toEqual(["_path"]);
  });
  it("W3C: spaces, tabs below a header of spaces, commas", () => {
    expect(parseW3cRow('a "b c" -', "x cs(User-Agent) z").raw).toEqual({ x: "a", "cs(User-Agent)": "b c", z: "-" });
    expect(parseW3cRow("a\tb c", "x y").raw).toEqual({ x: "a", y: "b c" });
    expect(parseW3cRow("a,b c", "x,y").raw).toEqual({ x: "a", y: "b c" });
  });
});
