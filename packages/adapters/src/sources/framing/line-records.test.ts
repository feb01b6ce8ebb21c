import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeAuditGroups } from "./audit-groups.ts";
import type { Frame } from "./frame.ts";
import { withLineRecords } from "./line-records.ts";
import { makeLineFramer } from "./lines.ts";

function framesOf(text: string, pieces: readonly number[] = []): Frame[] {
  const framer = withLineRecords(makeLineFramer());
  const input = Buffer.from(text);
  const out: Frame[] = [];
  let at = 0;
  for (const piece of pieces) {
    out.push(...framer.push(input.subarray(at, at + piece)));
    at = Math.min(input.length, at + piece);
  }
  return [...out, ...framer.push(input.subarray(at)), ...framer.end()];
}
const show = ({ position, bytes }: Frame) => `${position}:${Buffer.from(bytes).toString().replaceAll("\n", "|")}`;
const audit = (type: string, serial: number, node = "") => `${node}type=${type} msg=audit(1.000:${serial}): x`;
const [S1, C1, P1] = [audit("SYSCALL", 1), audit("CWD", 1), audit("PROCTITLE", 1)];
const [S2, P2] = [audit("SYSCALL", 2), audit("PROCTITLE", 2)];

describe("audit lines of one serial", () => {
  const rows: readonly [string, readonly string[], readonly string[]][] = [
    ["one group", [S1, C1, P1], [`1:${S1}|${C1}|${P1}`]],
    ["two groups", [S1, P1, S2, P2], [`1:${S1}|${P1}`, `3:${S2}|${P2}`]],
    ["interleaved", [S1, S2, C1, P2, P1], [`2:${S2}|${P2}`, `1:${S1}|${C1}|${P1}`]],
    ["other lines pass by", [S1, "May 4 x", P1], ["2:May 4 x", `1:${S1}|${P1}`]],
    ["not ended: with the input", [S1, C1], [`1:${S1}|${C1}`]],
    ["one line stays as it is", [S1], [`1:${S1}`]],
    [
      "records of programs stand alone",
      [audit("USER_LOGIN", 3), S1, P1],
      [`1:${audit("USER_LOGIN", 3)}`, `2:${S1}|${P1}`],
    ],
    ["a late line is a record of its own", [S1, P1, C1], [`1:${S1}|${P1}`, `3:${C1}`]],
    [
      "nodes with the same serial",
      [audit("SYSCALL", 1, "node=a "), audit("SYSCALL", 1, "node=b "), audit("PROCTITLE", 1, "node=a ")],
      [
        `1:${audit("SYSCALL", 1, "node=a ")}|${audit("PROCTITLE", 1, "node=a ")}`,
        `2:${audit("SYSCALL", 1, "node=b ")}`,
      ],
    ],
  ];
  for (const [name, lines, expected] of rows) {
    it(name, () => expect(framesOf(`${lines.join("\n")}\n`).map(show)).toEqual(expected));
  }

  it("bounded in lines, bytes, groups and distance", () => {
    const lines = (count: number, of: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => of(i)).join("\n");
    expect(framesOf(lines(130, () => C1)).map(({ position }) => position)).toEqual([1, 65, 129]);
    expect(framesOf(lines(3, () => C1 + "x".repeat(100_000))).map(({ position }) => position)).toEqual([1, 3]);
    expect(framesOf(lines(10, (i) => audit("SYSCALL", i))).map(({ position }) => position)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(
      framesOf([S1, lines(70, (i) => `line ${i}`), C1].join("\n"))
        .map(show)
        .filter((text) => text.includes("audit")),
    ).toEqual([`1:${S1}`, `72:${C1}`]);
  });

  it("tells from where to read again while a group is open", () => {
    const groups = makeAuditGroups();
    const take = (text: string, line: number) =>
      groups.take({ bytes: Buffer.from(text), offset: line * 100, position: line, format: "auto" });
    take(S1, 1);
    take(S2, 2);
    take(P1, 3);
    // Reading again from line 2 would find the second line of nothing: the last quiet place is the start of line 1.
    expect(groups.heldFrom()).toMatchObject({ offset: 100, line: 1 });
    take(P2, 4);
    expect(groups.heldFrom()).toBeUndefined();
  });

  it("no line is lost or doubled, however chunks fall (property)", () => {
    const line = fc.oneof(
      fc
        .record({ type: fc.constantFrom("SYSCALL", "PATH", "CWD", "PROCTITLE", "EOE", "USER_CMD"), serial: fc.nat(12) })
        .map(({ type, serial }) => audit(type, serial)),
      fc.constantFrom("text", "# note", "{}"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), fc.array(fc.nat(50)), (lines, pieces) => {
        const all = framesOf(lines.join("\n"));
        const out = all.flatMap(({ bytes }) => Buffer.from(bytes).toString().split("\n"));
        expect(out.toSorted()).toEqual(lines.toSorted());
        expect(framesOf(lines.join("\n"), pieces).map(show)).toEqual(all.map(show));
      }),
    );
  });
});

describe("headers of lines", () => {
  it("Zeek: names, types and path travel with each row, a second header replaces the first", () => {
    const text =
      "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2026-05-04\n#fields\tts\tuid\n#types\ttime\tstring\n1.5\tC1\n#close\t2026\n#fields\tuid\n#types\tstring\nC2\n";
    const frames = framesOf(text);
    expect(frames.map(show)).toEqual(["9:1.5\tC1", "13:C2"]);
    expect(frames.map(({ format }) => format)).toEqual(["csv", "csv"]);
    expect(frames[0]?.meta).toEqual({
      dialect: "zeek",
      delimiter: "\t",
      set_separator: ",",
      empty_field: "(empty)",
      unset_field: "-",
      path: "conn",
      header: "ts\tuid",
      types: "time\tstring",
    });
    expect(frames[1]?.meta).toMatchObject({ header: "uid", types: "string" });
  });
  it("W3C", () => {
    const frames = framesOf(
      "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-05-04\n#Fields: date time c-ip\n2026-05-04 10:00:00 192.0.2.1\n#Fields: date c-ip\n2026-05-04 192.0.2.2\n",
    );
    expect(frames.map(({ meta }) => meta?.header)).toEqual(["date time c-ip", "date c-ip"]);
    expect(frames[0]?.meta).toMatchObject({ dialect: "w3c", software: "Microsoft Internet Information Services 10.0" });
  });
  it("VPC flow logs in S3 begin with their names; other words stay lines", () => {
    const names = "version vpc-id pkt-srcaddr pkt-dstaddr flow-direction";
    const frames = framesOf(`srcaddr and dstaddr differ\n${names}\n5 vpc-1 10.0.0.5 192.0.2.1 egress\n`);
    expect(frames.map(({ format, meta }) => [format, meta?.header])).toEqual([
      ["auto", undefined],
      ["csv", names],
    ]);
  });
  it("comments of other logs stay lines", () =>
    expect(framesOf("# note\n#fields of gold\n#path x\nrow\n").map(show)).toEqual([
      "1:# note",
      "2:#fields of gold",
      "3:#path x",
      "4:row",
    ]));
});
