import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordId, sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { describe, expect, it } from "vitest";
import { compileMappings } from "./mapping.ts";
import { makeNormaliser } from "./normalise.ts";
import { makeScriptJoin, type PartPlace } from "./script-join.ts";

const path = join(import.meta.dirname, "../../../../../content/sources/microsoft-windows-powershell/mapping.yml");
const { mappings } = compileMappings([{ path, text: readFileSync(path, "utf8") }]);
const sha256 = (text: string | Uint8Array) => sha256Of(createHash("sha256").update(text).digest("hex"));

interface Piece {
  readonly n: number;
  readonly of: number;
  readonly text: string;
  readonly id?: string;
  readonly host?: string;
  readonly layout?: "open";
}

function run(pieces: readonly Piece[]) {
  const toEvents = makeNormaliser({ mappings, sha256 });
  return pieces.flatMap(({ n, of, text, id = "b1", host = "WS1", layout }, i) => {
    const data = { MessageNumber: n, MessageTotal: of, ScriptBlockText: text, ScriptBlockId: id, Path: "" };
    const system = { EventID: 4104, Channel: "Microsoft-Windows-PowerShell/Operational", Computer: host };
    const body = layout === "open" ? { ...system, ...data } : { Event: { System: system, EventData: data } };
    return toEvents({
      id: recordId(String(i).padStart(32, "0")),
      source: "files",
      input: "x",
      format: "json",
      position: i,
      receivedAt: instant(1_777_890_030_000),
      body: new Untrusted(new TextEncoder().encode(JSON.stringify(body))),
    }).events;
  });
}

const joinedOf = (pieces: readonly Piece[]) => run(pieces).filter(({ id }) => id.endsWith("-100000000"));
const two: readonly Piece[] = [
  { n: 1, of: 2, text: "IEX (New-Object Net.Web" },
  { n: 2, of: 2, text: "Client)" },
];

describe("PowerShell scripts in parts", () => {
  it("the parts stay, the whole joins them under an id that follows from the first", () => {
    const events = run(two);
    expect(events.map(({ id }) => id)).toEqual([
      `${"0".repeat(32)}-0`,
      `${"1".padStart(32, "0")}-0`,
      `${"0".repeat(32)}-100000000`,
    ]);
    expect(events[2]).toMatchObject({
      shape: "windows.powershell/ps_script",
      log: { categories: ["ps_script"] },
      raw: {
        Event: {
          EventData: { ScriptBlockText: "IEX (New-Object Net.WebClient)", JoinedParts: 2, ScriptBlockId: "b1" },
        },
      },
      provenance: {
        remarks: expect.arrayContaining([expect.stringMatching(/^joined from 2 parts: this event and 0+1-0$/)]),
      },
    });
    expect(events[2]?.entities).toContainEqual({
      kind: "script",
      role: "object",
      value: sha256("IEX (New-Object Net.WebClient)"),
    });
    expect(run(two)).toEqual(events);
  });

  const rows: readonly [string, readonly Piece[], readonly string[]][] = [
    [
      "out of order, a part twice",
      [
        { n: 2, of: 3, text: "b" },
        { n: 3, of: 3, text: "c" },
        { n: 2, of: 3, text: "b" },
        { n: 1, of: 3, text: "a" },
      ],
      ["abc"],
    ],
    [
      "a part is missing",
      [
        { n: 1, of: 3, text: "a" },
        { n: 3, of: 3, text: "c" },
      ],
      [],
    ],
    [
      "the same script id on two hosts",
      [
        { n: 1, of: 2, text: "a" },
        { n: 2, of: 2, text: "b", host: "WS2" },
      ],
      [],
    ],
    [
      "two scripts interleaved",
      [
        { n: 1, of: 2, text: "a" },
        { n: 1, of: 2, text: "x", id: "b2" },
        { n: 2, of: 2, text: "b" },
        { n: 2, of: 2, text: "y", id: "b2" },
      ],
      ["ab", "xy"],
    ],
    ["one part is whole already", [{ n: 1, of: 1, text: "a" }], []],
    [
      "numbers that cannot be",
      [
        { n: 3, of: 2, text: "a" },
        { n: 0, of: 2, text: "b" },
        { n: 1, of: 100_000, text: "c" },
      ],
      [],
    ],
    [
      "flat events",
      [
        { n: 1, of: 2, text: "a", layout: "open" },
        { n: 2, of: 2, text: "b", layout: "open" },
      ],
      ["ab"],
    ],
  ];
  for (const [name, pieces, expected] of rows) {
    it(name, () =>
      expect(
        joinedOf(pieces).map(({ raw }) => Object(raw.Event ?? { EventData: raw }).EventData.ScriptBlockText),
      ).toEqual(expected),
    );
  }

  it("is bounded: the oldest script gives way and is counted", () => {
    const [first] = run([{ n: 1, of: 2, text: "a" }]);
    if (first === undefined) throw new Error("no event");
    const scripts = makeScriptJoin(sha256);
    const place = (id: number, number: number, text = "t"): PartPlace => ({ id: String(id), number, total: 2, text });
    for (let id = 0; id <= 256; id += 1) scripts.step(first, place(id, 1));
    expect(scripts.evicted()).toBe(1);
    expect(scripts.step(first, place(0, 2))).toBeUndefined();
    expect(scripts.step(first, place(256, 2))).toBeDefined();
    scripts.step(first, place(999, 1, "x".repeat(9 << 20)));
    expect(scripts.evicted()).toBeGreaterThan(200);
  });
});
