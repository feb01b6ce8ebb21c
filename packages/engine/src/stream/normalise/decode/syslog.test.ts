import { instant } from "@cordon/model/time";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSyslog } from "./syslog.ts";

const at = (iso: string) => instant(Date.parse(iso));
const now = at("2026-01-02T00:00:00Z");

describe("parseSyslog", () => {
  it("RFC 5424 with structured data, escapes, BOM", () => {
    const found = parseSyslog(
      '<165>1 2003-10-11T22:14:15.003Z host.example su 77 ID47 [ex@1 iut="3" q="a\\"b\\]c\\\\d\\n"][ex2 k="v"] \uFEFFhello\n',
      now,
    );
    expect(found).toEqual({
      header: {
        priority: 165,
        facility: "local4",
        severity: "notice",
        version: 1,
        timestamp: "2003-10-11T22:14:15.003Z",
        hostname: "host.example",
        program: "su",
        pid: "77",
        msgid: "ID47",
        structured_data: { "ex@1": { iut: "3", q: 'a"b]c\\d\\n' }, ex2: { k: "v" } },
      },
      message: "hello",
      time: Date.parse("2003-10-11T22:14:15.003Z"),
    });
  });

  it("RFC 5424 with nil values everywhere", () => {
    expect(parseSyslog("<0>1 - - - - - -", now)).toEqual({
      header: { priority: 0, facility: "kern", severity: "emerg", version: 1 },
      message: "",
    });
  });

  it("broken structured data stays in the message", () => {
    expect(parseSyslog('<13>1 - h a - - [x y="1" text', now)?.message).toBe('[x y="1" text');
  });

  const bsd: readonly [string, string, string, object][] = [
    [
      "with priority",
      "<38>Nov 21 10:00:01 web01 sshd[812]: Failed password",
      "2025-11-21T10:00:01Z",
      { hostname: "web01", program: "sshd", pid: "812" },
    ],
    ["one day ahead is this year", "Jan  2 23:59:59 h a: x", "2026-01-02T23:59:59Z", { hostname: "h", program: "a" }],
    ["two days ahead is last year", "Jan  4 00:00:01 h a: x", "2025-01-04T00:00:01Z", { hostname: "h", program: "a" }],
    ["29 February", "Feb 29 12:00:00 h a: x", "2024-02-29T12:00:00Z", { hostname: "h", program: "a" }],
    ["with year", "Mar  1 2019 12:00:00 h a: x", "2019-03-01T12:00:00Z", { hostname: "h", program: "a" }],
    ["without host", "Dec 31 23:00:00 sudo: x", "2025-12-31T23:00:00Z", { program: "sudo" }],
    [
      "ISO time of rsyslog",
      "2024-05-01T10:00:00.5+02:00 h cron[1]: x",
      "2024-05-01T08:00:00.500Z",
      { hostname: "h", program: "cron", pid: "1" },
    ],
  ];
  for (const [name, text, time, header] of bsd) {
    it(`RFC 3164 ${name}`, () => {
      const found = parseSyslog(text, now);
      expect(found?.time).toBe(Date.parse(time));
      expect(found?.header).toMatchObject(header);
    });
  }

  it("a year change: New Year's Eve read in January is last year", () => {
    expect(parseSyslog("Dec 31 23:59:59 h a: x", at("2026-01-01T00:05:00Z"))?.time).toBe(
      Date.parse("2025-12-31T23:59:59Z"),
    );
  });

  for (const text of [
    "plain words",
    "<999>x",
    "",
    "2024-05-01T10:00:00Z no tag here",
    "Foo 12 10:00:00 h a: x",
    "2024-05-01T10:00:00Z ERROR db: gone",
  ]) {
    it(`not syslog: ${text}`, () => expect(parseSyslog(text, now)).toBeUndefined());
  }

  for (const body of ["CEF:0|v|p|1|2|n|3", '{"a": 1}', "type=PATH msg=audit(1.0:1): x=1", "<Event><a: b/></Event>"]) {
    it(`a body without a tag: ${body}`, () => {
      expect(parseSyslog(`<13>Jan  1 10:00:00 h ${body}`, now)).toMatchObject({
        header: { hostname: "h" },
        message: body,
      });
    });
  }

  it("never throws", () => {
    const piece = fc.constantFrom(
      "<13>",
      "1 ",
      "-",
      " ",
      "[",
      "]",
      '"',
      "=",
      "\\",
      "Jan  1 00:00:00 ",
      "2024-01-01T00:00:00Z ",
      "a",
      ":",
      "__proto__",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (parts) => {
        parseSyslog(parts.join(""), now);
      }),
      { numRuns: 10_000 },
    );
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});
