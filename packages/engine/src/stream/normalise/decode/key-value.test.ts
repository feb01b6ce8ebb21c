import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyValuePairs, parseAudit } from "./key-value.ts";

const fields = (text: string) => parseAudit(text)?.raw;

describe("parseAudit", () => {
  const rows: readonly [string, string, object][] = [
    [
      "SYSCALL: numbers stay, hex text is decoded",
      'type=SYSCALL msg=audit(1700000000.123:45): arch=c000003e syscall=59 success=yes a0=7FFE a1=0 exe="/usr/bin/id" comm=6964 key=(null)',
      { type: "SYSCALL", serial: "45", a0: "7FFE", exe: "/usr/bin/id", comm: "id", key: "(null)" },
    ],
    [
      "EXECVE: arguments joined",
      'type=EXECVE msg=audit(1700000000.123:45): argc=3 a0="ls" a1=2D6C612062 a2="/tmp"',
      { a1: "-la b", command_line: "ls -la b /tmp" },
    ],
    [
      "EXECVE: split argument",
      'type=EXECVE msg=audit(1.0:1): argc=2 a0="x" a1_len=4 a1[0]=6162 a1[1]=6364',
      { a1: "abcd", command_line: "x abcd" },
    ],
    [
      "enriched part",
      'type=SYSCALL msg=audit(1.0:1): uid=0 comm="sh"\u001dUID="root" SYSCALL=execve',
      { uid: "0", UID: "root", SYSCALL: "execve" },
    ],
    [
      "inner message",
      `type=USER_LOGIN msg=audit(1.0:1): pid=9 uid=0 msg='op=login acct="bob" exe="/usr/sbin/sshd" hostname=? addr=10.0.0.9 terminal=ssh res=failed'`,
      { msg: "audit(1.0:1)", op: "login", acct: "bob", addr: "10.0.0.9", res: "failed" },
    ],
    [
      "proctitle with NULs",
      "node=web01 type=PROCTITLE msg=audit(1.0:1): proctitle=2F62696E2F7368002D6300",
      { node: "web01", proctitle: "/bin/sh -c" },
    ],
    [
      "USER_CMD",
      "type=USER_CMD msg=audit(1.0:1): msg='cwd=\"/\" cmd=636174202F657463 res=success'",
      { cmd: "cat /etc" },
    ],
  ];
  for (const [name, text, expected] of rows) {
    it(name, () => expect(fields(text)).toMatchObject(expected));
  }

  it("time", () => expect(parseAudit("type=A msg=audit(1700000000.12:1): x=1")?.time).toBe(1_700_000_000_120));
  it("other text is not an audit record", () => expect(parseAudit("type=A message=x")).toBeUndefined());
  it("an argument called __proto__ is a field", () => {
    expect(Object.hasOwn(fields("type=A msg=audit(1.0:1): __proto__=1") ?? {}, "__proto__")).toBe(true);
  });
});

describe("keyValuePairs", () => {
  it("quotes, empty values, words between", () => {
    expect(keyValuePairs(`date=2024 name="a b" empty= word k='x y'`).map(({ key, value }) => [key, value])).toEqual([
      ["date", "2024"],
      ["name", "a b"],
      ["empty", ""],
      ["k", "x y"],
    ]);
  });
  it("ends on any text", () => {
    const piece = fc.constantFrom("=", '"', "'", " ", "a", "=", "\u001d", ",");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        keyValuePairs(parts.join(""));
        parseAudit(`type=EXECVE msg=audit(1.0:1): ${parts.join("")}`);
      }),
      { numRuns: 5_000 },
    );
  });
});
