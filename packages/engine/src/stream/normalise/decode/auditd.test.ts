import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAudit } from "./auditd.ts";

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

  it("ends on any text", () => {
    const piece = fc.constantFrom(
      "=",
      '"',
      "'",
      " ",
      "a",
      "a0",
      "[0]",
      "4",
      "\u001d",
      ",",
      "\n",
      "type=EXECVE msg=audit(1.0:1): ",
      "saddr=02",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        expect(parseAudit(`type=EXECVE msg=audit(1.0:1): ${parts.join("")}`)?.raw.serial).toBe("1");
      }),
      { numRuns: 5_000 },
    );
  });
});

const group = (...lines: readonly string[]) => fields(lines.join("\n"));

describe("names of system calls", () => {
  const rows: readonly [string, string, string | undefined][] = [
    ["x86-64", "arch=c000003e syscall=59", "execve"],
    ["ARM64", "arch=c00000b7 syscall=221", "execve"],
    ["another machine", "arch=40000003 syscall=11", undefined],
    ["not in the table", "arch=c000003e syscall=9999", undefined],
    ["auditd's own word wins", "arch=c000003e syscall=59\u001dSYSCALL=execveat", "execveat"],
  ];
  for (const [name, text, expected] of rows) {
    it(name, () => expect(fields(`type=SYSCALL msg=audit(1.0:1): ${text}`)?.SYSCALL).toBe(expected));
  }
});

describe("the lines of one serial", () => {
  const event = group(
    'type=SYSCALL msg=audit(1.5:7): arch=c000003e syscall=59 success=yes a0=55d0 a1=55e0 items=2 ppid=10 pid=11 comm="cat" exe="/usr/bin/cat" key="exec"\u001dSYSCALL=execve UID="root"',
    'type=EXECVE msg=audit(1.5:7): argc=2 a0="cat" a1=2F6574632F736861646F77',
    'type=CWD msg=audit(1.5:7): cwd="/root"',
    'type=PATH msg=audit(1.5:7): item=0 name="/usr/bin/cat" inode=1 nametype=NORMAL\u001dOUID="root"',
    'type=PATH msg=audit(1.5:7): item=1 name="/lib64/ld.so" inode=2 nametype=NORMAL',
    "type=PROCTITLE msg=audit(1.5:7): proctitle=636174002F6574632F736861646F77",
  );
  it("are one object", () =>
    expect(event).toEqual({
      type: ["SYSCALL", "EXECVE", "CWD", "PATH", "PROCTITLE"],
      msg: "audit(1.5:7)",
      serial: "7",
      arch: "c000003e",
      syscall: "59",
      success: "yes",
      syscall_a0: "55d0",
      syscall_a1: "55e0",
      items: "2",
      ppid: "10",
      pid: "11",
      comm: "cat",
      exe: "/usr/bin/cat",
      key: "exec",
      SYSCALL: "execve",
      UID: "root",
      cwd: "/root",
      proctitle: "cat /etc/shadow",
      argc: "2",
      a0: "cat",
      a1: "/etc/shadow",
      command_line: "cat /etc/shadow",
      PATH: [
        { item: "0", name: "/usr/bin/cat", inode: "1", nametype: "NORMAL", OUID: "root" },
        { item: "1", name: "/lib64/ld.so", inode: "2", nametype: "NORMAL" },
      ],
    }));
  it("without EXECVE the arguments of the call keep their names", () =>
    expect(
      group("type=SYSCALL msg=audit(1.5:7): syscall=103 a0=4", "type=PROCTITLE msg=audit(1.5:7): proctitle=61"),
    ).toMatchObject({ a0: "4", proctitle: "a" }));
  it("an argument in pieces over two lines, cut within a character", () =>
    expect(
      group(
        'type=EXECVE msg=audit(1.5:7): argc=3 a0="x" a1_len=6 a1[0]=61C3',
        'type=EXECVE msg=audit(1.5:7): a1[1]=A462 a2="y"',
      ),
    ).toMatchObject({ type: "EXECVE", a1: "a\u00e4b", a2: "y", command_line: "x a\u00e4b y" }));
  it("a field told differently becomes a list", () =>
    expect(
      group("type=AVC msg=audit(1.5:7): pid=1 path=2F61", "type=SYSCALL msg=audit(1.5:7): pid=1 path=2F62"),
    ).toMatchObject({ pid: "1", path: ["/a", "/b"] }));
  it("lines behind the head of a relay", () =>
    expect(
      group('type=CWD msg=audit(1.5:7): cwd="/"', "<14>May  4 10:20:32 h audispd: type=EOE msg=audit(1.5:7): "),
    ).toMatchObject({ type: ["CWD", "EOE"] }));
  it("what is no audit record is remarked", () =>
    expect(parseAudit('type=CWD msg=audit(1.5:7): cwd="/"\nnoise')?.remarks).toEqual([
      "1 of 2 lines are no audit records",
    ]));
});

describe("socket addresses", () => {
  const rows: readonly [string, string, object][] = [
    ["IPv4", "020001BBC6336407000000000000", { saddr_fam: "inet", laddr: "198.51.100.7", lport: "443" }],
    ["IPv4 of a big-endian machine", "000201BBC6336407", { saddr_fam: "inet", laddr: "198.51.100.7" }],
    [
      "IPv6",
      "0A000035000000002001 0DB8 0000 0000 0000 0000 0000 0007 00000000".replaceAll(" ", ""),
      { saddr_fam: "inet6", laddr: "2001:db8:0:0:0:0:0:7", lport: "53" },
    ],
    ["a path", "01002F72756E2F7800", { saddr_fam: "local", path: "/run/x" }],
    ["abstract", "0100007878", { saddr_fam: "local", path: "@xx" }],
  ];
  for (const [name, saddr, expected] of rows) {
    it(name, () => expect(fields(`type=SOCKADDR msg=audit(1.0:1): saddr=${saddr}`)).toMatchObject(expected));
  }
  it("netlink and cut ones stay as they are", () => {
    for (const saddr of ["100000000000000000000000", "0200", "02"]) {
      expect(fields(`type=SOCKADDR msg=audit(1.0:1): saddr=${saddr}`)?.saddr_fam).toBeUndefined();
    }
  });
  it("enriched", () =>
    expect(
      fields("type=SOCKADDR msg=audit(1.0:1): saddr=00\u001dSADDR={ saddr_fam=inet laddr=192.0.2.1 lport=80 }"),
    ).toMatchObject({ saddr: "00", laddr: "192.0.2.1", lport: "80" }));
});
